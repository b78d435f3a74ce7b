// What a browser can show of a file before it is sent. The file is opened on this device; nothing leaves it.

const PATIENCE_MS = 8_000;

/** @typedef {{kind: "film" | "picture" | "unseen", seconds: number | null, address: string | null}} Look */

/**
 * Show `file` in `place` if the browser can, and say what was found. The address has to be revoked when the card goes.
 * @param {File} file
 * @param {HTMLElement} place
 * @param {string} label
 * @returns {Promise<Look>}
 */
export async function lookAt(file, place, label) {
  const address = URL.createObjectURL(file);
  if (file.type.startsWith("image/")) {
    const picture = Object.assign(new Image(), { src: address, alt: label });
    const seen = await picture.decode().then(
      () => true,
      () => false,
    );
    if (seen) place.replaceChildren(picture);
    return { kind: "picture", seconds: null, address };
  }
  const film = document.createElement("video");
  Object.assign(film, { controls: true, muted: true, playsInline: true, preload: "metadata" });
  film.setAttribute("aria-label", label);
  const seconds = await lengthOf(film, address);
  if (seconds === null) {
    film.removeAttribute("src");
    film.load();
    URL.revokeObjectURL(address);
    return { kind: "unseen", seconds: null, address: null };
  }
  // Many films begin black; a second in, there is something to see.
  film.currentTime = Math.min(1, seconds / 2);
  place.replaceChildren(film);
  return { kind: "film", seconds, address };
}

/**
 * @param {HTMLVideoElement} film
 * @param {string} address
 * @returns {Promise<number | null>}
 */
function lengthOf(film, address) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), PATIENCE_MS);
    /** @param {number | null} seconds */
    const done = (seconds) => {
      clearTimeout(timer);
      resolve(seconds);
    };
    film.addEventListener("loadedmetadata", () =>
      done(film.videoWidth && Number.isFinite(film.duration) ? film.duration : null),
    );
    film.addEventListener("error", () => done(null));
    film.src = address;
  });
}
