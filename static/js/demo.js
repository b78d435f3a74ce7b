// Keeps the second-factor codes of the page fresh.
const table = document.querySelector("[data-codes]");
async function refresh() {
  const codes = await (await fetch(table.dataset.codes)).json();
  for (const cell of table.querySelectorAll("[data-email]")) cell.textContent = codes[cell.dataset.email] ?? "";
}
if (table) setInterval(() => refresh().catch(() => {}), 5000);
