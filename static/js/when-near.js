// What is heavy (a map) comes after the page can be read, once its place is within a screen of what is seen.

const loaded =
  document.readyState === "complete"
    ? Promise.resolve()
    : new Promise((done) => window.addEventListener("load", done, { once: true }));

/** @returns {Promise<void>} */
const near = (/** @type {Element} */ element) =>
  new Promise((done) => {
    const watcher = new IntersectionObserver(
      ([entry]) => {
        if (!entry.isIntersecting) return;
        watcher.disconnect();
        done();
      },
      { rootMargin: "100%" },
    );
    watcher.observe(element);
  });

/** First in the head: a stylesheet of ours overrides it. Without it a map is still a map. */
const stylesheet = (/** @type {string} */ address) =>
  new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address, onload: done, onerror: done });
    document.head.prepend(link);
  });

/**
 * What `load` brings, with the stylesheet that `element` names in data-styles.
 * @template T
 * @param {HTMLElement} element
 * @param {() => Promise<T>} load
 */
export async function whenNear(element, load) {
  await loaded;
  await near(element);
  const [module] = await Promise.all([load(), element.dataset.styles ? stylesheet(element.dataset.styles) : null]);
  return module;
}
