// The line of true time on which the videos of a review lie.
import assert from "node:assert/strict";
import { test } from "node:test";
import { edgeFrom, layoutOf, piecesOf, rateInStep, whereNext } from "../../static/js/desk-clock.js";

const NOON = Date.UTC(2026, 10, 28, 12);

test("videos lie where their true times put them, and one without a time at the begin", () => {
  const { start, length, spans } = layoutOf([
    { begins: NOON + 5000, length: 10 },
    { begins: NOON, length: 8 },
    { begins: null, length: 3 },
  ]);
  assert.equal(start, NOON);
  assert.equal(length, 15);
  assert.deepEqual(spans, [
    { begin: 5, end: 15 },
    { begin: 0, end: 8 },
    { begin: 0, end: 3 },
  ]);
});

test("without any time the line counts from zero", () => {
  assert.deepEqual(layoutOf([{ begins: null, length: 3 }]), { start: null, length: 3, spans: [{ begin: 0, end: 3 }] });
});

test("playing leaves out what nobody recorded, and ends after the last video", () => {
  const spans = [
    { begin: 0, end: 8 },
    { begin: 20, end: 30 },
  ];
  assert.equal(whereNext(spans, 3), 3);
  assert.equal(whereNext(spans, 8), 20);
  assert.equal(whereNext(spans, 30), null);
});

test("edges are gone to in both directions", () => {
  const spans = [
    { begin: 0, end: 8 },
    { begin: 5, end: 15 },
  ];
  assert.equal(edgeFrom(spans, 0, 1), 5);
  assert.equal(edgeFrom(spans, 5, 1), 8);
  assert.equal(edgeFrom(spans, 5, -1), 0);
  assert.equal(edgeFrom(spans, 15, 1), null);
});

test("a picture that stands for long is a gap in the lane", () => {
  const pieces = piecesOf({ begin: 10, end: 20 }, Float64Array.of(0, 1, 6, 7), 20, 2);
  assert.deepEqual(pieces, [
    { left: 0.5, width: 0.05 },
    { left: 0.8, width: 0.2 },
  ]);
});

test("a video that is behind runs faster, one that is ahead slower, and neither much", () => {
  assert.equal(rateInStep(1, 0.01), 1);
  assert.ok(rateInStep(1, -0.05) > 1 && rateInStep(1, -0.05) < 1.2);
  assert.ok(rateInStep(2, 0.3) >= 1.7 && rateInStep(2, 0.3) < 2);
});
