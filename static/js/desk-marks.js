// Marks on the review desk: typed beside the pictures, kept without loading the page again, which would be an access.
import { control, field, part, parts } from "./elements.js";

const AGAIN_MS = 3000;

/**
 * @typedef {object} Desk what marks need of it
 * @property {() => {number: number, item: string, picture: number} | null} chosen the picture of the chosen video
 * @property {(item: string, picture: number) => void} goTo
 * @property {(marked: {item: string, begin: number, end: number}[]) => void} draw
 */

/** @param {Desk} desk */
export function startMarks(desk) {
  const found = document.querySelector("[data-marks]");
  if (!(found instanceof HTMLElement)) return null;
  const section = found;
  const list = part(section, "[data-marks-list]");
  const said = part(section, "[data-marks-said]");
  const undo = part(section, "[data-marks-undo]", HTMLButtonElement);
  const form = section.querySelector("form[data-mark-form]");
  const wrong = part(section, "[data-marks-wrong]");
  const about = section.querySelector("[data-mark-about]");

  const draw = () =>
    desk.draw(
      parts(list, "[data-mark]").map(({ dataset }) => ({
        item: dataset.item ?? "",
        begin: Number(dataset.begin),
        end: Number(dataset.end),
      })),
    );
  const goTo = (/** @type {HTMLElement} */ row) => desk.goTo(row.dataset.item ?? "", Number(row.dataset.first) - 1);

  // Whoever is in the list by keyboard stays at the same mark.
  const fill = (/** @type {string} */ html) => {
    const row = list.contains(document.activeElement) ? document.activeElement?.closest("[data-mark]") : null;
    list.innerHTML = html;
    const again = row && list.querySelector(`[id="${CSS.escape(row.id)}"] [data-go]`);
    if (again instanceof HTMLElement) again.focus();
    draw();
  };

  async function send(/** @type {string} */ address, /** @type {FormData} */ body) {
    wrong.hidden = true;
    const token = part(section, "[name=csrfmiddlewaretoken]", HTMLInputElement).value;
    let answer;
    try {
      const headers = { "X-CSRFToken": token, Accept: "application/json" };
      const response = await fetch(address + location.search, { method: "POST", body, headers });
      answer = await response.json();
    } catch {
      answer = { error: section.dataset.away };
    }
    if (answer.error) {
      wrong.textContent = answer.error;
      wrong.hidden = false;
      return false;
    }
    fill(answer.html);
    said.textContent = answer.said ?? "";
    undo.hidden = !answer.undo;
    undo.dataset.address = answer.undo ?? "";
    undo.dataset.version = answer.version ?? "";
    return true;
  }
  const versioned = (/** @type {string | undefined} */ version) => {
    const body = new FormData();
    body.set("version", version ?? "");
    return body;
  };

  undo.addEventListener("click", () => send(undo.dataset.address ?? "", versioned(undo.dataset.version)));
  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const row = button?.closest("[data-mark]");
    if (!button || !(row instanceof HTMLElement)) return;
    if (button.matches("[data-go]")) goTo(row);
    if (button.matches("[data-remove]")) send(button.dataset.remove ?? "", versioned(row.dataset.version));
    if (button.matches("[data-make]")) {
      const body = new FormData();
      body.set("kind", button.dataset.make ?? "");
      send(button.dataset.address ?? "", body);
    }
    if (button.matches("[data-change]")) editing?.change(row, button.dataset.change ?? "");
  });
  list.addEventListener("keydown", (event) => {
    const row = event.target instanceof Element ? event.target.closest("[data-mark]") : null;
    if (!row || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    const other = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    const go = other?.querySelector("[data-go]");
    if (go instanceof HTMLElement) {
      event.preventDefault();
      go.focus();
    }
  });

  // What a worker makes is there some seconds later.
  setInterval(async () => {
    if (document.hidden || !list.querySelector("[data-making]")) return;
    try {
      const response = await fetch((section.dataset.marks ?? "") + location.search, { headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) return;
      fill((await response.json()).html);
    } catch {
      // The next round asks again.
    }
  }, AGAIN_MS);

  const editing = form instanceof HTMLFormElement ? edit(form) : null;

  /** @param {HTMLFormElement} form */
  function edit(form) {
    const first = field(form, "in_picture");
    const last = field(form, "out_picture");
    const note = field(form, "note");
    const item = field(form, "item");
    const key = field(form, "request_key");
    let address = form.action;

    const tell = (/** @type {number} */ number) => {
      if (about) about.textContent = (form.dataset.about ?? "").replace("{n}", String(number));
    };
    const empty = () => {
      form.reset();
      address = form.action;
      item.value = "";
      key.value = crypto.randomUUID();
      form.removeAttribute("data-changes");
      wrong.hidden = true;
      if (about) about.textContent = "";
    };
    // A mark that was begun on one video does not end on another.
    const take = (/** @type {import("./elements.js").Control} */ which) => {
      const chosen = desk.chosen();
      if (!chosen) return null;
      if (item.value !== chosen.item) {
        if (form.hasAttribute("data-changes")) return null;
        first.value = last.value = "";
        item.value = chosen.item;
      }
      which.value = String(chosen.picture + 1);
      if (which === first && last.value && Number(last.value) < Number(first.value)) last.value = "";
      if (which === last && !first.value) first.value = which.value;
      tell(chosen.number);
      return chosen;
    };
    const begin = () => {
      if (!first.value || item.value !== desk.chosen()?.item) take(first);
      note.focus();
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!item.value && !take(first)) return;
      if (await send(address, new FormData(form))) {
        empty();
        // The next key plays or steps again.
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      }
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
    });
    part(form, "[data-take-in]").addEventListener("click", () => take(first));
    part(form, "[data-take-out]").addEventListener("click", () => take(last));
    part(form, "[data-empty]").addEventListener("click", empty);
    return {
      keys: { i: () => take(first), o: () => take(last), m: begin },
      change(/** @type {HTMLElement} */ row, /** @type {string} */ to) {
        const { dataset } = row;
        goTo(row);
        empty();
        form.toggleAttribute("data-changes", true);
        address = to;
        item.value = dataset.item ?? "";
        first.value = dataset.first ?? "";
        last.value = dataset.last ?? "";
        note.value = dataset.note ?? "";
        const version = control(form, "version");
        if (version) version.value = dataset.version ?? "";
        for (const name of ["is_starred", "work_product"]) {
          const box = field(form, name);
          if (box instanceof HTMLInputElement) box.checked = name in flagsOf(row);
        }
        tell(Number(dataset.number));
        note.focus();
      },
    };
  }

  return {
    keys: editing?.keys ?? {},
    draw,
    /** Go to the mark that the address names after its sign of number. */
    goToNamed() {
      const row = location.hash ? list.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`) : null;
      if (row instanceof HTMLElement) goTo(row);
    },
  };
}

/** Which ticks a mark has, by the names of the form. */
function flagsOf(/** @type {HTMLElement} */ row) {
  return Object.fromEntries((row.dataset.flags ?? "").split(" ").filter(Boolean).map((name) => [name, true]));
}
