// Runs the action of a mail's link, `#/PATH/UID/TOKEN`. The fragment never leaves the browser.
"use strict";

const [, path = "", uid, token] = location.hash.match(/^#\/(.+)\/([^/]+)\/([^/]+)$/) ?? [];
const form = [...document.forms].find(({ dataset }) => dataset.path === path) ?? document.forms[0];
const errorText = document.getElementById("error");

const messageOf = ({ error }) =>
  Object.values(error.fields ?? {}).flat().map(({ message }) => message).join(" ") || error.message;

const post = (url, body) =>
  fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

addEventListener("hashchange", () => location.reload());
form.hidden = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  errorText.textContent = "";
  const body = { ...Object.fromEntries(new FormData(form)), ...(token && { uid, token }) };
  try {
    const answer = await post(form.dataset.url, body);
    if (answer.ok) {
      form.classList.add("done");
      history.replaceState(null, "", location.pathname);
    } else {
      errorText.textContent = messageOf(await answer.json());
    }
  } catch {
    errorText.textContent = errorText.dataset.unavailable; // no answer, or one that is not JSON
  }
});
