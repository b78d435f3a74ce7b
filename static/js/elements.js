// Elements that a page has by its template. One that is missing is a mistake of ours, said at once and by name.

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/**
 * The element with this id.
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @param {new () => T} [kind]
 * @returns {T}
 */
export function byId(id, kind) {
  return certain(document.getElementById(id), `#${id}`, kind);
}

/**
 * The first element below `parent` that the selector fits.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => T} [kind]
 * @returns {T}
 */
export function part(parent, selector, kind) {
  return certain(parent.querySelector(selector), selector, kind);
}

/**
 * Every element below `parent` that the selector fits.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => T} [kind]
 * @returns {T[]}
 */
export function parts(parent, selector, kind) {
  return [...parent.querySelectorAll(selector)].map((found) => certain(found, selector, kind));
}

/**
 * The control of a form with this name, or null.
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export function control(form, name) {
  return /** @type {Control | null} */ (form.elements.namedItem(name));
}

/**
 * The control of a form with this name, which its template has.
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export function field(form, name) {
  const found = control(form, name);
  if (!found) throw new Error(`The form has no ${name}.`);
  return found;
}

/**
 * @template {Element} T
 * @param {Element | null} found
 * @param {string} what
 * @param {(new () => T) | undefined} kind
 */
function certain(found, what, kind) {
  if (found instanceof (kind ?? HTMLElement)) return /** @type {T} */ (found);
  throw new Error(`The page has no ${what}${kind ? ` that is a ${kind.name}` : ""}.`);
}
