// Hands a form to the server as it is typed, and what an earlier window could not hand over.

/** @import {Entry, Held} from "./kept-held.js" */

/**
 * @typedef {{status: number, version?: number, said?: string, url?: string, detail?: string, code?: string, is_new?: boolean}} Answer
 * `status` is 0 where nothing was answered, 401 where somebody has to sign in
 */

/** The name of the lock that a window holds as long as the form is open in it. */
export const lockOf = (/** @type {string} */ form) => `unfinished:${form}`;

/**
 * @param {string} url
 * @param {string} csrf
 * @param {Entry} entry
 * @param {{signal?: AbortSignal, keepalive?: boolean}} [how]
 * @returns {Promise<Answer>}
 */
export async function hand(url, csrf, entry, how = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(entry.values)) body.append(name, value);
  body.set("csrfmiddlewaretoken", csrf);
  body.set("kept_version", String(entry.version));
  if (entry.request) body.set("kept_request", entry.request);
  else body.set("request_key", entry.form);
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", ...how });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { status: 401 };
    return { ...(await answer.json()), status: answer.status };
  } catch {
    return { status: 0 };
  }
}

/** The same words as a request of their own, which collides with nothing. @returns {Entry} */
export function asOwn(/** @type {Entry} */ entry) {
  const form = crypto.randomUUID();
  const values = { ...entry.values, request_key: form, version: "" };
  return { form, request: "", version: 0, values, isSubmitted: false };
}

/**
 * Hands over what lies in this browser from windows that are closed. Returns what the server took, by form.
 * @param {Held} held
 * @param {string} url
 * @param {string} csrf
 */
export async function handOver(held, url, csrf) {
  const taken = /** @type {Map<string, {entry: Entry, answer: Answer}>} */ (new Map());
  for (const entry of await held.all()) {
    const handed = async () => {
      let answer = await hand(url, csrf, entry);
      const arrived = answer.code === "saved" && (answer.is_new || entry.isSubmitted);
      if (answer.status === 409 && !arrived) answer = await hand(url, csrf, asOwn(entry));
      if (answer.status === 200 || arrived) held.drop(entry.form);
      if (answer.status === 200) taken.set(entry.form, { entry, answer });
    };
    await navigator.locks.request(lockOf(entry.form), { ifAvailable: true }, (lock) => (lock ? handed() : undefined));
  }
  return taken;
}
