// Registering a camera: the map and the fields are two hands on the same five numbers. The fields alone are enough.
import { Marker } from "maplibre-gl";
import { addSectors, boundsOf, createMap, pageData } from "./map-base.js";
import { ahead, bearingTo, distance, sectorFeature, wrap } from "./sector.js";

const FEET = 0.3048; // metres
const form = document.getElementById("camera-form");
const words = form.dataset;
const field = (name) => form.elements.namedItem(name);
const number = (name) => {
  const text = field(name).value.trim();
  return text === "" ? NaN : Number(text);
};

function put(name, value, digits) {
  const target = field(name);
  target.value = String(Number(value.toFixed(digits)));
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The sector as the fields say it, or null while they do not say one. */
function sector() {
  const [latitude, longitude, bearing] = [number("latitude"), number("longitude"), number("bearing")];
  const [fieldOfView, range] = [number("field_of_view"), number("range_ft") * FEET];
  const good =
    Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180 && fieldOfView > 0 && fieldOfView <= 360 && range > 0 && range <= 500;
  return good ? { latitude, longitude, bearing: Number.isFinite(bearing) ? wrap(bearing) : 0, fieldOfView, range } : null;
}

// Twins: a slider beside a number, the points of the compass beside the bearing.
for (const twin of form.querySelectorAll("[data-twin]")) {
  const target = field(twin.dataset.twin);
  twin.closest("[data-enhanced]").hidden = false;
  const follow = () => {
    if (target.value.trim() !== "") {
      const step = Number(twin.dataset.step ?? 0);
      const value = Number(target.value);
      twin.value = String(step ? (Math.round(wrap(value) / step) * step) % 360 : value);
    } else if (twin.tagName === "SELECT") {
      twin.value = "";
    }
  };
  twin.addEventListener("input", () => {
    if (twin.value === "") return;
    target.value = twin.value;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  });
  target.addEventListener("input", follow);
  follow();
}

// A new place asks for its name and address; an old one does not.
const place = form.querySelector("[data-new-place]");
const choices = [...form.querySelectorAll('input[type="radio"][name="site"]')];
if (place && choices.length) {
  const show = () => {
    place.hidden = !choices.some((choice) => choice.checked && choice.value === "new");
  };
  choices.forEach((choice) => choice.addEventListener("change", show));
  show();
}

// Where am I?
const locate = document.getElementById("locate");
const status = document.getElementById("locate-status");
if (locate && "geolocation" in navigator) {
  locate.hidden = false;
  locate.addEventListener("click", () => {
    status.textContent = words.locating;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        status.textContent = words.located;
        put("latitude", coords.latitude, 6);
        put("longitude", coords.longitude, 6);
        look();
      },
      () => {
        status.textContent = words.notLocated;
      },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
}

// The dial: the same sector as a small drawing, which needs no map.
const dial = document.getElementById("dial-sector");
function drawDial(now) {
  if (!dial) return;
  if (!now) {
    dial.setAttribute("d", "");
    return;
  }
  const at = (angle) => [60 + 46 * Math.sin((angle * Math.PI) / 180), 60 - 46 * Math.cos((angle * Math.PI) / 180)];
  const half = Math.min(now.fieldOfView, 359.9) / 2;
  const [x1, y1] = at(now.bearing - half);
  const [x2, y2] = at(now.bearing + half);
  dial.setAttribute("d", `M60 60L${x1} ${y1}A46 46 0 ${half > 90 ? 1 : 0} 1 ${x2} ${y2}Z`);
}

// The map.
const element = document.getElementById("camera-map");
const map = element ? createMap(element, pageData("map-config")) : null;
let show = () => {};
let look = () => {};

function handle(kind, label) {
  const node = document.createElement("div");
  node.className = `handle handle-${kind}`;
  node.title = label;
  node.setAttribute("aria-hidden", "true"); // the fields below do the same by keyboard
  const marker = new Marker({ element: node, draggable: true });
  return marker;
}

if (map) {
  document.getElementById("map-hint").hidden = false;
  const pin = handle("pin", words.pin);
  const aim = handle("aim", words.aim);
  const edge = handle("edge", words.edge);
  const point = (marker) => [marker.getLngLat().lng, marker.getLngLat().lat];
  let placed = false;
  let dragging = null;

  const redraw = () => {
    const now = sector();
    show(now ? [sectorFeature(now)] : []);
    if (!now) return;
    const centre = [now.longitude, now.latitude];
    const half = Math.min(now.fieldOfView, 350) / 2;
    if (dragging !== pin) pin.setLngLat(centre);
    if (dragging !== aim) aim.setLngLat(ahead(centre, now.bearing, now.range));
    if (dragging !== edge) edge.setLngLat(ahead(centre, now.bearing + half, now.range * 0.8));
    if (!placed) {
      placed = true;
      for (const marker of [aim, edge, pin]) marker.addTo(map);
      for (const marker of [aim, edge, pin]) {
        const node = marker.getElement();
        for (const name of ["aria-label", "role", "tabindex"]) node.removeAttribute(name);
      }
    }
  };

  look = () => {
    const now = sector();
    if (!now) return;
    const around = sectorFeature({ ...now, fieldOfView: 360 });
    map.fitBounds(boundsOf([around]), { padding: 60, maxZoom: 20, animate: false });
  };

  const drop = (lngLat) => {
    put("latitude", lngLat.lat, 6);
    put("longitude", lngLat.lng, 6);
    if (field("bearing").value.trim() === "") put("bearing", 0, 0);
  };

  map.on("click", (event) => {
    const first = !placed;
    if (first && map.getZoom() < 15) {
      map.easeTo({ center: event.lngLat, zoom: Math.min(map.getZoom() + 3, 16) });
      return; // too far out to mean a house: come closer first
    }
    drop(event.lngLat);
    if (first) look();
  });
  const drags = [
    [pin, () => drop(pin.getLngLat())],
    [
      aim,
      () => {
        put("bearing", bearingTo(point(pin), point(aim)), 0);
        put("range_ft", Math.min(Math.max(distance(point(pin), point(aim)) / FEET, 3), 1640), 0);
      },
    ],
    [
      edge,
      () => {
        const off = Math.abs(((bearingTo(point(pin), point(edge)) - number("bearing") + 540) % 360) - 180);
        put("field_of_view", Math.min(Math.max(off * 2, 5), 360), 0);
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
}

form.addEventListener("input", () => drawDial(sector()));
drawDial(sector());
