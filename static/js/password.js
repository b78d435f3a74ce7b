// Offers to show what is typed into a password field: long passphrases on small phones are easy to mistype.
for (const field of document.querySelectorAll('input[type="password"]')) {
  const template = document.getElementById("password-toggle");
  if (!template) break;
  const button = template.content.firstElementChild.cloneNode(true);
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = shown ? button.dataset.show : button.dataset.hide;
  });
  field.after(button);
}
