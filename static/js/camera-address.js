// Where is it? By what one types, by an address that is looked up, or by where the device is. All only move the pin.
import { field, form, put, words } from "./camera-fields.js";
import { byId, parts } from "./elements.js";
import { findPlaces } from "./find-place.js";
import { lastWord } from "./last-word.js";
import { offerToLocate } from "./locate.js";

/** @typedef {{label: string, latitude: number, longitude: number}} Found */

/** `arrived` is called when the pin was put somewhere new. */
export function helpToPlace(/** @type {() => void} */ arrived) {
  const go = (/** @type {{latitude: number, longitude: number}} */ { latitude, longitude }) => {
    put("latitude", latitude, 6);
    put("longitude", longitude, 6);
    arrived();
  };
  const asked = lastWord([field("latitude"), field("longitude")]);
  offerToLocate(words, asked, go);
  for (const search of parts(form, ".find-place", HTMLElement)) {
    findPlaces(search, field("csrfmiddlewaretoken").value, (place) => {
      asked();
      go(place);
    });
  }
  if (words.find) findAddress(asked, go);
}

/**
 * @param {() => () => boolean} asked
 * @param {(place: {latitude: number, longitude: number}) => void} go
 */
function findAddress(asked, go) {
  const button = byId("find");
  const status = byId("find-status");
  const say = (/** @type {string} */ text) => {
    const line = document.createElement("p");
    line.textContent = text;
    status.replaceChildren(line);
  };
  const offer = (/** @type {Found[]} */ places) => {
    const list = document.createElement("ul");
    list.className = "found";
    for (const place of places) {
      const one = Object.assign(document.createElement("button"), { type: "button", textContent: place.label });
      one.addEventListener("click", () => {
        go(place);
        say(words.found);
        field("site_address").focus();
      });
      const row = document.createElement("li");
      row.append(one);
      list.append(row);
    }
    say(words.several);
    status.append(list);
  };
  const ask = async () => {
    say(words.finding);
    const stands = asked();
    const body = new FormData();
    body.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    body.set("address", field("site_address").value);
    try {
      const response = await fetch(words.find, { method: "POST", body, headers: { Accept: "application/json" } });
      /** @type {{found: Found[], detail?: string}} */
      const answer = await response.json();
      if (!stands()) return status.replaceChildren();
      if (!response.ok) return say(answer.detail ?? words.notFound);
      if (answer.found.length > 1) return offer(answer.found);
      go(answer.found[0]);
      say(`${answer.found[0].label}. ${words.found}`);
    } catch {
      if (stands()) say(words.notFound);
      else status.replaceChildren();
    }
  };
  button.addEventListener("click", (event) => {
    event.preventDefault();
    ask();
  });
  // Enter in the address looks it up; the phone's keyboard then shows “search”.
  field("site_address").enterKeyHint = "search";
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== field("site_address")) return;
    event.preventDefault();
    ask();
  });
}
