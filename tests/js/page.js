// A page that has nothing but a language and data blocks, for modules that read them when they are loaded.

/**
 * Import a module of the pages as a page in `language` would.
 * @param {string} name
 * @param {{ language?: string, blocks?: Record<string, unknown> }} [page]
 */
export function moduleOn(name, { language = "en", blocks = {} } = {}) {
  const elements = Object.fromEntries(
    Object.entries(blocks).map(([id, data]) => [id, { textContent: JSON.stringify(data) }]),
  );
  globalThis.document = {
    documentElement: { lang: language },
    getElementById: (/** @type {string} */ id) => elements[id] ?? null,
    querySelectorAll: () => [],
  };
  return import(`../../static/js/${name}?${language}`);
}
