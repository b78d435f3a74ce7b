// Which failures are tried again, and when.
import assert from "node:assert/strict";
import { test } from "node:test";
import { askedFor, isPassing, waitAfter } from "../../static/js/retry.js";

test("each wait is twice the one before, up to a quarter of a minute", () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 50, 5_000].map((tries) => waitAfter(tries));
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000]);
});

test("nobody comes back sooner than the server asked, nor sooner than its turn", () => {
  for (let tries = 0; tries < 12; tries++) {
    for (const asked of [0, 1, 700, 20_000, 300_000]) {
      assert.equal(waitAfter(tries, asked), Math.max(waitAfter(tries), asked));
    }
  }
});

test("Retry-After is read in seconds and as a date", () => {
  const now = Date.parse("2026-11-01T05:30:00Z");
  assert.equal(askedFor("2", now), 2_000);
  assert.equal(askedFor(" 120 ", now), 120_000);
  assert.equal(askedFor("Sun, 01 Nov 2026 05:30:45 GMT", now), 45_000);
});

test("a Retry-After over the night when clocks go back is not an hour off", () => {
  process.env.TZ = "America/New_York";
  const now = new Date("2026-11-01T05:59:50Z").getTime(); // ten seconds before 1 o'clock comes a second time
  assert.equal(askedFor("Sun, 01 Nov 2026 06:00:10 GMT", now), 20_000);
});

test("without a Retry-After, or with one that says nothing, nothing is asked for", () => {
  for (const header of [null, undefined, "", "soon", "-5", "0", "Sun, 01 Nov 2020 00:00:00 GMT"]) {
    assert.equal(askedFor(header, Date.parse("2026-11-01T00:00:00Z")), 0, String(header));
  }
});

test("a server that asks for a day is asked again after five minutes", () => {
  assert.equal(askedFor("86400"), 300_000);
});

test("a dropped line, a busy server and a held lock pass by themselves", () => {
  for (const status of [0, 408, 409, 423, 429, 500, 502, 503, 504, 507]) assert.equal(isPassing(status, "PATCH"), true, String(status));
});

test("a refusal does not", () => {
  for (const status of [400, 401, 403, 404, 410, 412, 413, 415]) assert.equal(isPassing(status, "PATCH"), false, String(status));
});

test("a POST that was refused is not sent again, one that was not answered is", () => {
  for (const status of [400, 409, 413, 423, 429]) assert.equal(isPassing(status, "POST"), false, String(status));
  for (const status of [0, 500, 503]) assert.equal(isPassing(status, "POST"), true, String(status));
});
