// The button that asks the device where it is. Without geolocation it stays hidden.
import { byId } from "./elements.js";

/**
 * @param {DOMStringMap} words `locating`, `located` and `notLocated`
 * @param {() => () => boolean} asked of lastWord: a device may think for ten seconds
 * @param {(place: GeolocationCoordinates) => void} go
 */
export function offerToLocate(words, asked, go) {
  const button = document.getElementById("locate");
  if (!button || !("geolocation" in navigator)) return;
  const status = byId("locate-status");
  const say = (/** @type {string | undefined} */ text) => {
    status.textContent = text ?? "";
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    say(words.locating);
    const stands = asked();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        if (!stands()) return say("");
        say(words.located);
        go(coords);
      },
      () => say(stands() ? words.notLocated : ""),
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
}
