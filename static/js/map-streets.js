// How streets look: water and parks, roads by their class, names along them. Colors are tokens of tokens.css.

/** @import {ExpressionSpecification, LayerSpecification, Map as MapLibreMap} from "maplibre-gl" */

// Classes of roads, as apps/streets/models.py numbers them.
const MAIN = 2;
const CONNECTOR = 3;
const LOCAL = 4;

/** A width in pixels that grows with the zoom, by the road's class. @returns {ExpressionSpecification} */
const width = (/** @type {number} */ more) => {
  const at = (/** @type {number} */ main, /** @type {number} */ connector, /** @type {number} */ local) =>
    /** @type {ExpressionSpecification} */ (["step", ["get", "way"], main + more, CONNECTOR, connector + more, LOCAL, local + more]);
  return ["interpolate", ["exponential", 1.5], ["zoom"], 9, at(1.2, 0.6, 0.4), 14, at(5, 3.5, 2), 17, at(15, 11, 8), 20, at(60, 46, 36)];
};

/** @type {ExpressionSpecification} */
const isMain = ["<=", ["get", "way"], MAIN];

/**
 * The layers under everything else, from the source `streets`.
 * @returns {LayerSpecification[]}
 */
export function streets() {
  /** @param {string} id @param {ExpressionSpecification} filter @param {number} more @param {string} token */
  const roads = (id, filter, more, token) =>
    /** @type {LayerSpecification} */ ({
      id,
      type: "line",
      source: "streets",
      "source-layer": "roads",
      filter,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": token, "line-width": width(more) },
    });
  /** @param {string} kind @param {string} token */
  const ground = (kind, token) =>
    /** @type {LayerSpecification} */ ({
      id: `ground-${kind}`,
      type: "fill",
      source: "streets",
      "source-layer": "ground",
      filter: ["==", ["get", "kind"], kind],
      paint: { "fill-color": token },
    });
  /** @param {string} id @param {ExpressionSpecification} filter @param {number} minzoom */
  const names = (id, filter, minzoom) =>
    /** @type {LayerSpecification} */ ({
      id,
      type: "symbol",
      source: "streets",
      "source-layer": "roads",
      minzoom,
      filter,
      layout: {
        "symbol-placement": "line",
        "text-field": ["get", "name"],
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 10, 16, 13],
        "text-padding": 6,
      },
      paint: { "text-color": "--map-text", "text-halo-color": "--map-ground", "text-halo-width": 1.5 },
    });
  return [
    ground("park", "--map-park"),
    ground("water", "--map-water"),
    roads("roads-edge", ["!", isMain], 2, "--map-edge"),
    roads("mains-edge", isMain, 2, "--map-edge"),
    roads("roads", ["!", isMain], 0, "--map-road"),
    roads("mains", isMain, 0, "--map-main"),
    names("names-mains", isMain, 11),
    names("names", ["!", isMain], 14),
    {
      id: "labels",
      type: "symbol",
      source: "streets",
      "source-layer": "labels",
      layout: { "text-field": ["get", "name"], "text-size": 12, "text-letter-spacing": 0.05 },
      paint: { "text-color": "--map-text", "text-halo-color": "--map-ground", "text-halo-width": 2 },
    },
  ];
}

const NAMES = ["names-mains", "names", "labels"];

/**
 * Names of streets and places as large as a screen across the room needs.
 * @param {MapLibreMap} map one that has loaded
 * @param {number} scale how much larger than usual
 */
export function enlargeNames(map, scale) {
  for (const id of NAMES) if (map.getLayer(id)) map.setLayoutProperty(id, "text-size", 12 * scale);
}
