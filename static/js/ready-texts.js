// The agency's ready-made texts, put into the message or the reason: in place of nothing or of another one, else below.
import { control, field, parts } from "./elements.js";
import { pageData } from "./page-data.js";

/**
 * What a field says once the ready-made `words` are put in; `known` are those that may be replaced.
 * @param {string} typed
 * @param {string} words
 * @param {string[]} known
 */
export function putIn(typed, words, known) {
  if (!typed.trim() || known.some((one) => one.trim() === typed.trim())) return words;
  return typed.includes(words) ? typed : `${typed.trimEnd()}\n\n${words}`;
}

/**
 * @param {HTMLFormElement} form
 * @param {() => void} changed
 */
export function readyTexts(form, changed) {
  /** @type {Record<string, Record<string, string>>} */
  const texts = pageData("ready-texts") ?? {};
  for (const button of parts(form, "[data-ready]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const chosen = texts[field(form, `ready_${button.dataset.ready}`).value] ?? {};
      for (const [name, words] of Object.entries(chosen)) {
        const known = Object.values(texts).flatMap((one) => one[name] ?? []);
        const target = control(form, name);
        if (target) target.value = putIn(target.value.replaceAll("\r\n", "\n"), words, known);
      }
      note(form, false);
      changed();
    });
  }
  field(form, "message").addEventListener("input", () => note(form, translations(form).some((one) => one.value.trim())));
  for (const one of translations(form)) one.addEventListener("input", () => note(form, false));
}

const translations = (/** @type {HTMLFormElement} */ form) =>
  parts(form, "textarea[name^=message_]", HTMLTextAreaElement);

/**
 * Says, or no longer says, that the translation may not say any more what the message says.
 * @param {HTMLFormElement} form
 * @param {boolean} isBehind
 */
function note(form, isBehind) {
  for (const one of parts(form, "[data-translation-note]")) one.hidden = !isBehind;
}
