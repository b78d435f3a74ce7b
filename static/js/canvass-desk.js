// A canvass at a desk: the map, the filter of the list, and registered cameras near.
import { openNear } from "./canvass-near.js";
import { field, parts } from "./elements.js";
import { pageData } from "./page-data.js";
import { whenNear } from "./when-near.js";

const element = document.getElementById("canvass-map");
const form = document.getElementById("near-form");
const drawn = element
  ? whenNear(element, () => import("./canvass-map.js"))
      .then(({ canvassMap }) => canvassMap(element, pageData("map-config"), pageData("areas"), pageData("spots")))
      .catch(() => null)
  : null;

if (form instanceof HTMLFormElement) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const cameras = await openNear(form.action, field(form, "csrfmiddlewaretoken").value);
    (await drawn)?.cameras(cameras);
  });
}

const only = document.getElementById("only-back");
if (only instanceof HTMLInputElement) {
  only.addEventListener("change", () => {
    for (const door of parts(document, ".door")) door.hidden = only.checked && door.dataset.back === "no";
  });
}
