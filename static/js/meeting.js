// A pin for a camera that somebody at a meeting tells of. The two number fields alone are enough.
import { Marker } from "maplibre-gl";
import { createMap, pageData } from "./map-base.js";

const form = document.getElementById("meeting-form");
const element = document.getElementById("meeting-map");
const [latitude, longitude] = ["latitude", "longitude"].map((name) => form.elements.namedItem(name));
const locate = document.getElementById("locate");
const status = document.getElementById("locate-status");
const map = createMap(element, pageData("map-config"));
let pin = null;

function put({ lat, lng }) {
  latitude.value = lat.toFixed(6);
  longitude.value = lng.toFixed(6);
}

function show(move) {
  if (!map || latitude.value === "" || longitude.value === "") return;
  const place = [Number(longitude.value), Number(latitude.value)];
  if (!place.every(Number.isFinite) || Math.abs(place[1]) > 85) return;
  if (!pin) {
    const mark = document.createElement("div");
    mark.className = "handle handle-pin";
    pin = new Marker({ element: mark, draggable: true }).setLngLat(place).addTo(map);
    pin.on("dragend", () => put(pin.getLngLat()));
  }
  pin.setLngLat(place);
  if (move) map.jumpTo({ center: place, zoom: 17 });
}

if (map) {
  map.on("click", ({ lngLat }) => {
    put(lngLat);
    show(false);
  });
  map.on("load", () => {
    element.dataset.ready = "true";
    show(true);
  });
}
for (const field of [latitude, longitude]) field.addEventListener("change", () => show(true));
if ("geolocation" in navigator) {
  locate.hidden = false;
  locate.addEventListener("click", () => {
    status.textContent = form.dataset.locating;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        status.textContent = form.dataset.located;
        put({ lat: coords.latitude, lng: coords.longitude });
        show(true);
      },
      () => {
        status.textContent = form.dataset.notLocated;
      },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
}
