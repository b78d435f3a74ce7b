// The places of a request as the form's fields say them. The fields are the truth; a map only draws them.
import { control, field as fieldOf } from "./elements.js";
import { boundsOf, circleRing } from "./rings.js";
import { METERS_PER_FOOT } from "./units.js";

/** @import {Drawn, Shape} from "./area-draw.js" */
/** @import {Point} from "./sector.js" */
/** @typedef {{shape: Shape, points: Point[]}} Outline a closed ring, or the line of a corridor */

/** What the names of the fields of each place end with. */
export const PLACES = ["", "_2", "_3", "_4"];
const WHERE = ["polygon", "corridor", "latitude", "longitude", "radius_ft", "street", "number_from", "number_to"];
const HOW = /** @type {Record<string, string>} */ ({ place_name: "", shape: "circle", side_ft: "100" });
const NAMES = [...Object.keys(HOW), ...WHERE];
const ENDING = /_[234]$/;

/** The place that a field belongs to, and its name without the ending; null for a field that says no place. */
export function placeOf(/** @type {string} */ name) {
  const behind = ENDING.exec(name)?.[0] ?? "";
  const bare = behind ? name.slice(0, -behind.length) : name;
  return NAMES.includes(bare) ? { behind, bare } : null;
}

export class PlaceFields {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
  }

  /**
   * @param {string} name
   * @param {string} behind
   */
  value(name, behind) {
    return fieldOf(this.form, name + behind).value;
  }

  /**
   * @param {string} name
   * @param {string} behind
   * @param {string} value
   */
  put(name, behind, value) {
    fieldOf(this.form, name + behind).value = value;
  }

  /** Whether anything is filled in of the place. */
  isFilled(/** @type {string} */ behind) {
    return WHERE.some((name) => this.value(name, behind).trim() !== "");
  }

  /** The circle that the fields say, or null while they do not say one. */
  circle(/** @type {string} */ behind) {
    const numbers = ["latitude", "longitude", "radius_ft"].map((name) => (this.value(name, behind).trim() === "" ? NaN : Number(this.value(name, behind))));
    const [latitude, longitude, feet] = numbers;
    const radius = feet * METERS_PER_FOOT;
    const good = Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180 && radius >= 1 && radius <= 50000;
    return good ? { center: /** @type {Point} */ ([longitude, latitude]), radius } : null;
  }

  /** What can be drawn of the place, or null. @returns {Outline | null} */
  outline(/** @type {string} */ behind) {
    const shape = this.value("shape", behind);
    try {
      if (shape === "polygon") return { shape, points: JSON.parse(this.value("polygon", behind)).coordinates[0] };
      const line = shape === "corridor" && JSON.parse(this.value("corridor", behind));
      if (line?.length > 1) return { shape: "corridor", points: line };
    } catch {
      return null;
    }
    const round = this.circle(behind);
    return round && { shape: "circle", points: circleRing(round.center, round.radius) };
  }

  /** Whether the place can be counted: drawn, or a street that the server knows. */
  isReady(/** @type {string} */ behind) {
    return Boolean(this.outline(behind)) || (this.value("shape", behind) !== "polygon" && this.value("street", behind).trim() !== "");
  }

  /** Empties what says where the place is, but for the fields in `keep`. */
  clear(/** @type {string} */ behind, /** @type {string[]} */ keep = []) {
    for (const name of WHERE) if (!keep.includes(name)) this.put(name, behind, "");
  }

  /** Writes what was drawn, or nothing, into the fields of the place. */
  take(/** @type {string} */ behind, /** @type {Drawn | null} */ drawn) {
    this.clear(behind);
    this.put("shape", behind, drawn?.shape ?? "circle");
    if (drawn?.shape === "circle") {
      this.put("longitude", behind, drawn.center[0].toFixed(6));
      this.put("latitude", behind, drawn.center[1].toFixed(6));
      this.put("radius_ft", behind, String(Math.round(drawn.radius / METERS_PER_FOOT)));
    } else if (drawn?.shape === "corridor") {
      this.put("corridor", behind, JSON.stringify(drawn.line));
    } else if (drawn) {
      this.put("polygon", behind, JSON.stringify({ type: "Polygon", coordinates: [drawn.ring] }));
    }
  }

  /** Everything that the fields of all places hold, to be put back. */
  all() {
    return Object.fromEntries(PLACES.flatMap((behind) => NAMES.map((name) => [name + behind, this.value(name, behind)])));
  }

  /** Puts values into the fields that the form has; others are passed over. */
  restore(/** @type {Record<string, string>} */ values) {
    for (const [name, value] of Object.entries(values)) {
      const one = control(this.form, name);
      if (one) one.value = String(value);
    }
  }

  /** Takes a place out; those behind it move up. */
  remove(/** @type {string} */ behind) {
    for (let at = PLACES.indexOf(behind); at < PLACES.length; at++) {
      const next = PLACES[at + 1];
      for (const name of NAMES) this.put(name, PLACES[at], next === undefined ? (HOW[name] ?? "") : this.value(name, next));
    }
  }

  /** The middle of what can be drawn of the place, for its number. @returns {Point | null} */
  middle(/** @type {string} */ behind) {
    const points = this.outline(behind)?.points;
    if (!points) return null;
    const [west, south, east, north] = boundsOf(points);
    return [(west + east) / 2, (south + north) / 2];
  }
}
