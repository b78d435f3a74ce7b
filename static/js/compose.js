// Writing a request: the map and the fields say the same area; the count follows what is complete.
import { byId, control, field as fieldOf, part, parts } from "./elements.js";
import { findPlaces } from "./find-place.js";
import { keepTyping, touched } from "./kept-typing.js";
import { pageData } from "./page-data.js";
import { PlaceFields, PLACES, placeOf } from "./place-fields.js";
import { pickPlaces } from "./places-picked.js";
import { readyTexts } from "./ready-texts.js";
import { endFor, isWhole } from "./request-window.js";
import { whenNear } from "./when-near.js";

/** @import {drawArea, Drawn, Shape} from "./area-draw.js" */
/** @import {Place} from "./find-place.js" */
/** @typedef {{sentence: string, used: string, values: Record<string, string>}} Proposal */

const form = byId("request-form", HTMLFormElement);
const words = /** @type {Record<string, string>} */ (form.dataset);
const field = (/** @type {string} */ name) => fieldOf(form, name);
const fieldIfAny = (/** @type {string} */ name) => control(form, name);
const output = byId("count");
const WAIT = 900; // milliseconds of quiet before a count: each one is recorded
const fields = new PlaceFields(form);

// ---- counting

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let asked = 0;
const complete = () =>
  PLACES.some((behind) => fields.isReady(behind)) &&
  PLACES.every((behind) => fields.isReady(behind) || !fields.isFilled(behind)) &&
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
 * Offers what would be narrower: one tap takes it, another takes it back.
 * @param {Proposal[]} proposals
 */
function offer(proposals) {
  for (const { sentence, used, values } of proposals) {
    const text = Object.assign(document.createElement("p"), { textContent: sentence });
    const use = Object.assign(document.createElement("button"), { type: "button", className: "act", textContent: words.use });
    const box = Object.assign(document.createElement("div"), { className: "narrower" });
    box.append(text, use);
    output.append(box);
    use.addEventListener("click", () => {
      const was = Object.fromEntries([...Object.keys(values), ...Object.keys(fields.all())].map((name) => [name, fieldIfAny(name)?.value ?? ""]));
      fields.restore(values);
      places.offerUndo(used, was);
      places.say();
      show();
      touched();
      later();
      part(byId("place-undo"), "button", HTMLButtonElement).focus();
    });
  }
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
  /** @type {{sentences: string[], proposals?: Proposal[], too_wide?: boolean, which?: string[], fields?: Record<string, string>, detail?: string}} */
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
    offer(body.proposals ?? []);
    return;
  }
  for (const name of ["start", "end"]) {
    if (body.which?.includes(name)) askWhich(name, true);
  }
  const sentences = Object.values(body.fields ?? {});
  say(sentences.length ? [...new Set(sentences)] : [body.detail ?? words.notCounted], "wrong");
  offer(body.proposals ?? []);
}

function later() {
  clearTimeout(timer);
  // What was proposed, or is being counted, is about fields that are no longer so.
  asked++;
  for (const old of parts(output, ".narrower")) old.remove();
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
  fields.take(places.here(), drawn);
  places.settle();
  places.say();
  showOthers();
  touched();
  later();
}

/** Draws what the fields say: the place that is written, and beside it the others with their numbers. */
function show() {
  const outline = fields.outline(places.here());
  if (outline) drawing?.set(outline.shape, outline.points, { look: true });
  else drawing?.wipe();
  showOthers();
}

function showOthers() {
  const filled = PLACES.filter((behind) => fields.outline(behind));
  const others = filled.filter((behind) => behind !== places.here()).flatMap((behind) => fields.outline(behind) ?? []);
  const several = filled.length > 1 || (filled.length === 1 && filled[0] !== places.here());
  const numbers = filled.flatMap((behind) => {
    const at = fields.middle(behind);
    return several && at ? [{ number: PLACES.indexOf(behind) + 1, at }] : [];
  });
  drawing?.beside(others, numbers);
}

const places = pickPlaces(form, fields, {
  chosen() {
    for (const button of parts(tools, "[data-shape]")) button.removeAttribute("aria-pressed");
    show();
  },
  changed() {
    touched();
    later();
  },
});

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
  const here = places.here();
  fields.put("latitude", here, place.latitude.toFixed(6));
  fields.put("longitude", here, place.longitude.toFixed(6));
  touched();
  field(`longitude${here}`).dispatchEvent(new Event("change", { bubbles: true }));
  if (fields.circle(here)) return;
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

/** The other ways of saying where a place is go when one of them is typed. */
form.addEventListener("change", ({ target }) => {
  places.settle();
  const typed = target instanceof HTMLInputElement ? placeOf(target.name) : null;
  if (!typed) return;
  const { behind, bare } = typed;
  if (["latitude", "longitude", "radius_ft"].includes(bare) && fields.circle(behind)) {
    fields.clear(behind, ["latitude", "longitude", "radius_ft"]);
    fields.put("shape", behind, "circle");
    if (behind === places.here()) show();
  } else if (["street", "number_from", "number_to"].includes(bare) && fields.value("street", behind).trim()) {
    fields.clear(behind, ["street", "number_from", "number_to"]);
    fields.put("shape", behind, "corridor");
    if (behind === places.here()) drawing?.wipe();
  }
  places.say();
  showOthers();
  if (bare !== "place_name") later();
});
for (const end of ["start", "end"]) {
  for (const name of [`${end}_date`, `${end}_time`]) {
    field(name).addEventListener("change", () => {
      askWhich(end, false);
      later();
    });
  }
  fieldIfAny(`${end}_which`)?.addEventListener("change", later);
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
