// What is selected in a list stays while a person turns pages, filters and searches. Each tab of the browser has its own
// selection: it lies in the session storage, as public ids alone, and ends when a verb is done with it.
import { part, parts } from "./elements.js";

const BOXES = 'input.action-select[type="checkbox"]';

/** @param {string} key @returns {Set<string>} */
function kept(key) {
  try {
    const found = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    return new Set(Array.isArray(found) ? found.filter((one) => typeof one === "string") : []);
  } catch {
    return new Set(); // no storage, or what lies there is not ours: a page is selected by itself
  }
}

/** @param {string} key @param {Set<string>} chosen */
function keep(key, chosen) {
  try {
    if (chosen.size) sessionStorage.setItem(key, JSON.stringify([...chosen]));
    else sessionStorage.removeItem(key);
  } catch {
    // A full or forbidden storage: the selection holds for this page.
  }
}

for (const done of parts(document, "[data-selection-done]")) {
  keep(`selection:${done.dataset.selectionDone}`, new Set());
}

for (const bar of parts(document, ".actions[data-selection]")) {
  const form = bar.closest("form");
  if (!form) continue;
  const key = `selection:${bar.dataset.selection}`;
  const boxes = parts(form, BOXES, HTMLInputElement);
  const said = part(bar, ".list-selected");
  const clear = part(bar, ".list-clear", HTMLButtonElement);
  const chosen = kept(key);

  const say = () => {
    const here = boxes.filter((box) => box.checked).length;
    const words = chosen.size > here ? said.dataset.elsewhere : chosen.size ? said.dataset.here : said.dataset.none;
    said.textContent = (words ?? "")
      .replace("[count]", String(chosen.size))
      .replace("[others]", String(chosen.size - here));
    clear.hidden = chosen.size === 0;
  };
  /** The boxes as they are now; Django's own script for the head of the table has set them by then. */
  const read = () => {
    for (const box of boxes) {
      if (box.checked) chosen.add(box.value);
      else chosen.delete(box.value);
    }
    keep(key, chosen);
    say();
  };
  const show = () => {
    for (const box of boxes) {
      box.checked = chosen.has(box.value);
      box.closest("tr")?.classList.toggle("selected", box.checked);
    }
  };

  show();
  say();
  form.addEventListener("change", read);
  // The browser restores boxes after a step back: the selection knows better.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    const now = kept(key);
    chosen.clear();
    for (const one of now) chosen.add(one);
    show();
    say();
  });
  clear.addEventListener("click", () => {
    chosen.clear();
    show();
    keep(key, chosen);
    say();
    boxes[0]?.focus();
  });
  form.addEventListener("submit", () => {
    for (const old of parts(form, "input[data-elsewhere]", HTMLInputElement)) old.remove();
    const here = new Set(boxes.map((box) => box.value));
    for (const one of chosen) {
      if (here.has(one)) continue;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "_selected_action", value: one });
      field.dataset.elsewhere = "";
      form.append(field);
    }
  });
}
