// The key of a video ends after ten minutes: it is renewed before, or when it is refused.
import { part } from "./elements.js";

const RENEW_EARLY_S = 120;

// A new key means a new address, and a new address makes the video load again. So it is put in while the video rests,
// or at the latest when the old key is refused.
/**
 * @param {HTMLElement} section
 * @param {HTMLVideoElement} video
 */
export function keepAlive(section, video) {
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
