// What a camera covers, on a sphere.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ahead, bearingTo, distance, sectorFeature, wrap } from "../../static/js/sector.js";

const PLACES = [[-84.2807, 30.4383], [0, 0], [179.9999, 12], [-179.9999, -47.5], [25.7, 69.9]];
const BEARINGS = [0, 1, 45, 90, 179.5, 180, 233, 270, 359.9];
const close = (one, other, within) => assert.ok(Math.abs(one - other) <= within, `${one} is not within ${within} of ${other}`);

test("what is ahead lies in that direction and at that distance", () => {
  for (const place of PLACES) {
    for (const bearing of BEARINGS) {
      for (const meters of [1, 30, 500, 50_000]) {
        const there = ahead(place, bearing, meters);
        close(distance(place, there), meters, 1e-6 * meters + 1e-6);
        close(wrap(bearingTo(place, there) - bearing + 180), 180, 0.001);
      }
    }
  }
});

test("a degree of a great circle is 111 kilometers and some", () => {
  close(distance([0, 0], [0, 1]), 111_195, 1);
  close(distance([0, 0], [1, 0]), 111_195, 1);
  close(distance([-84.28, 60], [-83.28, 60]), 111_195 / 2, 10);
});

test("north, east, south and west are where a compass has them", () => {
  assert.equal(bearingTo([0, 0], [0, 1]), 0);
  assert.equal(bearingTo([0, 0], [1, 0]), 90);
  assert.equal(bearingTo([0, 1], [0, 0]), 180);
  assert.equal(bearingTo([0, 0], [-1, 0]), 270);
});

test("the 180th meridian is no wall", () => {
  close(distance([179.9999, 10], [-179.9999, 10]), distance([0, 10], [0.0002, 10]), 1e-6);
  close(bearingTo([179.9999, 0], [-179.9999, 0]), 90, 1e-6);
});

test("degrees wrap into one turn", () => {
  for (let degrees = -1080; degrees <= 1080; degrees += 7.5) {
    const wrapped = wrap(degrees);
    assert.ok(wrapped >= 0 && wrapped < 360, `${degrees} became ${wrapped}`);
    close(Math.sin((wrapped * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180), 1e-9);
  }
});

test("a sector begins and ends at its camera, and its arc lies at the range", () => {
  for (const [longitude, latitude] of PLACES) {
    for (const bearing of BEARINGS) {
      for (const fieldOfView of [5, 90, 180, 359]) {
        const [ring] = sectorFeature({ longitude, latitude, bearing, fieldOfView, range: 30 }).geometry.coordinates;
        assert.deepEqual(ring[0], [longitude, latitude]);
        assert.deepEqual(ring.at(-1), ring[0]);
        for (const corner of ring.slice(1, -1)) {
          close(distance(ring[0], corner), 30, 1e-4);
          const off = Math.abs(wrap(bearingTo(ring[0], corner) - bearing + 180) - 180);
          assert.ok(off <= fieldOfView / 2 + 0.01, `${off} degrees off in a view of ${fieldOfView}`);
        }
        close(wrap(bearingTo(ring[0], ring[1]) - bearing + fieldOfView / 2 + 180), 180, 0.01);
        close(wrap(bearingTo(ring[0], ring.at(-2)) - bearing - fieldOfView / 2 + 180), 180, 0.01);
      }
    }
  }
});

test("a view all round is a closed circle without its center", () => {
  const [ring] = sectorFeature({ longitude: 0, latitude: 0, bearing: 90, fieldOfView: 360, range: 30 }).geometry.coordinates;
  assert.deepEqual(ring.at(-1), ring[0]);
  for (const corner of ring) close(distance([0, 0], corner), 30, 1e-6);
});

test("an arc is smooth: no corner is more than four degrees from the next", () => {
  for (const fieldOfView of [5, 33, 90, 360]) {
    const [ring] = sectorFeature({ longitude: 0, latitude: 0, bearing: 0, fieldOfView, range: 30 }).geometry.coordinates;
    assert.ok(ring.length >= fieldOfView / 4 + 1);
  }
});

test("what a camera has besides its sector comes along", () => {
  const feature = sectorFeature({ longitude: 1, latitude: 2, bearing: 0, fieldOfView: 90, range: 30, name: "Porch" });
  assert.deepEqual(feature.properties, { name: "Porch" });
  assert.deepEqual(feature.apex, [1, 2]);
});

test("a sector of numbers that are not known is refused, not drawn as nothing", () => {
  const whole = { longitude: 0, latitude: 0, bearing: 0, fieldOfView: 90, range: 30 };
  for (const name of Object.keys(whole)) {
    for (const value of [NaN, undefined, null, "30"]) {
      assert.throws(() => sectorFeature({ ...whole, [name]: value }), TypeError);
    }
  }
});
