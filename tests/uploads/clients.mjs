// One upload by a client of others, which halts before its sixth part until a line comes on standard input:
// client (tus-js-client, deferred, uppy), url, file, cookie, key=value…
import { readFileSync } from "node:fs";
import { once } from "node:events";
import * as tus from "tus-js-client";
import Uppy from "@uppy/core";
import Tus from "@uppy/tus";

const [client, endpoint, file, cookie, ...pairs] = process.argv.slice(2);
const metadata = Object.fromEntries(pairs.map((pair) => pair.split("=")));
let parts = 0;

const how = {
  endpoint,
  chunkSize: 256 * 1024,
  retryDelays: Array(200).fill(250),
  headers: { Cookie: cookie },
  /** @param {any} request the client's own */
  async onBeforeRequest(request) {
    if (request.getMethod() === "PATCH" && ++parts === 6) {
      console.log("halfway");
      await once(process.stdin, "data");
    }
  },
};

/** @param {unknown} error why the client gave up */
function failed(error) {
  console.error(String(error));
  process.exit(1);
}

if (client === "uppy") {
  const uppy = new Uppy({ meta: metadata });
  uppy.use(Tus, { ...how, allowedMetaFields: Object.keys(metadata) });
  const data = readFileSync(file);
  // In Node, Uppy's own way to a file is closed: its plugin hands on what it is given.
  uppy.addFile({ name: metadata.filename, data: /** @type {any} */ (Object.assign(data, { size: data.length })) });
  const result = await uppy.upload();
  if (result?.failed?.length !== 0) failed(result?.failed?.[0]?.error);
  process.exit(0);
}

new tus.Upload(readFileSync(file), {
  ...how,
  ...(client === "deferred" ? { uploadLengthDeferred: true } : {}),
  metadata,
  onError: failed,
  onSuccess: () => process.exit(0),
}).start();
