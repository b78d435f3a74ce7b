// The fields of a camera's form: reading, writing, and which of them the person has filled in by hand.
export const FEET = 0.3048; // metres
export const form = document.getElementById("camera-form");
export const words = form.dataset;
export const field = (name) => form.elements.namedItem(name);

const byHand = new Set();

/** Whether the person chose this value; what was only filled in for them may be filled in anew. */
export const isByHand = (name) => byHand.has(name);
export const markByHand = (name) => byHand.add(name);

export function number(name) {
  const text = field(name).value.trim();
  return text === "" ? NaN : Number(text);
}

/** Writes a value as if it were typed, so that map, sliders and draft follow. */
export function write(name, text) {
  const target = field(name);
  if (!target || target.value === text) return;
  target.value = text;
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

export const put = (name, value, digits) => write(name, String(Number(value.toFixed(digits))));

form.addEventListener("input", (event) => {
  if (event.isTrusted && event.target.name) byHand.add(event.target.dataset.twin ?? event.target.name);
});
