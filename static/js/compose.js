// Writing a request: the map and the fields say the same area; the count follows what is complete.
import { byId, control, field as fieldOf, part, parts } from "./elements.js";
import { findPlaces } from "./find-place.js";
import { keepTyping, touched } from "./kept-typing.js";
import { pageData } from "./page-data.js";
import { readyTexts } from "./ready-texts.js";
import { endFor, isWhole } from "./request-window.js";
import { circleRing } from "./rings.js";
import { METERS_PER_FOOT } from "./units.js";
import { whenNear } from "./when-near.js";

/** @import {drawArea, Drawn, Shape} from "./area-draw.js" */
/** @import {Place} from "./find-place.js" */
/** @import {Point} from "./sector.js" */

const form = byId("request-form", HTMLFormElement);
const words = /** @type {Record<string, string>} */ (form.dataset);
const field = (/** @type {string} */ name) => fieldOf(form, name);
const fieldIfAny = (/** @type {string} */ name) => control(form, name);
const output = byId("count");
const AREA_FIELDS = ["polygon", "corridor", "latitude", "longitude", "radius_ft", "street", "number_from", "number_to"];
const WAIT = 900; // milliseconds of quiet before a count: each one is recorded

/** The circle that the fields say, or null while they do not say one. */
const circle = () => {
  const numbers = ["latitude", "longitude", "radius_ft"].map((name) => (field(name).value.trim() === "" ? NaN : Number(field(name).value)));
  const [latitude, longitude, feet] = numbers;
  const radius = feet * METERS_PER_FOOT;
  const good = Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180 && radius >= 1 && radius <= 50000;
  return good ? { center: /** @type {Point} */ ([longitude, latitude]), radius } : null;
};
/** The ring that is kept in the form, or null without one. @returns {Point[] | null} */
const polygon = () => {
  try {
    return JSON.parse(field("polygon").value).coordinates[0];
  } catch {
    return null;
  }
};
const isPolygon = () => field("shape").value === "polygon";
/** The line of a corridor, or null without one. @returns {Point[] | null} */
const corridor = () => {
  try {
    const line = JSON.parse(field("corridor").value);
    return field("shape").value === "corridor" && line.length > 1 ? line : null;
  } catch {
    return null;
  }
};
const names = (/** @type {string} */ name) => field(name).value.trim() !== "";

// ---- counting

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let asked = 0;
const complete = () =>
  (isPolygon() ? polygon() : corridor() || circle() || names("street")) &&
  ["start_date", "end_date"].every((name) => isWhole(field(name).value)) &&
  ["start_time", "end_time"].every((name) => field(name).value);

/**
 * @param {string[]} lines
 * @param {string} [kind]
 */
function say(lines, kind = "") {
  output.className = `count ${kind}`;
  output.replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })),
  );
}

/**
 * Asks, or no longer asks, which of two equal times on the day the clocks change is meant.
 * @param {string} name `start` or `end`
 * @param {boolean} ask
 */
function askWhich(name, ask) {
  const [group] = parts(form, `[data-which="${name}"]`);
  if (!group) return;
  group.hidden = !ask;
  if (!ask) field(`${name}_which`).value = "";
}

async function count() {
  const number = ++asked;
  say([words.counting], "busy");
  let answer;
  /** @type {{sentences: string[], too_wide?: boolean, which?: string[], fields?: Record<string, string>, detail?: string}} */
  let body;
  try {
    answer = await fetch(words.count, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    body = await answer.json();
  } catch {
    if (number === asked) say([words.notCounted], "wrong");
    return;
  }
  if (number !== asked) return;
  if (answer.ok) {
    say(body.sentences, body.too_wide ? "wide" : "good");
    return;
  }
  for (const name of ["start", "end"]) {
    if (body.which?.includes(name)) askWhich(name, true);
  }
  const sentences = Object.values(body.fields ?? {});
  say(sentences.length ? [...new Set(sentences)] : [body.detail ?? words.notCounted], "wrong");
}

function later() {
  clearTimeout(timer);
  if (complete()) timer = setTimeout(count, WAIT);
  else say([words.incomplete]);
}

// ---- the map

const element = byId("area-map");
const tools = byId("area-tools");
/** @type {ReturnType<typeof drawArea>} */
let drawing = null;

/** Writes into the fields what was drawn. */
function take(/** @type {Drawn | null} */ drawn) {
  for (const button of parts(tools, "[data-shape]")) button.removeAttribute("aria-pressed");
  for (const name of AREA_FIELDS) field(name).value = "";
  field("shape").value = drawn?.shape ?? "circle";
  if (drawn?.shape === "circle") {
    field("longitude").value = drawn.center[0].toFixed(6);
    field("latitude").value = drawn.center[1].toFixed(6);
    field("radius_ft").value = String(Math.round(drawn.radius / METERS_PER_FOOT));
  } else if (drawn?.shape === "corridor") {
    field("corridor").value = JSON.stringify(drawn.line);
  } else if (drawn) {
    field("polygon").value = JSON.stringify({ type: "Polygon", coordinates: [drawn.ring] });
  }
  touched();
  later();
}

/** Draws what the fields say. */
function show() {
  const [ring, round, line] = [isPolygon() && polygon(), circle(), corridor()];
  if (ring) drawing?.set("polygon", ring, { look: true });
  else if (line) drawing?.set("corridor", line, { look: true });
  else if (round) drawing?.set("circle", circleRing(round.center, round.radius), { look: true });
}

/** Puts the center of the circle on a place, and the map there; a street is only looked at. */
async function goTo(/** @type {Place} */ place) {
  const { fitRing, mapIn } = await import("./map-base.js");
  const map = mapIn(element);
  if (place.bounds) {
    const [west, south, east, north] = place.bounds;
    if (map) fitRing(map, [[west, south], [east, north]]);
    byId("area-hint").textContent = words.alongStreet;
    return;
  }
  field("latitude").value = place.latitude.toFixed(6);
  field("longitude").value = place.longitude.toFixed(6);
  touched();
  field("longitude").dispatchEvent(new Event("change", { bubbles: true }));
  if (circle()) return;
  map?.jumpTo({ center: [place.longitude, place.latitude], zoom: 16 });
  byId("area-hint").textContent = words.aroundPlace;
}

const search = document.getElementById("find-place");
if (search) findPlaces(search, field("csrfmiddlewaretoken").value, goTo);

whenNear(element, () => import("./area-draw.js"))
  .then(({ drawArea }) => {
    drawing = drawArea(element, pageData("map-config"), take);
    tools.hidden = !drawing;
    show();
  })
  .catch(() => {
    element.hidden = true;
  });
tools.addEventListener("click", async ({ target }) => {
  const button = target instanceof Element && target.closest("button");
  if (!button) return;
  if (button.dataset.shape) {
    await drawing?.start(/** @type {Shape} */ (button.dataset.shape));
    button.setAttribute("aria-pressed", "true");
    byId("area-hint").textContent = button.dataset.hint ?? "";
    element.scrollIntoView({ block: "nearest" });
  } else {
    await drawing?.clear();
  }
});

for (const name of ["latitude", "longitude", "radius_ft"]) {
  field(name).addEventListener("change", () => {
    if (circle()) {
      field("shape").value = "circle";
      for (const other of ["polygon", "corridor", "street", "number_from", "number_to"]) field(other).value = "";
      show();
    }
    later();
  });
}
for (const end of ["start", "end"]) {
  for (const name of [`${end}_date`, `${end}_time`]) {
    field(name).addEventListener("change", () => {
      askWhich(end, false);
      later();
    });
  }
  fieldIfAny(`${end}_which`)?.addEventListener("change", later);
}
for (const name of ["street", "number_from", "number_to", "side_ft"]) {
  field(name).addEventListener("change", () => {
    if (name !== "side_ft" && names("street")) {
      for (const other of ["polygon", "corridor", "latitude", "longitude", "radius_ft"]) field(other).value = "";
      field("shape").value = "corridor";
      drawing?.wipe();
    }
    later();
  });
}
for (const button of parts(form, "[data-preset]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const values = /** @type {Record<string, string>} */ (pageData("presets")[button.dataset.preset ?? ""] ?? {});
    for (const [name, value] of Object.entries(values)) {
      const one = fieldIfAny(name);
      if (one) one.value = value;
    }
    for (const end of ["start", "end"]) askWhich(end, Boolean(values[`${end}_which`]));
    touched();
    later();
  });
}
fieldIfAny("agency")?.addEventListener("change", later);
// An end before the start is most often a date that nobody filled in.
let proposed = "";
field("start_date").addEventListener("change", () => {
  const end = endFor(field("start_date").value, field("end_date").value, proposed);
  if (end === field("end_date").value) return;
  proposed = end;
  field("end_date").value = end;
  later();
});
part(form, "[data-count-now]").addEventListener("click", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  count();
});
if (complete()) later();
readyTexts(form, touched);
keepTyping();
