// Passkeys: asks the device for one and posts what it answers. `webauthnJSON` is allauth's, loaded before this.
import { byId, field, part, parts } from "./elements.js";

const { webauthnJSON } = window;

/**
 * @param {HTMLFormElement} form
 * @param {string} which sentence of the form's template; none takes it away
 */
function say(form, which) {
  const said = part(form, "[data-said]");
  said.hidden = which === "";
  said.textContent = which && (said.dataset[which] ?? "");
}

/** @param {HTMLFormElement} form */
async function options(form) {
  if (form.dataset.optionsFrom) {
    const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new TypeError("no options");
    return (await answer.json()).request_options;
  }
  const given = JSON.parse(byId("passkey-options").textContent);
  return given.creation_options ?? given.request_options;
}

/**
 * @param {string} id of a form, which not every page has
 * @param {(given: unknown) => Promise<unknown>} ask
 */
function wire(id, ask) {
  const [form] = parts(document, `#${id}`, HTMLFormElement);
  let busy = false;
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    say(form, "");
    try {
      field(form, "credential").value = JSON.stringify(await ask(await options(form)));
      form.submit();
    } catch (problem) {
      busy = false;
      /** @type {Record<string, string>} */
      const why = { InvalidStateError: "known", TypeError: "offline" };
      say(form, why[problem instanceof Error ? problem.name : ""] ?? "refused");
    }
  });
}

if (window.PublicKeyCredential && webauthnJSON) {
  wire("passkey-form", (given) => webauthnJSON.get(given));
  wire("passkey-add", (given) => webauthnJSON.create(given));
  for (const part of parts(document, "#passkey")) part.hidden = false;
  for (const part of parts(document, "#no-passkey")) part.hidden = true;
}
