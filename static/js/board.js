// The board follows the answers; the map shows the area, and the cameras once a purpose is recorded.
import { addSectors, pageData } from "./map-base.js";
import { showArea } from "./area-draw.js";
import { sectorFeature } from "./sector.js";

const EVERY = 15000;
const board = document.querySelector("[data-board]");

if (board) {
  setInterval(async () => {
    if (document.hidden || board.contains(document.activeElement)) return;
    try {
      const answer = await fetch(board.dataset.board, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const fresh = await answer.text();
      if (fresh !== board.innerHTML) board.innerHTML = fresh;
    } catch {
      // Offline for a moment: the next round tries again.
    }
  }, EVERY);
}

const element = document.getElementById("area-map");
const area = pageData("area");
if (element && area) {
  const map = showArea(element, pageData("map-config"), area.coordinates[0]);
  const cameras = pageData("cameras") ?? [];
  if (map && cameras.length) {
    map.on("load", () => {
      addSectors(map, "cameras", cameras.map(sectorFeature));
    });
  }
}
