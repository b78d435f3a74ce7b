// While a worker is at it, the counts are fetched anew; when it is done, the page is loaded whole.
import { part } from "./elements.js";

const box = document.getElementById("import-progress");

async function look(/** @type {HTMLElement} */ shown) {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("import-progress");
  if (!fresh || fresh.dataset.busy !== "true") {
    location.reload();
    return;
  }
  const [bar, now] = [part(shown, "progress", HTMLProgressElement), part(fresh, "progress", HTMLProgressElement)];
  bar.value = now.value;
  bar.textContent = now.textContent;
  part(shown, ".lead").textContent = part(fresh, ".lead").textContent;
  follow(shown, 3000);
}

function follow(/** @type {HTMLElement} */ shown, /** @type {number} */ wait) {
  setTimeout(() => look(shown).catch(() => setTimeout(() => location.reload(), 10000)), wait);
}

if (box?.dataset.busy === "true") follow(box, 2000);
