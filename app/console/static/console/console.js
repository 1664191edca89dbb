// What every page does: times in the reader's zone, one more try when the service does not answer.

const language = document.documentElement.lang;

function localTimes(root) {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
  }
}

const offline = document.getElementById("offline");
document.addEventListener("htmx:afterRequest", (event) => { offline.hidden = event.detail.xhr.status > 0 && event.detail.xhr.status < 502; });
document.addEventListener("htmx:load", (event) => localTimes(event.detail.elt));
// htmx swaps errors in as well: each has a page or a part that says what to do.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status >= 400) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
