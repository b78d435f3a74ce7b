// Keeps the page of a canvass for where there is no connection: the page itself and its files, which hold nothing of
// anybody. Lists, cameras, maps and what officers write never pass through here. The portal sets `kept` before this.

const worker = /** @type {any} */ (self);
/** @type {{version: string, files: string[], pages: string[]}} */
const { version, files, pages } = worker.kept;
const NAME = `canvass-${version}`;
const anonymous = (/** @type {string} */ address) => new Request(address, { credentials: "omit", cache: "reload" });

worker.addEventListener("install", (/** @type {any} */ event) => {
  const keep = async () => {
    const cache = await caches.open(NAME);
    await cache.addAll([...files, ...pages].map(anonymous));
    await worker.skipWaiting();
  };
  event.waitUntil(keep());
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  const take = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("canvass-") && name !== NAME);
    await Promise.all(old.map((name) => caches.delete(name)));
    await worker.clients.claim();
  };
  event.waitUntil(take());
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== worker.location.origin) return;
  const isPage = pages.includes(pathname);
  if (!isPage && !files.includes(pathname)) return;
  event.respondWith(answer(event, pathname, isPage));
});

/** What is kept, at once: a phone in a dead spot waits for nothing. A page is fetched anew for the next time. */
async function answer(/** @type {any} */ event, /** @type {string} */ pathname, /** @type {boolean} */ isPage) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(pathname);
  if (isPage) {
    const renew = fetch(anonymous(pathname)).then((fresh) => (fresh.ok && !fresh.redirected ? cache.put(pathname, fresh) : undefined));
    event.waitUntil(renew.catch(() => undefined));
  }
  return kept ?? fetch(event.request);
}
