// Sends a code as soon as its last digit is there, typed, pasted or filled in by the phone. The page says so beforehand.
import { part, parts } from "./elements.js";

for (const form of parts(document, "form[data-digits]", HTMLFormElement)) {
  const field = part(form, '[autocomplete="one-time-code"]', HTMLInputElement);
  let sent = false;
  let leaving = false;
  // Enter right after the last digit would send the code a second time, and a code counts once.
  form.addEventListener("submit", (event) => {
    if (leaving) event.preventDefault();
    leaving = true;
    setTimeout(() => (leaving = false), 3000);
  });
  form.querySelector("[data-by-itself]")?.removeAttribute("hidden");
  const sendWhenWhole = () => {
    const digits = field.value.replace(/[\s-]/g, "");
    if (sent || !/^\d+$/.test(digits) || digits.length !== Number(form.dataset.digits)) return;
    sent = true;
    form.requestSubmit();
  };
  field.addEventListener("input", sendWhenWhole);
  // A phone or a fast person may have filled it in before this script ran. What the server sent back as wrong, or the
  // browser restored on the way back, is nobody's new code.
  const [arrival] = performance.getEntriesByType("navigation");
  const cameHere = arrival instanceof PerformanceNavigationTiming && arrival.type === "navigate";
  if (cameHere && field.value !== field.defaultValue) sendWhenWhole();
}
