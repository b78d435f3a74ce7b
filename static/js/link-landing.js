// The secret stands behind the `#`, so no server log ever holds it; it is posted once and taken out of the address bar.
import { field, part, parts } from "./elements.js";

const [form] = parts(document, "[data-link]", HTMLFormElement);
const token = decodeURIComponent(location.hash.slice(1));

if (form && token) {
  part(document, "[data-link-waiting]").hidden = false;
  part(document, "[data-link-help]").hidden = true;
  field(form, "token").value = token;
  history.replaceState(null, "", location.pathname);
  form.submit();
}
