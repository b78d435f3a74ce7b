// The one map of all pages: the city under it, its controls and gestures, and layers of sectors, areas and pins.
// map-looks.js has the colors, map-streets.js the streets.
import { AttributionControl, Map as MapLibreMap, Marker, NavigationControl, ScaleControl } from "maplibre-gl";
import { addLayer, follow, painted, printable } from "./map-looks.js";
import { boundsOf } from "./rings.js";
import { streets } from "./map-streets.js";

/** @import {LayerSpecification, LngLat, MapOptions, GeoJSONSource, SourceSpecification, StyleSpecification} from "maplibre-gl" */
/** @import {Point, SectorFeature} from "./sector.js" */
/** @typedef {[number, number, number, number]} Bounds west, south, east, north */
/** @typedef {{code: string, name: string, ring: Point[]}} Zone */
/**
 * @typedef {object} MapConfig what the page says about its map
 * @property {Bounds} bounds
 * @property {Zone[]} zones
 * @property {string} streets says where our own vector tiles are, if streets were loaded
 * @property {string} [tiles]
 * @property {string} [attribution]
 * @property {Record<"map" | "placing" | "zoomIn" | "zoomOut" | "north" | "about" | "ctrl" | "command" | "fingers", string>} words
 */

/**
 * @param {Zone[]} zones
 * @returns {GeoJSON.FeatureCollection}
 */
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

/**
 * Lines of a grid over the bounds, so that a map without tiles shows how far things are.
 * @param {Bounds} bounds
 * @param {number} step
 * @returns {GeoJSON.Feature}
 */
function grid([west, south, east, north], step) {
  /** @type {Point[][]} */
  const lines = [];
  for (let lng = Math.ceil(west / step) * step; lng <= east; lng += step) lines.push([[lng, south], [lng, north]]);
  for (let lat = Math.ceil(south / step) * step; lat <= north; lat += step) lines.push([[west, lat], [east, lat]]);
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines } };
}

/** What is under everything else: streets come between the two once they are there. @returns {LayerSpecification[]} */
function ground() {
  return [
    { id: "ground", type: "background", paint: { "background-color": "--map-ground" } },
    {
      id: "zones",
      type: "line",
      source: "zones",
      paint: { "line-color": "--map-zone", "line-width": 1.5, "line-dasharray": [3, 2] },
    },
  ];
}

/**
 * @param {MapConfig} config
 * @param {LayerSpecification[]} layers
 * @returns {StyleSpecification}
 */
function style(config, layers) {
  /** @type {Record<string, SourceSpecification>} */
  const sources = { zones: { type: "geojson", data: zoneFeatures(config.zones) } };
  // Colors change at once: paper does not wait for them to fade.
  return { version: 8, sources, layers: layers.map(painted), transition: { duration: 0, delay: 0 } };
}

/**
 * Puts the city under the zones: our own streets, else the raster tiles that the city configured, else a grid.
 * @param {MapLibreMap} map
 * @param {MapConfig} config
 */
async function addCity(map, config) {
  const styled = map.once("style.load");
  const answer = await fetch(config.streets).catch(() => null);
  /** @type {{tiles: string[], minzoom: number, maxzoom: number, attribution: string} | null} */
  const ours = answer?.status === 200 ? await answer.json() : null;
  await styled;
  const add = (/** @type {LayerSpecification} */ layer) => addLayer(map, layer, "zones");
  if (ours) {
    const { tiles, minzoom, maxzoom, attribution } = ours;
    map.addSource("streets", { type: "vector", tiles, minzoom, maxzoom, attribution });
    streets().forEach(add);
  } else if (config.tiles) {
    map.addSource("tiles", { type: "raster", tiles: [config.tiles], tileSize: 256, attribution: config.attribution });
    add({ id: "tiles", type: "raster", source: "tiles" });
  } else {
    map.addSource("fine", { type: "geojson", data: grid(config.bounds, 0.001) });
    map.addSource("grid", { type: "geojson", data: grid(config.bounds, 0.01) });
    add({ id: "fine", type: "line", source: "fine", minzoom: 14, paint: { "line-color": "--map-fine", "line-width": 0.5 } });
    add({ id: "grid", type: "line", source: "grid", paint: { "line-color": "--map-grid", "line-width": 1 } });
  }
  if (ours?.attribution || (!ours && config.tiles)) map.addControl(new AttributionControl({ compact: true }));
}

/** @type {WeakMap<HTMLElement, MapLibreMap>} */
const maps = new WeakMap();

/** The map that was made in this element, if any. */
export const mapIn = (/** @type {HTMLElement} */ element) => maps.get(element);

/**
 * Makes a map in `element`, or returns null where the browser cannot draw one: every page works without it.
 * One finger and the wheel scroll the page; two fingers, or the wheel with Ctrl, move the map.
 * @param {HTMLElement} element
 * @param {MapConfig} config
 * @param {Partial<MapOptions>} [options]
 */
export function createMap(element, config, options = {}) {
  const layers = ground();
  /** @type {MapLibreMap} */
  let map;
  try {
    map = new MapLibreMap({
      container: element,
      style: style(config, layers),
      bounds: config.bounds,
      fitBoundsOptions: { padding: 12 },
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      maxZoom: 21,
      locale: {
        "Map.Title": config.words.map,
        "NavigationControl.ZoomIn": config.words.zoomIn,
        "NavigationControl.ZoomOut": config.words.zoomOut,
        "NavigationControl.ResetBearing": config.words.north,
        "AttributionControl.ToggleAttribution": config.words.about,
        "CooperativeGesturesHandler.WindowsHelpText": config.words.ctrl,
        "CooperativeGesturesHandler.MacHelpText": config.words.command,
        "CooperativeGesturesHandler.MobileHelpText": config.words.fingers,
      },
      ...options,
    });
  } catch {
    element.hidden = true;
    return null;
  }
  maps.set(element, map);
  printable(map);
  for (const layer of layers) follow(map, layer);
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "imperial" }), "bottom-left");
  addCity(map, config);
  return map;
}

/**
 * Tells of each place that a person presses; by keys, Enter takes the middle of the map.
 * @param {MapLibreMap} map
 * @param {MapConfig} config
 * @param {(place: LngLat) => void} act
 */
export function onPlace(map, config, act) {
  const canvas = map.getCanvas();
  canvas.setAttribute("aria-label", config.words.placing);
  map.getContainer().classList.add("map-placing");
  map.on("click", ({ lngLat }) => act(lngLat));
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    act(map.getCenter());
  });
}

/** What a source of areas holds. @returns {GeoJSON.Feature} */
export const areas = (/** @type {Point[][]} */ rings) => ({
  type: "Feature",
  properties: {},
  geometry: { type: "MultiPolygon", coordinates: rings.map((ring) => [ring]) },
});

/**
 * Numbers on the map, as the list beside it has them; returns a function that shows others. They are for the eye alone.
 * @param {MapLibreMap} map
 */
export function numberPins(map) {
  /** @type {Marker[]} */
  let pins = [];
  return (/** @type {{number: number, at: Point}[]} */ numbers) => {
    pins.forEach((pin) => pin.remove());
    pins = numbers.map(({ number, at }) => {
      const element = Object.assign(document.createElement("div"), { className: "pin number-pin", textContent: String(number) });
      const pin = new Marker({ element }).setLngLat(at).addTo(map);
      for (const name of ["aria-label", "tabindex", "role"]) element.removeAttribute(name);
      element.setAttribute("aria-hidden", "true");
      return pin;
    });
  };
}

/**
 * Adds areas: what each covers and its edge.
 * @param {MapLibreMap} map
 * @param {string} id
 * @param {Point[][]} rings
 */
export function addAreas(map, id, rings) {
  map.addSource(id, { type: "geojson", data: areas(rings) });
  addLayer(map, { id: `${id}-fill`, type: "fill", source: id, paint: { "fill-color": "--map-area", "fill-opacity": 0.18 } });
  addLayer(map, { id: `${id}-line`, type: "line", source: id, paint: { "line-color": "--map-area", "line-width": 2.5 } });
}

/**
 * Brings a ring into view.
 * @param {MapLibreMap} map
 * @param {Point[]} ring
 */
export function fitRing(map, ring) {
  map.fitBounds(boundsOf(ring), { padding: 48, maxZoom: 17, duration: 0 });
}

// From farther away a sector of thirty meters is smaller than a pixel.
const DOTS_UP_TO = 16;

/**
 * Adds layers of sectors, and of a dot for each while they are too small to see; returns a function that shows others.
 * @param {MapLibreMap} map
 * @param {string} id
 * @param {SectorFeature[]} features
 */
export function addSectors(map, id, features = []) {
  /** @returns {GeoJSON.FeatureCollection} */
  const data = (/** @type {GeoJSON.Feature[]} */ list) => ({ type: "FeatureCollection", features: list });
  const dots = (/** @type {SectorFeature[]} */ list) =>
    data(list.map(({ apex, properties }) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates: apex } })));
  map.addSource(id, { type: "geojson", data: data(features) });
  map.addSource(`${id}-dots`, { type: "geojson", data: dots(features) });
  addLayer(map, { id: `${id}-fill`, type: "fill", source: id, paint: { "fill-color": "--map-mark", "fill-opacity": 0.45 } });
  addLayer(map, { id: `${id}-line`, type: "line", source: id, paint: { "line-color": "--map-mark-edge", "line-width": 2 } });
  addLayer(map, {
    id: `${id}-dots`,
    type: "circle",
    source: `${id}-dots`,
    maxzoom: DOTS_UP_TO,
    paint: {
      "circle-color": "--map-mark",
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 3.5, 15, 6],
      "circle-stroke-color": "--map-mark-edge",
      "circle-stroke-width": 1.5,
    },
  });
  const source = (/** @type {string} */ name) => /** @type {GeoJSONSource} */ (map.getSource(name));
  return (/** @type {SectorFeature[]} */ list) => {
    source(id).setData(data(list));
    source(`${id}-dots`).setData(dots(list));
  };
}
