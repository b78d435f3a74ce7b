// Keeps the receipt fresh until it shows all that it will ever show, and prints it.
import { byId, parts } from "./elements.js";

const lines = () => byId("receipt-lines");
const states = () => parts(lines(), "[data-state]").map((one) => one.textContent);
const EVERY_MS = 3_000;
const GIVE_UP_MS = 15 * 60_000;
const started = Date.now();

async function refresh() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("receipt-lines");
      if (fresh && fresh.innerHTML !== lines().innerHTML) {
        const before = states();
        lines().replaceWith(document.adoptNode(fresh));
        const changed = states().find((one, at) => one !== before[at]);
        if (changed !== undefined) byId("spoken").textContent = changed;
      }
    }
  } catch {
    // The line is down; the next turn tries again.
  }
  wait();
}

function wait() {
  if (lines().dataset.waiting === "yes" && Date.now() - started < GIVE_UP_MS) setTimeout(refresh, EVERY_MS);
}

const button = byId("print");
button.hidden = false;
button.addEventListener("click", () => print());
wait();
