// Before a purpose is named: the week's counts alone.
import { byId } from "./elements.js";
import { pageData } from "./page-data.js";
import { whenNear } from "./when-near.js";

const element = byId("counts-map");
const config = pageData("map-config");
whenNear(element, () => Promise.all([import("./map-base.js"), import("./map-cells.js")]))
  .then(([{ createMap }, { addCells }]) => {
    const map = createMap(element, config);
    map?.on("load", () => addCells(map, config.cells, byId("show-counts", HTMLInputElement), true));
  })
  .catch(() => {
    element.hidden = true;
  });
