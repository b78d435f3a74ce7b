// The week's counts on a map: squares of the release with the number of partners in each, joined from farther away. A
// joined number is the sum of the numbers that are shown, so it tells nothing that they do not.
import { addLayer } from "./map-looks.js";
import { boundsOf } from "./rings.js";

/** @import {GeoJSONSource, LayerSpecification, Map as MapLibreMap} from "maplibre-gl" */
/** @import {Point} from "./sector.js" */
/** @typedef {{zoom: number[], x: number[], y: number[], partners: number[]}} Cells columns of equal length */

const SQUARES_FROM = 12;

const longitude = (/** @type {number} */ x) => x * 360 - 180;
const latitude = (/** @type {number} */ y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

/**
 * @param {Cells} cells
 * @param {(west: number, north: number, side: number) => GeoJSON.Geometry} shape in the unit square
 * @returns {GeoJSON.FeatureCollection}
 */
const collection = (cells, shape) => ({
  type: "FeatureCollection",
  features: (cells.zoom ?? []).map((zoom, n) => {
    const side = 2 ** -zoom;
    return { type: "Feature", properties: { partners: cells.partners[n] }, geometry: shape(cells.x[n] * side, cells.y[n] * side, side) };
  }),
});

/** @returns {GeoJSON.Geometry} */
const square = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ side) => {
  const [west, east, north, south] = [longitude(x), longitude(x + side), latitude(y), latitude(y + side)];
  return { type: "Polygon", coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] };
};

/** @returns {GeoJSON.Geometry} */
const middle = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ side) => ({
  type: "Point",
  coordinates: [longitude(x + side / 2), latitude(y + side / 2)],
});

/**
 * Shows the counts under all that is added later; `box` hides and shows them.
 * @param {MapLibreMap} map one that has loaded
 * @param {string} address
 * @param {HTMLInputElement} box
 * @param {boolean} [fit] bring them into view
 */
export async function addCells(map, address, box, fit = false) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  /** @type {Cells} */
  const cells = await answer.json();
  const squares = collection(cells, square);
  map.addSource("squares", { type: "geojson", data: squares });
  map.addSource("counts", {
    type: "geojson",
    data: collection(cells, middle),
    cluster: true,
    clusterRadius: 56,
    clusterMaxZoom: 16,
    clusterProperties: { partners: ["+", ["get", "partners"]] },
  });
  /** @type {LayerSpecification[]} */
  const layers = [
    {
      id: "squares",
      type: "line",
      source: "squares",
      minzoom: SQUARES_FROM,
      paint: { "line-color": "--map-count", "line-opacity": 0.5, "line-width": 1 },
    },
    {
      id: "counts",
      type: "circle",
      source: "counts",
      paint: {
        "circle-color": "--map-count",
        "circle-radius": ["interpolate", ["linear"], ["get", "partners"], 5, 14, 50, 18, 500, 24, 5000, 30],
        "circle-stroke-color": "--map-count-text",
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "counts-text",
      type: "symbol",
      source: "counts",
      layout: {
        "text-field": ["number-format", ["get", "partners"], { locale: document.documentElement.lang || "en-US" }],
        "text-size": 13,
        "text-allow-overlap": true,
      },
      paint: { "text-color": "--map-count-text" },
    },
  ];
  const above = map.getLayer("cameras-fill") ? "cameras-fill" : undefined;
  for (const layer of layers) addLayer(map, layer, above);
  const follow = () => {
    for (const { id } of layers) map.setLayoutProperty(id, "visibility", box.checked ? "visible" : "none");
  };
  box.addEventListener("change", follow);
  follow();
  map.on("click", "counts", async ({ features, lngLat }) => {
    const id = features?.[0]?.properties.cluster_id;
    const source = /** @type {GeoJSONSource} */ (map.getSource("counts"));
    map.easeTo({ center: lngLat, zoom: id === undefined ? map.getZoom() + 2 : await source.getClusterExpansionZoom(id) });
  });
  const corners = squares.features.flatMap(({ geometry }) => /** @type {GeoJSON.Polygon} */ (geometry).coordinates[0] ?? []);
  if (fit && corners.length) map.fitBounds(boundsOf(/** @type {Point[]} */ (corners)), { padding: 24, maxZoom: 12, duration: 0 });
}
