// Staff look at partner cameras: the cameras in view are asked for by a press, never by merely moving the map,
// so that each look in the ledger is one that a person meant.
import { addSectors, createMap, pageData } from "./map-base.js";
import { sectorFeature } from "./sector.js";

const config = pageData("map-config");
const words = document.getElementById("map-words").dataset;
const status = document.getElementById("map-status");
const list = document.getElementById("camera-list");
const map = createMap(document.getElementById("partner-map"), config);
// An answer may come before the map is there.
const drawn = map && new Promise((resolve) => { map.on("load", () => resolve(addSectors(map, "cameras"))); });

function listed(camera) {
  const item = document.createElement("li");
  const name = document.createElement("strong");
  name.textContent = `${camera.partner} · ${camera.name}`;
  const rest = document.createElement("span");
  rest.textContent = `${camera.site} · ${camera.state} · ${words.keeps}${camera.retention_hours}`;
  item.append(name, rest);
  return item;
}

async function look(bounds) {
  status.textContent = "…";
  let answer;
  try {
    const response = await fetch(`${config.places}?bounds=${bounds.map((edge) => edge.toFixed(6)).join(",")}`, {
      headers: { Accept: "application/json" },
    });
    answer = await response.json();
    if (!response.ok) {
      status.textContent = answer.detail ?? words.failed;
      return;
    }
  } catch {
    status.textContent = words.failed;
    return;
  }
  list.replaceChildren(...answer.cameras.map(listed));
  status.textContent = answer.cameras.length ? `${words.count}${answer.cameras.length}` : words.none;
  if (drawn) (await drawn)(answer.cameras.map(sectorFeature));
}

const button = document.getElementById("show-cameras");
button.addEventListener("click", () => look(map.getBounds().toArray().flat()));
button.hidden = !map;
const form = document.getElementById("bounds-form");
form.hidden = false;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { latitude, longitude, metres } = Object.fromEntries(
    [...new FormData(event.target)].map(([name, value]) => [name, Number(String(value).replace(",", "."))]),
  );
  const lat = metres / 111_195;
  const lng = lat / Math.cos((latitude * Math.PI) / 180);
  const bounds = [longitude - lng, latitude - lat, longitude + lng, latitude + lat];
  if (bounds.every(Number.isFinite)) map?.fitBounds(bounds, { animate: false });
  look(bounds);
});
