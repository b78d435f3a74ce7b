// One upload by tus-js-client on Node: url, file, part, cookie, key=value…
import { createReadStream, statSync } from "node:fs";
import * as tus from "tus-js-client";

const [url, file, part, cookie, ...pairs] = process.argv.slice(2);
const upload = new (tus.Upload ?? tus.default.Upload)(createReadStream(file), {
  endpoint: url,
  chunkSize: Number(part),
  uploadSize: statSync(file).size,
  retryDelays: null,
  headers: cookie ? { Cookie: cookie } : {},
  metadata: Object.fromEntries(pairs.map((pair) => pair.split("="))),
  onError(error) {
    console.error(String(error));
    process.exit(1);
  },
});
upload.start();
