// The player of a working copy: seeking, speed, single pictures, and a key that is renewed before its ten minutes end.
import { part, parts } from "./elements.js";
import { followPictures } from "./picture-stepper.js";

const RENEW_EARLY_S = 120;
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

// A new key means a new address, and a new address makes the video load again. So it is put in while the video rests,
// or at the latest when the old key is refused.
/**
 * @param {HTMLElement} section
 * @param {HTMLVideoElement} video
 */
function keepAlive(section, video) {
  const message = part(section, "[data-player-message]");
  let token = section.dataset.token ?? "";
  const prefix = (video.getAttribute("src") ?? "").slice(0, -token.length);
  let pending = false;
  let asking = false;

  const swap = () => {
    pending = false;
    const { currentTime, playbackRate, paused } = video;
    video.src = prefix + token;
    video.addEventListener(
      "loadedmetadata",
      () => {
        video.currentTime = currentTime;
        video.playbackRate = playbackRate;
        if (!paused) {
          video.play();
        }
      },
      { once: true },
    );
  };
  const renew = async () => {
    if (asking) {
      return false;
    }
    asking = true;
    try {
      const body = new URLSearchParams({ token });
      const headers = { "X-CSRFToken": part(section, "[name=csrfmiddlewaretoken]", HTMLInputElement).value, Accept: "application/json" };
      const answer = await fetch(section.dataset.renew ?? "", { method: "POST", body, headers });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      token = (await answer.json()).token;
      return true;
    } catch {
      return false;
    } finally {
      asking = false;
    }
  };
  const ended = () => {
    message.textContent = section.dataset.ended ?? "";
    message.hidden = false;
  };

  setInterval(
    async () => {
      if (await renew()) {
        pending = true;
        if (video.paused) {
          swap();
        }
      }
    },
    Math.max(10, Number(section.dataset.lifetime) - RENEW_EARLY_S) * 1000,
  );
  video.addEventListener("pause", () => pending && !video.ended && swap());
  let lastTry = 0;
  video.addEventListener("error", async () => {
    const now = Date.now();
    const again = pending || (now - lastTry > 30_000 && (await renew()));
    lastTry = now;
    if (again) {
      swap();
    } else {
      ended();
    }
  });
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
