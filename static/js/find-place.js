// A search for a street, a corner or an address above a map: a combobox whose list follows what is typed.
import { part, parts } from "./elements.js";

/**
 * @typedef {object} Place
 * @property {string} label
 * @property {"address" | "corner" | "street" | "zone" | "site"} kind
 * @property {number} latitude degrees
 * @property {number} longitude degrees
 * @property {[number, number, number, number] | null} bounds of a street or a zone: west, south, east, north
 * @property {string} [id] of what the page itself knows
 */

const WAIT = 150; // milliseconds of quiet before a question

/**
 * Wires the search in `root`, whose data say where to ask and in which words; `go` gets the place that was chosen.
 * Without a script the field is a field: what makes it a combobox is said here.
 * @param {HTMLElement} root
 * @param {string} token against forged requests
 * @param {(place: Place) => void} go
 * @param {(text: string) => Place[]} [known] what the page itself knows; it comes first
 */
export function findPlaces(root, token, go, known = () => []) {
  const { find = "", none = "", count = "", failed = "", chosen = "", street = "" } = root.dataset;
  const input = part(root, "input", HTMLInputElement);
  const list = part(root, "[role=listbox]", HTMLElement);
  const status = part(root, "[role=status]", HTMLElement);
  /** @type {Place[]} */
  let places = [];
  let active = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let question = new AbortController();
  const alone = !input.name; // no field of a form, so nobody keeps what is typed here
  const combobox = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(combobox)) input.setAttribute(name, value);
  root.hidden = false;

  // Nothing that was asked may open the list again.
  const forget = () => {
    clearTimeout(timer);
    question.abort();
  };
  const close = () => {
    forget();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (/** @type {number} */ index) => {
    const place = places[index];
    if (!place) return;
    // A street that has no such number is no reason to lose the number.
    if (alone || place.kind !== "street") input.value = place.label;
    status.textContent = place.kind === "street" ? street : chosen;
    close();
    go(place);
  };
  const mark = (/** @type {number} */ index) => {
    active = (index + places.length) % places.length;
    parts(list, "[role=option]", HTMLElement).forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === active));
      if (place === active) option.scrollIntoView({ block: "nearest" });
    });
    input.setAttribute("aria-activedescendant", `${list.id}-${active}`);
  };
  const show = (/** @type {Place[]} */ found) => {
    places = found;
    active = -1;
    list.replaceChildren(
      ...places.map(({ label }, index) => {
        const option = Object.assign(document.createElement("li"), { id: `${list.id}-${index}`, textContent: label });
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        // A finger that scrolls the list chooses nothing.
        option.addEventListener("click", () => choose(index));
        return option;
      }),
    );
    list.hidden = !places.length;
    input.setAttribute("aria-expanded", String(places.length > 0));
    status.textContent = places.length ? count.replace("0", String(places.length)) : none;
  };
  const ask = async () => {
    forget();
    question = new AbortController();
    const { signal } = question;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token);
    body.set("q", input.value);
    try {
      const answer = await fetch(find, { method: "POST", body, headers: { Accept: "application/json" }, signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const { found } = /** @type {{found: Place[]}} */ (await answer.json());
      if (!signal.aborted) show([...known(input.value), ...found]);
    } catch {
      if (signal.aborted) return;
      close();
      status.textContent = failed;
    }
  };

  input.addEventListener("input", (event) => {
    if (alone) event.stopPropagation();
    forget();
    if (input.value.trim().length > 1) timer = setTimeout(ask, WAIT);
    else close();
  });
  input.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "Enter" && (active >= 0 || alone)) {
      event.preventDefault(); // it would send the form around the search
      event.stopPropagation();
      if (!list.hidden) choose(Math.max(active, 0));
    } else if (key === "Enter") {
      close(); // in a field that looks up by itself, Enter does that
    } else if (key === "Escape") {
      if (!list.hidden) event.preventDefault(); // the first one closes the list, the next one empties the field
      close();
    } else if ((key === "ArrowDown" || key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      mark(key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (key === "ArrowDown" && input.value.trim().length > 1) {
      event.preventDefault();
      ask();
    }
  });
  // The field keeps the focus while somebody presses a place.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("blur", close);
}
