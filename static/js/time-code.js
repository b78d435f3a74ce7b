// Our running time code. The device's own clock may be wrong, so it is never asked: our clock is asked a few times, and
// the answer that came back quickest counts, less half of the time that it was on the way.
import { part } from "./elements.js";
import { pageData } from "./page-data.js";

/** @type {{now: string, zone: string, hours: number, words: {exact: string, away: string}}} */
const { now, zone, hours, words } = pageData("time-code");
const language = document.documentElement.lang;
const TRIES = 6;
const AGAIN_MS = 60_000;

const box = part(document, "[data-time-code]");
const clock = part(box, "[data-clock]");
const day = part(box, "[data-day]");
const exact = part(box, "[data-exact]");
const take = document.querySelector("[data-take]");

/** @type {Record<number, "h12" | "h23">} */
const cycles = { 12: "h12", 24: "h23" };
/** @type {Intl.DateTimeFormatOptions} */
const seconds = { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: cycles[hours] };
const time = new Intl.DateTimeFormat(language, seconds);
const tenths = new Intl.DateTimeFormat(language, { ...seconds, fractionalSecondDigits: 1 });
const date = new Intl.DateTimeFormat(language, { timeZone: zone, dateStyle: "full" });
const readable = new Intl.NumberFormat(language, { maximumFractionDigits: 2, minimumFractionDigits: 2 });

/**
 * Our clock less the device's running count of milliseconds, and how far that may be off; null while it is not known.
 * @type {{ahead: number, within: number} | null}
 */
let measured = null;

async function once() {
  const asked = performance.now();
  const response = await fetch(now, { cache: "no-store" });
  const answered = performance.now();
  if (!response.ok) throw new Error(String(response.status));
  const ours = (await response.json()).now;
  const within = (answered - asked) / 2;
  return { ahead: ours - (asked + within), within };
}

async function measure() {
  /** @type {{ahead: number, within: number} | null} */
  let best = null;
  for (let n = 0; n < TRIES; n++) {
    try {
      const one = await once();
      if (!best || one.within < best.within) best = one;
    } catch {
      // The next try, or the next minute, may find the line again.
    }
  }
  measured = best;
  exact.textContent = best
    ? words.exact.replace("{seconds}", readable.format(Math.max(best.within, 5) / 1000))
    : words.away;
  const field = document.querySelector("[name=exact_ms]");
  if (field instanceof HTMLInputElement) field.value = best ? String(Math.ceil(best.within)) : "";
  if (take instanceof HTMLButtonElement) take.disabled = !best;
}

function reading() {
  return measured && performance.now() + measured.ahead;
}

function show() {
  const at = reading();
  const said = at === null ? "--:--:--.-" : tenths.format(at);
  if (clock.textContent !== said) {
    clock.textContent = said;
    day.textContent = at === null ? "" : date.format(at);
  }
  requestAnimationFrame(show);
}

take?.addEventListener("click", () => {
  const at = reading();
  const field = document.querySelector("[name=portal_clock]");
  if (at === null || !(field instanceof HTMLInputElement)) return;
  field.value = time.format(at).replace(/[\u00a0\u202f]/gu, " ");
  const theirs = document.querySelector("[name=recorder_clock]");
  if (theirs instanceof HTMLInputElement) theirs.focus();
});

// A device that slept counted no milliseconds: nothing is shown before it has asked again.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) measured = null;
  else measure();
});
setInterval(() => document.hidden || measure(), AGAIN_MS);
measure();
show();
