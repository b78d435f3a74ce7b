// The boxes over the picture: drawn, moved and resized by pointer, moved and resized by keyboard.
import { fitted } from "./redaction-boxes.js";

/** @import {Box, Covered} from "./redaction-boxes.js" */
/** @typedef {{id: string, name: string, covered: Covered[]}} Shown */
/**
 * @typedef {object} Hands what happens when somebody draws
 * @property {(box: Box) => void} draw a new box, where there was none
 * @property {(id: string, box: Box) => void} change the chosen region's box in this picture
 * @property {(id: string) => void} choose
 */

const SVG = "http://www.w3.org/2000/svg";
const EDGE = 14; // pixels of the screen within which an edge or a corner is taken
const SMALLEST = 6; // pixels of the picture: a shorter drag was a click
const STEP = 2;
const LEAP = 10;

/**
 * @param {SVGSVGElement} svg
 * @param {{width: number, height: number, editable: boolean}} film
 * @param {Hands} hands
 */
export function startStage(svg, { width, height, editable }, hands) {
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  /** @type {Shown[]} */
  let shown = [];
  let chosen = "";
  /** @type {Box | null} */
  let drawing = null;

  const boxOf = () => shown.find(({ id }) => id === chosen)?.covered[0]?.box ?? null;

  function paint() {
    const rows = shown.flatMap(({ id, name, covered }) => covered.map(({ box, how }) => rect(box, `box box-${how}`, id, name)));
    if (drawing) rows.push(rect(drawing, "box box-new", "", ""));
    svg.replaceChildren(...rows);
  }

  /**
   * @param {Box} box
   * @param {string} kind
   * @param {string} id
   * @param {string} name
   */
  function rect([left, top, wide, high], kind, id, name) {
    const made = document.createElementNS(SVG, "rect");
    const values = { x: left, y: top, width: wide, height: high };
    for (const [key, value] of Object.entries(values)) made.setAttribute(key, String(value));
    made.setAttribute("class", id && id === chosen ? `${kind} box-chosen` : kind);
    made.dataset.region = id;
    if (name) {
      const title = document.createElementNS(SVG, "title");
      title.textContent = name;
      made.append(title);
    }
    return made;
  }

  /** Where a pointer is, in pixels of the picture, and how many of these a pixel of the screen has. */
  function at(/** @type {PointerEvent} */ event) {
    const matrix = svg.getScreenCTM();
    if (!matrix) return { x: 0, y: 0, share: 1 };
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return { x: point.x, y: point.y, share: 1 / matrix.a };
  }

  /** @type {{x: number, y: number, box: Box, sides: number[]} | null} */
  let held = null;

  if (editable) {
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const { x, y, share } = at(event);
      const box = boxOf();
      const sides = box ? sidesAt(box, x, y, EDGE * share) : null;
      const over = event.target instanceof SVGRectElement ? event.target.dataset.region : "";
      if (box && sides) {
        held = { x, y, box, sides };
      } else if (over) {
        hands.choose(over);
        return;
      } else {
        held = { x, y, box: [x, y, 0, 0], sides: [0, 0, 1, 1] };
        drawing = [x, y, 0, 0];
      }
      event.preventDefault();
      svg.focus();
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (!held) return;
      const box = dragged(held, at(event));
      if (drawing) drawing = box;
      else shown = shown.map((one) => (one.id === chosen ? { ...one, covered: [{ box, how: "drawn" }] } : one));
      paint();
    });
    const drop = (/** @type {PointerEvent} */ event) => {
      if (!held) return;
      const box = dragged(held, at(event));
      const isNew = drawing !== null;
      const moved = held.box.some((side, place) => Math.abs(side - box[place]) >= 1);
      held = drawing = null;
      if (isNew && (box[2] < SMALLEST || box[3] < SMALLEST)) paint();
      else if (isNew) hands.draw(fitted(box, width, height));
      else if (moved) hands.change(chosen, fitted(box, width, height));
    };
    svg.addEventListener("pointerup", drop);
    svg.addEventListener("pointercancel", () => {
      held = drawing = null;
      paint();
    });
    svg.addEventListener("keydown", (event) => {
      const box = boxOf();
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!box || !way || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      const [x, y] = way.map((one) => one * (event.altKey ? LEAP : STEP));
      const next = event.shiftKey ? [box[0], box[1], box[2] + x, box[3] + y] : [box[0] + x, box[1] + y, box[2], box[3]];
      hands.change(chosen, fitted(next, width, height));
    });
  }

  return {
    /**
     * @param {Shown[]} regions
     * @param {string} id of the chosen one
     */
    show(regions, id) {
      shown = regions;
      chosen = id;
      if (!held) paint();
    },
    /** A box in the middle, for whoever draws by keyboard. */
    middle: () => fitted([width * 0.375, height * 0.375, width / 4, height / 4], width, height),
  };
}

/**
 * Which sides of the box move when it is taken here: of left, top, right, bottom; all of them inside, null outside.
 * @param {Box} box
 * @param {number} x
 * @param {number} y
 * @param {number} edge
 */
export function sidesAt([left, top, wide, high], x, y, edge) {
  const [right, bottom] = [left + wide, top + high];
  if (x < left - edge || x > right + edge || y < top - edge || y > bottom + edge) return null;
  // Of a small box the middle third still moves it.
  const [reachX, reachY] = [Math.min(edge, wide / 3), Math.min(edge, high / 3)];
  const sides = [x < left + reachX, y < top + reachY, x > right - reachX, y > bottom - reachY].map(Number);
  return sides.some(Boolean) ? sides : [1, 1, 1, 1];
}

/**
 * @param {{x: number, y: number, box: Box, sides: number[]}} held
 * @param {{x: number, y: number}} now
 * @returns {Box}
 */
function dragged({ x, y, box, sides }, now) {
  const [goneX, goneY] = [now.x - x, now.y - y];
  const ends = [box[0] + goneX * sides[0], box[1] + goneY * sides[1], box[0] + box[2] + goneX * sides[2], box[1] + box[3] + goneY * sides[3]];
  const [left, right] = [Math.min(ends[0], ends[2]), Math.max(ends[0], ends[2])];
  const [top, bottom] = [Math.min(ends[1], ends[3]), Math.max(ends[1], ends[3])];
  return [left, top, right - left, bottom - top];
}
