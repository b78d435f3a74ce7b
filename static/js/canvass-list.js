// The doors of a canvass as the phone shows them. They are in this page's memory alone.

/**
 * @typedef {{
 *   address: string, back: boolean, outcome: string, outcomeName: string, comeBack: string, note: string, said: string,
 *   late: string, visit: string, visits: number, take: string
 * }} Door
 */

const element = (/** @type {string} */ name, /** @type {string} */ className, /** @type {string} */ textContent) =>
  Object.assign(document.createElement(name), { className, textContent });

/** A button of a door. */
function button(/** @type {string | undefined} */ words, /** @type {string} */ address, /** @type {() => void} */ act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "act plain", textContent: words ?? "" });
  made.setAttribute("aria-label", `${words}: ${address}`);
  made.addEventListener("click", act);
  return made;
}

/**
 * @param {Door} door
 * @param {DOMStringMap} words
 * @param {{again: (door: Door) => void, correct: (door: Door) => void}} acts
 */
export function doorItem(door, words, acts) {
  const item = element("li", "door", "");
  item.append(element("strong", "", door.address), element("br", "", ""), element("span", `mark mark-${door.outcome}`, door.outcomeName));
  if (door.comeBack) item.append(" ", element("span", "", `${words.comeBack} ${door.comeBack}`));
  if (door.note) item.append(element("p", "note", door.note));
  const said = [door.said, door.late, door.visits > 1 ? `${words.visits} ${door.visits}` : ""].filter(Boolean);
  item.append(element("p", "quiet", said.join(" · ")));
  const buttons = element("p", "door-acts", "");
  buttons.append(button(words.again, door.address, () => acts.again(door)));
  if (door.visit) buttons.append(button(words.correct, door.address, () => acts.correct(door)));
  if (door.take) {
    const link = Object.assign(document.createElement("a"), { className: "act", href: door.take, textContent: words.take ?? "" });
    buttons.append(link);
  }
  item.append(buttons);
  return item;
}
