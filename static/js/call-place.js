// Why somebody opens the partner map: a case asks for its number, a call for its place.
import { byId, control, field, part } from "./elements.js";
import { placePin } from "./place-pin.js";

const form = byId("purpose-form", HTMLFormElement);
const kind = control(form, "kind");
const shown = { call: part(form, '[data-field="place"]'), case: part(form, '[data-field="case_number"]') };

function follow() {
  for (const [name, element] of Object.entries(shown)) element.hidden = Boolean(kind) && kind?.value !== name;
}

placePin(byId("call-map"), field(form, "latitude"), field(form, "longitude"));
kind?.addEventListener("change", follow);
follow();
