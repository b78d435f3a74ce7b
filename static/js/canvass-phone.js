// The page at the doors. What an officer adds is sealed and put into this phone's queue first, then sent; the list is
// asked for and kept in memory alone. Phones promise no sending in the background: it is sent when the page is open.
import { doorItem } from "./canvass-list.js";
import { openNear } from "./canvass-near.js";
import * as queue from "./canvass-queue.js";
import { seal } from "./canvass-seal.js";
import { byId, field } from "./elements.js";

/** @import {Door} from "./canvass-list.js" */
/** @import {Entry} from "./canvass-queue.js" */
/** @typedef {{address: string, outcome: string, note: string, comeBack: string, corrects: string}} Words */
/** @typedef {{id: string, state: "kept" | "later" | "others" | "refused", problem?: string, words?: Partial<Words>}} Result */

const AGAIN = 20_000; // milliseconds until the next try while something waits
const IDLE = 30 * 60_000; // as the session of a staff member: then the list goes
const AT_ONCE = 50;
const words = byId("words").dataset;
const form = byId("door-form", HTMLFormElement);
const list = byId("doors");
const only = byId("only-back", HTMLInputElement);
const status = byId("status");
const unsent = byId("unsent");
const language = document.documentElement.lang;
let canvass = location.hash.slice(1);
let corrects = "";
/** @type {Door[]} */
let doors = [];
/** @type {[number, number] | null} */
let place = null;
let sending = false;
let lastTouch = Date.now();
/** @type {Awaited<ReturnType<typeof import("./canvass-map.js").canvassMap>> | undefined} */
let map;

const say = (/** @type {string | undefined} */ text) => {
  if (status.textContent !== text) status.textContent = text ?? "";
};
const address = (/** @type {string} */ id, /** @type {string} */ name) => (words.address ?? "").replace("00000000-0000-0000-0000-000000000000", id).replace("doors/", name && `${name}/`);

/** The portal's answer; null without a connection. A page in place of JSON is the sign-in. */
async function ask(/** @type {string} */ url, /** @type {RequestInit} */ options = {}) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(url, { ...options, headers: { Accept: "application/json", ...options.headers }, signal: AbortSignal.timeout(20_000) });
  } catch {
    return null;
  }
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const told = isJson ? await answer.json().catch(() => ({})) : {};
  return { ok: answer.ok && isJson && !answer.redirected, status: answer.redirected || (answer.ok && !isJson) ? 401 : answer.status, told };
}

// ---- the list

function show() {
  list.replaceChildren(...doors.filter(({ back }) => back || !only.checked).map((door) => doorItem(door, words, { again, correct })));
  byId("empty").hidden = doors.length > 0;
  byId("filter").hidden = !doors.some(({ back }) => back);
}

/** Nothing of the canvass stays in the page. */
function forget(/** @type {string | undefined} */ why) {
  doors = [];
  show();
  for (const id of ["title", "case", "near-list"]) byId(id).replaceChildren();
  for (const id of ["known", "map-panel"]) byId(id).hidden = true;
  byId("title").textContent = words.title ?? "";
  map?.doors([]);
  map?.cameras([]);
  say(why);
}

/** The desk's page asks for sign-in or for the proof that unlocks; the browser's Back leads here again. */
function askToSignIn(/** @type {boolean} */ has, /** @type {string} */ id) {
  const link = byId("sign-in", HTMLAnchorElement);
  link.hidden = !has;
  link.href = address(id, "");
}

async function load() {
  if (!canvass) return forget(words.none);
  const answer = await ask(address(canvass, "doors"));
  if (!answer) return say(words.offline);
  askToSignIn(answer.status === 401 || answer.status === 403, canvass);
  if (!answer.ok) return forget(answer.status === 404 ? words.gone : words.signIn);
  const told = answer.told;
  await queue.know({ canvass, key: told.key, me: told.me, at: Date.now() });
  form.hidden = false;
  doors = told.doors;
  byId("title").textContent = told.where;
  byId("case").textContent = told.case;
  byId("desk", HTMLAnchorElement).href = told.desk;
  byId("known").hidden = false;
  byId("ended").hidden = told.isOpen;
  show();
  say("");
  await draw(told);
}

async function draw(/** @type {any} */ told) {
  const panel = byId("map-panel");
  panel.hidden = !told.rings.length;
  if (panel.hidden) return;
  const near = byId("near-form", HTMLFormElement);
  near.action = told.near;
  near.dataset.token = told.token;
  if (map) return map.doors(told.spots);
  try {
    const element = byId("canvass-map");
    const [{ whenNear }, { canvassMap }] = await Promise.all([import("./when-near.js"), import("./canvass-map.js")]);
    map = await whenNear(element, () => canvassMap(element, told.map, told.rings, told.spots));
  } catch {
    byId("canvass-map").hidden = true; // no connection for the map's own parts, or a browser that draws none
  }
}

byId("near-form", HTMLFormElement).addEventListener("submit", async (event) => {
  event.preventDefault();
  const { action, dataset } = /** @type {HTMLFormElement} */ (event.currentTarget);
  const cameras = await openNear(action, dataset.token ?? "");
  map?.cameras(cameras);
});
only.addEventListener("change", show);

// ---- writing

function fill(/** @type {Partial<Words>} */ said) {
  for (const [name, value] of Object.entries({ address: said.address, note: said.note, come_back: said.comeBack })) field(form, name).value = value ?? "";
  for (const choice of form.querySelectorAll("[name=outcome]")) {
    if (choice instanceof HTMLInputElement) choice.checked = choice.value === said.outcome;
  }
  corrects = said.corrects ?? "";
  byId("correcting").hidden = !corrects;
  showComeBack();
}

/** Fills the form and goes there. */
function write(/** @type {Partial<Words>} */ said) {
  fill(said);
  byId("add").scrollIntoView({ block: "start" });
  byId("outcomes").focus({ preventScroll: true });
}

const again = (/** @type {Door} */ door) => write({ address: door.address });
const correct = (/** @type {Door} */ door) => write({ address: door.address, outcome: door.outcome, note: door.note, corrects: door.visit });

function showComeBack() {
  byId("come-back").hidden = new FormData(form).get("outcome") !== "come_back";
}

form.addEventListener("change", showComeBack);
byId("stop-correcting").addEventListener("click", () => fill({}));

byId("locate").addEventListener("click", () => {
  const said = byId("located");
  said.textContent = words.locating ?? "";
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      place = [coords.latitude, coords.longitude];
      said.textContent = words.located ?? "";
    },
    () => {
      said.textContent = words.notLocated ?? "";
    },
    { enableHighAccuracy: true, timeout: 15_000 },
  );
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = new FormData(form);
  const text = (/** @type {string} */ name) => String(given.get(name) ?? "").trim();
  const wrong = !text("address") ? "address-wrong" : !text("outcome") ? "outcome-wrong" : "";
  for (const id of ["address-wrong", "outcome-wrong"]) byId(id).hidden = id !== wrong;
  if (wrong) return byId(wrong === "address-wrong" ? "address" : "outcomes").focus();
  const id = crypto.randomUUID();
  const at = new Date();
  const said = { address: text("address"), outcome: text("outcome"), note: text("note"), comeBack: text("come_back"), place, corrects, at: at.toISOString() };
  try {
    const known = await queue.known(canvass);
    if (!known) return say(words.signIn);
    const sealed = await seal(known.key, canvass, id, { ...said, who: known.me });
    await queue.put({ id, canvass, at: at.getTime(), ...sealed });
  } catch {
    return say(words.full); // what was typed stays in the form
  }
  form.reset();
  place = null;
  byId("located").textContent = "";
  fill({});
  say(words.kept);
  await showUnsent();
  await send(true);
});

// ---- sending

async function showUnsent() {
  const entries = await queue.waiting().catch(() => []);
  unsent.dataset.count = String(entries.length);
  const [first] = entries;
  const count = [words.sent, words.one][entries.length] ?? (words.many ?? "").replace("*", String(entries.length));
  byId("unsent-count").textContent = count;
  const time = first && new Date(first.at).toLocaleString(language, { dateStyle: "short", timeStyle: "short" });
  byId("unsent-since").textContent = first ? `${words.since} ${time}` : "";
  byId("send-now").hidden = !entries.length;
  return entries;
}

/** Sends what waits, of every canvass; what the portal has taken goes from the phone. */
async function send(byHand = false) {
  if (sending) return;
  sending = true;
  let taken = 0;
  try {
    const entries = await showUnsent();
    refused([]);
    for (const one of new Set(entries.map((entry) => entry.canvass))) {
      const some = entries.filter((entry) => entry.canvass === one);
      for (let start = 0; start < some.length; start += AT_ONCE) {
        const done = await sendSome(some.slice(start, start + AT_ONCE), byHand);
        if (done === null) break;
        taken += done;
      }
    }
  } finally {
    sending = false;
  }
  await showUnsent();
  if (taken) await load();
}

/** How many the portal took; null where it took none for want of a connection or a sign-in. */
async function sendSome(/** @type {Entry[]} */ entries, /** @type {boolean} */ byHand) {
  const url = address(entries[0].canvass, "sync");
  const ready = await ask(url);
  if (!ready) {
    say(words.offline);
    return null;
  }
  if (ready.status === 404) {
    say(words.others);
    return null;
  }
  askToSignIn(!ready.ok, entries[0].canvass);
  if (!ready.ok) {
    forget(words.signIn);
    return null;
  }
  /** @type {Record<string, string>} */
  const headers = { "Content-Type": "application/json", "X-CSRFToken": ready.told.token };
  if (!byHand) headers["X-Background"] = "1"; // a page that sends by itself keeps no session open
  const sealed = entries.map(({ id, point, iv, text }) => ({ id, point, iv, text }));
  const answer = await ask(url, { method: "POST", headers, body: JSON.stringify({ sent_at: new Date().toISOString(), entries: sealed }) });
  if (!answer?.ok) {
    say(answer ? words.later : words.offline);
    return null;
  }
  const results = /** @type {Result[]} */ (answer.told.results);
  for (const { id, state } of results) if (state === "kept") await queue.drop(id);
  refused(results.filter(({ state }) => state === "refused"));
  if (results.some(({ state }) => state === "others")) say(words.others);
  return results.filter(({ state }) => state === "kept").length;
}

/** What the portal could not take comes back to be mended: this phone could not open it. */
function refused(/** @type {Result[]} */ results) {
  byId("refused").replaceChildren(
    ...results.map(({ id, problem, words: said }) => {
      const item = Object.assign(document.createElement("li"), { textContent: `${said?.address ?? ""} ${problem} ` });
      const mend = Object.assign(document.createElement("button"), { type: "button", className: "act plain", textContent: words.mend ?? "" });
      mend.addEventListener("click", async () => {
        await queue.drop(id);
        item.remove();
        write(said ?? {});
        await showUnsent();
      });
      item.append(mend);
      return item;
    }),
  );
}

byId("send-now").addEventListener("click", () => send(true));

// ---- when

const touched = () => {
  lastTouch = Date.now();
};
for (const name of ["pointerdown", "keydown"]) addEventListener(name, touched, { passive: true });

const wake = async () => {
  if (Date.now() - lastTouch > IDLE) forget(words.idle);
  await send();
};
addEventListener("online", wake);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) wake();
});
setInterval(async () => {
  if (Date.now() - lastTouch > IDLE && doors.length) forget(words.idle);
  if (Number(unsent.dataset.count) && !document.hidden) await send();
}, AGAIN);
addEventListener("hashchange", () => location.reload());

async function begin() {
  if (!globalThis.crypto?.subtle || !("indexedDB" in globalThis) || !("serviceWorker" in navigator)) return say(words.old);
  const known = await queue.known(canvass).catch(() => undefined);
  canvass ||= known?.canvass ?? "";
  form.hidden = !known;
  await navigator.serviceWorker.register(words.worker ?? "").catch(() => undefined);
  navigator.storage?.persist?.().catch(() => undefined);
  await send();
  await load();
}

begin();
