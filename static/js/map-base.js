// The city's map: zones as context, tiles only if the city configured some. Colours are those of tokens.css.
import { AttributionControl, Map as MapLibreMap, NavigationControl, ScaleControl } from "maplibre-gl";

export { pageData } from "./page-data.js";

const empty = { type: "FeatureCollection", features: [] };

/** A color of tokens.css, as the page's theme has it. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function zoneFeatures(zones) {
  return {
    type: "FeatureCollection",
    features: zones.map(({ code, name, ring }) => ({
      type: "Feature",
      properties: { code, name },
      geometry: { type: "Polygon", coordinates: [ring] },
    })),
  };
}

/** Lines of a grid over the bounds, so that a map without tiles shows how far things are. */
function grid([west, south, east, north], step) {
  const lines = [];
  for (let lng = Math.ceil(west / step) * step; lng <= east; lng += step) lines.push([[lng, south], [lng, north]]);
  for (let lat = Math.ceil(south / step) * step; lat <= north; lat += step) lines.push([[west, lat], [east, lat]]);
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines } };
}

function style(config) {
  const sources = {
    grid: { type: "geojson", data: grid(config.bounds, 0.01) },
    fine: { type: "geojson", data: grid(config.bounds, 0.001) },
    zones: { type: "geojson", data: zoneFeatures(config.zones) },
  };
  const layers = [{ id: "ground", type: "background", paint: { "background-color": colour("--map-ground") } }];
  if (config.tiles) {
    sources.tiles = { type: "raster", tiles: [config.tiles], tileSize: 256, attribution: config.attribution };
    layers.push({ id: "tiles", type: "raster", source: "tiles" });
  } else {
    layers.push(
      { id: "fine", type: "line", source: "fine", minzoom: 14, paint: { "line-color": colour("--map-fine"), "line-width": 0.5 } },
      { id: "grid", type: "line", source: "grid", paint: { "line-color": colour("--map-grid"), "line-width": 1 } },
    );
  }
  layers.push({
    id: "zones",
    type: "line",
    source: "zones",
    paint: { "line-color": colour("--edge"), "line-width": 1.5, "line-dasharray": [3, 2] },
  });
  return { version: 8, sources, layers };
}

const maps = new WeakMap();

/** The map that was made in this element, if any. */
export const mapIn = (element) => maps.get(element);

/**
 * Makes a map in `element`, or returns null where the browser cannot draw one: every page works without it.
 * Scrolling the page over the map stays scrolling the page (cooperative gestures).
 */
export function createMap(element, config, options = {}) {
  let map;
  try {
    map = new MapLibreMap({
      container: element,
      style: style(config),
      bounds: config.bounds,
      fitBoundsOptions: { padding: 12 },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 21,
      locale: {
        "Map.Title": config.words.map,
        "NavigationControl.ZoomIn": config.words.zoomIn,
        "NavigationControl.ZoomOut": config.words.zoomOut,
        "NavigationControl.ResetBearing": config.words.north,
      },
      ...options,
    });
  } catch {
    element.hidden = true;
    return null;
  }
  maps.set(element, map);
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "imperial" }), "bottom-left");
  if (config.tiles) map.addControl(new AttributionControl({ compact: true }));
  return map;
}

// From farther away a sector of thirty meters is smaller than a pixel.
const DOTS_UP_TO = 16;

/** Adds layers of sectors, and of a dot for each while they are too small to see; returns a function that shows others. */
export function addSectors(map, id, features = []) {
  const data = (list) => ({ ...empty, features: list });
  const dots = (list) =>
    data(list.map(({ apex, properties }) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: apex } })));
  map.addSource(id, { type: "geojson", data: data(features) });
  map.addSource(`${id}-dots`, { type: "geojson", data: dots(features) });
  map.addLayer({ id: `${id}-fill`, type: "fill", source: id, paint: { "fill-color": colour("--sun"), "fill-opacity": 0.45 } });
  map.addLayer({ id: `${id}-line`, type: "line", source: id, paint: { "line-color": colour("--canopy"), "line-width": 2 } });
  map.addLayer({
    id: `${id}-dots`,
    type: "circle",
    source: `${id}-dots`,
    maxzoom: DOTS_UP_TO,
    paint: {
      "circle-color": colour("--sun"),
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 3.5, 15, 6],
      "circle-stroke-color": colour("--canopy"),
      "circle-stroke-width": 1.5,
    },
  });
  return (list) => {
    map.getSource(id).setData(data(list));
    map.getSource(`${id}-dots`).setData(dots(list));
  };
}
