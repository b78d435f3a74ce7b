// A pin for a camera that somebody at a meeting tells of. The two number fields alone are enough.
import { byId, field } from "./elements.js";
import { offerToLocate } from "./locate.js";
import { pageData } from "./page-data.js";
import { whenNear } from "./when-near.js";

/** @import {Point} from "./sector.js" */

const form = byId("meeting-form", HTMLFormElement);
const element = byId("meeting-map");
const [latitude, longitude] = [field(form, "latitude"), field(form, "longitude")];
/** @type {(move: boolean) => void} */
let show = () => {};

function put(/** @type {{lat: number, lng: number}} */ { lat, lng }) {
  latitude.value = lat.toFixed(6);
  longitude.value = lng.toFixed(6);
}

/** What the fields say, if it is a place that a map has. */
function place() {
  if (latitude.value === "" || longitude.value === "") return null;
  /** @type {Point} */
  const said = [Number(longitude.value), Number(latitude.value)];
  return said.every(Number.isFinite) && Math.abs(said[1]) <= 85 ? said : null;
}

whenNear(element, () => Promise.all([import("maplibre-gl"), import("./map-base.js")]))
  .then(([{ Marker }, { createMap }]) => {
    const map = createMap(element, pageData("map-config"));
    if (!map) return;
    const mark = document.createElement("div");
    mark.className = "handle handle-pin";
    const pin = new Marker({ element: mark, draggable: true });
    pin.on("dragend", () => put(pin.getLngLat()));
    show = (move) => {
      const said = place();
      if (!said) return;
      pin.setLngLat(said).addTo(map);
      if (move) map.jumpTo({ center: said, zoom: 17 });
    };
    map.on("click", ({ lngLat }) => {
      put(lngLat);
      show(false);
    });
    map.on("load", () => {
      element.dataset.ready = "true";
      show(true);
    });
  })
  .catch(() => {
    element.hidden = true;
  });

for (const one of [latitude, longitude]) one.addEventListener("change", () => show(true));
offerToLocate(form.dataset, (coords) => {
  put({ lat: coords.latitude, lng: coords.longitude });
  show(true);
});
