// The code of a text message stands behind the `#`, so no server log holds it. It is sent once, as if it had been typed.
import { field, part } from "./elements.js";

const code = decodeURIComponent(location.hash.slice(1));
const form = part(document, "[data-short]", HTMLFormElement);

if (code) {
  field(form, "code").value = code;
  history.replaceState(null, "", location.pathname);
  form.submit();
}
