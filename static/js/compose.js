// Writing a request: the map and the fields say the same area; the count follows what is complete.
import { pageData } from "./map-base.js";
import { drawArea } from "./area-draw.js";
import { endFor, isWhole } from "./request-window.js";
import { circleRing } from "./rings.js";

const form = document.getElementById("request-form");
const words = form.dataset;
const field = (name) => form.elements.namedItem(name);
const output = document.getElementById("count");
const WAIT = 900; // milliseconds of quiet before a count: each one is recorded

const circle = () => {
  const numbers = ["latitude", "longitude", "radius_m"].map((name) => (field(name).value.trim() === "" ? NaN : Number(field(name).value)));
  const [latitude, longitude, radius] = numbers;
  const good = Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180 && radius >= 1 && radius <= 50000;
  return good ? { center: [longitude, latitude], radius } : null;
};
const polygon = () => {
  try {
    return JSON.parse(field("polygon").value).coordinates[0];
  } catch {
    return null;
  }
};
const isPolygon = () => field("shape").value === "polygon";

// ---- counting

let timer = null;
let asked = 0;
const complete = () =>
  (isPolygon() ? polygon() : circle()) &&
  ["start_date", "end_date"].every((name) => isWhole(field(name).value)) &&
  ["start_time", "end_time"].every((name) => field(name).value);

function say(lines, kind = "") {
  output.className = `count ${kind}`;
  output.replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })),
  );
}

function askWhich(name, ask) {
  const group = form.querySelector(`[data-which="${name}"]`);
  if (!group) return;
  group.hidden = !ask;
  if (!ask) field(`${name}_which`).value = "";
}

async function count() {
  const number = ++asked;
  say([words.counting], "busy");
  let answer, body;
  try {
    answer = await fetch(words.count, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    body = await answer.json();
  } catch {
    if (number === asked) say([words.notCounted], "wrong");
    return;
  }
  if (number !== asked) return;
  if (answer.ok) {
    say(body.sentences, body.too_wide ? "wide" : "good");
    return;
  }
  for (const name of ["start", "end"]) {
    if (body.which?.includes(name)) askWhich(name, true);
  }
  const sentences = Object.values(body.fields ?? {});
  say(sentences.length ? [...new Set(sentences)] : [body.detail ?? words.notCounted], "wrong");
}

function later() {
  clearTimeout(timer);
  if (complete()) timer = setTimeout(count, WAIT);
  else say([words.incomplete]);
}

// ---- the map

const element = document.getElementById("area-map");
const drawing = element
  ? drawArea(element, pageData("map-config"), (drawn) => {
      const tools = document.getElementById("area-tools");
      tools.querySelectorAll("[data-shape]").forEach((button) => button.removeAttribute("aria-pressed"));
      if (drawn === null) {
        for (const name of ["polygon", "latitude", "longitude", "radius_m"]) field(name).value = "";
        field("shape").value = "circle";
      } else if (drawn.shape === "circle") {
        field("shape").value = "circle";
        field("polygon").value = "";
        field("longitude").value = drawn.center[0].toFixed(6);
        field("latitude").value = drawn.center[1].toFixed(6);
        field("radius_m").value = String(Math.round(drawn.radius));
      } else {
        field("shape").value = "polygon";
        field("polygon").value = JSON.stringify({ type: "Polygon", coordinates: [drawn.ring] });
        for (const name of ["latitude", "longitude", "radius_m"]) field(name).value = "";
      }
      later();
    })
  : null;

if (drawing) {
  const tools = document.getElementById("area-tools");
  tools.hidden = false;
  tools.addEventListener("click", async ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.shape) {
      await drawing.start(button.dataset.shape);
      button.setAttribute("aria-pressed", "true");
      document.getElementById("area-hint").textContent = button.dataset.hint;
      element.scrollIntoView({ block: "nearest" });
    } else {
      await drawing.clear();
    }
  });
  if (isPolygon() && polygon()) drawing.set("polygon", polygon(), { look: true });
  else if (circle()) drawing.set("circle", circleRing(circle().center, circle().radius), { look: true });
}

for (const name of ["latitude", "longitude", "radius_m"]) {
  field(name).addEventListener("change", () => {
    const now = circle();
    if (now) {
      field("shape").value = "circle";
      field("polygon").value = "";
      drawing?.set("circle", circleRing(now.center, now.radius), { look: true });
    }
    later();
  });
}
for (const part of ["start", "end"]) {
  for (const name of [`${part}_date`, `${part}_time`]) {
    field(name).addEventListener("change", () => {
      askWhich(part, false);
      later();
    });
  }
  field(`${part}_which`)?.addEventListener("change", later);
}
field("agency")?.addEventListener("change", later);
// An end before the start is most often a date that nobody filled in.
let proposed = "";
field("start_date").addEventListener("change", () => {
  const end = endFor(field("start_date").value, field("end_date").value, proposed);
  if (end === field("end_date").value) return;
  proposed = end;
  field("end_date").value = end;
  later();
});
form.querySelector("[data-count-now]").addEventListener("click", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  count();
});
if (complete()) later();
