// The two dates of a request's window.

/**
 * Whether a date field holds a year that somebody meant: while "2026" is being typed, browsers report 0002, 0020, 0202.
 * @param {string} date
 */
export const isWhole = (date) => /^[12]\d{3}-/.test(date);

/**
 * What the end's date should be after the start's date changed: the start's, as long as nobody chose another one.
 * @param {string} start
 * @param {string} end
 * @param {string} proposed
 */
export function endFor(start, end, proposed) {
  return isWhole(start) && (end === "" || end === proposed) ? start : end;
}
