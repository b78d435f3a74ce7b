// Offers to show what is typed into a password field: long passphrases on small phones are easy to mistype.
import { parts } from "./elements.js";

const [template] = parts(document, "#password-toggle", HTMLTemplateElement);
for (const field of template ? parts(document, 'input[type="password"]', HTMLInputElement) : []) {
  const [button] = parts(/** @type {DocumentFragment} */ (template.content.cloneNode(true)), "button");
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = (shown ? button.dataset.show : button.dataset.hide) ?? "";
  });
  field.after(button);
}
