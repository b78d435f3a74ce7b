// Filters over the cameras that a look at the partner map has opened. They ask the server nothing.
import { byId, field } from "./elements.js";

/** @typedef {{state: string, conformance: string, kind: string, zone: string, retention_hours: number}} Filtered */

const HOUR = 3_600_000;
const FIELDS = /** @type {const} */ (["state", "conformance", "kind", "zone"]);
const two = (/** @type {number} */ value) => String(value).padStart(2, "0");

/** A moment as a field of date and time has it, in the reader's time. */
export const asField = (/** @type {Date} */ at) =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;

/** How long a recorder still has what it recorded at `then`, in hours; not above zero where it is overwritten. */
export const hoursLeft = (/** @type {{retention_hours: number}} */ camera, /** @type {number} */ then, now = Date.now()) =>
  then > now ? -1 : camera.retention_hours - (now - then) / HOUR;

/**
 * The filters of the form; `changed` is called when a person changes one.
 * @param {HTMLFormElement} form
 * @param {() => void} changed
 */
export function filtersOf(form, changed) {
  const keeps = field(form, "keeps");
  const back = byId("back", HTMLInputElement);
  const mark = byId("filters-set");
  const then = () => (keeps.value ? new Date(keeps.value).getTime() : NaN);
  const tell = () => {
    const set = ["keeps", ...FIELDS].filter((name) => field(form, name).value).length;
    mark.hidden = !set;
    mark.textContent = String(set);
    const hours = (Date.now() - then()) / HOUR;
    back.value = String(Number.isFinite(hours) ? Math.max(0, Math.round(hours)) : 0);
    back.setAttribute("aria-valuetext", keeps.value ? new Date(then()).toLocaleString(document.documentElement.lang) : "–");
  };
  back.addEventListener("input", () => {
    keeps.value = Number(back.value) ? asField(new Date(Date.now() - Number(back.value) * HOUR)) : "";
    tell();
    changed();
  });
  form.addEventListener("change", () => {
    tell();
    changed();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () =>
    setTimeout(() => {
      tell();
      changed();
    }),
  );
  tell();
  return {
    /** The moment that is asked for, NaN while none is. */
    then,
    /** Whether a camera passes all filters. */
    passes: (/** @type {Filtered} */ camera) =>
      FIELDS.every((name) => !field(form, name).value || camera[name] === field(form, name).value) &&
      (Number.isNaN(then()) || hoursLeft(camera, then()) > 0),
  };
}
