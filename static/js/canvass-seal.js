// Seals what an officer wrote to the key of the canvass: this phone cannot open it again, only the portal can.
// The other side is apps/canvass/sealing.py.

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = new TextEncoder().encode("canvass entry 1");
const fromBase64 = (/** @type {string} */ text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const toBase64 = (/** @type {ArrayBuffer | Uint8Array} */ bytes) =>
  btoa(Array.from(new Uint8Array(bytes), (one) => String.fromCharCode(one)).join(""));

/** @typedef {{point: string, iv: string, text: string}} Sealed in base64 */

/**
 * @param {string} key of the canvass: the uncompressed point in base64
 * @param {string} canvass
 * @param {string} id of the entry; it opens under no other
 * @param {object} words
 * @returns {Promise<Sealed>}
 */
export async function seal(key, canvass, id, words) {
  const portals = await crypto.subtle.importKey("raw", fromBase64(key), CURVE, false, []);
  const own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: portals }, own.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const derive = { name: "HKDF", hash: "SHA-256", salt: point, info: INFO };
  const secret = await crypto.subtle.deriveKey(derive, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(`${canvass}:${id}`);
  const text = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, secret, new TextEncoder().encode(JSON.stringify(words)));
  return { point: toBase64(point), iv: toBase64(iv), text: toBase64(text) };
}
