// Words, numbers and times for the upload page. Sentences come whole from the server; only values are put in.
import { byId } from "./elements.js";
import { pageData } from "./page-data.js";

/** @type {Record<string, string>} */
export const words = pageData("upload-words");
const language = document.documentElement.lang || "en";

/**
 * @param {string} sentence
 * @param {Record<string, string>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/**
 * For people who hear the page: important changes only, the newest replaces what was not yet read.
 * @param {string} sentence
 * @param {Record<string, string>} [values]
 */
export function say(sentence, values = {}) {
  byId("spoken").textContent = fill(sentence, values);
}

export function size(/** @type {number} */ bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  let step = 0;
  while (bytes >= 1024 && step < units.length - 1) {
    bytes /= 1024;
    step++;
  }
  const digits = bytes < 10 && step > 0 ? 1 : 0;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[step],
    unitDisplay: step ? "short" : "long",
    maximumFractionDigits: digits,
  }).format(bytes);
}

export function percent(/** @type {number} */ share) {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(Math.floor(share * 100) / 100);
}

export function span(/** @type {number} */ seconds) {
  const [value, unit] =
    seconds < 60
      ? [Math.max(5, Math.ceil(seconds / 5) * 5), "second"]
      : seconds < 5400
        ? [Math.round(seconds / 60), "minute"]
        : [Math.round(seconds / 3600), "hour"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value);
}
