// The board follows the answers; the map shows the areas asked, and the cameras once a purpose is recorded.
import { pageData } from "./page-data.js";
import { whenNear } from "./when-near.js";

const EVERY = 15000;
const board = document.querySelector("[data-board]");

if (board instanceof HTMLElement) {
  const address = board.dataset.board ?? "";
  setInterval(async () => {
    if (document.hidden || board.contains(document.activeElement)) return;
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const fresh = await answer.text();
      if (fresh !== board.innerHTML) board.innerHTML = fresh;
    } catch {
      // Offline for a moment: the next round tries again.
    }
  }, EVERY);
}

const element = document.getElementById("area-map");
const areas = pageData("areas");
if (element && areas?.length) {
  whenNear(element, () => import("./area-shown.js"))
    .then(({ showAreas }) => showAreas(element, pageData("map-config"), areas, pageData("cameras") ?? [], { numbered: element.dataset.numbered !== undefined }))
    .catch(() => {
      element.hidden = true;
    });
}
