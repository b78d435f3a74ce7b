// Closed rings of [longitude, latitude]: their bounds, and the circle that one draws.
import { ahead, distance, wrap } from "./sector.js";

/** @import {Point} from "./sector.js" */

const CORNERS = 64;
const DIGITS = 6;

/** A coordinate as it is stored: six digits are a tenth of a meter. */
export const short = (/** @type {number} */ value) => Number(value.toFixed(DIGITS));

/** The longitude that means the same place and lies within half a turn of `near`: no ring jumps at the 180th meridian. */
const beside = (/** @type {number} */ lng, /** @type {number} */ near) => near + wrap(lng - near + 180) - 180;

/**
 * West, south, east and north of points.
 * @param {Point[]} points
 * @returns {[number, number, number, number]}
 */
export function boundsOf(points) {
  /** @type {[number, number, number, number]} */
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lng, lat] of points) {
    bounds[0] = Math.min(bounds[0], lng);
    bounds[1] = Math.min(bounds[1], lat);
    bounds[2] = Math.max(bounds[2], lng);
    bounds[3] = Math.max(bounds[3], lat);
  }
  return bounds;
}

// Areas around cameras end on a grid of this many degrees, about a hundred meters.
const GRID = 1000;

/**
 * A box about points whose edges lie on a coarse grid, at least 30 meters away: an area that leaves
 * this page tells the place of no camera.
 * @param {Point[]} points
 */
export function areaAround(points) {
  const [west, south, east, north] = boundsOf(points);
  const margin = 0.0003;
  const [left, down] = [west, south].map((edge) => Math.floor((edge - margin) * GRID) / GRID);
  const [right, up] = [east, north].map((edge) => Math.ceil((edge + margin) * GRID) / GRID);
  return /** @type {Point[]} */ ([[left, down], [right, down], [right, up], [left, up], [left, down]]);
}

/**
 * A ring of 64 corners about a center.
 * @param {Point} center
 * @param {number} radius in meters
 */
export function circleRing(center, radius) {
  const ring = Array.from({ length: CORNERS }, (_, n) => {
    const [lng, lat] = ahead(center, (-n * 360) / CORNERS, radius);
    return /** @type {Point} */ ([short(lng), short(lat)]);
  });
  return [...ring, ring[0]];
}

/**
 * Center, and radius in meters, of a ring that was drawn as a circle.
 * @param {Point[]} ring
 */
export function circleOf(ring) {
  const [[first]] = ring;
  const corners = ring.slice(0, -1).map(([lng, lat]) => /** @type {Point} */ ([beside(lng, first), lat]));
  const [west, south, east, north] = boundsOf(corners);
  const center = /** @type {Point} */ ([beside((west + east) / 2, 0), (south + north) / 2]);
  const meters = corners.map((corner) => distance(center, corner));
  return { center, radius: meters.reduce((sum, one) => sum + one, 0) / meters.length };
}
