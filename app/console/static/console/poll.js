// Refreshes the progress: each second, rarely in a hidden tab, and ever more rarely while the
// service does not answer. It ends when the answer leads to the result.

const SHOWN = 1000, HIDDEN = 15000, SLOWEST = 30000;
const part = document.getElementById("progress");
const phase = document.getElementById("phase");
let wait = SHOWN;
let timer = 0;
let last = "";

function plan() {
  clearTimeout(timer);
  timer = setTimeout(() => part.dispatchEvent(new Event("poll")), document.hidden ? Math.max(HIDDEN, wait) : wait);
}

// A screen reader says what changes in the heading, so it changes only with the phase.
function showPhase() {
  const text = part.querySelector("[data-phase]")?.dataset.phase;
  if (text && text !== phase.textContent) phase.textContent = text;
}

part.addEventListener("htmx:beforeSwap", (event) => {
  const { status, responseText } = event.detail.xhr;
  // The browser answers a 304 from its cache.
  if (status >= 500 || responseText === last) event.stopImmediatePropagation(), event.detail.shouldSwap = false;
  last = status < 300 ? responseText : "";
});
part.addEventListener("htmx:afterSwap", showPhase);
part.addEventListener("htmx:afterRequest", (event) => {
  const { status } = event.detail.xhr;
  wait = status > 0 && status < 429 ? SHOWN : Math.min(wait * 2, SLOWEST);
  if (status < 400 || status >= 429) plan();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) { wait = SHOWN; plan(); } });
plan();
