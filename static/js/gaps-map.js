// Zones shaded by their figures, with their codes; a low one has a thick border. The table beside says the same.
import { byId } from "./elements.js";
import { pageData } from "./page-data.js";
import { whenNear } from "./when-near.js";

/** @import {LayerSpecification} from "maplibre-gl" */
/** @import {Point} from "./sector.js" */
/** @typedef {{ring: Point[], shade: number, label: string, low: boolean}} Gap */

const SHADES = [0, 1, 2, 3, 4, 5];
const element = byId("gaps-map");
/** @type {Gap[]} */
const gaps = pageData("map-gaps");

/** @returns {GeoJSON.FeatureCollection} */
const features = () => ({
  type: "FeatureCollection",
  features: gaps.map(({ ring, shade, label, low }) => ({
    type: "Feature",
    properties: { shade, label, low },
    geometry: { type: "Polygon", coordinates: [ring] },
  })),
});

/** @returns {GeoJSON.FeatureCollection} a point for each label: a polygon's own stands in each tile again */
const labels = () => ({
  type: "FeatureCollection",
  features: gaps.map(({ ring, label }) => {
    const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
    const middle = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
    return { type: "Feature", properties: { label }, geometry: { type: "Point", coordinates: middle } };
  }),
});

whenNear(element, () => Promise.all([import("./map-base.js"), import("./map-looks.js")]))
  .then(([{ createMap }, { addLayer }]) => {
    const map = createMap(element, pageData("map-config"));
    map?.on("load", () => {
      map.addSource("gaps", { type: "geojson", data: features() });
      map.addSource("gap-labels", { type: "geojson", data: labels() });
      /** @type {LayerSpecification[]} */
      const layers = [
        ...SHADES.map((shade) => /** @type {LayerSpecification} */ ({
          id: `gaps-${shade}`,
          type: "fill",
          source: "gaps",
          filter: ["==", ["get", "shade"], shade],
          paint: { "fill-color": `--shade-${shade}`, "fill-opacity": 0.75 },
        })),
        { id: "gaps-low", type: "line", source: "gaps", filter: ["get", "low"], paint: { "line-color": "--map-mark-edge", "line-width": 4 } },
        {
          id: "gap-labels",
          type: "symbol",
          source: "gap-labels",
          layout: { "text-field": ["get", "label"], "text-size": 13 },
          paint: { "text-color": "--zone-text" },
        },
      ];
      for (const layer of layers) addLayer(map, layer);
    });
  })
  .catch(() => {
    element.hidden = true;
  });
