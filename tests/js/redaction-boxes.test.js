// Where boxes lie between key frames: the page and the worker follow the same list of examples.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { coveredIn, fitted, spansOf, turningPoints, withBox } from "../../static/js/redaction-boxes.js";
import { sidesAt } from "../../static/js/redaction-stage.js";

const EXAMPLES = JSON.parse(readFileSync(new URL("../media/boxes.json", import.meta.url), "utf8"));

for (const { name, times, frames, covered, spans } of EXAMPLES) {
  test(`the page covers what the worker covers: ${name}`, () => {
    const found = times.map((/** @type {number} */ _at, /** @type {number} */ picture) =>
      coveredIn(frames, times, picture).map(({ box, how }) => [box, how]),
    );
    assert.deepEqual(found, covered);
    assert.deepEqual(spansOf(frames, times.length), spans);
  });
}

test("a box that is drawn again takes the place of the one before, and keeps its end", () => {
  assert.deepEqual(withBox([[3, [0, 0, 9, 9], true]], 3, [1, 1, 9, 9]), [[3, [1, 1, 9, 9], true]]);
  assert.deepEqual(
    withBox([[5, [0, 0, 9, 9], false]], 3, [1, 1, 9, 9]).map(([picture]) => picture),
    [3, 5],
  );
});

test("a box drawn right after the last one goes on from it", () => {
  const [first] = withBox([[5, [0, 0, 9, 9], true]], 6, [1, 1, 9, 9]);
  assert.equal(first[2], false);
});

test("a box stays within the picture", () => {
  assert.deepEqual(fitted([-5, 500, 20, 1], 100, 80), [0, 76, 20, 4]);
  assert.deepEqual(fitted([0, 0, 999, 999], 100, 80), [0, 0, 100, 80]);
});

test("a box is taken by an edge, a corner or its middle", () => {
  const box = /** @type {[number, number, number, number]} */ ([100, 100, 90, 90]);
  assert.deepEqual(sidesAt(box, 145, 145, 10), [1, 1, 1, 1]);
  assert.deepEqual(sidesAt(box, 101, 145, 10), [1, 0, 0, 0]);
  assert.deepEqual(sidesAt(box, 189, 189, 10), [0, 0, 1, 1]);
  assert.equal(sidesAt(box, 250, 145, 10), null);
});

test("turning points are where something begins, ends or is drawn", () => {
  assert.deepEqual(turningPoints([{ frames: [[3, [0, 0, 9, 9], false], [7, [0, 0, 9, 9], true]] }], 50), [2, 3, 7, 8]);
});
