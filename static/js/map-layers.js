// Layers of agencies on a map and in a list: own ones, and those that an agreement shares now. The portal is asked again
// every minute, so that what is no longer shared leaves the page.
import { part, parts } from "./elements.js";
import { addLayer } from "./map-looks.js";
import { sectorFeature } from "./sector.js";

/** @import {GeoJSONSource, LayerSpecification, Map as MapLibreMap} from "maplibre-gl" */
/** @typedef {[number, number, string, string, number | null, number | null]} Row longitude, latitude, title, status, direction, width of view */
/** @typedef {{id: string, name: string, kind: string, kindName: string, agency: string, own: boolean, stale: string, features: Row[]}} Layer */
/** @typedef {{status: Record<string, string>, layers: Layer[]}} Answer */

const EVERY = 60_000;
const SHOWN = 200;
const SEES = 60; // meters of a wedge: it says a direction, not how far the camera sees
const USUAL_WIDTH = 60;
/** Letters tell kinds apart, also without colors. @type {Record<string, string>} */
const LETTERS = { safety: "S", traffic: "T", lpr: "L", sensor: "•", alert: "!" };
const IDS = ["layers-wedges", "layers-dots", "layers-letters", "layers-names"];

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
  for (const name of ["layers", "layers-wedges"]) map.addSource(name, { type: "geojson", data: collection([]) });
  /** @type {LayerSpecification[]} */
  const drawn = [
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
 * @param {HTMLElement} panel
 * @param {MapLibreMap | null} map one that has loaded
 * @param {string} [under]
 * @param {number} [scale] how much larger than usual, for a screen across the room
 */
export function showLayers(panel, map, under, scale = 1) {
  const words = panel.dataset;
  const legend = part(panel, ".legend");
  const list = part(panel, ".layers-rows");
  const find = part(panel, "input[type=search]", HTMLInputElement);
  const told = part(panel, ".layers-told");
  const count = part(panel, ".layers-count");
  /** @type {Answer} */
  let answer = { status: {}, layers: [] };
  /** @type {Set<string>} */
  const off = new Set();
  let tag = "";

  const seen = () => answer.layers.filter(({ id }) => !off.has(id));
  const inWords = (/** @type {Layer} */ layer, /** @type {Row} */ [, , title, status, direction]) => {
    const looks = direction === null ? "" : ` · ${(words.looks ?? "").replace("0", String(Math.round(direction)))}`;
    return `${title} · ${layer.kindName} · ${layer.agency} · ${answer.status[status] ?? status}${looks}`;
  };

  function filter() {
    for (const id of IDS) map?.setFilter(id, ["in", ["get", "layer"], ["literal", seen().map((layer) => layer.id)]]);
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
      else if (response.status < 500) answer = { status: {}, layers: [] };
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
    map.on("click", "layers-dots", ({ features }) => {
      const found = features?.[0]?.properties;
      const layer = answer.layers.find(({ id }) => id === found?.layer);
      const row = layer?.features.find((one) => one[2] === found?.title);
      if (layer && row) told.textContent = inWords(layer, row);
    });
  }
  find.addEventListener("input", fillList);
  part(panel, "details", HTMLDetailsElement).addEventListener("toggle", fillList);
  return follow();
}
