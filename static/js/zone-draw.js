// The border of a zone, drawn on the map. The corners in the form stay the truth.
import { byId, field as fieldOf } from "./elements.js";
import { pageData } from "./page-data.js";
import { whenNear } from "./when-near.js";

/** @import {drawArea, Drawn} from "./area-draw.js" */
/** @import {Point} from "./sector.js" */

const element = byId("zone-map");
const corners = fieldOf(byId("zone-form", HTMLFormElement), "corners");
/** @type {ReturnType<typeof drawArea>} */
let drawing = null;

/** Writes the corners of what was drawn; the first one closes the ring and is not said twice. */
function take(/** @type {Drawn | null} */ drawn) {
  corners.value = drawn?.shape === "polygon" ? drawn.ring.slice(0, -1).map(([lng, lat]) => `${lat},${lng}`).join("\n") : "";
}

/** The closed ring that the form says, or null while it says none. @returns {Point[] | null} */
function ring() {
  const lines = corners.value.split("\n").filter((line) => line.trim());
  const points = lines.map((line) => /** @type {Point} */ (line.split(",").map(Number).reverse()));
  return points.length > 2 && points.every(([x, y]) => Math.abs(x) <= 180 && Math.abs(y) <= 85) ? [...points, points[0]] : null;
}

/** Draws what the form says. */
function show() {
  const said = ring();
  if (said) drawing?.set("polygon", said, { look: true });
  else drawing?.wipe();
}

corners.addEventListener("change", show);
byId("zone-start").addEventListener("click", async () => {
  await drawing?.start("polygon");
  element.scrollIntoView({ block: "nearest" });
});
byId("zone-clear").addEventListener("click", () => drawing?.clear());
whenNear(element, () => import("./area-draw.js"))
  .then(({ drawArea }) => {
    drawing = drawArea(element, pageData("map-config"), take);
    byId("zone-tools").hidden = !drawing;
    show();
  })
  .catch(() => {
    element.hidden = true;
  });
