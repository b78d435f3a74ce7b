// One file on the page: its name, bar, sentence and buttons.
import { byId, part } from "./elements.js";
import { fill, percent, say, size, span, words } from "./upload-words.js";

const WINDOW_MS = 8_000;

export class FileRow {
  /** @type {[at: number, sent: number][]} */
  #marks = [];
  #spoken = 0;

  /**
   * @param {File} file
   * @param {{pause: () => void, remove: () => void}} acts
   */
  constructor(file, { pause, remove }) {
    this.file = file;
    const copy = /** @type {DocumentFragment} */ (byId("file-row", HTMLTemplateElement).content.cloneNode(true));
    const row = part(copy, "li");
    this.element = row;
    this.bar = part(row, "[data-bar]", HTMLProgressElement);
    this.status = part(row, "[data-status]");
    this.note = part(row, "[data-digest]");
    this.pauseButton = part(row, "[data-pause]");
    this.removeButton = part(row, "[data-remove]");
    this.receipt = part(row, "[data-receipt]", HTMLAnchorElement);
    part(row, "[data-name]").textContent = file.name;
    part(row, "[data-size]").textContent = size(file.size);
    this.bar.setAttribute("aria-label", fill(words.progressOf, { name: file.name }));
    this.#label(this.pauseButton, words.pause);
    this.#label(this.removeButton, words.remove);
    this.pauseButton.addEventListener("click", pause);
    this.removeButton.addEventListener("click", remove);
    this.status.textContent = words.waiting;
    byId("files").append(row);
  }

  /**
   * @param {HTMLElement} button
   * @param {string} text
   */
  #label(button, text) {
    button.textContent = text;
    button.setAttribute("aria-label", `${text}: ${this.file.name}`);
  }

  starting() {
    this.#marks = [];
    this.#label(this.pauseButton, words.pause);
    this.status.textContent = words.starting;
  }

  /**
   * @param {number} sent
   * @param {number} total
   */
  progress(sent, total) {
    const now = performance.now();
    this.#marks = this.#marks.filter(([at]) => now - at < WINDOW_MS);
    this.#marks.push([now, sent]);
    const [since, from] = this.#marks[0];
    const speed = now > since ? ((sent - from) * 1000) / (now - since) : 0;
    this.bar.value = sent / total;
    /** @type {Record<string, string>} */
    const values = { percent: percent(sent / total), sent: size(sent), total: size(total) };
    if (speed > 0 && now - since > 1_000) {
      values.speed = size(speed);
      values.left = span((total - sent) / speed);
      this.status.textContent = fill(words.progressWithSpeed, values);
    } else {
      this.status.textContent = fill(words.progress, values);
    }
    const quarter = Math.floor((sent / total) * 4);
    if (quarter > this.#spoken && quarter < 4) {
      this.#spoken = quarter;
      say(words.spokenProgress, { name: this.file.name, percent: percent(quarter / 4) });
    }
  }

  hashing(/** @type {number} */ share) {
    this.note.textContent = share < 1 ? fill(words.hashing, { percent: percent(share) }) : "";
  }

  interrupted(/** @type {string} */ sentence) {
    if (this.status.textContent === sentence) return;
    this.status.textContent = sentence;
    say(sentence);
  }

  paused() {
    this.#label(this.pauseButton, words.resume);
    this.status.textContent = words.paused;
    say(words.spokenPaused, { name: this.file.name });
  }

  checking() {
    this.bar.value = 1;
    this.pauseButton.hidden = this.removeButton.hidden = true;
    this.status.textContent = words.checking;
  }

  /**
   * @param {{equal?: boolean, receipt?: string} | null} told what the server answered to the digest
   * @param {string | null} digest
   */
  done(told, digest) {
    this.element.classList.add("done");
    this.status.textContent = words.done;
    this.note.textContent = digest ? fill(words.digest, { digest }) : "";
    if (told?.equal === false) this.note.textContent = words.different;
    if (told?.receipt) {
      this.receipt.href = told.receipt;
      this.receipt.hidden = false;
    }
    say(words.spokenDone, { name: this.file.name });
  }

  failed(/** @type {string} */ sentence) {
    this.element.classList.add("failed");
    this.pauseButton.hidden = this.removeButton.hidden = true;
    this.status.textContent = sentence;
    say(words.spokenFailed, { name: this.file.name, reason: sentence });
  }

  gone() {
    this.element.remove();
    say(words.spokenRemoved, { name: this.file.name });
    byId("choose").focus();
  }
}
