// While a worker is at it, the counts are fetched anew; when it is done, the page is loaded whole.
const box = document.getElementById("import-progress");

async function look() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("import-progress");
  if (!fresh || fresh.dataset.busy !== "true") {
    location.reload();
    return;
  }
  const [bar, now] = [box.querySelector("progress"), fresh.querySelector("progress")];
  bar.value = now.value;
  bar.textContent = now.textContent;
  box.querySelector(".lead").textContent = fresh.querySelector(".lead").textContent;
  setTimeout(look, 3000);
}

if (box?.dataset.busy === "true") setTimeout(() => look().catch(() => setTimeout(() => location.reload(), 10000)), 2000);
