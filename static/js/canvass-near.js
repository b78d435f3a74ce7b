// Registered cameras around a canvass: asked for by a press, never by itself, because each look is recorded.
import { byId } from "./elements.js";

/** @import {NearCamera} from "./canvass-map.js" */

/**
 * Asks and lists them; returns them for the map.
 * @param {string} address
 * @param {string} token against forged requests
 * @returns {Promise<NearCamera[]>}
 */
export async function openNear(address, token) {
  const said = byId("near-said");
  const list = byId("near-list");
  said.textContent = "…";
  list.replaceChildren();
  try {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token);
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) {
      said.textContent = told.detail ?? said.dataset.failed;
      return [];
    }
    said.textContent = told.cameras.length ? told.limit : (said.dataset.none ?? "");
    list.replaceChildren(
      ...told.cameras.map((/** @type {NearCamera} */ { name, site }) =>
        Object.assign(document.createElement("li"), { textContent: `${name} · ${site}` }),
      ),
    );
    return told.cameras;
  } catch {
    said.textContent = said.dataset.failed ?? "";
    return [];
  }
}
