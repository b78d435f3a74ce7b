// Follows a job that goes through all cameras; without script the page's own link does the same.
import { part, parts } from "./elements.js";

const EVERY = 2000;
const [panel] = parts(document, "[data-progress]");

async function look() {
  try {
    const answer = await fetch(panel.dataset.progress ?? "", { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    /** @type {{running: boolean, given_up: boolean, total: number, done: number, words: string}} */
    const now = await answer.json();
    if (!now.running || now.given_up) {
      window.location.reload();
      return;
    }
    const bar = part(panel, "progress", HTMLProgressElement);
    bar.max = Math.max(now.total, 1);
    bar.value = now.done;
    part(panel, "[data-done]").textContent = now.done.toLocaleString(document.documentElement.lang);
    const words = part(panel, "[data-words]");
    if (words.textContent.toLowerCase() !== now.words.toLowerCase()) words.textContent = now.words;
  } catch {
    // Offline for a moment: the next round tries again.
  }
  setTimeout(look, EVERY);
}

if (panel) setTimeout(look, EVERY);
