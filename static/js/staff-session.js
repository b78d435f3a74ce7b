// Warns before a staff session locks, keeps it open while somebody is there, and unlocks it without leaving the page.
// The server decides; this only asks it. What the page fetches by itself keeps nothing open: keys and clicks do.
import { part as partOf, parts } from "./elements.js";

/** @typedef {{ended?: true, left: number, locked: boolean}} State of the session, as the server says it */

const [dialog] = parts(document, "[data-keeper]", HTMLDialogElement);
const REPORT_EVERY = 60_000;
const SPOKEN = [120, 60, 30, 10];

/**
 * @param {HTMLElement} element
 * @param {string} selector
 */
function focusIn(element, selector) {
  parts(element, selector)[0]?.focus();
}

if (dialog) {
  const part = (/** @type {string} */ name) => partOf(dialog, `[data-${name}]`);
  const unlock = partOf(dialog, "[data-unlock]", HTMLFormElement);
  const headers = { Accept: "application/json", "X-CSRFToken": dialog.dataset.csrf ?? "" };
  const warning = Number(dialog.dataset.warning) * 1000;
  let locksAt = Date.now() + Number(dialog.dataset.left) * 1000;
  let used = false;
  let reported = Date.now();
  let shut = false;
  let asking = false;

  /** @returns {Promise<State>} */
  const ask = async (/** @type {"GET" | "POST"} */ method) => {
    const answer = await fetch(dialog.dataset.active ?? "", { method, headers });
    if (answer.redirected || !answer.ok) return { ended: true, left: 0, locked: true };
    return answer.json();
  };

  const apply = (/** @type {State} */ state) => {
    if (state.ended) {
      // Signed out elsewhere: the page stays as it is behind the dialog, which leads to the sign-in.
      showShut();
      return;
    }
    locksAt = Date.now() + state.left * 1000;
    if (state.locked) showShut();
    else if (dialog.open && !shut && state.left * 1000 > warning) dialog.close();
    else if (shut) open();
  };

  const say = () => {
    const left = Math.max(0, Math.round((locksAt - Date.now()) / 1000));
    const spoken = SPOKEN.filter((one) => one >= left).at(-1) ?? left;
    const text = (part("count").dataset.one ?? "").replace("%s", String(spoken));
    if (part("count").textContent !== text) part("count").textContent = text;
  };

  const showWarning = () => {
    if (!dialog.open) dialog.showModal();
    say();
    part("stay").focus();
  };

  const showShut = () => {
    if (shut) return;
    shut = true;
    part("warn").hidden = true;
    part("shut").hidden = false;
    dialog.classList.add("is-shut");
    dialog.setAttribute("aria-labelledby", "keeper-shut-title");
    if (!dialog.open) dialog.showModal();
    focusIn(part("shut"), "input:not([hidden]), a");
  };

  const open = () => {
    shut = false;
    part("warn").hidden = false;
    part("shut").hidden = true;
    dialog.classList.remove("is-shut");
    dialog.setAttribute("aria-labelledby", "keeper-title");
    part("wrong").textContent = "";
    unlock.reset();
    dialog.close();
  };

  const stay = async () => {
    reported = Date.now();
    try {
      apply(await ask("POST"));
    } catch {
      // Offline: the warning stays, and the next press tries again.
    }
  };

  const look = async () => {
    if (asking) return;
    asking = true;
    try {
      apply(await ask("GET"));
    } catch {
      if (Date.now() >= locksAt) showShut();
    } finally {
      asking = false;
    }
  };

  setInterval(async () => {
    if (shut) return;
    const now = Date.now();
    if (used && !dialog.open && now - reported > REPORT_EVERY) {
      used = false;
      await stay();
      return;
    }
    if (now >= locksAt) {
      await look();
    } else if (now >= locksAt - warning) {
      if (!dialog.open) {
        await look(); // another window of the same person may have kept it open
        if (!shut && Date.now() >= locksAt - warning) showWarning();
      } else {
        say();
      }
    }
  }, 1000);

  for (const event of ["keydown", "pointerdown", "input", "wheel"]) {
    document.addEventListener(event, () => (used = true), { capture: true, passive: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() >= locksAt - warning) look();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!shut) stay();
  });
  part("stay").addEventListener("click", stay);
  unlock.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = part("wrong");
    try {
      const answer = await fetch(dialog.dataset.locked ?? "", { method: "POST", headers, body: new FormData(unlock) });
      if (answer.redirected) {
        window.location.assign(answer.url);
        return;
      }
      /** @type {{open: boolean, errors: Record<string, {message: string}[]>}} */
      const state = await answer.json();
      if (state.open) {
        apply(await ask("GET"));
        return;
      }
      wrong.textContent = Object.values(state.errors).flat().map((one) => one.message).join(" ");
      focusIn(part("shut"), "input:not([hidden])");
    } catch {
      wrong.textContent = "…";
    }
  });
}
