// The review desk: one transport and one line of time for up to four videos, which run in step on the true time.
import { byId, part, parts } from "./elements.js";
import { makeClip } from "./desk-clip.js";
import { edgeFrom, layoutOf, piecesOf, whereNext } from "./desk-clock.js";
import { startMarks } from "./desk-marks.js";
import { pageData } from "./page-data.js";
import { inWords } from "./player.js";

// All wait for one that has no bytes, but not forever.
const HELD_AT_MOST_MS = 4000;
const GAP_FROM_S = 2;

/** @typedef {{number: number, item: string, name: string, begins: number | null, length: number, offset: number, offsetKnown: boolean}} ClipData */
/** @type {{clips: ClipData[], zone: string, words: {pause: string, play: string, unknown: string}}} */
const { clips: data, zone, words } = pageData("desk-data");
const desk = byId("desk");
const layout = layoutOf(data);
const slider = part(desk, "[data-slider]", HTMLInputElement);
const playButton = part(desk, "[data-play]");
const speed = part(desk, "[data-speed]", HTMLSelectElement);
const clock = part(desk, "[data-clock]");
const language = document.documentElement.lang;
const dated = new Intl.DateTimeFormat(language, {
  timeZone: zone,
  dateStyle: "medium",
});
const timed = new Intl.DateTimeFormat(language, {
  timeZone: zone,
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});

let at = 0;
let playing = false;
let before = 0;
let heldSince = 0;
let selected = 0;

const clips = data.map((_one, index) => makeClip(part(desk, `[data-clip="${index + 1}"]`), layout.spans[index], tell));
const spans = clips.map((clip) => clip.span);
const length = () => Math.max(0, ...spans.map(({ end }) => end));

function tell() {
  const trueMs = layout.start === null ? null : layout.start + at * 1000;
  const said = trueMs === null ? inWords(at) : `${dated.format(trueMs)} ${timed.format(trueMs)}`;
  clock.textContent = said;
  desk.dataset.at = String(at);
  slider.max = String(length());
  slider.value = String(at);
  slider.setAttribute("aria-valuetext", said);
  clips.forEach((clip, index) => {
    const { begins, offset } = data[index];
    const reading = part(clip.section, "[data-recorder]");
    const is = begins !== null && trueMs !== null && clip.covers(at);
    reading.textContent = is ? timed.format(trueMs + offset * 1000) : words.unknown;
  });
}

function show(/** @type {number} */ second, anew = false) {
  at = Math.min(Math.max(0, second), length());
  if (!playing) for (const clip of clips) clip.showAt(at, anew);
  tell();
}

function pause() {
  playing = false;
  playButton.textContent = words.play;
  for (const { video } of clips) video.pause();
  const clip = clips[selected];
  show(clip.covers(at) && clip.isShown() ? clip.moment() : at, true);
}

function play() {
  if (whereNext(spans, at) === null) at = 0;
  playing = true;
  before = performance.now();
  heldSince = 0;
  playButton.textContent = words.pause;
  requestAnimationFrame(tick);
}

function tick(/** @type {number} */ now) {
  if (!playing) return;
  const rate = Number(speed.value);
  const running = clips.filter((clip) => clip.isShown() && clip.covers(at));
  let held = running.some((clip) => !clip.isReady(at));
  if (held) {
    heldSince ||= now;
    held = now - heldSince < HELD_AT_MOST_MS;
  } else {
    heldSince = 0;
  }
  if (!held) at += (Math.max(0, now - before) / 1000) * rate;
  before = now;
  const next = whereNext(spans, at);
  if (next === null) {
    at = length();
    pause();
    return;
  }
  at = next;
  for (const clip of clips) clip.follow(at, rate, !held || !clip.isReady(at));
  tell();
  requestAnimationFrame(tick);
}

function select(/** @type {number} */ index) {
  if (!clips[index]) return;
  selected = index;
  clips.forEach(({ section }, other) => section.toggleAttribute("data-selected", other === index));
  for (const button of parts(desk, "[data-select]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.select) === index + 1));
  }
  if (!playing) show(at);
}

function step(/** @type {number} */ pictures) {
  if (playing) pause();
  const clip = clips[selected];
  if (!clip.covers(at)) return;
  clip.step(pictures);
  at = clip.moment();
  clips.forEach((other, index) => index !== selected && other.showAt(at));
  tell();
}

const jump = (/** @type {number} */ seconds) => show(at + seconds);
const edge = (/** @type {1 | -1} */ direction) => show(edgeFrom(spans, at, direction) ?? (direction > 0 ? length() : 0));
const toggle = () => (playing ? pause() : play());

/** @type {Record<string, (far: boolean) => void>} */
const keys = {
  k: toggle,
  j: (far) => jump(far ? -10 : -1),
  l: (far) => jump(far ? 10 : 1),
  ",": () => step(-1),
  ".": () => step(1),
  "[": () => edge(-1),
  "]": () => edge(1),
};
for (let number = 1; number <= clips.length; number += 1) keys[number] = () => select(number - 1);

// Marks: the desk says which picture is chosen, goes to a marked one, and shows marks on the lanes.
const marks = startMarks({
  chosen() {
    if (playing) pause();
    const clip = clips[selected];
    return clip.covers(at) ? { number: selected + 1, item: data[selected].item, picture: clip.picture() } : null;
  },
  goTo(item, picture) {
    const index = data.findIndex((one) => one.item === item);
    if (index < 0) return;
    if (playing) pause();
    selected = index;
    at = clips[index].momentOf(picture);
    select(index);
  },
  draw(marked) {
    for (const old of parts(desk, "[data-lane] i")) old.remove();
    for (const { item, begin, end } of marked) {
      const index = data.findIndex((one) => one.item === item);
      if (index < 0) continue;
      const tick = document.createElement("i");
      tick.style.left = `${((spans[index].begin + begin) / (length() || 1)) * 100}%`;
      tick.style.width = `${((end - begin) / (length() || 1)) * 100}%`;
      part(desk, `[data-lane="${index + 1}"]`).append(tick);
    }
  },
});
if (marks) Object.assign(keys, marks.keys);

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input:not([type=range]), textarea, select");
  const act = keys[event.key.toLowerCase()];
  if (!act || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act(event.shiftKey);
});
playButton.addEventListener("click", toggle);
for (const button of parts(desk, "[data-jump]")) button.addEventListener("click", () => jump(Number(button.dataset.jump)));
for (const button of parts(desk, "[data-frame]")) button.addEventListener("click", () => step(Number(button.dataset.frame)));
for (const button of parts(desk, "[data-edge]")) {
  button.addEventListener("click", () => edge(Number(button.dataset.edge) > 0 ? 1 : -1));
}
for (const button of parts(desk, "[data-select]")) {
  button.addEventListener("click", () => select(Number(button.dataset.select) - 1));
}
slider.addEventListener("input", () => show(Number(slider.value)));
document.addEventListener("visibilitychange", () => document.hidden && playing && pause());
clips.forEach((clip, index) => {
  // The stepper of the video went to the picture that was typed; the others follow it.
  clip.form.addEventListener("submit", () => {
    playing = false;
    playButton.textContent = words.play;
    at = clip.moment();
    select(index);
  });
  clip.section.addEventListener("click", (event) => {
    if (event.target instanceof HTMLVideoElement) select(index);
  });
  clip.video.addEventListener("loadedmetadata", drawLanes, { once: true });
});

function drawLanes() {
  clips.forEach((clip, index) => {
    const lane = part(desk, `[data-lane="${index + 1}"]`);
    lane.replaceChildren(
      ...piecesOf(clip.span, clip.times(), length(), GAP_FROM_S).map(({ left, width }) => {
        const bar = document.createElement("span");
        bar.style.left = `${left * 100}%`;
        bar.style.width = `${width * 100}%`;
        return bar;
      }),
    );
  });
  marks?.draw();
  tell();
}

// The tables of times come a moment later, and with them the gaps within a film and the first picture.
let waited = 0;
const tables = setInterval(() => {
  waited += 1;
  if (clips.every((clip) => clip.times()) || waited > 40) {
    clearInterval(tables);
    drawLanes();
    if (!playing) show(at);
    marks?.goToNamed();
    desk.dataset.ready = "true";
  }
}, 100);

select(0);
drawLanes();
