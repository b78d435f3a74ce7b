// The map of a camera's form: a pin, a diamond that turns it, a dot that widens it; by finger, mouse or keys.
import { Marker } from "maplibre-gl";
import { FEET, field, form, markByHand, number, put, words } from "./camera-fields.js";
import { byId } from "./elements.js";
import { addSectors, createMap, onPlace } from "./map-base.js";
import { pageData } from "./page-data.js";
import { boundsOf } from "./rings.js";
import { ahead, bearingTo, distance, sectorFeature, wrap } from "./sector.js";

/** @import {Point, Sector, SectorFeature} from "./sector.js" */

const config = pageData("map-config");
/** @type {(value: number, least: number, most: number) => number} */
const between = (value, least, most) => Math.min(Math.max(value, least), most);

/**
 * @param {"pin" | "aim" | "edge"} kind
 * @param {string} label
 */
function handle(kind, label) {
  const node = document.createElement("div");
  node.className = `handle handle-${kind}`;
  node.title = label;
  return new Marker({ element: node, draggable: true });
}

/**
 * A handle that keys move as well: a slider to assistive technology, whose value is said in words.
 * @param {Marker} marker
 * @param {string} label
 * @param {Record<string, (far: boolean) => void>} keys
 * @param {() => {now: number, most: number, text: string}} value
 */
function byKeys(marker, label, keys, value) {
  const node = marker.getElement();
  node.tabIndex = 0;
  node.setAttribute("role", "slider");
  node.setAttribute("aria-label", label);
  const tell = () => {
    const { now, most, text } = value();
    const facts = { "aria-valuemin": 0, "aria-valuemax": most, "aria-valuenow": now, "aria-valuetext": text };
    for (const [name, fact] of Object.entries(facts)) node.setAttribute(name, String(fact));
  };
  node.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation(); // the map would wander as well
    act(event.shiftKey);
  });
  return tell;
}

/**
 * Draws the map around what `sector()` says; returns a function that brings the camera into view.
 * @param {HTMLElement} element
 * @param {() => Sector | null} sector
 */
export function cameraMap(element, sector) {
  const map = createMap(element, config);
  if (!map) return () => {};
  byId("map-hint").hidden = false;
  const pin = handle("pin", words.pin);
  const aim = handle("aim", words.aim);
  const edge = handle("edge", words.edge);
  /** @returns {Point} */
  const point = (/** @type {Marker} */ marker) => [marker.getLngLat().lng, marker.getLngLat().lat];
  /** @type {(features: SectorFeature[]) => void} */
  let show = () => {};
  let placed = false;
  /** @type {Marker | null} */
  let dragging = null;

  const drop = (/** @type {{lng: number, lat: number}} */ { lng, lat }) => {
    put("latitude", lat, 6);
    put("longitude", lng, 6);
  };
  const turn = (/** @type {number} */ degrees) => put("bearing", wrap((Number.isFinite(number("bearing")) ? number("bearing") : 0) + degrees), 0);
  const reach = (/** @type {number} */ feet) => {
    markByHand("range_ft");
    put("range_ft", between(feet, 3, 1640), 0);
  };
  const widen = (/** @type {number} */ degrees) => {
    markByHand("field_of_view");
    put("field_of_view", between(degrees, 5, 360), 0);
  };
  const step = (/** @type {number} */ east, /** @type {number} */ north) => (/** @type {boolean} */ far) => {
    const bearing = bearingTo([0, 0], [east, north]);
    const [lng, lat] = ahead(point(pin), bearing, far ? 10 : 1);
    drop({ lng, lat });
  };
  const tells = [
    byKeys(
      pin,
      words.pin,
      { ArrowUp: step(0, 1), ArrowDown: step(0, -1), ArrowLeft: step(-1, 0), ArrowRight: step(1, 0), Enter: () => look() },
      () => ({ now: 0, most: 0, text: `${field("latitude").value}, ${field("longitude").value}` }),
    ),
    byKeys(
      aim,
      words.aim,
      {
        ArrowLeft: (far) => turn(far ? -45 : -5),
        ArrowRight: (far) => turn(far ? 45 : 5),
        ArrowUp: (far) => reach(number("range_ft") + (far ? 25 : 5)),
        ArrowDown: (far) => reach(number("range_ft") - (far ? 25 : 5)),
      },
      () => ({ now: sector()?.bearing ?? 0, most: 360, text: `${Math.round(sector()?.bearing ?? 0)}°, ${field("range_ft").value} ft` }),
    ),
    byKeys(
      edge,
      words.edge,
      { ArrowLeft: (far) => widen(number("field_of_view") - (far ? 45 : 5)), ArrowRight: (far) => widen(number("field_of_view") + (far ? 45 : 5)) },
      () => ({ now: number("field_of_view") || 0, most: 360, text: `${field("field_of_view").value}°` }),
    ),
  ];

  const redraw = () => {
    const now = sector();
    show(now ? [sectorFeature(now)] : []);
    if (!now) return;
    /** @type {Point} */
    const center = [now.longitude, now.latitude];
    const half = Math.min(now.fieldOfView, 350) / 2;
    if (dragging !== pin) pin.setLngLat(center);
    if (dragging !== aim) aim.setLngLat(ahead(center, now.bearing, now.range));
    if (dragging !== edge) edge.setLngLat(ahead(center, now.bearing + half, now.range * 0.8));
    if (!placed) {
      placed = true;
      for (const marker of [pin, aim, edge]) marker.addTo(map);
      for (const marker of [pin, aim, edge]) marker.getElement().setAttribute("role", "slider");
      pin.getElement().setAttribute("aria-label", words.pin);
      aim.getElement().setAttribute("aria-label", words.aim);
      edge.getElement().setAttribute("aria-label", words.edge);
    }
    tells.forEach((tell) => tell());
  };

  const look = () => {
    const now = sector();
    if (!now) return;
    const around = sectorFeature({ ...now, fieldOfView: 360 });
    map.fitBounds(boundsOf(/** @type {Point[]} */ (around.geometry.coordinates[0])), { padding: 60, maxZoom: 20, animate: false });
  };

  onPlace(map, config, (at) => {
    const first = !placed;
    if (first && map.getZoom() < 15) {
      map.easeTo({ center: at, zoom: Math.min(map.getZoom() + 3, 16) });
      return; // too far out to mean a house: come closer first
    }
    drop(at);
    if (first) look();
  });
  /** @type {[Marker, () => void][]} */
  const drags = [
    [pin, () => drop(pin.getLngLat())],
    [
      aim,
      () => {
        put("bearing", bearingTo(point(pin), point(aim)), 0);
        reach(distance(point(pin), point(aim)) / FEET);
      },
    ],
    [
      edge,
      () => {
        const off = Math.abs(((bearingTo(point(pin), point(edge)) - (sector()?.bearing ?? 0) + 540) % 360) - 180);
        widen(off * 2);
      },
    ],
  ];
  for (const [marker, act] of drags) {
    marker.on("dragstart", () => (dragging = marker));
    marker.on("drag", act);
    marker.on("dragend", () => {
      act();
      dragging = null;
      redraw();
    });
  }
  map.on("load", () => {
    show = addSectors(map, "camera");
    redraw();
    look();
    form.addEventListener("input", redraw);
    element.dataset.ready = "true";
  });
  for (const name of ["latitude", "longitude"]) field(name).addEventListener("change", () => look());
  return look;
}
