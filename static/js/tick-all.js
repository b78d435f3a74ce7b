// One tap for a list of boxes of which several are usual. Nothing is ticked beforehand: it is the person's own act.
import { parts } from "./elements.js";

for (const form of parts(document, "form[data-tick-all]", HTMLFormElement)) {
  for (const list of parts(form, ".choices")) {
    const boxes = parts(list, 'input[type="checkbox"]', HTMLInputElement);
    if (boxes.length < 2) continue;
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "usa-button usa-button--outline",
      textContent: form.dataset.tickAll,
    });
    button.addEventListener("click", () => {
      for (const box of boxes) box.checked = true;
    });
    list.before(button);
  }
}
