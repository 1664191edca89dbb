// What every page does: times in the reader's zone, one more try when the service does not answer.

const language = document.documentElement.lang;

function localTimes(root) {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
  }
}

// The next user of this tab must not find what this one has not sent.
document.querySelector("form.account")?.addEventListener("submit", () => sessionStorage.clear());

const offline = document.getElementById("offline");
document.addEventListener("htmx:load", (event) => localTimes(event.detail.elt));
document.addEventListener("htmx:afterRequest", (event) => {
  const { status } = event.detail.xhr;
  offline.hidden = status > 0 && status < 500;
});
// An error of the request says what to do, so it is shown. An error of the service keeps the page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { status } = event.detail.xhr;
  event.detail.shouldSwap = status < 500 && status !== 204 && status !== 304;
  event.detail.isError = status >= 500;
});
