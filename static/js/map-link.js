// What a page's address says of its map: the view in the fragment, filters in the query. Never the place of a partner:
// the view is written only when a person moves the map by hand, and to about a hundred meters.

/** @import {Map as MapLibreMap} from "maplibre-gl" */

const PLACE = /^#(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/;

/** Opens the view that the address names, and writes the one that a person chooses. */
export function linkView(/** @type {MapLibreMap} */ map) {
  const [, zoom, lat, lng] = (PLACE.exec(location.hash) ?? []).map(Number);
  if (zoom <= 21 && Math.abs(lat) <= 85 && Math.abs(lng) <= 180) map.jumpTo({ center: [lng, lat], zoom });
  map.on("moveend", (event) => {
    if (!(/** @type {{originalEvent?: Event}} */ (event).originalEvent)) return;
    const center = map.getCenter();
    const view = [map.getZoom().toFixed(1), center.lat.toFixed(3), center.lng.toFixed(3)].join("/");
    history.replaceState(history.state, "", `${location.pathname}${location.search}#${view}`);
  });
}

/**
 * Fills a form from the query, and writes the query from the form.
 * @param {HTMLFormElement} form
 */
export function linkForm(form) {
  const said = new URLSearchParams(location.search);
  for (const control of /** @type {Iterable<HTMLInputElement>} */ (form.elements)) {
    if (control.name && said.has(control.name)) control.value = said.get(control.name) ?? "";
  }
  return () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.set(name, String(value));
    const text = query.toString();
    history.replaceState(history.state, "", `${location.pathname}${text && `?${text}`}${location.hash}`);
  };
}
