// The areas of requests on the map, and the sectors of cameras if there are any.
import { addAreas, addSectors, createMap, fitRing, numberPins } from "./map-base.js";
import { boundsOf } from "./rings.js";
import { sectorFeature } from "./sector.js";

/** @import {MapConfig} from "./map-base.js" */
/** @import {Point, Sector} from "./sector.js" */

/**
 * @param {HTMLElement} element
 * @param {MapConfig} config
 * @param {Point[][]} rings the outline of each area
 * @param {(Sector & Record<string, unknown>)[]} cameras
 * @param {{numbered?: boolean}} [options] `numbered`: they are the places of one request, which the page lists
 */
export function showAreas(element, config, rings, cameras, { numbered = false } = {}) {
  const map = createMap(element, config);
  map?.on("load", () => {
    addAreas(map, "area", rings);
    fitRing(map, rings.flat());
    if (numbered && rings.length > 1) {
      numberPins(map)(
        rings.map((ring, place) => {
          const [west, south, east, north] = boundsOf(ring);
          return { number: place + 1, at: [(west + east) / 2, (south + north) / 2] };
        }),
      );
    }
    if (cameras.length) addSectors(map, "cameras", cameras.map(sectorFeature));
  });
}
