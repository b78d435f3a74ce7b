// A pin on a map and two number fields that say the same place. The fields alone are enough.
import { pageData } from "./page-data.js";
import { circleRing } from "./rings.js";
import { whenNear } from "./when-near.js";

/** @import {GeoJSONSource} from "maplibre-gl" */
/** @import {Point} from "./sector.js" */

/**
 * @typedef {Pick<HTMLInputElement, "value" | "addEventListener" | "dispatchEvent">} Half a field, or half of one
 * @param {HTMLElement} element where the map goes
 * @param {Half} latitude
 * @param {Half} longitude
 * @param {(() => number) | null} radius in meters, of a circle that is drawn around the place
 */
export function placePin(element, latitude, longitude, radius = null) {
  /** @type {(move: boolean) => void} */
  let show = () => {};

  function put(/** @type {{lat: number, lng: number}} */ { lat, lng }) {
    latitude.value = lat.toFixed(6);
    longitude.value = lng.toFixed(6);
    for (const one of [latitude, longitude]) one.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** What the fields say, if it is a place that a map has. */
  function place() {
    if (latitude.value === "" || longitude.value === "") return null;
    /** @type {Point} */
    const said = [Number(longitude.value), Number(latitude.value)];
    return said.every(Number.isFinite) && Math.abs(said[1]) <= 85 ? said : null;
  }

  whenNear(element, () => Promise.all([import("maplibre-gl"), import("./map-base.js")]))
    .then(([{ Marker }, { addAreas, areas, createMap, fitRing, onPlace }]) => {
      const config = pageData("map-config");
      const map = createMap(element, config);
      if (!map) return;
      const mark = document.createElement("div");
      mark.className = "handle handle-pin";
      const pin = new Marker({ element: mark, draggable: true });
      pin.on("dragend", () => put(pin.getLngLat()));
      show = (move) => {
        const said = place();
        if (!said) return;
        pin.setLngLat(said).addTo(map);
        const ring = radius && circleRing(said, radius());
        if (ring) /** @type {GeoJSONSource | undefined} */ (map.getSource("around"))?.setData(areas([ring]));
        if (!move) return;
        if (ring) fitRing(map, ring);
        else map.jumpTo({ center: said, zoom: 17 });
      };
      onPlace(map, config, (at) => {
        put(at);
        show(false);
      });
      map.on("load", () => {
        if (radius) addAreas(map, "around", []);
        element.dataset.ready = "true";
        show(true);
      });
    })
    .catch(() => {
      element.hidden = true;
    });

  for (const one of [latitude, longitude]) one.addEventListener("change", () => show(true));

  return {
    /** Shows what the fields and the radius say now. */
    look: () => show(true),
    /** Writes a place into the fields and shows it. */
    set(/** @type {{lat: number, lng: number}} */ at) {
      put(at);
      show(true);
    },
  };
}
