// The list of unfinished requests first takes in what this browser still holds.
import { byId, part } from "./elements.js";
import { Held } from "./kept-held.js";
import { handOver } from "./kept-sending.js";

const list = byId("unfinished");
const held = await Held.open(list.dataset.key ?? "");
if (held && navigator.locks) {
  const csrf = part(list, "[name=csrfmiddlewaretoken]", HTMLInputElement).value;
  const taken = await handOver(held, list.dataset.keep ?? "", csrf);
  if (taken.size) location.reload();
}
