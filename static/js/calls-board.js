// The board of calls follows dispatch: it asks every few seconds, and an unchanged board is an empty answer. When no
// answer comes it says since when, so that nobody trusts an old board.
import { byId, parts } from "./elements.js";
import { pageData } from "./page-data.js";
import { whenNear } from "./when-near.js";

/** @import {SeenCall} from "./map-calls.js" */

const EVERY = 5000;
const MINUTE = 60_000;
const board = byId("calls-board");
const rows = byId("calls-rows");
const more = byId("calls-more");
const status = byId("calls-status");
const onWall = document.body.classList.contains("calls-wall");
const words = board.dataset;
const clock = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { timeStyle: "medium" });

/** @type {(calls: SeenCall[]) => void} */
let draw = () => {};
let tag = "";
let answered = new Date();
let lost = false;

/** The calls that a map can show, as the rows say them. @returns {SeenCall[]} */
const placed = () =>
  parts(rows, "[data-latitude]").map((row) => ({
    id: row.dataset.call ?? "",
    nature: row.querySelector("strong")?.textContent ?? "",
    open: !row.classList.contains("call-closed"),
    urgent: row.classList.contains("call-urgent"),
    latitude: Number(row.dataset.latitude),
    longitude: Number(row.dataset.longitude),
  }));

function age() {
  for (const place of parts(rows, "[data-age]")) {
    const since = place.parentElement?.querySelector("time")?.dateTime;
    const minutes = since ? Math.max(0, Math.floor((Date.now() - Date.parse(since)) / MINUTE)) : 0;
    place.textContent =
      minutes < 120
        ? (words.ageMinutes ?? "").replace("0", String(minutes))
        : (words.ageHours ?? "").replace("0", String(Math.floor(minutes / 60)));
  }
}

function say() {
  const text = (lost ? words.lost : words.fresh) ?? "";
  status.textContent = text.replace("0", clock.format(answered));
  status.classList.toggle("calls-lost", lost);
}

/**
 * A screen on the wall does not scroll: what does not fit is counted. Calls that closed leave first, then the least
 * urgent, which are the last.
 */
function fit() {
  if (!onWall) return;
  const all = parts(rows, "[data-call]");
  more.hidden = true;
  for (const row of all) row.hidden = false;
  const over = () => rows.scrollHeight > rows.clientHeight + 1;
  if (!over()) return;
  more.hidden = false;
  const closed = all.filter((row) => row.classList.contains("call-closed"));
  const leaving = [...closed.reverse(), ...all.filter((row) => !closed.includes(row)).reverse()];
  let hidden = 0;
  while (over() && hidden < all.length - 1) {
    const row = leaving[hidden];
    if (row) row.hidden = true;
    hidden += 1;
  }
  more.textContent = (words.more ?? "").replace("0", String(hidden));
}

/** Puts the new rows in place and the focus back where it was. */
function show(/** @type {string} */ html) {
  const held = document.activeElement instanceof HTMLAnchorElement && rows.contains(document.activeElement) ? document.activeElement.href : "";
  rows.innerHTML = html;
  if (held) parts(rows, "a", HTMLAnchorElement).find((link) => link.href === held)?.focus({ preventScroll: true });
  age();
  fit();
  draw(placed());
}

async function ask() {
  try {
    const answer = await fetch(words.rows ?? "", { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    if (answer.status === 410) {
      location.reload(); // this screen was revoked, and the page says so
      return;
    }
    if (answer.redirected || !(answer.ok || answer.status === 304)) throw new Error(String(answer.status));
    if (answer.status === 200) {
      tag = answer.headers.get("ETag") ?? "";
      show(await answer.text());
    }
    answered = new Date();
    lost = false;
  } catch {
    lost = true;
  }
  say();
}

async function follow() {
  if (!document.hidden) await ask();
  age();
  setTimeout(follow, EVERY);
}

// A letter alone is a shortcut only while a call has the focus (WCAG 2.1.4).
rows.addEventListener("keydown", (event) => {
  const link = event.target instanceof HTMLAnchorElement ? event.target : null;
  if (!link || event.key.toLowerCase() !== "r" || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = link.closest("[data-call]");
  if (row instanceof HTMLElement && row.dataset.request) location.assign(row.dataset.request);
});

const element = byId("calls-map");
whenNear(element, () => Promise.all([import("./map-base.js"), import("./map-calls.js"), import("./map-layers.js"), import("./map-streets.js")]))
  .then(([{ createMap }, { addCalls, fitCalls }, { showLayers }, { enlargeNames }]) => {
    const map = createMap(element, pageData("map-config"));
    const panel = document.getElementById("layers-panel"); // a screen without a person has none
    if (!map && panel) showLayers(panel, null);
    map?.on("load", () => {
      // A screen on the wall has letters that grow with it.
      const scale = onWall ? Math.max(1, window.innerWidth / 1400) : 1;
      if (onWall) enlargeNames(map, scale);
      const put = addCalls(map, placed(), scale);
      const bringIntoView = () => fitCalls(map, placed().filter((call) => call.open), scale);
      // Nobody moves the map of a wall; at a desk it stays where somebody moved it.
      draw = (calls) => {
        put(calls);
        if (onWall) bringIntoView();
      };
      bringIntoView();
      if (panel) showLayers(panel, map, { under: "calls-dots", scale });
      element.dataset.ready = "true";
    });
  })
  .catch(() => {
    element.hidden = true;
  });

age();
say();
fit();
window.addEventListener("resize", fit);
setTimeout(follow, EVERY);
document.addEventListener("visibilitychange", () => document.hidden || ask());
