// Keeps what the user corrects until it is sent: another page of the rows or a login may come first.

const KEY = "corrections";
const user = document.body.dataset.user;
const stored = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
const kept = stored.user === user ? stored.kept : {};

const keyOf = (input) => `${input.form.getAttribute("action")} ${input.name}`;
const save = () => sessionStorage.setItem(KEY, JSON.stringify({ user, kept }));
const inputs = (root) => root.querySelectorAll(".sheet input, .sheet textarea");

document.addEventListener("htmx:load", ({ detail }) => {
  for (const input of inputs(detail.elt)) {
    const value = kept[keyOf(input)];
    if (value !== undefined) input[input.type === "checkbox" ? "checked" : "value"] = value;
  }
});
document.addEventListener("input", ({ target }) => {
  if (!target.closest(".sheet")) return;
  kept[keyOf(target)] = target.type === "checkbox" ? target.checked : target.value;
  save();
});
document.addEventListener("corrections-sent", ({ target }) => {
  for (const input of inputs(target)) delete kept[keyOf(input)];
  save();
});
