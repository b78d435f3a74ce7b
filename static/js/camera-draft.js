// Keeps what is typed, some moments after the typing stops. Without a connection it says so, and tries again.
import { form, words } from "./camera-fields.js";
import { byId } from "./elements.js";

const PAUSE = 1500; // milliseconds after the last stroke
const AGAIN = 8000; // milliseconds until the next try
const status = byId("draft-status");
let version = Number(words.draftVersion);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let open = true;
/** @type {AbortController | null} */
let flying = null;
let dirty = false;

const say = (/** @type {string} */ text) => {
  if (status.textContent !== text) status.textContent = text;
};

async function keep() {
  if (!open || flying) return;
  dirty = false;
  flying = new AbortController();
  const body = new FormData(form);
  body.set("draft_form", words.draftForm);
  body.set("draft_version", String(version));
  let again = false;
  try {
    const response = await fetch(words.draft, { method: "POST", body, headers: { Accept: "application/json" }, signal: flying.signal, redirect: "error" });
    if (response.status === 409) {
      open = false;
      say(words.elsewhere);
    } else if (!response.ok) {
      say(words.notKept);
      again = response.status >= 500 || response.status === 429;
    } else {
      version = (await response.json()).version;
      say(words.kept);
    }
  } catch {
    if (open) {
      say(words.notKept);
      again = true;
    }
  } finally {
    flying = null;
  }
  if (open && (again || dirty)) wait(again ? AGAIN : PAUSE);
}

function wait(/** @type {number} */ milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(keep, milliseconds);
}

/** Begins to watch; called when the page has filled in what it fills in by itself. */
export function keepDraft() {
  if (!words.draft) return;
  form.addEventListener("input", () => {
    dirty = true;
    if (open) wait(PAUSE);
  });
  window.addEventListener("online", () => wait(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty) wait(0);
  });
  // What is sent needs no draft; a late one would bring it back.
  form.addEventListener("submit", () => {
    open = false;
    clearTimeout(timer);
    flying?.abort();
  });
}
