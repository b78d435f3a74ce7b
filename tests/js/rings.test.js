// Circles as rings of corners, and back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { areaAround, boundsOf, circleOf, circleRing } from "../../static/js/rings.js";
import { distance, wrap } from "../../static/js/sector.js";

const CENTERS = [[-84.2807, 30.4383], [0, 0], [12.5, -70], [179.9995, 20], [-179.9995, -33]];
const RADII = [25, 300, 5_000, 50_000];
const GRAIN = 0.2; // meters: a coordinate has six digits
const close = (one, other, within) => assert.ok(Math.abs(one - other) <= within, `${one} is not within ${within} of ${other}`);

test("each corner of a circle lies at its radius", () => {
  for (const center of CENTERS) {
    for (const radius of RADII) {
      const ring = circleRing(center, radius);
      assert.equal(ring.length, 65);
      assert.deepEqual(ring[0], ring.at(-1));
      for (const corner of ring) close(distance(center, corner), radius, GRAIN);
    }
  }
});

test("a circle that was drawn is the circle that is read", () => {
  for (const center of CENTERS) {
    for (const radius of RADII) {
      const read = circleOf(circleRing(center, radius));
      close(distance(read.center, center), 0, GRAIN + radius * 1e-4);
      close(read.radius, radius, GRAIN + radius * 1e-4);
    }
  }
});

test("a circle over the 180th meridian has its center there and a longitude that a field takes", () => {
  const folded = circleRing([179.9995, 20], 300).map(([lng, lat]) => [lng > 180 ? lng - 360 : lng, lat]);
  assert.ok(folded.some(([lng]) => lng < 0) && folded.some(([lng]) => lng > 0));
  const read = circleOf(folded);
  close(distance(read.center, [179.9995, 20]), 0, 1);
  close(read.radius, 300, 1);
  for (const turned of [180.2, -180.2, 539.8]) {
    const [longitude] = circleOf(circleRing([turned, 20], 300)).center;
    close(longitude, wrap(turned + 180) - 180, 1e-5); // a map that was moved once around the world
  }
});

test("two taps far apart make no circle without a radius", () => {
  for (const radius of RADII) assert.ok(circleOf(circleRing([-84.28, 30.44], radius)).radius > radius / 2);
});

test("a ring turns against the clock, as GeoJSON wants it", () => {
  const ring = circleRing([-84.28, 30.44], 300);
  const twice = ring.slice(1).reduce((sum, [x, y], n) => sum + ring[n][0] * y - x * ring[n][1], 0);
  assert.ok(twice > 0);
});

test("bounds hold every point, and touch four", () => {
  const points = [[3, 4], [-5, 2], [1, 9], [0, -7]];
  assert.deepEqual(boundsOf(points), [-5, -7, 3, 9]);
});

test("an area around cameras lies on a coarse grid, so that its edge tells no place", () => {
  const ring = areaAround([[-84.28071, 30.43829], [-84.28035, 30.43851]]);
  assert.deepEqual(ring, areaAround([[-84.28075, 30.43825], [-84.28039, 30.43847]]));
  const [west, south, east, north] = boundsOf(ring);
  assert.deepEqual([west, south, east, north], [-84.282, 30.437, -84.28, 30.439]);
});
