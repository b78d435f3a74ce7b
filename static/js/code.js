// Sends a code as soon as its last digit is there, typed, pasted or filled in by the phone. The page says so beforehand.
for (const form of document.querySelectorAll("form[data-digits]")) {
  const field = form.querySelector('[autocomplete="one-time-code"]');
  let sent = false;
  form.querySelector("[data-by-itself]")?.removeAttribute("hidden");
  field.addEventListener("input", () => {
    const digits = field.value.replace(/[\s-]/g, "");
    if (sent || !/^\d+$/.test(digits) || digits.length !== Number(form.dataset.digits)) return;
    sent = true;
    form.requestSubmit();
  });
}
