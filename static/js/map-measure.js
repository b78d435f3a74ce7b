// Lengths on a map, in feet and from half a mile on in miles: a press for each corner of the way.
import { addLayer } from "./map-looks.js";
import { distance } from "./sector.js";
import { METERS_PER_FOOT } from "./units.js";

/** @import {GeoJSONSource, Map as MapLibreMap} from "maplibre-gl" */
/** @import {Point} from "./sector.js" */

const FEET_PER_MILE = 5280;
const language = document.documentElement.lang || "en-US";

/** A length in the reader's words: feet, from half a mile on miles. */
export function inWords(/** @type {number} */ meters) {
  const feet = meters / METERS_PER_FOOT;
  const miles = feet >= FEET_PER_MILE / 2;
  /** @type {Intl.NumberFormatOptions} */
  const options = { style: "unit", unit: miles ? "mile" : "foot", unitDisplay: "long", maximumFractionDigits: miles ? 2 : 0 };
  return new Intl.NumberFormat(language, options).format(miles ? feet / FEET_PER_MILE : feet);
}

/**
 * Lets `button` begin and end measuring; returns a function that takes a place, and says whether it was measured.
 * @param {MapLibreMap} map one that has loaded
 * @param {HTMLElement} button
 * @param {HTMLElement} output
 * @param {string} hint
 */
export function measureOn(map, button, output, hint) {
  /** @type {Point[]} */
  let way = [];
  const empty = /** @type {GeoJSON.FeatureCollection} */ ({ type: "FeatureCollection", features: [] });
  map.addSource("measure", { type: "geojson", data: empty });
  addLayer(map, { id: "measure", type: "line", source: "measure", paint: { "line-color": "--map-text", "line-width": 3, "line-dasharray": [2, 1] } });
  addLayer(map, { id: "measure-dots", type: "circle", source: "measure", paint: { "circle-color": "--map-text", "circle-radius": 4 } });
  const measuring = () => button.getAttribute("aria-pressed") === "true";
  const show = () => {
    const lines = way.length > 1 ? [{ type: "LineString", coordinates: way }] : [];
    const shapes = /** @type {GeoJSON.Geometry[]} */ ([...lines, ...way.map((point) => ({ type: "Point", coordinates: point }))]);
    const source = /** @type {GeoJSONSource} */ (map.getSource("measure"));
    source.setData({ ...empty, features: shapes.map((geometry) => ({ type: "Feature", properties: {}, geometry })) });
    const meters = way.slice(1).reduce((sum, point, n) => sum + distance(way[n], point), 0);
    output.textContent = way.length > 1 ? inWords(meters) : measuring() ? hint : "";
  };
  const turn = (/** @type {boolean} */ on) => {
    button.setAttribute("aria-pressed", String(on));
    if (on) way = [];
    show();
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    turn(!measuring());
    if (measuring()) map.getCanvas().focus({ preventScroll: true });
  });
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Escape" && measuring()) turn(false);
  });
  return (/** @type {Point} */ place) => {
    if (!measuring()) return false;
    way.push(place);
    show();
    return true;
  };
}
