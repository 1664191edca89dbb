// One preview at a time. A preview that was asked for before the last choice must not undo it.

let choices = 0;
const mapping = document.getElementById("mapping");
mapping.addEventListener("change", () => { choices += 1; });
mapping.addEventListener("htmx:beforeRequest", (event) => { event.detail.xhr.choices = choices; });
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === mapping && event.detail.xhr.choices !== choices) event.detail.shouldSwap = false;
});
