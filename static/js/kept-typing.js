// Keeps what is typed of a request, moments after the typing stops: with the server, and in this browser until it answers.
import { byId, part } from "./elements.js";
import { Held } from "./kept-held.js";
import { asOwn, hand, handOver, lockOf } from "./kept-sending.js";
import { waitAfter } from "./retry.js";

/** @import {Entry} from "./kept-held.js" */

const HOLD = 300; // milliseconds after the last stroke
const PAUSE = 1500;
const OUT = 15_000; // until it is tried again whether somebody signed in
const NOT_TYPED = ["csrfmiddlewaretoken", "act", "kept_version", "kept_request"];

const form = byId("request-form", HTMLFormElement);
const status = byId("kept");
const words = /** @type {Record<string, string>} */ (status.dataset);
const conflict = byId("kept-conflict");
const first = new FormData(form);
const csrf = String(first.get("csrfmiddlewaretoken"));
const request = String(first.get("kept_request") ?? "");
const key = request || String(first.get("request_key"));

/** @type {Held | null} */
let held = null;
let version = Number(first.get("kept_version"));
let isDirty = false;
let isOpen = true;
let tries = 0;
/** @type {AbortController | null} */
let flying = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let holding;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let sending;

/** @returns {Entry} */
function typed(isSubmitted = false) {
  const values = Object.fromEntries([...new FormData(form)].filter(([name, value]) => !NOT_TYPED.includes(name) && typeof value === "string"));
  return { form: key, request, version, values: /** @type {Record<string, string>} */ (values), isSubmitted };
}

/**
 * @param {Record<string, string>} one
 * @param {Record<string, string>} other
 */
const isSame = (one, other) => Object.keys({ ...one, ...other }).every((name) => one[name] === other[name]);

function say(/** @type {string} */ text, isLoose = false) {
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("is-loose", isLoose);
}

function later(/** @type {number} */ milliseconds) {
  clearTimeout(sending);
  sending = setTimeout(send, milliseconds);
}

async function send({ keepalive = false } = {}) {
  if (!isOpen || flying) return;
  isDirty = false;
  flying = new AbortController();
  const entry = typed();
  const answer = await hand(words.keep, csrf, entry, { signal: flying.signal, keepalive });
  flying = null;
  if (!isOpen) return;
  if (answer.status === 200) {
    tries = 0;
    version = answer.version ?? version;
    say(answer.said ?? "");
    part(form, "[name=kept_version]", HTMLInputElement).value = String(version);
    if (!request && answer.url) history.replaceState(history.state, "", answer.url);
    if (!isDirty) held?.drop(key);
    else later(PAUSE);
    return;
  }
  if (answer.status === 409) {
    isOpen = false;
    part(conflict, "[data-said]").textContent = answer.detail ?? "";
    const newer = part(conflict, "[data-newer]", HTMLAnchorElement);
    newer.hidden = !answer.url;
    newer.href = answer.url ?? "";
    conflict.hidden = false;
    say("");
    return;
  }
  const isHeld = held ? await held.put(entry) : false;
  if (answer.status === 422) {
    say(answer.detail ?? "", true);
  } else if (answer.status === 401) {
    say(isHeld ? words.out : words.outLoose, true);
    later(OUT);
  } else {
    say(isHeld ? words.away : words.awayLoose, true);
    later(waitAfter(++tries + 2));
  }
}

/** Something was typed, chosen or drawn. */
export function touched() {
  isDirty = true;
  if (!isOpen) return;
  clearTimeout(holding);
  holding = setTimeout(() => held?.put(typed()), HOLD);
  if (tries === 0) later(PAUSE);
}

/** Begins to watch, and hands over what closed windows left in this browser. */
export async function keepTyping() {
  form.addEventListener("input", touched);
  window.addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && isDirty) {
      held?.put(typed());
      send({ keepalive: true });
    }
  });
  // What is sent needs keeping no more, unless it does not arrive.
  form.addEventListener("submit", () => {
    isOpen = false;
    clearTimeout(sending);
    clearTimeout(holding);
    flying?.abort();
    if (isDirty) held?.put(typed(true));
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) isOpen = conflict.hidden === true;
  });
  part(conflict, "[data-own]").addEventListener("click", async () => {
    const answer = await hand(words.keep, csrf, asOwn(typed()));
    if (answer.status !== 200 || !answer.url) {
      say(answer.detail ?? words.awayLoose, true);
      return;
    }
    held?.drop(key);
    location.assign(answer.url);
  });
  held = await Held.open(words.key);
  if (!held) return;
  if (!navigator.locks) return;
  const taken = await handOver(held, words.keep, csrf);
  const mine = taken.get(key);
  if (mine && !isSame(mine.entry.values, typed().values) && mine.answer.url) {
    location.assign(mine.answer.url);
    return;
  }
  if (mine) version = mine.answer.version ?? version;
  taken.delete(key);
  byId("kept-late").hidden = taken.size === 0;
  navigator.locks.request(lockOf(key), () => new Promise(() => {}));
}
