// How maps look: colors are tokens of tokens.css and maps.css, as the page's theme, a person's wish for more contrast or
// a sheet of paper have them, also when one of these changes.

/** @import {LayerSpecification, Map as MapLibreMap} from "maplibre-gl" */

/** A color of the stylesheets, as the page has it now. */
export const color = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @type {Set<() => void>} */
const repaints = new Set();
/** @type {Set<MapLibreMap>} */
const shown = new Set();

/** Calls `repaint` each time the colors of the page change. */
export const onTheme = (/** @type {() => void} */ repaint) => repaints.add(repaint);

const repaintAll = () => repaints.forEach((repaint) => repaint());
new MutationObserver(repaintAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
for (const wish of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)"]) {
  matchMedia(wish).addEventListener("change", repaintAll);
}

const TOKEN = /^--/;

/**
 * The same layer with colors in place of the names of tokens in its paint.
 * @template {LayerSpecification} Layer
 * @param {Layer} layer
 * @returns {Layer}
 */
export function painted(layer) {
  const paint = Object.entries(layer.paint ?? {}).map(([name, value]) => [name, TOKEN.test(value) ? color(value) : value]);
  return { ...layer, paint: Object.fromEntries(paint) };
}

/**
 * Paints a layer of a map again each time the colors of the page change.
 * @param {MapLibreMap} map
 * @param {LayerSpecification} layer
 */
export function follow(map, layer) {
  const tokens = Object.entries(layer.paint ?? {}).filter(([, value]) => TOKEN.test(value));
  onTheme(() => {
    if (!map.getLayer(layer.id)) return;
    for (const [name, token] of tokens) map.setPaintProperty(layer.id, /** @type {any} */ (name), color(token));
  });
}

/**
 * Adds a layer whose paint names colors by their tokens.
 * @param {MapLibreMap} map
 * @param {LayerSpecification} layer
 * @param {string} [before] the layer that it goes under
 */
export function addLayer(map, layer, before) {
  map.addLayer(painted(layer), before);
  follow(map, layer);
}

/** Lets a map be printed: a browser prints what a map drew last only by chance, so paper gets a still picture of it. */
export const printable = (/** @type {MapLibreMap} */ map) => shown.add(map);

addEventListener("beforeprint", () => {
  document.documentElement.dataset.printing = "true";
  repaintAll();
  for (const map of shown) {
    map.redraw();
    const drawn = map.getCanvas();
    const still = Object.assign(document.createElement("canvas"), { className: "map-still", width: drawn.width, height: drawn.height });
    still.getContext("2d")?.drawImage(drawn, 0, 0);
    map.getContainer().append(still);
  }
});
addEventListener("afterprint", () => {
  delete document.documentElement.dataset.printing;
  repaintAll();
  document.querySelectorAll(".map-still").forEach((still) => still.remove());
});
