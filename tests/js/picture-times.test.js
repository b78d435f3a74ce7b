// The table of times: unpacked without drift, and asked for the picture at a moment.
import assert from "node:assert/strict";
import { test } from "node:test";
import { momentWithin, nearestPicture, pictureAt, secondsOf } from "../../static/js/picture-times.js";

const NTSC = secondsOf({ version: 1, scale: 30_000, first: 0, runs: [1001, 107_892] });
const UNEVEN = secondsOf({ version: 1, scale: 1000, first: 40, runs: [33, 2, 3000, 1, 7, 1] });

test("the pictures of an hour lie where whole ticks put them, without drift", () => {
  assert.equal(NTSC.length, 107_893);
  assert.equal(NTSC.at(-1), (107_892 * 1001) / 30_000);
});

test("each distance is kept, and the first picture need not stand at zero", () => {
  assert.deepEqual([...UNEVEN], [0.04, 0.073, 0.106, 3.106, 3.113]);
});

test("a film of one picture has one time", () => {
  assert.deepEqual([...secondsOf({ version: 1, scale: 25, first: 0, runs: [] })], [0]);
});

test("a table of another version is refused", () => {
  assert.throws(() => secondsOf({ version: 2, scale: 25, first: 0, runs: [] }), RangeError);
});

test("the middle of each picture belongs to it", () => {
  for (const times of [NTSC, UNEVEN]) {
    for (let picture = 0; picture < times.length; picture += 1) {
      assert.equal(pictureAt(times, momentWithin(times, picture, times.at(-1) + 0.01)), picture);
    }
  }
});

test("before the first picture and after the last there is no other", () => {
  assert.deepEqual([pictureAt(UNEVEN, 0), pictureAt(UNEVEN, 99)], [0, 4]);
});

test("a last picture that has no length is sought at its own time", () => {
  assert.equal(momentWithin(UNEVEN, 4, Number.NaN), 3.113);
});

test("a time that was rounded to microseconds names its picture", () => {
  for (let picture = 0; picture < NTSC.length; picture += 11) {
    assert.equal(nearestPicture(NTSC, Math.floor(NTSC[picture] * 1e6) / 1e6), picture);
  }
});
