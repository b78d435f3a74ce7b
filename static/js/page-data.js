/**
 * The page's data block with this id, parsed.
 * @param {string} id
 */
export function pageData(id) {
  const text = document.getElementById(id)?.textContent;
  return text ? JSON.parse(text) : null;
}
