// When recordings begin, what they cover of the time asked, and where they leave gaps. Times are wall clock readings
// without a zone, as a recorder shows them: milliseconds as if they were UTC.

/** @typedef {{start: number, end: number}} Span */

const DAY = "(20\\d\\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\\d|3[01])";
const TIME = "([01]\\d|2[0-3])[-_.:h]?([0-5]\\d)(?:[-_.:m]?([0-5]\\d))?";
// 20261128_231000, 2026-11-28T23.10.00, NVR_ch2_20261128231000_20261128231500: what recorders call their exports.
const STAMP = new RegExp(`(?<!\\d)${DAY}(?:[-_ T.]|at)*${TIME}(?!\\d)`, "g");
// Two exports of one recording rarely meet on the second.
const SEAM_MS = 2_000;

/**
 * The begin, and the end if the name has a second stamp after it, or null.
 * @param {string} name
 * @returns {{start: number, end: number | null} | null}
 */
export function fromName(name) {
  const stamps = [...name.matchAll(STAMP)].map(([, year, month, day, hour, minute, second]) =>
    Date.UTC(+year, +month - 1, +day, +hour, +minute, +(second ?? 0)),
  );
  if (!stamps.length) return null;
  const [start, end] = stamps;
  return { start, end: end > start ? end : null };
}

/**
 * A reading such as 2026-11-28T23:10 or with seconds, as milliseconds; null for anything else.
 * @param {string} text
 */
export function reading(text) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return null;
  const at = Date.parse(`${text}Z`);
  return Number.isNaN(at) ? null : at;
}

/** As a control of kind datetime-local wants it. */
export function written(/** @type {number} */ at) {
  return new Date(at).toISOString().slice(0, 19);
}

/**
 * How much of `asked` a recording covers: "all", "part" or "none"; "unknown" without a begin or, unless it begins after
 * the end, without a length.
 * @param {{start: number | null, end: number | null}} recording
 * @param {Span} asked
 */
export function coverage({ start, end }, asked) {
  if (start === null) return "unknown";
  if (start >= asked.end) return "none";
  if (end === null) return "unknown";
  if (end <= asked.start) return "none";
  return start <= asked.start && end >= asked.end ? "all" : "part";
}

/**
 * Files that follow each other as one recording: from, to, and where pictures are missing in between.
 * @param {Span[]} spans
 * @returns {{start: number, end: number, gaps: Span[]}}
 */
export function joined(spans) {
  const [first, ...rest] = [...spans].sort((one, two) => one.start - two.start);
  let { end } = first;
  /** @type {Span[]} */
  const gaps = [];
  for (const span of rest) {
    if (span.start > end + SEAM_MS) gaps.push({ start: end, end: span.start });
    end = Math.max(end, span.end);
  }
  return { start: first.start, end, gaps };
}
