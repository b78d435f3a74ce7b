// Staff look at partner cameras: the cameras in view are asked for by a press, never by merely moving the map,
// so that each look in the ledger is one that a person meant.
import { byId } from "./elements.js";
import { pageData } from "./page-data.js";
import { sectorFeature } from "./sector.js";
import { METERS_PER_FOOT } from "./units.js";
import { whenNear } from "./when-near.js";

/** @import {Map as MapLibreMap} from "maplibre-gl" */
/** @import {Sector, SectorFeature} from "./sector.js" */
/** @typedef {Sector & {partner: string, name: string, site: string, state: string, retention_hours: number}} Camera */

const config = pageData("map-config");
const words = byId("map-words").dataset;
const status = byId("map-status");
const list = byId("camera-list");
const button = byId("show-cameras");
const form = byId("bounds-form", HTMLFormElement);

// An answer may come before the map is there, or where none can be drawn.
const drawn = whenNear(byId("partner-map"), () => import("./map-base.js"))
  .then(({ addSectors, createMap }) => {
    const map = createMap(byId("partner-map"), config);
    if (!map) return null;
    button.hidden = false;
    button.addEventListener("click", () => look(map.getBounds().toArray().flat()));
    /** @type {Promise<{map: MapLibreMap, show: (features: SectorFeature[]) => void}>} */
    const loaded = new Promise((resolve) => {
      map.on("load", () => resolve({ map, show: addSectors(map, "cameras") }));
    });
    return loaded;
  })
  .catch(() => null);

function listed(/** @type {Camera} */ camera) {
  const item = document.createElement("li");
  const name = document.createElement("strong");
  name.textContent = `${camera.partner} · ${camera.name}`;
  const rest = document.createElement("span");
  rest.textContent = `${camera.site} · ${camera.state} · ${words.keeps}${camera.retention_hours}`;
  item.append(name, rest);
  return item;
}

async function look(/** @type {number[]} */ bounds) {
  status.textContent = "…";
  /** @type {{cameras: Camera[], limit?: string, detail?: string}} */
  let answer;
  try {
    const response = await fetch(`${config.places}?bounds=${bounds.map((edge) => edge.toFixed(6)).join(",")}`, {
      headers: { Accept: "application/json" },
    });
    answer = await response.json();
    if (!response.ok) {
      status.textContent = answer.detail ?? words.failed ?? "";
      return;
    }
  } catch {
    status.textContent = words.failed ?? "";
    return;
  }
  list.replaceChildren(...answer.cameras.map(listed));
  const count = answer.cameras.length ? `${words.count}${answer.cameras.length}` : (words.none ?? "");
  status.textContent = answer.limit ? `${count}. ${answer.limit}` : count;
  (await drawn)?.show(answer.cameras.map(sectorFeature));
}

form.hidden = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const number = (/** @type {string} */ name) => Number(String(new FormData(form).get(name)).replace(",", "."));
  const [latitude, longitude, feet] = ["latitude", "longitude", "feet"].map(number);
  const lat = (feet * METERS_PER_FOOT) / 111_195;
  const lng = lat / Math.cos((latitude * Math.PI) / 180);
  /** @type {[number, number, number, number]} */
  const bounds = [longitude - lng, latitude - lat, longitude + lng, latitude + lat];
  look(bounds);
  if (bounds.every(Number.isFinite)) (await drawn)?.map.fitBounds(bounds, { animate: false });
});
