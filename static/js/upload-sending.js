// Sends files by tus: in parts, resumably. What the person said of a file and the file's SHA-256 are told beside it.
import { pageData } from "./page-data.js";
import { askedFor, isPassing, waitAfter } from "./retry.js";
import { FileRow } from "./upload-row.js";
import { say, words } from "./upload-words.js";

/** @import {HttpRequest, HttpResponse} from "tus-js-client" */
/** @typedef {Error & {originalRequest?: HttpRequest, originalResponse?: HttpResponse | null}} Trouble what tus and we know of a failure */

/**
 * A file that the person decided to send.
 * @typedef {{
 *   file: File, match: string | undefined, said: Record<string, unknown> | null, digest: Promise<string | null>,
 *   watch: (report: (share: number) => void) => void, over: () => void
 * }} Wanted `watch` tells how much of the digest is computed; `over` is called when the file is sent or not wanted
 */

/** @type {{door: "invitation" | "handover", subject: string, endpoint: string}} what the files come through, and its id */
const configuration = pageData("upload-configuration");
const { tus } = window;
const PART = 64 * 1024 * 1024;
const AT_ONCE = 2;
// A line that died without a word is noticed by this.
const STALLED_MS = 20_000;

/** @type {Sending[]} */
const waiting = [];
/** @type {Set<Sending>} */
const running = new Set();

function fingerprint(/** @type {File} */ file) {
  return Promise.resolve(
    ["portal", configuration.subject, file.name, file.size, file.lastModified].join("|"),
  );
}

const statusOf = (/** @type {Trouble | undefined} */ error) => error?.originalResponse?.getStatus() ?? 0;

function refusal(/** @type {Trouble} */ error) {
  try {
    return JSON.parse(error.originalResponse?.getBody() ?? "").detail || words.failed;
  } catch {
    return statusOf(error) === 404 ? words.linkClosed : words.failed;
  }
}

class Sending {
  /** @type {Trouble | null} */
  refused = null;
  heard = 0;
  sent = -1;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  watch;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @type {Promise<object | null> | undefined} */
  noted;

  /** @param {Wanted} wanted */
  constructor({ file, match, said, digest, watch, over }) {
    this.file = file;
    this.said = said;
    this.digest = digest;
    this.over = over;
    this.paused = false;
    this.tries = 0;
    this.row = new FileRow(file, { pause: () => this.toggle(), remove: () => this.remove() });
    watch((share) => this.row.hashing(share));
    this.upload = new tus.Upload(file, {
      endpoint: configuration.endpoint,
      metadata: {
        filename: file.name,
        filetype: file.type || "application/octet-stream",
        [configuration.door]: configuration.subject,
        ...(match ? { match } : {}),
      },
      chunkSize: PART,
      retryDelays: null,
      removeFingerprintOnSuccess: true,
      fingerprint,
      onAfterResponse: (request, response) => this.check(request, response),
      onUploadUrlAvailable: () => this.note(),
      onProgress: (sent, total) => this.progress(sent, total),
      onSuccess: () => this.finished(),
      onError: (error) => this.failed(error),
    });
  }

  // tus-js-client answers every failed HEAD with a new upload. Only an upload that is gone deserves that.
  /**
   * @param {HttpRequest} request
   * @param {HttpResponse} response
   */
  check(request, response) {
    if (request.getMethod() === "HEAD" && response.getStatus() >= 400 && response.getStatus() !== 410) {
      const error = Object.assign(new Error("not now"), { originalResponse: response });
      this.refused = error;
      throw error;
    }
  }

  /** What was said goes as soon as the file has an address, and is waited for at the end. */
  note() {
    this.noted ??= this.said ? tell(`${this.upload.url}/note`, this.said) : Promise.resolve(null);
    return this.noted;
  }

  async begin() {
    running.add(this);
    const [previous] = await this.upload.findPreviousUploads();
    if (previous) {
      this.upload.resumeFromPreviousUpload(previous);
      say(words.goesOn, { name: this.file.name });
    }
    this.go();
  }

  go() {
    this.refused = null;
    this.heard = Date.now();
    clearInterval(this.watch);
    this.watch = setInterval(() => {
      if (Date.now() - this.heard > STALLED_MS) this.restart();
    }, 2_000);
    this.row.starting();
    this.upload.start();
  }

  restart() {
    clearInterval(this.watch);
    this.upload.abort(false);
    this.later();
  }

  /**
   * @param {number} sent
   * @param {number} total
   */
  progress(sent, total) {
    if (sent > this.sent) {
      this.heard = Date.now();
      this.tries = 0;
    }
    this.sent = sent;
    this.row.progress(sent, total);
  }

  failed(/** @type {Trouble} */ error) {
    clearInterval(this.watch);
    const cause = this.refused ?? error;
    if (isPassing(statusOf(cause), cause.originalRequest?.getMethod())) this.later(cause);
    else this.end(() => this.row.failed(refusal(cause)));
  }

  /**
   * Goes on by itself: soon at first, then more seldom, and at once when the browser is online again.
   * @param {Trouble} [cause]
   */
  later(cause) {
    if (this.paused) return;
    this.sent = -1;
    this.row.interrupted(cause && statusOf(cause) === 507 ? refusal(cause) : words.interrupted);
    const wait = waitAfter(this.tries++, askedFor(cause?.originalResponse?.getHeader("Retry-After")));
    const again = () => {
      clearTimeout(this.timer);
      removeEventListener("online", again);
      if (!this.paused && running.has(this)) this.go();
    };
    this.timer = setTimeout(again, wait);
    addEventListener("online", again);
  }

  toggle() {
    this.paused = !this.paused;
    if (this.paused) {
      clearInterval(this.watch);
      clearTimeout(this.timer);
      this.upload.abort(false);
      this.row.paused();
    } else {
      this.go();
    }
  }

  async remove() {
    clearInterval(this.watch);
    clearTimeout(this.timer);
    this.paused = true;
    await this.upload.abort(true).catch(() => undefined);
    this.row.gone();
    this.end(() => undefined);
  }

  async finished() {
    clearInterval(this.watch);
    this.row.checking();
    await this.note();
    const digest = await this.digest;
    const told = await tell(`${this.upload.url}/digest`, digest ? { sha256: digest } : null);
    this.end(() => this.row.done(told, digest));
  }

  end(/** @type {() => void} */ show) {
    running.delete(this);
    this.over();
    show();
    next();
  }
}

/**
 * Tell the portal something about a file, or with null only ask. It is tried a few times and then given up without
 * alarm: the bytes are what counts.
 * @param {string} address
 * @param {Record<string, unknown> | null} body
 */
async function tell(address, body) {
  for (let attempt = 0; attempt < 5; attempt++) {
    let asked = 0;
    try {
      const options = body
        ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }
        : {};
      const answer = await fetch(address, options);
      if (answer.ok) return await answer.json();
      if (answer.status < 500) {
        if (!address.endsWith("/digest")) return null;
        body = null;
      }
      asked = askedFor(answer.headers.get("Retry-After"));
    } catch {
      // The line is down; try again below.
    }
    await new Promise((resume) => setTimeout(resume, waitAfter(attempt + 1, asked)));
  }
  return null;
}

/** @type {WakeLockSentinel | null} */
let wakeLock = null;

async function stayAwake() {
  if (running.size && !wakeLock && "wakeLock" in navigator) {
    wakeLock = await navigator.wakeLock.request("screen").catch(() => null);
    wakeLock?.addEventListener("release", () => (wakeLock = null));
  } else if (!running.size) {
    wakeLock?.release();
  }
}

function next() {
  while (running.size < AT_ONCE && waiting.length) waiting.shift()?.begin();
  stayAwake();
}

/** Sends these files after those that wait already. */
export function send(/** @type {Wanted[]} */ files) {
  waiting.push(...files.map((wanted) => new Sending(wanted)));
  next();
}

/** Whether files are on their way. */
export const isSending = () => running.size > 0 || waiting.length > 0;

document.addEventListener("visibilitychange", stayAwake);
