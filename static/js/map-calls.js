// Calls for service on a map: a circle for each, the urgent ones larger, with what happened beside it.
import { addLayer } from "./map-looks.js";
import { boundsOf } from "./rings.js";

/** @import {GeoJSONSource, Map as MapLibreMap} from "maplibre-gl" */
/** @import {Point} from "./sector.js" */
/** @typedef {{id: string, nature: string, open: boolean, urgent: boolean, latitude: number, longitude: number}} SeenCall */

const SOURCE = "calls";

/**
 * @param {SeenCall[]} calls
 * @returns {GeoJSON.FeatureCollection}
 */
function features(calls) {
  return {
    type: "FeatureCollection",
    features: calls.map(({ latitude, longitude, ...properties }) => ({
      type: "Feature",
      properties,
      geometry: { type: "Point", coordinates: [longitude, latitude] },
    })),
  };
}

/**
 * Brings all of them into view with what is written beside them; with none the map stays where it is.
 * @param {MapLibreMap} map
 * @param {SeenCall[]} calls
 * @param {number} [scale] how much larger than usual
 */
export function fitCalls(map, calls, scale = 1) {
  if (!calls.length) return;
  const points = calls.map(({ latitude, longitude }) => /** @type {Point} */ ([longitude, latitude]));
  const { clientWidth, clientHeight } = map.getContainer();
  const wide = Math.min(80 * scale, clientWidth / 4);
  const high = Math.min(48 * scale, clientHeight / 4);
  const padding = { left: wide, right: wide, top: high, bottom: high };
  map.fitBounds(boundsOf(points), { padding, maxZoom: 15, duration: 0 });
}

/**
 * Adds the calls to a map that has loaded; returns a function that shows others.
 * @param {MapLibreMap} map
 * @param {SeenCall[]} calls
 * @param {number} [scale] how much larger than usual, for a screen across the room
 */
export function addCalls(map, calls, scale = 1) {
  map.addSource(SOURCE, { type: "geojson", data: features(calls) });
  addLayer(map, {
    id: "calls-dots",
    type: "circle",
    source: SOURCE,
    paint: {
      "circle-color": "--clay",
      "circle-opacity": ["case", ["get", "open"], 0.9, 0.35],
      "circle-radius": ["case", ["get", "urgent"], 11 * scale, 8 * scale],
      "circle-stroke-color": "--card",
      "circle-stroke-width": 2 * scale,
    },
  });
  addLayer(map, {
    id: "calls-names",
    type: "symbol",
    source: SOURCE,
    layout: {
      "text-field": ["get", "nature"],
      "text-size": 13 * scale,
      // Calls that are close take the side that is free; where none is, the urgent one keeps its words.
      "text-variable-anchor": ["top", "bottom", "left", "right"],
      "text-radial-offset": 1.1,
      "text-justify": "auto",
      "text-max-width": 9,
      "symbol-sort-key": ["case", ["get", "urgent"], 0, ["get", "open"], 1, 2],
    },
    paint: { "text-color": "--ink", "text-halo-color": "--card", "text-halo-width": 2 * scale },
  });
  return (/** @type {SeenCall[]} */ list) => /** @type {GeoJSONSource} */ (map.getSource(SOURCE)).setData(features(list));
}
