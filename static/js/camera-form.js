// Registering a camera: the map and the fields are two hands on the same five numbers. The fields alone are enough.
import "./camera-catalog.js";
import { helpToPlace } from "./camera-address.js";
import { keepDraft } from "./camera-draft.js";
import { FEET, field, form, number, put, words } from "./camera-fields.js";
import { byId, parts } from "./elements.js";
import { pageData } from "./page-data.js";
import { wrap } from "./sector.js";
import { whenNear } from "./when-near.js";

/** @import {Sector} from "./sector.js" */

/**
 * The sector as the fields say it, or null while they do not say one. Without a direction it is drawn to the north.
 * @returns {Sector | null}
 */
function sector() {
  const [latitude, longitude, bearing] = [number("latitude"), number("longitude"), number("bearing")];
  const [fieldOfView, range] = [number("field_of_view"), number("range_ft") * FEET];
  const good =
    Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180 && fieldOfView > 0 && fieldOfView <= 360 && range > 0 && range <= 500;
  return good ? { latitude, longitude, bearing: Number.isFinite(bearing) ? wrap(bearing) : 0, fieldOfView, range } : null;
}

for (const part of parts(form, "[data-enhanced]")) part.hidden = false;

// Twins: a slider beside a number.
for (const twin of parts(form, "[data-twin]", HTMLInputElement)) {
  const target = field(twin.dataset.twin ?? "");
  const follow = () => {
    if (target.value.trim() !== "") twin.value = target.value;
  };
  twin.addEventListener("input", () => {
    target.value = twin.value;
    target.dispatchEvent(new Event("input", { bubbles: true }));
  });
  target.addEventListener("input", follow);
  follow();
}

// The rose of eight directions, and the dial in its middle: the same sector as a small drawing, which needs no map.
const rose = parts(form, 'input[name="rose"]', HTMLInputElement);
const dial = byId("dial-sector", SVGPathElement);
function drawDial() {
  const bearing = number("bearing");
  const known = Number.isFinite(bearing);
  const nearest = known ? (Math.round(wrap(bearing) / 45) * 45) % 360 : -1;
  for (const way of rose) way.checked = Number(way.value) === nearest;
  if (!known || !(number("field_of_view") > 0)) {
    dial.setAttribute("d", "");
    return;
  }
  const at = (/** @type {number} */ angle) => [60 + 50 * Math.sin((angle * Math.PI) / 180), 60 - 50 * Math.cos((angle * Math.PI) / 180)];
  const half = Math.min(number("field_of_view"), 359.9) / 2;
  const [x1, y1] = at(bearing - half);
  const [x2, y2] = at(bearing + half);
  dial.setAttribute("d", `M60 60L${x1} ${y1}A50 50 0 ${half > 90 ? 1 : 0} 1 ${x2} ${y2}Z`);
}
for (const way of rose) way.addEventListener("input", () => put("bearing", Number(way.value), 0));
form.addEventListener("input", drawDial);
drawDial();

// A new place asks for its name and address; at an old one the search above the map finds where the camera hangs.
const [place] = parts(form, "[data-new-place]");
const [above] = parts(form, "[data-search-above-map]");
const choices = parts(form, 'input[type="radio"][name="site"]', HTMLInputElement);
if (place && choices.length) {
  const show = () => {
    place.hidden = !choices.some((choice) => choice.checked && choice.value === "new");
    if (above) above.hidden = !place.hidden;
  };
  choices.forEach((choice) => choice.addEventListener("change", show));
  show();
}

// Outside the city a camera may be registered all the same; better said at once than after the review.
const [west, south, east, north] = pageData("map-config").bounds;
const outside = byId("outside");
const check = () => {
  const [latitude, longitude] = [number("latitude"), number("longitude")];
  const known = Number.isFinite(latitude) && Number.isFinite(longitude);
  const far = known && !(south <= latitude && latitude <= north && west <= longitude && longitude <= east);
  outside.hidden = !far;
  outside.textContent = far ? words.outside : "";
};
form.addEventListener("input", check);
check();

// The map comes once the page can be read. Where it can be used, the exact numbers may wait behind their heading; never
// with an error in them.
const map = byId("camera-map");
const exact = byId("exact", HTMLDetailsElement);
const closed = !exact.querySelector(".usa-form-group--error");
let look = () => {};
helpToPlace(() => look());
if (closed) exact.open = false;
whenNear(map, () => import("./camera-map.js"))
  .then(({ cameraMap }) => {
    look = cameraMap(map, sector);
  })
  .catch(() => (map.hidden = true))
  .finally(() => {
    if (map.hidden && closed) exact.open = true;
  });
form.addEventListener("invalid", () => (exact.open = true), true);
keepDraft();
