// A file that was chosen and not sent: shown on this device, with what is odd about it, before anything leaves.
import { byId, part } from "./elements.js";
import { lookAt } from "./film-look.js";
import { coverage, fromName, reading, written } from "./recording-times.js";
import { digests } from "./upload-digest.js";
import { clockTimes, fill, length, say, size, words } from "./upload-words.js";

/**
 * @typedef {{
 *   asked: {start: number, end: number}, already: {digest: string, when: string}[]
 * }} Known what the page knows: the time asked, and the files that came before
 */

// Looking at one film after the other keeps a phone with forty clips from standing still.
let looking = Promise.resolve();

export class Draft {
  /** @type {number | null} */
  seconds = null;
  kind = "unseen";
  /** @type {string | null} */
  address = null;
  sentBefore = "";
  /** Aborted when the file is left out, so that what was begun ends. */
  unwanted = new AbortController();
  /**
   * Who hears how much of the digest is computed: nobody until the file is being sent.
   * @type {((share: number) => void) | null}
   */
  hashed = null;

  /**
   * @param {File} file
   * @param {Known} known
   * @param {{changed: () => void, remove: (draft: Draft) => void, clock: () => number}} acts `clock` is in minutes ahead
   */
  constructor(file, known, acts) {
    this.file = file;
    this.known = known;
    this.acts = acts;
    const copy = /** @type {DocumentFragment} */ (byId("draft-card", HTMLTemplateElement).content.cloneNode(true));
    this.element = part(copy, "li");
    this.film = part(this.element, "[data-film]");
    this.facts = part(this.element, "[data-facts]");
    this.covers = part(this.element, "[data-covers]");
    this.odd = part(this.element, "[data-odd]");
    this.begins = part(this.element, "[data-begins]", HTMLInputElement);
    this.camera = /** @type {HTMLSelectElement | HTMLInputElement | null} */ (this.element.querySelector("[data-camera]"));
    part(this.element, "[data-name]").textContent = file.name;
    const stamps = fromName(file.name);
    this.named = stamps?.end ? (stamps.end - stamps.start) / 1000 : null;
    if (stamps) {
      this.begins.value = written(stamps.start);
      part(this.element, "[data-from-name]").hidden = false;
    }
    this.begins.addEventListener("input", () => {
      part(this.element, "[data-from-name]").hidden = true;
      this.show();
    });
    const usual = document.getElementById("camera");
    if (this.camera instanceof HTMLSelectElement && usual instanceof HTMLSelectElement) this.camera.value = usual.value;
    this.camera?.addEventListener("change", () => this.acts.changed());
    const remove = part(this.element, "[data-remove]");
    remove.textContent = words.leaveOut;
    remove.setAttribute("aria-label", `${words.leaveOut}: ${file.name}`);
    remove.addEventListener("click", () => acts.remove(this));
    this.digest = digests.of(file, (share) => this.hashed?.(share), this.unwanted.signal);
    this.digest.then((digest) => this.#compare(digest));
    looking = looking.then(() => this.#look());
    this.show();
  }

  /** The seconds that the film lasts, as far as the browser or the name says. */
  get lasts() {
    return this.seconds ?? this.named;
  }

  /** Where it lies in true time, by the recorder's clock and what that is off. */
  get span() {
    const begins = reading(this.begins.value);
    const start = begins === null ? null : begins - this.acts.clock() * 60_000;
    return { start, end: start === null || this.lasts === null ? null : start + this.lasts * 1000 };
  }

  get match() {
    return this.camera?.value;
  }

  get cameraName() {
    const { camera } = this;
    return camera instanceof HTMLSelectElement ? camera.selectedOptions[0].text : (camera?.dataset.name ?? "");
  }

  show() {
    const { asked } = this.known;
    const facts = [size(this.file.size)];
    if (this.lasts !== null) facts.push(length(this.lasts));
    this.facts.textContent = facts.join(" · ");
    const { start, end } = this.span;
    const covers = coverage({ start, end }, asked);
    this.element.dataset.covers = covers;
    const came = start === null ? "" : clockTimes(start, end ?? undefined);
    this.covers.textContent = fill(words[`covers_${covers}`], { came, asked: clockTimes(asked.start, asked.end) });
    const odd = [];
    if (this.sentBefore) odd.push(fill(words.sentBefore, { when: this.sentBefore }));
    else if (this.kind === "picture") odd.push(words.isPicture);
    if (covers === "none") odd.push(words.otherTime);
    this.odd.replaceChildren(...odd.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    this.odd.hidden = odd.length === 0;
    this.element.classList.toggle("odd", odd.length > 0);
    this.acts.changed();
  }

  async #look() {
    if (this.unwanted.signal.aborted) return;
    const look = await lookAt(this.file, this.film, fill(words.filmOf, { name: this.file.name }));
    if (this.unwanted.signal.aborted && look.address) URL.revokeObjectURL(look.address);
    Object.assign(this, look);
    if (look.kind === "unseen") this.film.textContent = words.cannotShow;
    this.show();
  }

  #compare(/** @type {string | null} */ digest) {
    const before = digest && this.known.already.find((one) => one.digest === digest);
    if (!before || this.unwanted.signal.aborted) return;
    this.sentBefore = before.when;
    say(words.spokenOdd, { name: this.file.name, what: fill(words.sentBefore, { when: before.when }) });
    this.show();
  }

  /** The card goes because the file is being sent. */
  close() {
    if (this.address) URL.revokeObjectURL(this.address);
    this.element.remove();
  }

  /** The card goes because the file is not wanted. */
  leaveOut() {
    this.unwanted.abort();
    this.close();
  }
}
