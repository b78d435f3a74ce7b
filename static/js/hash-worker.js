// SHA-256 of a whole file, in the browser, without blocking the page. WebCrypto cannot stream; hash-wasm can.
import { createSHA256 } from "../vendor/hash-wasm/index.esm.min.js";

const PIECE = 4 * 1024 * 1024;

/**
 * @param {File} file
 * @param {(done: number) => void} report
 */
async function digestOf(file, report) {
  const hasher = await createSHA256();
  hasher.init();
  for (let start = 0; start < file.size; start += PIECE) {
    hasher.update(new Uint8Array(await file.slice(start, start + PIECE).arrayBuffer()));
    report(Math.min(start + PIECE, file.size));
  }
  return hasher.digest("hex");
}

// One file after the other: two at once would only make both slower.
let queue = Promise.resolve();

self.onmessage = ({ data: { id, file } }) => {
  queue = queue.then(async () => {
    try {
      const digest = await digestOf(file, (done) => self.postMessage({ id, done }));
      self.postMessage({ id, digest });
    } catch (error) {
      self.postMessage({ id, error: String(error) });
    }
  });
};
