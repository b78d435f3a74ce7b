// The areas of requests on the map, and the sectors of cameras if there are any.
import { addAreas, addSectors, createMap, fitRing } from "./map-base.js";
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
  const map = createMap(element, config);
  map?.on("load", () => {
    addAreas(map, "area", rings);
    fitRing(map, rings.flat());
    if (cameras.length) addSectors(map, "cameras", cameras.map(sectorFeature));
  });
}
