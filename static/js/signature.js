// A field to sign in with finger, pen or mouse: the strokes go with the form, as points in the canvas's own measure.
import { byId, parts } from "./elements.js";

const canvas = byId("signature", HTMLCanvasElement);
const pen = canvas.getContext("2d");
const sent = byId("id_strokes", HTMLInputElement);
const ways = parts(byId("sign-form", HTMLFormElement), "[name=way]", HTMLInputElement);

/** @type {[x: number, y: number][][]} */
let strokes = [];
let drawing = false;

/** @param {PointerEvent} event @returns {[number, number]} */
function pointOf(event) {
  const box = canvas.getBoundingClientRect();
  const along = (/** @type {number} */ share, /** @type {number} */ most) => Math.round(Math.min(1, Math.max(0, share)) * most);
  return [
    along((event.clientX - box.left) / box.width, canvas.width),
    along((event.clientY - box.top) / box.height, canvas.height),
  ];
}

function keep() {
  sent.value = JSON.stringify(strokes);
}

function draw() {
  if (!pen) return;
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.lineWidth = 5;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = getComputedStyle(canvas).color;
  for (const stroke of strokes) {
    pen.beginPath();
    pen.moveTo(...stroke[0]);
    for (const point of stroke) pen.lineTo(...point);
    pen.stroke();
  }
}

function showField() {
  byId("sign-here").hidden = !ways.some((way) => way.checked && way.value === "drawn");
}

canvas.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  drawing = true;
  strokes.push([pointOf(event)]);
});
canvas.addEventListener("pointermove", (event) => {
  if (!drawing) return;
  strokes[strokes.length - 1].push(pointOf(event));
  draw();
});
for (const name of ["pointerup", "pointercancel"])
  canvas.addEventListener(name, () => {
    drawing = false;
    keep();
  });
byId("sign-again").addEventListener("click", () => {
  strokes = [];
  keep();
  draw();
});
for (const way of ways) way.addEventListener("change", showField);
showField();
