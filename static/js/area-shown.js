// The areas of requests on the map, and the sectors of cameras if there are any.
import { addLayer, addSectors, createMap, fitRing } from "./map-base.js";
import { sectorFeature } from "./sector.js";

/** @import {MapConfig} from "./map-base.js" */
/** @import {Point, Sector} from "./sector.js" */

/**
 * @param {HTMLElement} element
 * @param {MapConfig} config
 * @param {Point[][]} rings the outline of each area
 * @param {(Sector & Record<string, unknown>)[]} cameras
 */
export function showAreas(element, config, rings, cameras) {
  const map = createMap(element, config, { cooperativeGestures: true });
  map?.on("load", () => {
    map.addSource("area", {
      type: "geojson",
      data: { type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: rings.map((ring) => [ring]) } },
    });
    addLayer(map, { id: "area-fill", type: "fill", source: "area", paint: { "fill-color": "--sky", "fill-opacity": 0.18 } });
    addLayer(map, { id: "area-line", type: "line", source: "area", paint: { "line-color": "--sky", "line-width": 2.5 } });
    fitRing(map, rings.flat());
    if (cameras.length) addSectors(map, "cameras", cameras.map(sectorFeature));
  });
}
