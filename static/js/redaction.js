// A redaction: boxes over the pictures of a film, drawn by its author or read by a second person, picture by picture.
import { part, parts } from "./elements.js";
import { keepAlive } from "./media-key.js";
import { pageData } from "./page-data.js";
import { followPictures } from "./picture-stepper.js";
import { coveredIn, turningPoints, withBox } from "./redaction-boxes.js";
import { showList } from "./redaction-list.js";
import { startSaving } from "./redaction-saving.js";
import { startStage } from "./redaction-stage.js";

/** @import {Box, Frame} from "./redaction-boxes.js" */
/** @typedef {{id: string, what: string, exemption: string, citation: string}} Ground */
/** @typedef {Ground & {frames: Frame[]}} Region */
/** @typedef {Ground & {first: number, last: number}} Mute */
/** @typedef {{regions: Region[], mutes: Mute[]}} Plan */

const data = pageData("redaction-data");
const section = part(document, "[data-redaction]");
const video = part(section, "video", HTMLVideoElement);
const stageOf = part(section, "[data-stage]", SVGSVGElement);
const play = part(section, "[data-play]");
const speed = part(section, "[data-speed]", HTMLSelectElement);
const undo = section.querySelector("[data-undo-last]");
const submit = document.querySelector("[data-submit]");
const words = data.words;
const editable = data.editable;

/** @type {Plan} */
let plan = data.plan;
let chosen = "";
let fresh = false; // the next box begins a region, whatever is chosen

video.controls = false;
const stepper = followPictures(section, video, () => show());
keepAlive(section, video);

const saving = editable
  ? startSaving(section, data.version, (answer) => {
      plan = /** @type {Plan} */ (answer.plan);
      if (!plan.regions.some(({ id }) => id === chosen)) chosen = "";
      if (undo instanceof HTMLButtonElement) undo.disabled = !answer.canUndo;
      for (const field of document.querySelectorAll("[data-version]")) {
        if (field instanceof HTMLInputElement) field.value = String(answer.version);
      }
      show();
    })
  : null;

const stage = startStage(stageOf, data, {
  draw: (box) => (chosen && !fresh && !here() ? change(box) : begin(box)),
  change: (_id, box) => change(box),
  choose,
});
const list = showList(section, { data, choose, goTo: (picture) => stepper.goTo(picture), edit, remove });

const picture = () => stepper.shown();
const region = () => plan.regions.find(({ id }) => id === chosen);
/** The chosen region's box in this picture, drawn or not. */
function here() {
  const [times, one] = [stepper.times(), region()];
  return times && one ? coveredIn(one.frames, times, picture())[0] : undefined;
}

function show() {
  list.show(plan, chosen);
  const times = stepper.times();
  if (!times) return;
  const rows = plan.regions.map((one, place) => ({
    id: one.id,
    name: one.what || words.region.replace("{n}", String(place + 1)),
    covered: coveredIn(one.frames, times, picture()),
  }));
  stage.show(rows, chosen);
  list.tell(here(), region(), picture());
}

function keep(/** @type {Plan} */ next) {
  plan = next;
  show();
  saving?.keep(plan);
}

function begin(/** @type {Box} */ box) {
  video.pause();
  const made = { id: crypto.randomUUID(), what: "", ...list.lastGround(plan), frames: [/** @type {Frame} */ ([picture(), box, false])] };
  fresh = false;
  chosen = made.id;
  keep({ ...plan, regions: [...plan.regions, made] });
}

function change(/** @type {Box} */ box) {
  video.pause();
  const one = region();
  if (one) frames(withBox(one.frames, picture(), box));
}

function frames(/** @type {Frame[]} */ next) {
  if (!next.length) remove(chosen);
  else keep({ ...plan, regions: plan.regions.map((one) => (one.id === chosen ? { ...one, frames: next } : one)) });
}

function choose(/** @type {string} */ id) {
  chosen = id;
  fresh = false;
  show();
}

/** @param {string} id @param {Partial<Ground>} ground */
function edit(id, ground) {
  const changed = (/** @type {any} */ one) => (one.id === id ? { ...one, ...ground } : one);
  keep({ regions: plan.regions.map(changed), mutes: plan.mutes.map(changed) });
}

function remove(/** @type {string} */ id) {
  if (chosen === id) chosen = "";
  keep({ regions: plan.regions.filter((one) => one.id !== id), mutes: plan.mutes.filter((one) => one.id !== id) });
}

/** To the next picture in which something begins, ends or is drawn. */
function turn(/** @type {number} */ way) {
  const points = turningPoints(plan.regions, data.pictures);
  const next = way > 0 ? points.find((one) => one > picture()) : points.findLast((one) => one < picture());
  if (next !== undefined) stepper.goTo(next);
}

/** @type {Record<string, () => void>} */
const acts = {
  draw: () => {
    const box = here()?.box ?? region()?.frames.findLast(([at]) => at < picture())?.[1] ?? stage.middle();
    if (region()) change(box);
    else begin(stage.middle());
  },
  new: () => {
    chosen = "";
    fresh = true;
    begin(stage.middle());
    stageOf.focus();
  },
  clear: () => frames((region()?.frames ?? []).filter(([at]) => at !== picture())),
  ends: () => {
    const one = region();
    const drawn = here();
    if (!one || !drawn) return;
    const ended = !one.frames.find(([at]) => at === picture())?.[2];
    const next = withBox(one.frames, picture(), drawn.box);
    frames(next.map((frame) => /** @type {Frame} */ (frame[0] === picture() ? [frame[0], frame[1], ended] : frame)));
  },
  undo: () => saving?.undo(),
};

const toggle = () => (video.paused ? video.play() : video.pause());
const seek = (/** @type {number} */ seconds) => {
  video.currentTime = Math.min(Math.max(0, video.currentTime + seconds), video.duration || 0);
};
const step = (/** @type {number} */ pictures) => {
  video.pause();
  stepper.step(pictures);
};

/** @type {Record<string, () => void>} */
const keys = {
  k: toggle,
  j: () => seek(-1),
  l: () => seek(1),
  ",": () => step(-1),
  ".": () => step(1),
  "[": () => turn(-1),
  "]": () => turn(1),
  ...(editable ? { n: acts.new, d: acts.draw, x: acts.clear, e: acts.ends } : {}),
};
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
  if (typing || event.altKey) return;
  const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && editable;
  const act = isUndo ? acts.undo : event.ctrlKey || event.metaKey ? null : keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});
for (const button of parts(section, "[data-act]")) button.addEventListener("click", () => acts[button.dataset.act ?? ""]?.());
for (const button of parts(section, "[data-frame]")) button.addEventListener("click", () => step(Number(button.dataset.frame)));
for (const button of parts(section, "[data-jump]")) button.addEventListener("click", () => seek(Number(button.dataset.jump)));
for (const button of parts(section, "[data-turn]")) button.addEventListener("click", () => turn(Number(button.dataset.turn)));
play.addEventListener("click", toggle);
for (const name of ["play", "pause"]) {
  video.addEventListener(name, () => {
    play.textContent = video.paused ? words.play : words.pause;
  });
}
speed.addEventListener("change", () => {
  video.playbackRate = Number(speed.value);
});
const filled = part(section, "[data-filled]", HTMLInputElement);
filled.addEventListener("change", () => stageOf.toggleAttribute("data-is-filled", filled.checked));

// Numbers are for whoever draws by keyboard, or to the pixel.
for (const field of parts(section, "[data-side]", HTMLInputElement)) {
  field.addEventListener("change", () => {
    const drawn = here();
    if (!drawn || !field.value) return;
    const box = /** @type {Box} */ ([...drawn.box]);
    box[Number(field.dataset.side)] = Number(field.value);
    change(list.within(box));
  });
}
const muting = section.querySelector("[data-mute-form]");
if (muting instanceof HTMLFormElement) {
  const [first, last] = ["first", "last"].map((name) => part(muting, `[name=${name}]`, HTMLInputElement));
  for (const [name, field] of Object.entries({ first, last })) {
    part(muting, `[data-take=${name}]`).addEventListener("click", () => {
      field.value = String(picture() + 1);
    });
  }
  muting.addEventListener("submit", (event) => {
    event.preventDefault();
    const ends = [Number(first.value) - 1, Number(last.value) - 1].sort((a, b) => a - b);
    const made = { id: crypto.randomUUID(), what: "", ...list.lastGround(plan), first: ends[0], last: ends[1] };
    muting.reset();
    keep({ ...plan, mutes: [...plan.mutes, made] });
  });
}
// What is submitted is what is kept.
submit?.addEventListener("submit", (event) => {
  if (saving && !saving.isKept()) event.preventDefault();
});
video.addEventListener("loadeddata", () => show());
show();

