// One layer on its own map, with its legend and its list.
import { byId } from "./elements.js";
import { pageData } from "./page-data.js";
import { whenNear } from "./when-near.js";

const element = byId("layer-map");
const panel = byId("layers-panel");
whenNear(element, () => Promise.all([import("./map-base.js"), import("./map-layers.js")]))
  .then(([{ createMap }, { showLayers }]) => {
    const map = createMap(element, pageData("map-config"));
    if (!map) return showLayers(panel, null);
    return map.once("load").then(async () => {
      await showLayers(panel, map, { fit: true });
      element.dataset.ready = "true";
    });
  })
  .catch(() => {
    element.hidden = true;
  });
