// Layers of agencies on a map and in a list: own ones, and those that an agreement shares now. The portal is asked again
// every minute, so that what is no longer shared leaves the page.
import { part, parts } from "./elements.js";
import { addLayer } from "./map-looks.js";
import { boundsOf } from "./rings.js";
import { sectorFeature } from "./sector.js";

/** @import {FilterSpecification, GeoJSONSource, LayerSpecification, Map as MapLibreMap} from "maplibre-gl" */
/** @import {Point} from "./sector.js" */
/** @typedef {[number, number, string, string, number | null, number | null, ("line" | "area" | "outline")?, string?, string?]} Row longitude, latitude, title, status, direction, width of view; of a line or an area also which, its coordinates as JSON, and its size in words */
/** @typedef {{id: string, name: string, kind: string, kindName: string, agency: string, own: boolean, stale: string, features: Row[]}} Layer */
/** @typedef {{status: Record<string, string>, shapes: Record<string, string>, layers: Layer[]}} Answer */

const EVERY = 60_000;
const SHOWN = 200;
const SEES = 60; // meters of a wedge: it says a direction, not how far the camera sees
const USUAL_WIDTH = 60;
/** Letters tell kinds apart, also without colors. @type {Record<string, string>} */
const LETTERS = { safety: "S", traffic: "T", lpr: "L", sensor: "•", alert: "!", event: "E" };
const IDS = ["layers-areas", "layers-lines", "layers-wedges", "layers-dots", "layers-letters", "layers-names"];

/** @returns {GeoJSON.FeatureCollection} */
const collection = (/** @type {GeoJSON.Feature[]} */ features) => ({ type: "FeatureCollection", features });

/** @returns {GeoJSON.Feature[]} */
function points(/** @type {Layer[]} */ layers) {
  return layers.flatMap((layer) =>
    layer.features.map(([longitude, latitude, title, status]) => ({
      type: "Feature",
      properties: { layer: layer.id, title, status, letter: LETTERS[layer.kind] ?? "", kind: layer.kindName, agency: layer.agency },
      geometry: { type: "Point", coordinates: [longitude, latitude] },
    })),
  );
}

/** Lines, areas with their edges, and of areas that cross themselves the edges alone. @returns {GeoJSON.Feature[]} */
function shapes(/** @type {Layer[]} */ layers) {
  return layers.flatMap((layer) =>
    layer.features.flatMap(([, , title, status, , , geometry, coordinates]) =>
      geometry && coordinates
        ? [
            {
              type: /** @type {const} */ ("Feature"),
              properties: { layer: layer.id, title, status },
              geometry: /** @type {GeoJSON.Geometry} */ ({ 
                type: geometry === "area" ? "MultiPolygon" : "MultiLineString",
                coordinates: geometry === "outline" ? JSON.parse(coordinates).flat(1) : JSON.parse(coordinates),
              }),
            },
          ]
        : [],
    ),
  );
}

/** Every place of the layers, with every corner. @returns {Point[]} */
const corners = (/** @type {Layer[]} */ layers) =>
  layers.flatMap((layer) => layer.features.flatMap(([x, y, , , , , , coordinates]) => [/** @type {Point} */ ([x, y]), ...(coordinates ? pairs(JSON.parse(coordinates)) : [])]));

/** The positions of nested lists. @returns {Point[]} */
function pairs(/** @type {any[]} */ lists) {
  return typeof lists[0]?.[0] === "number" ? lists : lists.flatMap(pairs);
}

/** @returns {GeoJSON.Feature[]} */
function wedges(/** @type {Layer[]} */ layers) {
  return layers.flatMap((layer) =>
    layer.features
      .filter((row) => row[4] !== null)
      .map(([longitude, latitude, , , direction, width]) =>
        sectorFeature({ longitude, latitude, bearing: direction ?? 0, fieldOfView: width ?? USUAL_WIDTH, range: SEES, layer: layer.id }),
      ),
  );
}

/**
 * @param {MapLibreMap} map one that has loaded
 * @param {string | undefined} under the map's layer of what the page is about: it stays on top
 * @param {number} scale
 */
function addToMap(map, under, scale) {
  const before = under && map.getLayer(under) ? under : undefined;
  for (const name of ["layers", "layers-wedges", "layers-shapes"]) map.addSource(name, { type: "geojson", data: collection([]) });
  /** @type {LayerSpecification[]} */
  const drawn = [
    {
      id: "layers-areas",
      type: "fill",
      source: "layers-shapes",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": "--map-public", "fill-opacity": ["case", ["==", ["get", "status"], "inactive"], 0.08, 0.2] },
    },
    {
      id: "layers-lines",
      type: "line",
      source: "layers-shapes",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": "--map-public",
        "line-opacity": ["case", ["==", ["get", "status"], "inactive"], 0.4, 1],
        "line-width": ["interpolate", ["linear"], ["zoom"], 9, 2 * scale, 15, 4 * scale],
      },
    },
    {
      id: "layers-wedges",
      type: "fill",
      source: "layers-wedges",
      minzoom: 14,
      paint: { "fill-color": "--map-public", "fill-opacity": 0.25 },
    },
    {
      id: "layers-dots",
      type: "circle",
      source: "layers",
      paint: {
        "circle-color": "--map-public",
        "circle-opacity": ["case", ["==", ["get", "status"], "inactive"], 0.4, 1],
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 3 * scale, 13, 8 * scale, 17, 11 * scale],
        "circle-stroke-color": "--map-public-text",
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "layers-letters",
      type: "symbol",
      source: "layers",
      minzoom: 12.5,
      layout: { "text-field": ["get", "letter"], "text-size": 13 * scale, "text-allow-overlap": true, "text-ignore-placement": true },
      paint: { "text-color": "--map-public-text" },
    },
    {
      id: "layers-names",
      type: "symbol",
      source: "layers",
      minzoom: 15.5,
      layout: { "text-field": ["get", "title"], "text-size": 12 * scale, "text-anchor": "top", "text-offset": [0, 1], "text-max-width": 10 },
      paint: { "text-color": "--ink", "text-halo-color": "--card", "text-halo-width": 1.5 },
    },
  ];
  for (const layer of drawn) addLayer(map, layer, before);
}

/**
 * Fills the panel and, where there is one, the map. It stays as it is while the portal does not answer.
 * `under` is the map's layer of what the page is about: it stays on top. `scale` is how much larger than usual, for a
 * screen across the room. `fit` brings all of it into view once.
 * @param {HTMLElement} panel
 * @param {MapLibreMap | null} map one that has loaded
 * @param {{under?: string, scale?: number, fit?: boolean}} [options]
 */
export function showLayers(panel, map, { under, scale = 1, fit = false } = {}) {
  const words = panel.dataset;
  const legend = part(panel, ".legend");
  const list = part(panel, ".layers-rows");
  const find = part(panel, "input[type=search]", HTMLInputElement);
  const told = part(panel, ".layers-told");
  const count = part(panel, ".layers-count");
  /** @type {Answer} */
  let answer = { status: {}, shapes: {}, layers: [] };
  /** @type {Set<string>} */
  const off = new Set();
  let tag = "";

  const seen = () => answer.layers.filter(({ id }) => !off.has(id));
  const inWords = (/** @type {Layer} */ layer, /** @type {Row} */ [, , title, status, direction, , geometry, , size]) => {
    const shape = geometry ? ` · ${answer.shapes[geometry] ?? ""}, ${size ?? ""}` : "";
    const looks = direction === null ? "" : ` · ${(words.looks ?? "").replace("0", String(Math.round(direction)))}`;
    return `${title} · ${layer.kindName} · ${layer.agency} · ${answer.status[status] ?? status}${shape}${looks}`;
  };

  function filter() {
    const shown = ["in", ["get", "layer"], ["literal", seen().map((layer) => layer.id)]];
    for (const id of IDS) {
      const areas = id === "layers-areas" ? ["all", ["==", ["geometry-type"], "Polygon"], shown] : shown;
      map?.setFilter(id, /** @type {FilterSpecification} */ (areas));
    }
  }

  function fillLegend() {
    const items = answer.layers.map((layer) => {
      const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: !off.has(layer.id) });
      box.addEventListener("change", () => {
        if (box.checked) off.delete(layer.id);
        else off.add(layer.id);
        filter();
        fillList();
      });
      const swatch = Object.assign(document.createElement("span"), { className: "swatch swatch-public", textContent: LETTERS[layer.kind] ?? "" });
      swatch.setAttribute("aria-hidden", "true");
      const shared = layer.own ? layer.agency : (words.shared ?? "").replace("0", layer.agency);
      const stale = layer.stale ? ` · ${(words.stale ?? "").replace("0", layer.stale)}` : "";
      const label = document.createElement("label");
      label.append(box, swatch, `${layer.name} (${layer.features.length}) · ${shared}${stale}`);
      const item = document.createElement("li");
      item.append(label);
      return item;
    });
    legend.replaceChildren(...items);
  }

  function fillList() {
    if (!part(panel, "details", HTMLDetailsElement).open) return;
    const sought = find.value.trim().toLowerCase();
    const rows = seen().flatMap((layer) => layer.features.map((row) => ({ row, text: inWords(layer, row) })));
    const found = rows.filter(({ text }) => text.toLowerCase().includes(sought));
    const items = found.slice(0, SHOWN).map(({ row: [longitude, latitude], text }) => {
      const item = document.createElement("li");
      const name = Object.assign(document.createElement(map ? "button" : "span"), { textContent: text });
      if (name instanceof HTMLButtonElement) {
        name.type = "button";
        name.addEventListener("click", () => {
          map?.jumpTo({ center: [longitude, latitude], zoom: Math.max(map.getZoom(), 16) });
          told.textContent = text;
        });
      }
      item.append(name);
      return item;
    });
    list.replaceChildren(...items);
    count.textContent = found.length > SHOWN ? (words.more ?? "").replace("1", String(SHOWN)).replace("0", String(found.length)) : String(found.length);
  }

  function show() {
    panel.hidden = !answer.layers.length;
    if (map) {
      const source = (/** @type {string} */ name) => /** @type {GeoJSONSource} */ (map.getSource(name));
      source("layers").setData(collection(points(answer.layers)));
      source("layers-wedges").setData(collection(wedges(answer.layers)));
      source("layers-shapes").setData(collection(shapes(answer.layers)));
      const all = fit ? corners(answer.layers) : [];
      if (all.length) {
        fit = false;
        map.fitBounds(boundsOf(all), { padding: 48, maxZoom: 15, duration: 0 });
      }
      filter();
    }
    const held = parts(legend, "input", HTMLInputElement).indexOf(/** @type {HTMLInputElement} */ (document.activeElement));
    fillLegend();
    parts(legend, "input", HTMLInputElement)[held]?.focus({ preventScroll: true });
    fillList();
  }

  async function ask() {
    try {
      const headers = { Accept: "application/json", ...(tag ? { "If-None-Match": tag } : {}) };
      const response = await fetch(words.features ?? "", { headers, cache: "no-store" });
      if (response.status === 304) return;
      tag = response.ok ? (response.headers.get("ETag") ?? "") : "";
      if (response.ok) answer = await response.json();
      else if (response.status < 500) answer = { status: {}, shapes: {}, layers: [] };
      else return;
      show();
    } catch {
      // The line is down: the next turn asks again.
    }
  }

  async function follow() {
    if (!document.hidden) await ask();
    setTimeout(follow, EVERY);
  }

  if (map) {
    addToMap(map, under, scale);
    const touched = ["layers-dots", "layers-lines", "layers-areas"];
    map.on("click", ({ point }) => {
      const found = map.queryRenderedFeatures(point, { layers: touched })[0]?.properties;
      const layer = answer.layers.find(({ id }) => id === found?.layer);
      const row = layer?.features.find((one) => one[2] === found?.title);
      if (layer && row) told.textContent = inWords(layer, row);
    });
  }
  find.addEventListener("input", fillList);
  part(panel, "details", HTMLDetailsElement).addEventListener("toggle", fillList);
  return follow();
}
