// What the server has not taken yet lies in this browser, sealed with a key that its writer's pages alone are given: on
// a shared or stolen machine nobody reads it without signing in as the writer.

/**
 * @typedef {{
 *   form: string, request: string, version: number, values: Record<string, string>, isSubmitted: boolean
 * }} Entry a form as it was typed; `version` is what the server had kept of it before
 */

const DAYS = 7;
const hex = (/** @type {ArrayBuffer} */ bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
const fromBase64 = (/** @type {string} */ text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const toBase64 = (/** @type {Uint8Array} */ bytes) => btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));

export class Held {
  /**
   * @param {CryptoKey} key
   * @param {string} prefix
   */
  constructor(key, prefix) {
    this.key = key;
    this.prefix = prefix;
  }

  /**
   * The place of the person whose key this is; null where the browser can seal nothing, or stores nothing.
   * @param {string} secret
   */
  static async open(secret) {
    if (!globalThis.crypto?.subtle || !secret) return null;
    try {
      const bytes = fromBase64(secret);
      const name = hex(await crypto.subtle.digest("SHA-256", bytes)).slice(0, 16);
      const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
      const held = new Held(key, `unfinished:${name}:`);
      held.#forgetOld();
      return held;
    } catch {
      return null;
    }
  }

  /** Says whether it lies there now. */
  async put(/** @type {Entry} */ entry) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(entry));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, plain));
    try {
      localStorage.setItem(this.prefix + entry.form, JSON.stringify({ at: Date.now(), iv: toBase64(iv), sealed: toBase64(sealed) }));
      return true;
    } catch {
      return false; // full or forbidden
    }
  }

  drop(/** @type {string} */ form) {
    localStorage.removeItem(this.prefix + form);
  }

  /** Every form that lies here. @returns {Promise<Entry[]>} */
  async all() {
    const found = [];
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(this.prefix))) {
      try {
        const { iv, sealed } = JSON.parse(localStorage.getItem(name) ?? "");
        const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromBase64(iv) }, this.key, fromBase64(sealed));
        found.push(JSON.parse(new TextDecoder().decode(plain)));
      } catch {
        localStorage.removeItem(name); // not ours any more
      }
    }
    return found;
  }

  /** Whoever else's it is: nothing lies here for long. */
  #forgetOld() {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith("unfinished:"))) {
      try {
        if (Date.now() - JSON.parse(localStorage.getItem(name) ?? "").at < DAYS * 86_400_000) continue;
      } catch {
        // unreadable: goes too
      }
      localStorage.removeItem(name);
    }
  }
}
