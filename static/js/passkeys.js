// Passkeys: asks the device for one and posts what it answers. `webauthnJSON` is allauth's, loaded before this.
const { webauthnJSON } = window;
const supported = Boolean(window.PublicKeyCredential && webauthnJSON);

function say(form, which) {
  const said = form.querySelector("[data-said]");
  said.hidden = which === "";
  said.textContent = which && said.dataset[which];
}

async function options(form) {
  if (form.dataset.optionsFrom) {
    const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new TypeError("no options");
    return (await answer.json()).request_options;
  }
  const given = JSON.parse(document.getElementById("passkey-options").textContent);
  return given.creation_options ?? given.request_options;
}

function wire(form, ask) {
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    say(form, "");
    try {
      form.elements.credential.value = JSON.stringify(await ask(await options(form)));
      form.submit();
    } catch (problem) {
      busy = false;
      const why = { InvalidStateError: "known", TypeError: "offline" };
      say(form, why[problem.name] ?? "refused");
    }
  });
}

const using = document.getElementById("passkey-form");
const adding = document.getElementById("passkey-add");
if (supported) {
  if (using) wire(using, (given) => webauthnJSON.get(given));
  if (adding) wire(adding, (given) => webauthnJSON.create(given));
  for (const part of document.querySelectorAll("#passkey")) part.hidden = false;
  for (const part of document.querySelectorAll("#no-passkey")) part.hidden = true;
}
