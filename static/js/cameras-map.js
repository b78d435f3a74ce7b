// Cameras on a map, beside the list that says the same in words.
import { Marker } from "maplibre-gl";
import { addSectors, createMap } from "./map-base.js";
import { pageData } from "./page-data.js";
import { boundsOf } from "./rings.js";
import { sectorFeature } from "./sector.js";

/** @import {Point, Sector} from "./sector.js" */

const element = document.getElementById("cameras-map");
/** @type {(Sector & Record<string, unknown>)[]} */
const cameras = pageData("map-cameras") ?? [];
const map = element && cameras.length ? createMap(element, pageData("map-config")) : null;
if (map) {
  const features = cameras.map(sectorFeature);
  map.on("load", () => addSectors(map, "cameras", features));
  const corners = features.flatMap((one) => /** @type {Point[]} */ (one.geometry.coordinates[0]));
  map.fitBounds(boundsOf(corners), { padding: 48, maxZoom: 18, animate: false });
  cameras.forEach((camera, n) => {
    const pin = document.createElement("div");
    pin.className = "pin";
    pin.textContent = String(n + 1);
    new Marker({ element: pin }).setLngLat([camera.longitude, camera.latitude]).addTo(map);
    pin.removeAttribute("aria-label");
    pin.setAttribute("aria-hidden", "true");
    pin.removeAttribute("tabindex");
    pin.removeAttribute("role");
  });
}
