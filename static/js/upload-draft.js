// A file that was chosen and not sent: shown on this device, with what is odd about it, before anything leaves.
import { byId, part } from "./elements.js";
import { lookAt } from "./film-look.js";
import { coverage, fromName, reading, written } from "./recording-times.js";
import { digests } from "./upload-digest.js";
import { clockTimes, fill, length, percent, say, size, words } from "./upload-words.js";

/**
 * @typedef {{
 *   asked: {start: number, end: number}, already: {digest: string, when: string}[]
 * }} Known what the page knows: the time asked, and the files that came before
 */

// What is left around the time asked when a film is cut, and from how much more it is offered: recorders' clocks differ.
const AROUND_S = 120;
const WORTH_CUTTING_S = 600;

// Looking at one film after the other keeps a phone with forty clips from standing still.
let looking = Promise.resolve();

export class Draft {
  /** @type {number | null} */
  seconds = null;
  kind = "unseen";
  /** @type {string | null} */
  address = null;
  sentBefore = "";
  /**
   * The seconds of the whole film that this part of it was cut from; null for a file that was not cut.
   * @type {[from: number, to: number] | null}
   */
  cutOut = null;
  isCutting = false;
  /** Removes the part that was cut out from this device. */
  forget = () => {};
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
    this.whole = file;
    this.cutButton = part(this.element, "[data-cut]");
    this.cutButton.addEventListener("click", () => (this.cutOut ? this.#restore() : this.#cut()));
    this.digest = this.#digest();
    looking = looking.then(() => this.#look());
    this.show();
  }

  /** The seconds that the film lasts, as far as the browser or the name says. */
  get lasts() {
    return this.seconds ?? (this.cutOut ? this.cutOut[1] - this.cutOut[0] : this.named);
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
    this.cutButton.hidden = this.isCutting || !(this.cutOut || this.#wanted());
    this.cutButton.textContent = this.cutOut ? words.sendWhole : words.cut;
    this.acts.changed();
  }

  /** The digest of the file as it would be sent now. */
  #digest() {
    const of = this.file;
    const digest = digests.of(of, (share) => this.hashed?.(share), this.unwanted.signal);
    digest.then((found) => of === this.file && this.#compare(found));
    return digest;
  }

  /**
   * The seconds of the film that were asked for, with some around, if the film is much longer than that.
   * @returns {[from: number, to: number] | null}
   */
  #wanted() {
    const { start, end } = this.span;
    const { asked } = this.known;
    if (this.kind !== "film" || start === null || end === null || end <= asked.start || start >= asked.end) return null;
    const from = Math.max(0, (asked.start - start) / 1000 - AROUND_S);
    const to = Math.min((end - start) / 1000, (asked.end - start) / 1000 + AROUND_S);
    return (end - start) / 1000 - (to - from) > WORTH_CUTTING_S ? [from, to] : null;
  }

  async #cut() {
    const wanted = this.#wanted();
    if (!wanted) return;
    this.isCutting = true;
    this.show();
    const note = part(this.element, "[data-cut-note]");
    const [from, to] = wanted;
    const name = this.whole.name.replace(/(\.\w+)?$/, ` (${words.cutName}).mp4`);
    try {
      const { cut } = await import("./film-cut.js");
      const told = (/** @type {number} */ share) => (note.textContent = fill(words.cutting, { percent: percent(share) }));
      const made = await cut(this.whole, from, to, name, told);
      this.#take(made.file, [made.from, made.to]);
      this.forget = made.forget;
      note.textContent = fill(words.cutOut, { from: length(made.from), to: length(made.to) });
    } catch {
      note.textContent = words.cannotCut;
    }
    this.isCutting = false;
    say(note.textContent ?? "");
    this.show();
  }

  #restore() {
    this.#take(this.whole, null);
    this.forget();
    part(this.element, "[data-cut-note]").textContent = "";
    this.show();
  }

  /**
   * Show and send this file from now on.
   * @param {File} file
   * @param {[from: number, to: number] | null} cutOut
   */
  #take(file, cutOut) {
    const begins = reading(this.begins.value);
    const moved = (cutOut?.[0] ?? 0) - (this.cutOut?.[0] ?? 0);
    if (begins !== null) this.begins.value = written(begins + Math.round(moved) * 1000);
    if (this.address) URL.revokeObjectURL(this.address);
    this.unwanted.abort();
    this.unwanted = new AbortController();
    Object.assign(this, { file, cutOut, seconds: null, address: null, sentBefore: "" });
    part(this.element, "[data-name]").textContent = file.name;
    this.digest = this.#digest();
    this.#look();
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
    say(`${this.file.name}: ${fill(words.sentBefore, { when: before.when })}`);
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
    this.forget();
    this.close();
  }
}
