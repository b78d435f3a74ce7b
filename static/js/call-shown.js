// One call on its map.
import { byId } from "./elements.js";
import { pageData } from "./page-data.js";
import { whenNear } from "./when-near.js";

const element = byId("call-map");
const spot = pageData("call-spot");
whenNear(element, () => Promise.all([import("./map-base.js"), import("./map-calls.js"), import("./map-layers.js")]))
  .then(([{ createMap }, { addCalls }, { showLayers }]) => {
    const map = createMap(element, pageData("map-config"), {
      bounds: undefined,
      center: [spot.longitude, spot.latitude],
      zoom: 15,
    });
    map?.on("load", () => {
      addCalls(map, [{ id: "", nature: "", open: true, urgent: true, ...spot }]);
      showLayers(byId("layers-panel"), map, { under: "calls-dots" });
      element.dataset.ready = "true";
    });
  })
  .catch(() => {
    element.hidden = true;
  });
