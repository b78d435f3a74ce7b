// A pin for a camera that somebody at a meeting tells of. The two number fields alone are enough.
import { byId, field, parts } from "./elements.js";
import { findPlaces } from "./find-place.js";
import { lastWord } from "./last-word.js";
import { offerToLocate } from "./locate.js";
import { placePin } from "./place-pin.js";

const form = byId("meeting-form", HTMLFormElement);
const place = /** @type {const} */ (["latitude", "longitude"]).map((name) => field(form, name));
const pin = placePin(byId("meeting-map"), place[0], place[1]);
offerToLocate(form.dataset, lastWord(place), ({ latitude, longitude }) => pin.set({ lat: latitude, lng: longitude }));
for (const search of parts(form, ".find-place", HTMLElement)) {
  findPlaces(search, field(form, "csrfmiddlewaretoken").value, ({ latitude, longitude }) => pin.set({ lat: latitude, lng: longitude }));
}
