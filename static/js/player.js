// The player of a working copy: seeking, speed, single pictures, and a key that is renewed before its ten minutes end.
import { part, parts } from "./elements.js";
import { keepAlive } from "./media-key.js";
import { followPictures } from "./picture-stepper.js";

const POLL_MS = 2000;

for (const section of parts(document, "[data-player]")) {
  startPlayer(section);
}
for (const waiting of parts(document, "[data-waits]")) {
  waitForChange(waiting);
}

/** @param {HTMLElement} section */
function startPlayer(section) {
  const video = part(section, "video", HTMLVideoElement);
  const play = part(section, "[data-play]");
  const playLabel = play.textContent;
  const speed = part(section, "[data-speed]", HTMLSelectElement);
  const clock = part(section, "[data-clock]");
  const fps = Number(section.dataset.fps) || 25;

  const tellTime = () => {
    clock.textContent = `${inWords(pictureTimes.now())} / ${inWords(video.duration || 0)}`;
  };
  const pictureTimes = followPictures(section, video, tellTime);

  const toggle = () => (video.paused ? video.play() : video.pause());
  const seek = (/** @type {number} */ seconds) => {
    video.currentTime = Math.min(Math.max(0, video.currentTime + seconds), video.duration || 0);
  };
  const step = (/** @type {number} */ pictures) => {
    video.pause();
    if (!pictureTimes.step(pictures)) {
      seek(pictures / fps);
    }
  };

  play.addEventListener("click", toggle);
  for (const button of parts(section, "[data-seek]")) {
    button.addEventListener("click", () => seek(Number(button.dataset.seek)));
  }
  for (const button of parts(section, "[data-frame]")) {
    button.addEventListener("click", () => step(Number(button.dataset.frame)));
  }
  for (const button of parts(section, "[data-at]")) {
    button.addEventListener("click", () => {
      video.pause();
      video.currentTime = Math.min(Number(button.dataset.at), video.duration || 0);
    });
  }
  speed.addEventListener("change", () => {
    video.playbackRate = Number(speed.value);
  });
  video.addEventListener("ratechange", () => {
    if ([...speed.options].some((option) => Number(option.value) === video.playbackRate)) {
      speed.value = String(video.playbackRate);
    }
  });
  for (const name of ["play", "pause"]) {
    video.addEventListener(name, () => {
      play.textContent = video.paused ? playLabel : (play.dataset.pauseLabel ?? "");
    });
  }
  for (const name of ["timeupdate", "seeked", "loadedmetadata"]) {
    video.addEventListener(name, tellTime);
  }
  /** @type {Record<string, () => void>} */
  const keys = { k: toggle, j: () => seek(-10), l: () => seek(10), ",": () => step(-1), ".": () => step(1) };
  document.addEventListener("keydown", (event) => {
    const act = keys[event.key.toLowerCase()];
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
    if (!act || typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    act();
  });
  keepAlive(section, video);
}

function waitForChange(/** @type {HTMLElement} */ element) {
  const timer = setInterval(async () => {
    try {
      const answer = await fetch(element.dataset.waits ?? "", { headers: { Accept: "application/json" } });
      if (answer.ok && (await answer.json()).mark !== element.dataset.mark) {
        clearInterval(timer);
        // Nobody loses what he is typing.
        if (!document.activeElement?.closest("form")) {
          location.reload();
        }
      }
    } catch {
      // The next tick asks again.
    }
  }, POLL_MS);
}

/** Hours where there are any, minutes, seconds and thousandths. */
export function inWords(/** @type {number} */ seconds) {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(whole / 3600);
  const thousandths = String(Math.floor((seconds - whole) * 1000)).padStart(3, "0");
  return `${hours ? `${hours}:` : ""}${parts.join(":")}.${thousandths}`;
}
