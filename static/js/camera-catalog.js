// Choosing a camera fills in what is usual for it; whatever the person typed stays.
import { field, fieldIfAny, form, isByHand, markByHand, write } from "./camera-fields.js";
import { byId, part, parts } from "./elements.js";
import { pageData } from "./page-data.js";

/** @typedef {{days: number, name: string}} Plan */
/** @typedef {{plans: Plan[], fields: Record<string, unknown>, clock?: string, export?: string}} Facts of a catalog entry */

/** @type {Record<string, string>} */
const USUAL = { field_of_view: "90", range_ft: "60", retention_days: "7" };
/** @type {Record<string, Facts>} */
const entries = pageData("catalog") ?? {};
const choice = field("catalog_entry");
const plans = byId("plans");
const help = byId("entry-help");

// What the form brought along (another camera, a draft, an error) counts as chosen.
for (const name of [...Object.keys(USUAL), ...Object.keys(Object.values(entries)[0]?.fields ?? {})]) {
  if (fieldIfAny(name)?.value.trim()) markByHand(name);
}

function fill(/** @type {Facts | undefined} */ facts) {
  const least = facts?.plans.length ? Math.min(...facts.plans.map((plan) => plan.days)) : null;
  /** @type {Record<string, unknown>} */
  const values = { ...(facts?.fields ?? {}), retention_days: least };
  for (const name of new Set([...Object.keys(USUAL), ...Object.keys(values)])) {
    if (isByHand(name) || !fieldIfAny(name)) continue;
    const value = values[name];
    write(name, value === null || value === undefined || value === "" ? (USUAL[name] ?? "") : String(value));
  }
}

function showPlans(/** @type {Facts | undefined} */ facts) {
  plans.hidden = !facts || facts.plans.length < 2;
  const rows = (facts?.plans ?? []).map((plan, n) => {
    const label = document.createElement("label");
    label.className = "choice";
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "plan", value: String(plan.days), id: `plan-${n}` });
    input.checked = field("retention_days").value === String(plan.days);
    input.addEventListener("change", () => {
      markByHand("retention_days");
      write("retention_days", input.value);
    });
    const words = document.createElement("span");
    words.textContent = plan.name;
    label.append(input, words);
    return label;
  });
  part(plans, ".choices").replaceChildren(...rows);
}

function showHelp(/** @type {Facts | undefined} */ facts) {
  help.hidden = !facts || !(facts.clock || facts.export);
  for (const line of parts(help, "[data-help]")) {
    line.textContent = facts?.[/** @type {"clock" | "export"} */ (line.dataset.help)] ?? "";
  }
}

function show({ filling = true } = {}) {
  const facts = entries[choice.value];
  if (filling) fill(facts);
  showPlans(facts);
  showHelp(facts);
}

field("retention_days").addEventListener("input", () => {
  for (const input of parts(plans, "input", HTMLInputElement)) input.checked = input.value === field("retention_days").value;
});
choice.addEventListener("change", () => show());
fill(entries[choice.value]);
show({ filling: false });
form.dataset.filled = "true";
