// Beginning a canvass: a search or a press of the map says its middle; the circle is drawn.
import { byId, field } from "./elements.js";
import { findPlaces } from "./find-place.js";
import { placePin } from "./place-pin.js";
import { METERS_PER_FOOT } from "./units.js";

const form = byId("canvass-form", HTMLFormElement);
const feet = field(form, "radius_ft");
const meters = () => Number(feet.value) * METERS_PER_FOOT;
const pin = placePin(byId("canvass-map"), field(form, "latitude"), field(form, "longitude"), meters);
feet.addEventListener("change", pin.look);
const search = document.getElementById("find-place");
if (search) {
  findPlaces(search, field(form, "csrfmiddlewaretoken").value, (place) => {
    pin.set({ lat: place.latitude, lng: place.longitude });
    const where = field(form, "where");
    if (!where.value) where.value = place.label;
  });
}
