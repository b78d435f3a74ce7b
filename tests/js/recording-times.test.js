// When recordings begin, what they cover, and what is missing between them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { coverage, fromName, joined, reading, written } from "../../static/js/recording-times.js";

const at = (/** @type {string} */ text) => Date.parse(`${text}Z`);
const asked = { start: at("2026-11-28T23:00:00"), end: at("2026-11-28T23:20:00") };

test("a begin is read from the names that recorders give", () => {
  for (const name of [
    "NVR_ch1_20261128_231005.mp4",
    "20261128231005.dav",
    "2026-11-28 23-10-05.mkv",
    "Cam 2 2026-11-28T23.10.05.mp4",
    "Screen 2026-11-28 at 23.10.05.mov",
  ]) {
    assert.deepEqual(fromName(name), { start: at("2026-11-28T23:10:05"), end: null }, name);
  }
  assert.equal(fromName("2026-11-28_2310.avi")?.start, at("2026-11-28T23:10:00"));
});

test("a second, later stamp is the end", () => {
  assert.deepEqual(fromName("ch01_20261128231000_20261128231500.dav"), {
    start: at("2026-11-28T23:10:00"),
    end: at("2026-11-28T23:15:00"),
  });
  assert.equal(fromName("ch01_20261128231000_20261128230000.dav")?.end, null);
});

test("a name without a stamp tells nothing, and neither does a number that is none", () => {
  for (const name of ["front door.mp4", "IMG_0042.MOV", "20261328_231000.mp4", "1764371400.mp4", "202611282310051.mp4"]) {
    assert.equal(fromName(name), null, name);
  }
});

test("a reading goes into the control and out of it", () => {
  assert.equal(written(/** @type {number} */ (reading("2026-11-28T23:10"))), "2026-11-28T23:10:00");
  assert.equal(reading("2026-11-28"), null);
  assert.equal(reading("2026-13-28T23:10"), null);
});

test("a recording covers all, part or none of the time asked, or nobody can tell", () => {
  const covers = (/** @type {string | null} */ start, /** @type {string | null} */ end) =>
    coverage({ start: start && at(start), end: end && at(end) }, asked);
  assert.equal(covers("2026-11-28T22:59:00", "2026-11-28T23:20:00"), "all");
  assert.equal(covers("2026-11-28T23:10:00", "2026-11-28T23:30:00"), "part");
  assert.equal(covers("2026-11-28T22:00:00", "2026-11-28T23:00:00"), "none");
  assert.equal(covers("2026-11-28T23:20:00", null), "none");
  assert.equal(covers("2026-11-28T23:10:00", null), "unknown");
  assert.equal(covers(null, null), "unknown");
});

test("files that follow each other are one recording, in whatever order they were chosen, and gaps are named", () => {
  const span = (/** @type {string} */ start, /** @type {string} */ end) => ({
    start: at(`2026-11-28T${start}`),
    end: at(`2026-11-28T${end}`),
  });
  const one = joined([span("23:05:01", "23:10:00"), span("23:00:00", "23:05:00"), span("23:12:00", "23:15:00")]);
  assert.deepEqual([one.start, one.end], [at("2026-11-28T23:00:00"), at("2026-11-28T23:15:00")]);
  assert.deepEqual(one.gaps, [span("23:10:00", "23:12:00")]);
  const inside = joined([span("23:00:00", "23:10:00"), span("23:02:00", "23:03:00"), span("23:10:00", "23:11:00")]);
  assert.deepEqual(inside.gaps, []);
});
