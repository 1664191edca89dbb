// Does what the link of a mail is for: `#/PATH/UID/TOKEN`. The fragment never leaves the browser.
"use strict";

const [, path = "", uid, token] = location.hash.match(/^#\/(.+)\/([^/]+)\/([^/]+)$/) ?? [];
const form = [...document.forms].find((one) => one.dataset.path === path) ?? document.forms[0];
const problem = document.getElementById("problem");

const said = ({ error }) =>
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
  problem.textContent = "";
  const body = { ...Object.fromEntries(new FormData(form)), ...(token && { uid, token }) };
  try {
    const answer = await post(form.dataset.url, body);
    if (answer.ok) {
      form.classList.add("done");
      history.replaceState(null, "", location.pathname);
    } else {
      problem.textContent = said(await answer.json());
    }
  } catch {
    problem.textContent = problem.dataset.away; // no answer, or none of the service's own
  }
});
