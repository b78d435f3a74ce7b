// One video of the review desk: shows the picture of a moment, and runs in step with a clock that is not its own.
import { part } from "./elements.js";
import { rateInStep } from "./desk-clock.js";
import { keepAlive } from "./media-key.js";
import { followPictures } from "./picture-stepper.js";
import { pictureAt } from "./picture-times.js";

/** @import {Span} from "./desk-clock.js" */
/** @typedef {ReturnType<typeof makeClip>} Clip */

// Browsers name times in whole microseconds: a moment that is a picture's own must not fall into the one before.
const HAIR_S = 0.0005;
// What is further off than this is sought; less is caught up by running a little faster or slower.
const LEAP_S = 0.4;

/**
 * @param {HTMLElement} section
 * @param {Span} span where its film lies on the line
 * @param {() => void} told called when another picture is on the screen
 */
export function makeClip(section, span, told) {
  const video = part(section, "video", HTMLVideoElement);
  const outside = part(section, "[data-outside]");
  const form = part(section, "[data-pictures]", HTMLFormElement);
  const fps = Number(section.dataset.fps) || 25;
  video.controls = false;
  const stepper = followPictures(section, video, told);
  keepAlive(section, video);
  video.addEventListener("loadedmetadata", () => {
    span.end = Math.max(span.end, span.begin + video.duration);
  });

  const covers = (/** @type {number} */ at) => at >= span.begin && at <= span.end;
  const tellOutside = (/** @type {boolean} */ is) => {
    outside.hidden = !is;
    section.toggleAttribute("data-is-outside", is);
  };
  const isShown = () => section.offsetParent !== null;

  return {
    section,
    video,
    span,
    form,
    covers,
    isShown,
    times: stepper.times,
    /** The moment at which the picture that is shown, or sought, begins. */
    moment() {
      const times = stepper.times();
      return span.begin + (times ? times[stepper.aim()] : video.currentTime);
    },
    /** The picture that is shown, or sought, from 0. */
    picture: () => (stepper.times() ? stepper.aim() : Math.floor(video.currentTime * fps + HAIR_S)),
    /** The moment at which this picture begins. */
    momentOf(/** @type {number} */ picture) {
      const times = stepper.times();
      return span.begin + (times ? times[Math.min(picture, times.length - 1)] : picture / fps);
    },
    /**
     * Show the picture of this moment, at rest. A video that was just stopped may still paint one picture more: `anew`
     * seeks also where the right one seems to be there.
     * @param {number} at
     * @param {boolean} [anew]
     */
    showAt(at, anew = false) {
      if (!covers(at)) {
        video.pause();
        tellOutside(true);
        return;
      }
      tellOutside(false);
      if (!isShown()) {
        video.pause();
        return;
      }
      const times = stepper.times();
      if (!times) {
        video.pause();
        video.currentTime = at - span.begin;
        return;
      }
      const picture = pictureAt(times, at - span.begin + HAIR_S);
      if (anew || !video.paused || video.seeking || section.dataset.picture !== String(picture + 1)) stepper.goTo(picture);
    },
    /** Some pictures on or back from the one that is shown. */
    step(/** @type {number} */ pictures) {
      if (!stepper.step(pictures)) {
        video.pause();
        video.currentTime = Math.max(0, video.currentTime + pictures / fps);
      }
    },
    /** Whether it can go on at this moment without waiting for bytes. */
    isReady(/** @type {number} */ at) {
      return (video.readyState >= 3 && !video.seeking) || at > span.end - 0.25 || Boolean(video.error);
    },
    /**
     * Be where the clock is.
     * @param {number} at
     * @param {number} rate
     * @param {boolean} runs whether the clock runs, or waits for another video
     */
    follow(at, rate, runs) {
      tellOutside(!covers(at));
      if (!covers(at) || !isShown()) {
        if (!video.paused) video.pause();
        return;
      }
      const ahead = video.currentTime - (at - span.begin);
      if (!video.seeking) {
        if (Math.abs(ahead) > LEAP_S) video.currentTime = at - span.begin;
        else video.playbackRate = rateInStep(rate, ahead);
      }
      if (runs && video.paused && !video.ended) video.play().catch(() => {});
      if (!runs && !video.paused) video.pause();
    },
  };
}
