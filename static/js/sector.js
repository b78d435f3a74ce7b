// What a camera covers: the sector that bearing, field of view and range draw. Degrees and meters, on a sphere; the
// server computes the one that counts on the ellipsoid.

/** @typedef {[number, number]} Point longitude and latitude */
/** @typedef {{latitude: number, longitude: number, bearing: number, fieldOfView: number, range: number}} Sector */
/** @typedef {GeoJSON.Feature<GeoJSON.Polygon> & {apex: Point}} SectorFeature */

const EARTH = 6371008.8;
const rad = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;
const deg = (/** @type {number} */ radians) => (radians * 180) / Math.PI;

export const wrap = (/** @type {number} */ degrees) => ((degrees % 360) + 360) % 360;

/**
 * The point `meters` away from another in direction `bearing`.
 * @param {Point} from
 * @param {number} bearing
 * @param {number} meters
 * @returns {Point}
 */
export function ahead([lng, lat], bearing, meters) {
  const angle = meters / EARTH;
  const [phi, theta] = [rad(lat), rad(bearing)];
  const phi2 = Math.asin(Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(theta));
  const turn = Math.atan2(
    Math.sin(theta) * Math.sin(angle) * Math.cos(phi),
    Math.cos(angle) - Math.sin(phi) * Math.sin(phi2),
  );
  return [lng + deg(turn), deg(phi2)];
}

/**
 * Direction in degrees from one point to another.
 * @param {Point} from
 * @param {Point} to
 */
export function bearingTo([lng1, lat1], [lng2, lat2]) {
  const [a, b, d] = [rad(lat1), rad(lat2), rad(lng2 - lng1)];
  return wrap(deg(Math.atan2(Math.sin(d) * Math.cos(b), Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(d))));
}

/**
 * Meters between two points.
 * @param {Point} one
 * @param {Point} other
 */
export function distance([lng1, lat1], [lng2, lat2]) {
  const [a, b] = [rad(lat1), rad(lat2)];
  const h = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(rad(lng2 - lng1) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(h));
}

/**
 * GeoJSON of a camera's sector, and its apex; a full circle when the view is all round. What else is known of the camera
 * becomes the feature's properties.
 * @param {Sector & Record<string, unknown>} camera
 * @returns {SectorFeature}
 */
export function sectorFeature({ longitude, latitude, bearing, fieldOfView, range, ...properties }) {
  /** @type {Point} */
  const center = [longitude, latitude];
  // A map shows nothing, and says nothing, of a shape made of NaN.
  if (![longitude, latitude, bearing, fieldOfView, range].every(Number.isFinite)) throw new TypeError("This is no sector.");
  const steps = Math.max(8, Math.ceil(fieldOfView / 4));
  const arc = Array.from({ length: steps + 1 }, (_, n) =>
    ahead(center, bearing - fieldOfView / 2 + (fieldOfView * n) / steps, range),
  );
  const ring = fieldOfView >= 360 ? [...arc, arc[0]] : [center, ...arc, center];
  return { type: "Feature", properties, apex: center, geometry: { type: "Polygon", coordinates: [ring] } };
}
