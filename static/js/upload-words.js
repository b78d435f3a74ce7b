// Words, numbers and times for the upload page. Sentences come whole from the server; only values are put in.
import { byId } from "./elements.js";
import { pageData } from "./page-data.js";

/** @type {Record<string, string>} */
export const words = pageData("upload-words");
/** @type {Intl.DateTimeFormatOptions} */
const DAY_AND_TIME = { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
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

/** Hours, minutes and seconds as players show them. */
export function length(/** @type {number} */ seconds) {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/**
 * A span of wall clock readings, the day said once where it is one day; by 12 or 24 hours as the portal is set.
 * @param {number} start
 * @param {number} [end]
 */
export function clockTimes(start, end) {
  /** @type {Record<string, "h12" | "h23">} */
  const cycles = { 12: "h12", 24: "h23" };
  const hourCycle = cycles[words.clockHours];
  const clock = new Intl.DateTimeFormat(language, { timeZone: "UTC", hourCycle, ...DAY_AND_TIME });
  return end === undefined ? clock.format(start) : clock.formatRange(start, end);
}
