// The secret stands behind the `#`, so no server log ever holds it; it is posted once and taken out of the address bar.
import { field, part, parts } from "./elements.js";

const [form] = parts(document, "[data-link]", HTMLFormElement);

function open() {
  const token = decodeURIComponent(location.hash.slice(1));
  if (!form || !token) return;
  part(document, "[data-link-waiting]").hidden = false;
  part(document, "[data-link-help]").hidden = true;
  field(form, "token").value = token;
  history.replaceState(null, "", location.pathname);
  form.submit();
}

// A newer link of the same page, put into the same tab, changes nothing but what stands behind the `#`.
addEventListener("hashchange", open);
open();
