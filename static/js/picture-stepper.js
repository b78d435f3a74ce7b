// Goes from picture to picture by the film's own times, and says which picture is on the screen.
import { part } from "./elements.js";
import { fetchTimes, momentWithin, nearestPicture, pictureAt } from "./picture-times.js";

// Where in a picture to look for it: first in its middle; a browser that shows another one is asked again.
const SHARES = [0.5, 0.25, 0.75];
// Now and then a browser paints a picture and does not say so. After this long it is asked again.
const PATIENCE_MS = 250;

/**
 * Follow what a video shows. Without a table of times nothing is said, and `step` refuses.
 * @param {HTMLElement} section
 * @param {HTMLVideoElement} video
 * @param {() => void} told called when another picture is on the screen
 */
export function followPictures(section, video, told) {
  const form = part(section, "[data-pictures]", HTMLFormElement);
  const number = part(form, "input[type=number]", HTMLInputElement);
  const language = document.documentElement.lang;
  // Browsers without this call know only the time that they were sent to.
  const tellsPictures = "requestVideoFrameCallback" in HTMLVideoElement.prototype;
  /** @type {Float64Array | null} */
  let times = null;
  let onScreen = -1; // seconds, as the browser names them; -1 before the first picture
  /** @type {number | null} */
  let wanted = null; // until it is on the screen, or cannot be had
  /** @type {number | null} */
  let last = null; // the last one wanted, until something else moves the film: the next step counts from there
  let sought = -1;
  let tries = 0;

  const shown = () => {
    if (!times) {
      return 0;
    }
    return tellsPictures && onScreen >= 0 ? nearestPicture(times, onScreen) : pictureAt(times, video.currentTime);
  };
  const tell = () => {
    if (!times) {
      return;
    }
    const picture = String(shown() + 1);
    section.dataset.picture = picture;
    if (document.activeElement !== number || !number.dataset.typing) {
      number.value = picture;
    }
    told();
  };
  const seek = () => {
    if (times && wanted !== null) {
      sought = momentWithin(times, wanted, video.duration, SHARES[tries]);
      tries += 1;
      video.currentTime = sought;
    }
  };
  const goTo = (/** @type {number} */ picture) => {
    if (!times) {
      return;
    }
    video.pause();
    wanted = Math.min(Math.max(0, picture), times.length - 1);
    last = wanted;
    tries = 0;
    delete section.dataset.picture;
    seek();
  };
  const settle = () => {
    if (wanted === null || video.seeking) {
      return;
    }
    if (shown() !== wanted && tries < SHARES.length) {
      seek();
    } else {
      wanted = null;
    }
  };
  const arrived = () => {
    settle();
    if (wanted === null) {
      tell();
    }
  };
  const watch = () => {
    video.requestVideoFrameCallback((_now, { mediaTime }) => {
      onScreen = mediaTime;
      arrived();
      watch();
    });
  };

  if (tellsPictures) {
    watch();
    let timer = 0;
    video.addEventListener("seeked", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (wanted === null || video.seeking) {
          return;
        }
        if (tries < SHARES.length) {
          seek();
        } else {
          onScreen = -1;
          arrived();
        }
      }, PATIENCE_MS);
    });
  } else {
    video.addEventListener("seeked", arrived);
    video.addEventListener("timeupdate", arrived);
  }
  // Somebody else moved: the scale below the video, a jump of ten seconds, a new key.
  video.addEventListener("seeking", () => {
    if (Math.abs(video.currentTime - sought) > 0.0001) {
      wanted = last = null;
    }
  });
  video.addEventListener("play", () => {
    wanted = last = null;
  });
  number.addEventListener("input", () => {
    number.dataset.typing = "true";
  });
  number.addEventListener("blur", () => {
    delete number.dataset.typing;
    tell();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    delete number.dataset.typing;
    if (number.value) {
      goTo(Math.round(Number(number.value)) - 1);
    }
  });
  if (section.dataset.times) {
    fetchTimes(section.dataset.times)
      .then((found) => {
        times = found;
        number.max = String(found.length);
        part(form, "[data-of]").textContent = (form.dataset.words ?? "").replace("{count}", found.length.toLocaleString(language));
        form.hidden = false;
        tell();
      })
      // It plays without a table, and is stepped by its average rate.
      .catch(() => {});
  }

  return {
    /** Second at which each picture begins; null until the table is there. */
    times: () => times,
    /** The picture on the screen, from 0. */
    shown,
    /** The picture that is shown, or is being sought. */
    aim: () => last ?? shown(),
    goTo,
    /**
     * Go some pictures on or back from the one on the screen. False if that is not known here.
     * @param {number} pictures
     */
    step(pictures) {
      if (!times) {
        return false;
      }
      goTo((last ?? shown()) + pictures);
      return true;
    },
    /** Second at which the picture on the screen begins; the video's own time where that is not known. */
    now() {
      return times && wanted === null && video.paused ? times[shown()] : video.currentTime;
    },
  };
}
