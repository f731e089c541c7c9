// studyapp/static/studyapp/console.js — the monitor's figures, fetched again while someone looks at the page
const figures = document.querySelector("[data-refresh]");
const frames = () => [...figures.querySelectorAll(".scroll")];

async function refresh() {
  if (document.hidden || figures.contains(document.activeElement)) return; // never under someone's cursor
  const reply = await fetch(location.href, { redirect: "error" });
  if (!reply.ok) return;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const fresh = page.querySelector("[data-refresh]");
  if (!fresh || figures.contains(document.activeElement)) return;
  const scrolled = frames().map((frame) => frame.scrollLeft);
  figures.replaceChildren(...fresh.childNodes);
  frames().forEach((frame, n) => { frame.scrollLeft = scrolled[n] ?? 0; });
}

// A failed fetch leaves the old figures with their time; the next one may succeed.
setInterval(() => refresh().catch(() => {}), Number(figures.dataset.refresh) * 1000);
