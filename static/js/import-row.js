// A row of a file that needs a place: a search and a pin write it into the row's own cells.
import { byId, field, parts } from "./elements.js";
import { findPlaces } from "./find-place.js";
import { placePin } from "./place-pin.js";

/** @import {Half} from "./place-pin.js" */

const form = byId("row-form", HTMLFormElement);
const cells = (form.dataset.place ?? "").split(" ").map((name) => /** @type {HTMLInputElement} */ (field(form, name)));

/**
 * One number of a cell that holds both: “30.4383, -84.2807”.
 * @param {0 | 1} side
 * @returns {Half}
 */
function half(side) {
  const [cell] = cells;
  const both = () => cell.value.split(",").map((number) => number.trim());
  return {
    get value() {
      return both()[side] ?? "";
    },
    set value(number) {
      const [latitude = "", longitude = ""] = both();
      cell.value = side ? `${latitude}, ${number}` : `${number}, ${longitude}`;
    },
    addEventListener: cell.addEventListener.bind(cell),
    dispatchEvent: cell.dispatchEvent.bind(cell),
  };
}

byId("row-place").hidden = false;
const pin = placePin(byId("row-map"), cells[1] ? cells[0] : half(0), cells[1] ?? half(1));
for (const search of parts(form, ".find-place", HTMLElement)) {
  findPlaces(search, field(form, "csrfmiddlewaretoken").value, ({ latitude, longitude }) => pin.set({ lat: latitude, lng: longitude }));
}
