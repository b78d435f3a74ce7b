// Where is it? By street address, if the city has a geocoder, or by where the device is. Both only move the pin.
import { field, form, put, words } from "./camera-fields.js";

/** `arrived` is called when the pin was put somewhere new. */
export function helpToPlace(arrived) {
  const go = (latitude, longitude) => {
    put("latitude", latitude, 6);
    put("longitude", longitude, 6);
    arrived();
  };
  locate(go);
  if (words.find) findAddress(go);
}

function locate(go) {
  const button = document.getElementById("locate");
  const status = document.getElementById("locate-status");
  if (!button || !("geolocation" in navigator)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = words.locating;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        status.textContent = words.located;
        go(coords.latitude, coords.longitude);
      },
      () => {
        status.textContent = words.notLocated;
      },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
}

function findAddress(go) {
  const button = document.getElementById("find");
  const status = document.getElementById("find-status");
  const say = (text) => {
    const line = document.createElement("p");
    line.textContent = text;
    status.replaceChildren(line);
  };
  const offer = (places) => {
    const list = document.createElement("ul");
    list.className = "found";
    for (const place of places) {
      const one = Object.assign(document.createElement("button"), { type: "button", textContent: place.label });
      one.addEventListener("click", () => {
        go(place.latitude, place.longitude);
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
    const body = new FormData();
    body.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    body.set("address", field("site_address").value);
    try {
      const response = await fetch(words.find, { method: "POST", body, headers: { Accept: "application/json" } });
      const answer = await response.json();
      if (!response.ok) return say(answer.detail ?? words.notFound);
      if (answer.found.length > 1) return offer(answer.found);
      go(answer.found[0].latitude, answer.found[0].longitude);
      say(`${answer.found[0].label}. ${words.found}`);
    } catch {
      say(words.notFound);
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
