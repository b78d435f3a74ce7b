// Beside the picture: what is taken out, the ground of each, and where the chosen box lies in this picture.
import { part } from "./elements.js";
import { fitted, spansOf } from "./redaction-boxes.js";

/** @import {Box, Covered} from "./redaction-boxes.js" */
/** @import {Ground, Mute, Plan, Region} from "./redaction.js" */
/**
 * @typedef {object} Desk
 * @property {any} data what the page knows of the film, the statutes and the words
 * @property {(id: string) => void} choose
 * @property {(picture: number) => void} goTo
 * @property {(id: string, ground: Partial<Ground>) => void} edit
 * @property {(id: string) => void} remove
 */

/**
 * @param {HTMLElement} section
 * @param {Desk} desk
 */
export function showList(section, { data, choose, goTo, edit, remove }) {
  const { words, editable, pictures, width, height } = data;
  const regions = part(section, "[data-regions]");
  const mutes = part(section, "[data-mutes]");
  const state = part(section, "[data-here]");
  const rowOf = part(section, "[data-row]", HTMLTemplateElement);
  const language = document.documentElement.lang;
  const number = (/** @type {number} */ one) => (one + 1).toLocaleString(language);
  const span = (/** @type {[number, number]} */ [first, last]) =>
    first === last ? number(first) : `${number(first)}–${number(last)}`;
  let painted = "";

  function row(/** @type {Region | Mute} */ one, /** @type {string} */ name, /** @type {string} */ where, /** @type {number} */ first) {
    const made = /** @type {HTMLElement} */ (part(/** @type {any} */ (rowOf.content.cloneNode(true)), "li"));
    made.dataset.id = one.id;
    const go = part(made, "[data-go]");
    go.textContent = name;
    go.addEventListener("click", () => {
      if ("frames" in one) choose(one.id);
      goTo(first);
    });
    part(made, "[data-where]").textContent = where;
    const bare = part(made, "[data-bare]");
    bare.hidden = Boolean(one.citation);
    const fields = part(made, "[data-fields]");
    const read = part(made, "[data-read]");
    fields.hidden = !editable;
    read.hidden = editable;
    read.textContent = [one.what, one.citation].filter(Boolean).join(" · ");
    if (editable) fill(made, one, name);
    return made;
  }

  function fill(/** @type {HTMLElement} */ made, /** @type {Ground} */ one, /** @type {string} */ name) {
    for (const key of /** @type {const} */ (["what", "exemption", "citation"])) {
      const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (made.querySelector(`[data-field=${key}]`));
      field.value = one[key];
      field.id = `${key}-${one.id}`;
      part(made, `[data-label=${key}]`).setAttribute("for", field.id);
      field.addEventListener("change", () => edit(one.id, { [key]: field.value }));
    }
    part(made, "[data-other]").hidden = one.exemption !== "other";
    const gone = part(made, "[data-remove]");
    gone.setAttribute("aria-label", `${gone.textContent?.trim()}: ${name}`);
    gone.addEventListener("click", () => remove(one.id));
  }

  function refill(/** @type {HTMLElement} */ into, /** @type {HTMLElement[]} */ rows, /** @type {string} */ none) {
    // Whoever is in a field of the list by keyboard stays in it.
    const focused = into.contains(document.activeElement) ? document.activeElement : null;
    const id = focused?.id;
    const place = focused?.closest("li")?.dataset.id;
    const kind = focused?.hasAttribute("data-go") ? "[data-go]" : "";
    const empty = document.createElement("li");
    empty.textContent = none;
    empty.className = "quiet";
    into.replaceChildren(...(rows.length ? rows : [empty]));
    const again = id ? document.getElementById(id) : place && kind ? into.querySelector(`[data-id="${place}"] ${kind}`) : null;
    if (again instanceof HTMLElement) again.focus();
  }

  return {
    /**
     * @param {Plan} plan
     * @param {string} chosen
     */
    show(plan, chosen) {
      const now = `${chosen} ${JSON.stringify(plan)}`;
      if (now !== painted) {
        painted = now;
        const named = plan.regions.map((one, place) => {
          const drawn = words.boxes.replace("{n}", String(one.frames.length));
          const where = `${words.pictures} ${spansOf(one.frames, pictures).map(span).join(", ")} · ${drawn}`;
          return row(one, one.what || words.region.replace("{n}", String(place + 1)), where, one.frames[0][0]);
        });
        refill(regions, named, words.noRegions);
        const silent = plan.mutes.map((one, place) =>
          row(one, one.what || words.mute.replace("{n}", String(place + 1)), `${words.pictures} ${span([one.first, one.last])}`, one.first),
        );
        refill(mutes, silent, words.noMutes);
      }
      for (const one of regions.querySelectorAll("li[data-id]")) {
        const is = one instanceof HTMLElement && one.dataset.id === chosen;
        one.toggleAttribute("data-is-chosen", is);
        one.querySelector("[data-go]")?.setAttribute("aria-pressed", String(is));
      }
    },
    /**
     * Say how the chosen region lies in this picture, and offer what can be done to it.
     * @param {Covered | undefined} covered
     * @param {Region | undefined} region
     * @param {number} picture
     */
    tell(covered, region, picture) {
      state.textContent = region ? words[covered?.how ?? "not"] : words.none;
      const drawn = region?.frames.find(([at]) => at === picture);
      for (const [name, may] of Object.entries({ draw: covered?.how !== "drawn", clear: drawn, ends: covered })) {
        const button = section.querySelector(`[data-act=${name}]`);
        if (button instanceof HTMLButtonElement) button.disabled = !may;
      }
      section.querySelector("[data-act=ends]")?.setAttribute("aria-pressed", String(Boolean(drawn?.[2])));
      for (const field of section.querySelectorAll("[data-side]")) {
        if (!(field instanceof HTMLInputElement)) continue;
        field.disabled = !covered;
        if (field !== document.activeElement) field.value = covered ? String(covered.box[Number(field.dataset.side)]) : "";
      }
    },
    /** The statute that was chosen last: most faces of a film have one ground. */
    lastGround(/** @type {Plan} */ plan) {
      const last = [...plan.regions, ...plan.mutes].findLast(({ exemption }) => exemption);
      return { exemption: last?.exemption ?? "", citation: last?.citation ?? "" };
    },
    within: (/** @type {Box} */ box) => fitted(box, width, height),
  };
}
