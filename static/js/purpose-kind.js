// Why somebody opens the partner map: a case asks for its number, a call for which one it is.
import { byId, control, parts } from "./elements.js";

const form = byId("purpose-form", HTMLFormElement);
const kind = control(form, "kind");

function follow() {
  for (const [name, field] of [["call", "call"], ["case", "case_number"]]) {
    for (const element of parts(form, `[data-field="${field}"]`)) element.hidden = Boolean(kind) && kind?.value !== name;
  }
}

kind?.addEventListener("change", follow);
follow();
