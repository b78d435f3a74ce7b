// When something that failed is tried again: which failures pass by themselves, and how long to wait.

const FIRST_MS = 500;
const LONGEST_MS = 15_000;
const LONGEST_ASKED_MS = 300_000;

/**
 * Whether trying again by itself may help. What the server refuses for good is told to the person instead; a POST that
 * was understood and refused would be refused again.
 * @param {number} status 0 where nothing was answered
 * @param {string} [method]
 */
export function isPassing(status, method = "") {
  if (method === "POST" && status >= 400 && status < 500) return false;
  return status === 0 || [408, 409, 423, 429].includes(status) || status >= 500;
}

/**
 * The milliseconds that a `Retry-After` asks for, in seconds or as a date; 0 without one. No server means more than five
 * minutes: a person is watching.
 * @param {string | null | undefined} header
 * @param {number} [now]
 */
export function askedFor(header, now = Date.now()) {
  if (!header) return 0;
  const wait = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return wait > 0 ? Math.min(wait, LONGEST_ASKED_MS) : 0;
}

/**
 * The milliseconds to wait after `tries` failures in a row: twice as long each time, at most a quarter of a minute, and
 * never less than the server asked for.
 * @param {number} tries
 * @param {number} [asked]
 */
export function waitAfter(tries, asked = 0) {
  return Math.max(Math.min(FIRST_MS * 2 ** tries, LONGEST_MS), asked);
}
