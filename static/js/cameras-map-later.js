// The map beside the list of cameras, which says the same, comes when somebody scrolls near it.
import { whenNear } from "./when-near.js";

const element = document.getElementById("cameras-map");
if (element) whenNear(element, () => import("./cameras-map.js"));
