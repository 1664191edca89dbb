// Runs the action of a mail's link, `#/PATH/UID/TOKEN`. The fragment never leaves the browser.
"use strict";

const [, path = "", uid, token] = location.hash.match(/^#\/(.+)\/([^/]+)\/([^/]+)$/) ?? [];
const errorText = document.getElementById("error");
const wayOn = document.getElementById("on");
const formOf = (wanted) => [...document.forms].find(({ dataset }) => dataset.path === wanted);

const messageOf = ({ error }) =>
  Object.values(error.fields ?? {}).flat().map(({ message }) => message).join(" ") || error.message;

const post = (url, body, access) =>
  fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(access && { Authorization: `Bearer ${access}` }) },
    body: JSON.stringify(body),
  });

function showError(message, fields = {}) {
  errorText.textContent = message;
  errorText.hidden = !message;
  for (const input of document.querySelectorAll("input")) {
    if (input.name in fields) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

async function send(form) {
  const fields = Object.fromEntries(new FormData(form));
  const { url, login } = form.dataset;
  if (!login) return post(url, { ...fields, ...(form.dataset.again !== undefined && { uid, token }) });
  const answer = await post(login, { email: fields.email, password: fields.current_password });
  return answer.ok ? post(url, fields, (await answer.json()).access) : answer;
}

function finish(form) {
  for (const child of form.children) child.hidden = !child.matches("output");
  form.querySelector("output").focus();
  // A form with a link is the end of the way. The others only send a mail.
  if (wayOn && form.dataset.again !== undefined) wayOn.hidden = false;
  history.replaceState(null, "", location.pathname);
}

function begin(form) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    showError("");
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await send(form);
      if (answer.ok) return finish(form);
      const document = await answer.json();
      showError(messageOf(document), document.error.fields);
      if (document.error.fields?.uid || document.error.fields?.token) offerAnother(form);
    } catch {
      showError(errorText.dataset.unavailable); // no answer, or one that is not JSON
    } finally {
      button.disabled = false;
    }
  });
}

// A link that was used or has expired: show the form that sends a new one.
function offerAnother(form) {
  form.hidden = true;
  const other = formOf(form.dataset.again);
  begin(other);
  other.querySelector("input").focus();
  history.replaceState(null, "", location.pathname);
}

addEventListener("hashchange", () => location.reload());
begin(formOf(path) ?? formOf(""));
