// Several places of a request: which one is drawn and typed, adding, removing and taking back.
import { byId, part, parts } from "./elements.js";
import { PLACES } from "./place-fields.js";

/** @import {PlaceFields} from "./place-fields.js" */

/**
 * @param {HTMLFormElement} form
 * @param {PlaceFields} fields
 * @param {{chosen: () => void, changed: () => void}} tell `chosen` when another place is the one to draw, `changed` when
 *   fields were written
 */
export function pickPlaces(form, fields, tell) {
  const picks = byId("place-picks");
  const buttons = parts(picks, "[data-place]", HTMLButtonElement);
  const add = part(picks, "[data-add]", HTMLButtonElement);
  const undo = byId("place-undo");
  const words = /** @type {Record<string, string>} */ (picks.dataset);
  const block = (/** @type {string} */ behind) => document.getElementById(`place${behind || "_1"}`);
  let here = "";
  /** @type {Set<string>} */
  const begun = new Set();
  /** @type {Record<string, string> | null} */
  let before = null;

  const shownPlaces = () => PLACES.filter((behind, at) => !at || begun.has(behind) || fields.isFilled(behind));

  /** “Place 2”, or “Place 2 (the car)”. */
  function labelOf(/** @type {string} */ behind) {
    const name = fields.value("place_name", behind).trim();
    const number = String(PLACES.indexOf(behind) + 1);
    return (name ? words.named : words.numbered).replace("{number}", number).replace("{name}", () => name);
  }

  /** Says which places there are and which one is drawn. */
  function say() {
    const shown = shownPlaces();
    if (!shown.includes(here)) here = "";
    const several = shown.length > 1;
    buttons.forEach((button) => {
      const behind = button.dataset.place ?? "";
      button.hidden = !several || !shown.includes(behind);
      button.setAttribute("aria-pressed", String(behind === here));
      button.textContent = labelOf(behind);
    });
    for (const behind of PLACES) {
      const one = block(behind);
      if (!one) continue;
      if (behind) one.hidden = !shown.includes(behind);
      if (behind && one instanceof HTMLDetailsElement && behind === here) one.open = true;
      part(one, "[data-title]").textContent = labelOf(behind);
      for (const only of parts(one, "[data-of-several]")) only.hidden = !several;
    }
    add.hidden = shown.length === PLACES.length;
  }

  function choose(/** @type {string} */ behind) {
    here = behind;
    say();
    tell.chosen();
  }

  /** Offers to put the fields back as they were. */
  function offerUndo(/** @type {string} */ sentence, /** @type {Record<string, string>} */ was) {
    before = was;
    part(undo, "[data-said]").textContent = sentence;
    undo.hidden = false;
  }

  picks.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("button");
    if (!(button instanceof HTMLButtonElement)) return;
    if (button !== add) {
      choose(button.dataset.place ?? "");
      return;
    }
    const free = PLACES.find((behind) => behind && !shownPlaces().includes(behind));
    if (free === undefined) return;
    begun.add(free);
    choose(free);
    part(picks, `[data-place="${free}"]`, HTMLButtonElement).focus();
  });
  for (const button of parts(form, "[data-remove]", HTMLButtonElement)) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const behind = button.dataset.remove ?? "";
      const was = fields.all();
      const label = labelOf(behind);
      fields.remove(behind);
      begun.clear();
      here = "";
      say();
      offerUndo(words.removed.replace("{place}", () => label), was);
      part(undo, "button", HTMLButtonElement).focus();
      tell.chosen();
      tell.changed();
    });
  }
  part(undo, "button", HTMLButtonElement).addEventListener("click", () => {
    if (before) fields.restore(before);
    before = null;
    undo.hidden = true;
    say();
    add.focus();
    tell.chosen();
    tell.changed();
  });
  picks.hidden = false;
  say();

  return {
    /** The ending of the fields of the place that is drawn. */
    here: () => here,
    say,
    offerUndo,
    /** Takes the offer back: what was typed since would be lost by it. */
    settle() {
      before = null;
      undo.hidden = true;
    },
  };
}
