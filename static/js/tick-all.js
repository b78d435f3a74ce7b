// One tap for a list of boxes of which several are usual. Nothing is ticked beforehand: it is the person's own act.
for (const form of document.querySelectorAll("form[data-tick-all]")) {
  for (const list of form.querySelectorAll(".choices")) {
    const boxes = [...list.querySelectorAll('input[type="checkbox"]')];
    if (boxes.length < 2) continue;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "usa-button usa-button--outline", textContent: form.dataset.tickAll });
    button.addEventListener("click", () => {
      for (const box of boxes) box.checked = true;
    });
    list.before(button);
  }
}
