// Keeps what is drawn: each change is sent at once, the newest after the one under way, each over the version before.
import { part } from "./elements.js";

/** @typedef {{plan: object, version: number, canUndo: boolean, state: string, error?: string}} Answer */

/**
 * @param {HTMLElement} section with the addresses, the words and the place where it says what happened
 * @param {number} version
 * @param {(answer: Answer) => void} kept called when nothing is under way any more
 */
export function startSaving(section, version, kept) {
  const said = part(section, "[data-said]");
  const wrong = part(section, "[data-wrong]");
  const token = part(section, "[name=csrfmiddlewaretoken]", HTMLInputElement);
  /** @type {string | null} */
  let waiting = null;
  let busy = false;
  let lost = false;
  let undoes = false; // asked for while something was under way

  async function send(/** @type {string} */ address, /** @type {Record<string, string>} */ values) {
    const body = new URLSearchParams({ ...values, version: String(version) });
    try {
      const headers = { "X-CSRFToken": token.value, Accept: "application/json" };
      const response = await fetch(address, { method: "POST", body, headers });
      return /** @type {Partial<Answer>} */ (await response.json());
    } catch {
      return /** @type {Partial<Answer>} */ ({ error: section.dataset.away ?? "" });
    }
  }

  async function work() {
    if (busy) return;
    busy = true;
    said.textContent = section.dataset.keeping ?? "";
    /** @type {Partial<Answer>} */
    let answer = {};
    while (waiting !== null && !answer.error) {
      const plan = waiting;
      waiting = null;
      answer = await send(section.dataset.save ?? "", { plan });
      if (answer.error) waiting ??= plan;
      else version = answer.version ?? version;
    }
    busy = false;
    end(answer);
  }

  function end(/** @type {Partial<Answer>} */ answer) {
    lost = Boolean(answer.error);
    wrong.hidden = !lost;
    wrong.textContent = answer.error ?? "";
    said.textContent = lost ? "" : (section.dataset.kept ?? "");
    if (!lost) kept(/** @type {Answer} */ (answer));
    if (!lost && undoes) undo();
    undoes = false;
  }

  async function undo() {
    if (busy) {
      undoes = true;
      return;
    }
    busy = true;
    undoes = false;
    const answer = await send(section.dataset.undo ?? "", {});
    busy = false;
    version = answer.version ?? version;
    end(answer);
    if (waiting !== null) work();
  }

  addEventListener("beforeunload", (event) => {
    if (busy || lost) event.preventDefault();
  });

  return {
    /** Keep the whole of it, as it is now. */
    keep(/** @type {object} */ plan) {
      waiting = JSON.stringify(plan);
      work();
    },
    undo,
    version: () => version,
    /** Whether all that was drawn is kept. */
    isKept: () => !busy && !lost && waiting === null,
  };
}
