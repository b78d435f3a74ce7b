// Sends a test clip as soon as it is chosen, and then shows what came of it: the same page, by another answer.
import { byId } from "./elements.js";
import { pageData } from "./page-data.js";

/** @type {{endpoint: string, camera: string, most: number, words: {large: string, failed: string}}} */
const { endpoint, camera, most, words } = pageData("test-clip");
const LOOK_AGAIN_MS = 1_500;
const waits = document.querySelector("[data-waits]");

function refuse(/** @type {string} */ sentence) {
  const input = byId("clip-file", HTMLInputElement);
  const problem = byId("clip-problem");
  byId("clip-progress").hidden = true;
  problem.textContent = sentence;
  problem.hidden = false;
  input.disabled = false;
  input.value = "";
  input.focus();
}

function refusal(/** @type {Error & {originalResponse?: {getBody(): string} | null}} */ error) {
  try {
    return JSON.parse(error.originalResponse?.getBody() ?? "").detail || words.failed;
  } catch {
    return words.failed;
  }
}

function sendChosen(/** @type {HTMLInputElement} */ input) {
  const { tus } = window;
  const [file] = input.files ?? [];
  if (!file) return;
  byId("clip-problem").hidden = true;
  if (file.size > most) {
    refuse(words.large);
    return;
  }
  input.disabled = true;
  byId("clip-progress").hidden = false;
  new tus.Upload(file, {
    endpoint,
    metadata: { filename: file.name, clip: camera },
    chunkSize: 8 * 1024 * 1024,
    retryDelays: [500, 2_000, 5_000, 10_000, 20_000],
    storeFingerprintForResuming: false,
    onProgress: (sent, total) => (byId("clip-bar", HTMLProgressElement).value = sent / total),
    onSuccess: () => location.replace(location.pathname + location.search),
    onError: (error) => refuse(refusal(error)),
  }).start();
}

if (waits) {
  setTimeout(() => location.reload(), LOOK_AGAIN_MS);
} else {
  const input = byId("clip-file", HTMLInputElement);
  input.addEventListener("change", () => sendChosen(input));
}
