// The secret stands behind the `#`, so no server log ever holds it; it is posted once and taken out of the address bar.
const form = document.querySelector("[data-door]");
const token = decodeURIComponent(location.hash.slice(1));

if (form && token) {
  document.querySelector("[data-door-waiting]").hidden = false;
  document.querySelector("[data-door-help]").hidden = true;
  form.elements.token.value = token;
  history.replaceState(null, "", location.pathname);
  form.submit();
}
