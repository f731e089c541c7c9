// A participant's page: measures times, loads the next pictures ahead, tries a failed post again.
// Without this script everything works; the times are then missing and marked so.

const MOST_EVENTS = 50;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
const OFFLINE = "No connection. Your answer is kept here and will be sent when you are online again.";
const TROUBLE = "Something went wrong on our side. Your answer is kept here and is sent again in a moment.";

let page = null; // what is measured of the page that is shown

function begin() {
  const article = document.getElementById("walk");
  const form = article?.querySelector("form[data-form]");
  if (!form) { page = null; return; }
  form.noValidate = true; // what is missing is said in our words
  const fresh = { onset: null, onsetAt: null, hiddenFor: 0, hiddenSince: document.hidden ? performance.now() : null, events: [] };
  const step = form.elements.step.value;
  const measured = page?.step === step ? page : fresh; // the same step came back because something is missing
  page = { ...measured, article, form, step, retries: 0, isSent: false, submitter: null };
  if (page.onset === null) markOnset(page);
  preload(article.dataset.preload);
}

// The onset is the first frame after every picture was decoded and painted.
async function markOnset(shown) {
  await Promise.all([...shown.article.querySelectorAll("img")].map((image) => image.decode().catch(() => {})));
  requestAnimationFrame(() => requestAnimationFrame(() => {
    shown.onset = performance.now();
    shown.onsetAt = Date.now();
    shown.hiddenFor = 0;
    if (shown.hiddenSince !== null) shown.hiddenSince = shown.onset;
    shown.article.dataset.seen = "";
  }));
}

function preload(addresses) {
  for (const address of (addresses ?? "").split(" ").filter(Boolean)) new Image().src = address;
}

function note(kind, detail) {
  if (page && page.events.length < MOST_EVENTS) page.events.push({ kind, ...detail });
}

function sinceOnset(now = performance.now()) {
  return page.onset === null ? 0 : Math.max(0, Math.round(now - page.onset));
}

// The first attempt to send fixes times and answers: what is sent again is the same.
function freeze(event) {
  if (event.target !== page?.form || page.isSent) return;
  page.isSent = true;
  page.submitter = event.submitter;
  for (const asked of page.form.querySelectorAll(".ask")) asked.inert = true;
  if (page.onset === null) return;
  const now = performance.now();
  const hidden = page.hiddenFor + (page.hiddenSince === null ? 0 : now - page.hiddenSince);
  const { onset_at, response_ms, hidden_ms, events } = page.form.elements;
  onset_at.value = String(page.onsetAt);
  response_ms.value = String(sinceOnset(now));
  hidden_ms.value = String(Math.round(hidden));
  events.value = page.events.length ? JSON.stringify(page.events) : "";
}

function say(state, text) {
  const line = page?.article.querySelector("[data-state]");
  if (!line) return;
  line.className = `state ${state}`.trim();
  line.textContent = text;
}

// A post that did not arrive is sent again: the step's token makes that safe.
function retryLater(text) {
  if (!page) return;
  say("offline", text);
  const wait = RETRY_MS[Math.min(page.retries, RETRY_MS.length - 1)];
  page.retries += 1;
  const { form } = page;
  setTimeout(() => sendAgain(form), wait);
}

function sendAgain(form) {
  if (page?.form === form && page.isSent) form.requestSubmit(page.submitter ?? undefined);
}

document.addEventListener("submit", freeze, true);

// The second click of a double click may meet the next page's button at the same place: it must not skip that page.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("button")) event.preventDefault();
}, true);

document.addEventListener("visibilitychange", () => {
  if (!page) return;
  const now = performance.now();
  if (document.hidden) {
    page.hiddenSince = now;
  } else if (page.hiddenSince !== null) {
    const length = Math.round(now - page.hiddenSince);
    page.hiddenFor += length;
    note("hidden", { after_ms: sinceOnset(page.hiddenSince), for_ms: length });
    page.hiddenSince = null;
  }
});

document.addEventListener("paste", () => page && note("paste", { after_ms: sinceOnset() }));
window.addEventListener("offline", () => page && note("offline", { after_ms: sinceOnset() }));
window.addEventListener("online", () => page && sendAgain(page.form));
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // an old page from the back button

document.addEventListener("keydown", (event) => {
  if (!page || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, input:not([type=radio])")) return;
  if (event.key === "Enter" && !event.target.closest("button, a, summary")) {
    event.preventDefault();
    if (!event.repeat) page.form.requestSubmit(page.form.querySelector("button.main")); // a key held down skips nothing
    return;
  }
  if (page.isSent) return;
  const choices = page.form.querySelectorAll("[data-keys] input[type=radio]");
  const chosen = [...choices].find((choice) => choice.value.toLowerCase() === event.key.toLowerCase());
  if (chosen) { chosen.checked = true; chosen.focus(); }
});

document.addEventListener("htmx:beforeRequest", () => say("", "Saving …"));
document.addEventListener("htmx:sendError", () => retryLater(OFFLINE));
document.addEventListener("htmx:timeout", () => retryLater(OFFLINE));
document.addEventListener("htmx:responseError", () => retryLater(TROUBLE));
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "walk") return;
  begin();
  const missing = document.querySelector("#walk .missing");
  if (missing) {
    missing.scrollIntoView({ block: "nearest" });
    missing.querySelector("input, textarea").focus({ preventScroll: true });
  } else {
    scrollTo(0, 0);
    document.getElementById("title").focus({ preventScroll: true });
  }
});

begin();
