// Choosing a camera fills in what is usual for it; whatever the person typed stays.
import { field, form, isByHand, markByHand, write } from "./camera-fields.js";
import { pageData } from "./page-data.js";

const USUAL = { field_of_view: "90", range_ft: "60", retention_days: "7" };
const entries = pageData("catalogue") ?? {};
const choice = field("catalogue_entry");
const plans = document.getElementById("plans");
const help = document.getElementById("entry-help");

// What the form brought along (another camera, a draft, an error) counts as chosen.
for (const name of [...Object.keys(USUAL), ...Object.keys(Object.values(entries)[0]?.fields ?? {})]) {
  if (field(name)?.value.trim()) markByHand(name);
}

function fill(facts) {
  const least = facts?.plans.length ? Math.min(...facts.plans.map((plan) => plan.days)) : null;
  const values = { ...(facts?.fields ?? {}), retention_days: least };
  for (const name of new Set([...Object.keys(USUAL), ...Object.keys(values)])) {
    if (isByHand(name) || !field(name)) continue;
    const value = values[name];
    write(name, value === null || value === undefined || value === "" ? (USUAL[name] ?? "") : String(value));
  }
}

function showPlans(facts) {
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
  plans.querySelector(".choices").replaceChildren(...rows);
}

function showHelp(facts) {
  help.hidden = !facts || !(facts.clock || facts.export);
  for (const part of help.querySelectorAll("[data-help]")) part.textContent = facts?.[part.dataset.help] ?? "";
}

function show({ filling }) {
  const facts = entries[choice.value];
  if (filling) fill(facts);
  showPlans(facts);
  showHelp(facts);
}

field("retention_days").addEventListener("input", () => {
  for (const input of plans.querySelectorAll("input")) input.checked = input.value === field("retention_days").value;
});
choice.addEventListener("change", () => show({ filling: true }));
fill(entries[choice.value]);
show({ filling: false });
form.dataset.filled = "true";
