// The dates of a request's window while they are typed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { endFor, isWhole } from "../../static/js/request-window.js";

process.env.TZ = "America/New_York";

/** What a date field reports while a year is typed digit after digit. */
const typed = (date) => {
  const [year, ...rest] = date.split("-");
  return [1, 2, 3, 4].map((digits) => [year.slice(0, digits).padStart(4, "0"), ...rest].join("-"));
};

/** What the end's field holds after each event of the start's field. */
function follow(starts, end = "") {
  let proposed = "";
  const held = [];
  for (const start of starts) {
    const next = endFor(start, end, proposed);
    if (next !== end) proposed = end = next;
    held.push(end);
  }
  return held;
}

test("a year that is still being typed is copied nowhere", () => {
  assert.deepEqual(follow(typed("2026-07-14")), ["", "", "", "2026-07-14"]);
  for (const date of typed("1999-12-31").slice(0, 3)) assert.equal(isWhole(date), false, date);
});

test("an end that was proposed follows the start, one that a person chose stays", () => {
  assert.deepEqual(follow(["2026-07-14", "2026-07-15"]), ["2026-07-14", "2026-07-15"]);
  assert.deepEqual(follow(["2026-07-14", "2026-07-15"], "2026-08-01"), ["2026-08-01", "2026-08-01"]);
});

test("an emptied start changes no end", () => {
  assert.deepEqual(follow(["2026-07-14", ""]), ["2026-07-14", "2026-07-14"]);
});

test("no day of a year becomes another one, not where clocks change either", () => {
  for (let day = new Date(2026, 0, 1, 12); day.getFullYear() === 2026; day.setDate(day.getDate() + 1)) {
    const date = `2026-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
    assert.equal(endFor(date, "", ""), date);
  }
  const hours = (a, b) => (new Date(2026, ...b) - new Date(2026, ...a)) / 3_600_000;
  assert.deepEqual([hours([2, 8], [2, 9]), hours([10, 1], [10, 2])], [23, 25], "the clocks of this test change");
});

test("what is no date is no whole date", () => {
  for (const text of ["", "0000-01-01", "0202-05-05", "3026-01-01", "12026-01-01", "2026", "soon"]) {
    assert.equal(isWhole(text), false, text);
  }
  assert.equal(isWhole("2026-02-28"), true);
});
