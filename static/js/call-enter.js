// Entering a call: a search or a press of the map fills in where it is.
import { byId, field } from "./elements.js";
import { findPlaces } from "./find-place.js";
import { placePin } from "./place-pin.js";

const form = byId("call-form", HTMLFormElement);
const pin = placePin(byId("call-map"), field(form, "latitude"), field(form, "longitude"));
const search = document.getElementById("find-place");
if (search) {
  findPlaces(search, field(form, "csrfmiddlewaretoken").value, (place) => {
    pin.set({ lat: place.latitude, lng: place.longitude });
    const address = field(form, "address");
    if (!address.value) address.value = place.label;
  });
}
