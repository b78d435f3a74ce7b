// The fields of a camera's form: reading, writing, and which of them the person has filled in by hand.
import { byId, control, field as fieldOf } from "./elements.js";

export { METERS_PER_FOOT as FEET } from "./units.js";
export const form = byId("camera-form", HTMLFormElement);
/** Sentences and addresses that the page's template gives. */
export const words = /** @type {Record<string, string>} */ (form.dataset);

/** A control of the form that its template always has. */
export const field = (/** @type {string} */ name) => fieldOf(form, name);

/** A control of the form, or null where this form has none. */
export const fieldIfAny = (/** @type {string} */ name) => control(form, name);

/** @type {Set<string>} */
const byHand = new Set();

/** Whether the person chose this value; what was only filled in for them may be filled in anew. */
export const isByHand = (/** @type {string} */ name) => byHand.has(name);
export const markByHand = (/** @type {string} */ name) => byHand.add(name);

/** The number in a field, NaN while there is none. */
export function number(/** @type {string} */ name) {
  const text = field(name).value.trim();
  return text === "" ? NaN : Number(text);
}

/**
 * Writes a value as if it were typed, so that map, sliders and draft follow.
 * @param {string} name
 * @param {string} text
 */
export function write(name, text) {
  const target = fieldIfAny(name);
  if (!target || target.value === text) return;
  target.value = text;
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Writes a number with at most so many digits.
 * @param {string} name
 * @param {number} value
 * @param {number} digits
 */
export const put = (name, value, digits) => write(name, String(Number(value.toFixed(digits))));

form.addEventListener("input", ({ isTrusted, target }) => {
  const { name, dataset } = /** @type {HTMLInputElement} */ (target);
  if (isTrusted && name) byHand.add(dataset.twin ?? name);
});
