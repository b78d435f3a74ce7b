// A pin for a camera that somebody at a meeting tells of. The two number fields alone are enough.
import { byId, field } from "./elements.js";
import { offerToLocate } from "./locate.js";
import { placePin } from "./place-pin.js";

const form = byId("meeting-form", HTMLFormElement);
const pin = placePin(byId("meeting-map"), field(form, "latitude"), field(form, "longitude"));
offerToLocate(form.dataset, ({ latitude, longitude }) => pin.set({ lat: latitude, lng: longitude }));
