// Staff look at partner cameras: the cameras in view are asked for by a press, never by merely moving the map,
// so that each look in the ledger is one that a person meant. What a look opened is filtered and searched in the page.
import { asField, filtersOf, hoursLeft } from "./camera-filters.js";
import { byId, field, part, parts } from "./elements.js";
import { findPlaces } from "./find-place.js";
import { linkForm, linkView } from "./map-link.js";
import { pageData } from "./page-data.js";
import { areaAround } from "./rings.js";
import { sectorFeature } from "./sector.js";
import { METERS_PER_FOOT } from "./units.js";
import { whenNear } from "./when-near.js";

/** @import {Map as MapLibreMap} from "maplibre-gl" */
/** @import {Filtered} from "./camera-filters.js" */
/** @import {Place} from "./find-place.js" */
/** @import {Point, Sector, SectorFeature} from "./sector.js" */
/** @typedef {Sector & Filtered & {id: string, partner: string, name: string, site: string, stateName: string}} Camera */

const config = pageData("map-config");
const words = byId("map-words").dataset;
const status = byId("map-status");
const list = byId("camera-list");
const button = byId("show-cameras");
const form = byId("bounds-form", HTMLFormElement);
const filterForm = byId("filter-form", HTMLFormElement);
const counts = byId("show-counts", HTMLInputElement);
const language = document.documentElement.lang || "en-US";
/** @type {Camera[]} */
let cameras = [];
let limit = "";
let looked = false;
let chosen = "";

// An answer may come before the map is there, or where none can be drawn.
const drawn = whenNear(byId("partner-map"), () =>
  Promise.all([import("./map-base.js"), import("./map-cells.js"), import("./map-measure.js"), import("./map-layers.js")]),
)
  .then(async ([{ addSectors, createMap, fitRing, onPlace }, { addCells }, { measureOn }, { showLayers }]) => {
    const map = createMap(byId("partner-map"), config);
    const layers = document.getElementById("layers-panel"); // not of roles that see none
    if (!map) {
      if (layers) showLayers(layers, null);
      return null;
    }
    linkView(map);
    button.hidden = false;
    button.addEventListener("click", () => look(map.getBounds().toArray().flat()));
    await map.once("load");
    const show = addSectors(map, "cameras");
    const measured = measureOn(map, byId("measure"), byId("measured"), words.measuring ?? "");
    onPlace(map, config, ({ lng, lat }) => {
      if (measured([lng, lat])) return;
      const { x, y } = map.project([lng, lat]);
      const [found] = map.queryRenderedFeatures([[x - 8, y - 8], [x + 8, y + 8]], { layers: ["cameras-fill", "cameras-dots"] });
      if (found) choose(String(found.properties.id), true);
    });
    addCells(map, config.cells, counts);
    if (layers) showLayers(layers, map, { under: "cameras-fill" });
    return { map, show, fitRing };
  })
  .catch(() => null);

/** A number of hours as people say it: hours, from two days on days. */
function time(/** @type {number} */ hours) {
  const days = hours >= 48;
  const options = /** @type {const} */ ({ style: "unit", unit: days ? "day" : "hour", unitDisplay: "long", maximumFractionDigits: 0 });
  return new Intl.NumberFormat(language, options).format(Math.floor(days ? hours / 24 : hours));
}

function listed(/** @type {Camera} */ camera) {
  const name = Object.assign(document.createElement("button"), { type: "button", textContent: `${camera.partner} · ${camera.name}` });
  name.dataset.camera = camera.id;
  name.setAttribute("aria-pressed", "false");
  name.addEventListener("click", () => choose(camera.id));
  const then = filters.then();
  const held = Number.isNaN(then) ? `${words.keeps}${time(camera.retention_hours)}` : `${words.left}${time(hoursLeft(camera, then))}`;
  const rest = Object.assign(document.createElement("span"), { textContent: `${camera.site} · ${camera.stateName} · ${held}` });
  const item = document.createElement("li");
  item.append(name, rest);
  return item;
}

/** Those that pass the filters; the one that overwrites first comes first. */
const visible = () => cameras.filter(filters.passes).sort((one, other) => one.retention_hours - other.retention_hours);

async function show() {
  const now = visible();
  list.replaceChildren(...now.map(listed));
  if (looked) {
    const count = cameras.length ? `${words.count}${cameras.length}` : (words.none ?? "");
    const some = now.length < cameras.length ? `${count}; ${words.of}${now.length}` : count;
    status.textContent = limit ? `${some}. ${limit}` : some;
  }
  const ask = document.getElementById("ask-form");
  if (ask) ask.hidden = !now.length;
  (await drawn)?.show(now.map(sectorFeature));
  choose(now.some(({ id }) => id === chosen) ? chosen : "");
}

/** Marks a camera in the list and on the map, and brings it into view. */
async function choose(/** @type {string} */ id, onMap = false) {
  chosen = id;
  for (const name of parts(list, "[data-camera]")) {
    const is = name.dataset.camera === id;
    name.setAttribute("aria-pressed", String(is));
    if (is && onMap) name.scrollIntoView({ block: "nearest" });
  }
  const map = (await drawn)?.map;
  const camera = cameras.find((one) => one.id === id);
  if (!map) return;
  map.setPaintProperty("cameras-line", "line-width", ["case", ["==", ["get", "id"], id], 6, 2]);
  map.setPaintProperty("cameras-dots", "circle-stroke-width", ["case", ["==", ["get", "id"], id], 5, 1.5]);
  if (camera && !map.getBounds().contains([camera.longitude, camera.latitude])) {
    map.jumpTo({ center: [camera.longitude, camera.latitude] });
  }
}

const look = (/** @type {number[]} */ bounds) =>
  take(fetch(`${config.places}?bounds=${bounds.map((edge) => edge.toFixed(6)).join(",")}`, { headers: { Accept: "application/json" } }));

/** Opens the places of the sites of this name; the name goes in the body, so that no log holds it. */
async function lookByName(/** @type {string} */ name) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", words.token ?? "");
  body.set("q", name);
  await take(fetch(config.sites, { method: "POST", body, headers: { Accept: "application/json" } }));
  const shown = await drawn;
  if (!shown || !cameras.length) return;
  const [wide, high] = [cameras.map(({ longitude }) => longitude), cameras.map(({ latitude }) => latitude)];
  shown.map.fitBounds([Math.min(...wide), Math.min(...high), Math.max(...wide), Math.max(...high)], { padding: 80, maxZoom: 17, animate: false });
}

/** Shows what a look opened, or says why it opened nothing. */
async function take(/** @type {Promise<Response>} */ asked) {
  status.textContent = "…";
  try {
    const response = await asked;
    /** @type {{cameras: Camera[], limit?: string, detail?: string}} */
    const answer = await response.json();
    if (!response.ok) {
      status.textContent = answer.detail ?? words.failed ?? "";
      return;
    }
    [cameras, limit, looked] = [answer.cameras, answer.limit ?? "", true];
  } catch {
    status.textContent = words.failed ?? "";
    return;
  }
  if (cameras.length && counts.checked) counts.click(); // numbers would hide the cameras that they count
  show();
}

// ---- without the map

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

// ---- filters, search, request

const writeQuery = linkForm(filterForm);
const filters = filtersOf(filterForm, () => {
  writeQuery();
  show();
});

const BY_NAME = "by name";
let named = "";

/**
 * Sites whose name has the words, among those that this purpose has opened: nothing of them is asked for anywhere. The
 * last one opens others of this name, and is a look that is recorded: so it takes a press, and typing opens nothing.
 */
const openedSites = (/** @type {string} */ text) => {
  named = text;
  const sought = text.trim().toLowerCase();
  const found = cameras.filter(({ site, partner }) => `${site} ${partner}`.toLowerCase().includes(sought));
  const once = new Map(found.map((one) => [`${one.partner} · ${one.site}`, one]));
  const opened = [...once].slice(0, 3).map(([label, { latitude, longitude, id }]) => {
    return /** @type {Place} */ ({ label: `${words.site}: ${label}`, kind: "site", latitude, longitude, bounds: null, id });
  });
  const byName = (words.sites ?? "").replace("*", text.trim());
  const more = /** @type {Place} */ ({ label: byName, kind: "site", latitude: 0, longitude: 0, bounds: null, id: BY_NAME });
  return /\p{L}{3}/u.test(sought) ? [...opened, more] : opened;
};

const search = document.getElementById("find-place");
if (search) {
  findPlaces(
    search,
    words.token ?? "",
    async (place) => {
      if (place.id === BY_NAME) {
        await lookByName(named);
        return;
      }
      if (place.id) choose(place.id);
      const shown = await drawn;
      if (!shown) return;
      if (place.bounds) {
        const [west, south, east, north] = place.bounds;
        shown.fitRing(shown.map, [[west, south], [east, north]]);
      } else shown.map.jumpTo({ center: [place.longitude, place.latitude], zoom: Math.max(shown.map.getZoom(), 16) });
    },
    openedSites,
  );
}

document.getElementById("ask-form")?.addEventListener("submit", (event) => {
  const ask = /** @type {HTMLFormElement} */ (event.currentTarget);
  const corners = visible().flatMap((camera) => /** @type {Point[]} */ (sectorFeature(camera).geometry.coordinates[0]));
  field(ask, "polygon").value = JSON.stringify({ type: "Polygon", coordinates: [areaAround(corners)] });
  const then = filters.then();
  if (Number.isNaN(then)) return;
  // A quarter of an hour to each side: a clock is rarely right.
  for (const [name, at] of /** @type {const} */ ([["start", then - 900_000], ["end", Math.min(then + 900_000, Date.now())]])) {
    const [day, clock] = asField(new Date(at)).split("T");
    field(ask, `${name}_date`).value = day;
    field(ask, `${name}_time`).value = clock;
  }
});

// On a phone the filters are a sheet from below; it closes where somebody presses beside it.
const sheet = byId("filters", HTMLDetailsElement);
sheet.open = matchMedia("(min-width: 900px)").matches || Boolean(location.search);
document.addEventListener("click", ({ target }) => {
  if (target instanceof Node && !sheet.contains(target) && matchMedia("(max-width: 899px)").matches) sheet.open = false;
});
sheet.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  sheet.open = false;
  part(sheet, "summary", HTMLElement).focus();
});
