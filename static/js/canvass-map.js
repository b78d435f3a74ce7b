// The map of a canvass: its area, the doors whose place is known, and registered cameras once somebody opened them.
import { addAreas, addSectors, createMap, fitRing } from "./map-base.js";
import { addLayer } from "./map-looks.js";
import { sectorFeature } from "./sector.js";

/** @import {GeoJSONSource} from "maplibre-gl" */
/** @import {MapConfig} from "./map-base.js" */
/** @import {Point, Sector} from "./sector.js" */
/** @typedef {{at: Point, back: boolean}} Spot a door; `back` if somebody still has to go there */
/** @typedef {Sector & {id: string, name: string, site: string}} NearCamera */

/** @returns {GeoJSON.FeatureCollection} */
const dots = (/** @type {Spot[]} */ spots) => ({
  type: "FeatureCollection",
  features: spots.map(({ at, back }) => ({ type: "Feature", properties: { back }, geometry: { type: "Point", coordinates: at } })),
});

/**
 * Draws it in `element`; null where the browser cannot.
 * @param {HTMLElement} element
 * @param {MapConfig} config
 * @param {Point[][]} rings
 * @param {Spot[]} spots
 */
export async function canvassMap(element, config, rings, spots) {
  const map = createMap(element, config);
  if (!map) return null;
  await map.once("load");
  addAreas(map, "area", rings);
  const showCameras = addSectors(map, "cameras");
  map.addSource("doors", { type: "geojson", data: dots(spots) });
  addLayer(map, {
    id: "doors",
    type: "circle",
    source: "doors",
    paint: { "circle-color": "--canopy", "circle-radius": 7, "circle-stroke-color": "--card", "circle-stroke-width": 2 },
    filter: ["!", ["get", "back"]],
  });
  addLayer(map, {
    id: "doors-back",
    type: "circle",
    source: "doors",
    paint: { "circle-color": "--clay", "circle-radius": 8, "circle-stroke-color": "--card", "circle-stroke-width": 2 },
    filter: ["get", "back"],
  });
  if (rings.length) fitRing(map, rings.flat());
  element.dataset.ready = "true";
  return {
    cameras: (/** @type {NearCamera[]} */ list) => showCameras(list.map(sectorFeature)),
    doors: (/** @type {Spot[]} */ list) => /** @type {GeoJSONSource} */ (map.getSource("doors")).setData(dots(list)),
  };
}
