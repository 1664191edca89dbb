// The queue of uploads: each file is checked, sent in parts, and continued where it was cut off.

const PART = 8 * 1024 * 1024; // at most the limit of the proxy: docs/adr/0039
const DELAYS = [0, 1000, 2000, 3000, ...Array(20000).fill(5000)]; // more than a day
const LANGUAGE = document.documentElement.lang;
const root = document.getElementById("uploads"), list = root.querySelector("ul");
const waiting = [];
let running = null;

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";
const number = (value, options) => new Intl.NumberFormat(LANGUAGE, options).format(value);
const unit = (value, name, digits = 0, unitDisplay = "long") =>
  number(value, { style: "unit", unit: name, maximumFractionDigits: digits, unitDisplay });

function size(bytes) {
  const at = Math.min(3, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  if (!at) return unit(bytes, "byte");
  return unit(bytes / 1000 ** at, ["kilobyte", "megabyte", "gigabyte"][at - 1], 1, "short");
}

const duration = (seconds) => seconds < 90 ? unit(Math.ceil(seconds), "second")
  : seconds < 5400 ? unit(Math.ceil(seconds / 60), "minute") : unit(seconds / 3600, "hour", 1);

class Item {
  turn = 0; // a check whose turn is over is forgotten

  constructor(file) {
    this.file = file;
    this.node = document.getElementById("upload").content.firstElementChild.cloneNode(true);
    for (const name of this.node.querySelectorAll("[data-name]")) name.textContent = ` ${file.name}`;
    this.node.querySelector("[data-size]").textContent = size(file.size);
    this.node.addEventListener("click", (event) => {
      const { do: action, confirm: question } = event.target.closest("[data-do]")?.dataset ?? {};
      if (action && (!question || !this.upload?.url || confirm(question))) this[action]();
    });
    list.append(this.node);
  }

  show(state, message = "") {
    if (this.state === state) return;
    this.state = state;
    const hadFocus = this.node.contains(document.activeElement);
    for (const part of this.node.querySelectorAll("[data-in]")) part.hidden = !part.dataset.in.split(" ").includes(state);
    this.node.querySelector("[data-message]").textContent = message;
    // A button that disappears must not take the focus with it.
    if (hadFocus) this.node.querySelector("button:not([hidden]), a:not([hidden])")?.focus();
  }

  enqueue() {
    this.show("waiting");
    waiting.push(this);
    next();
  }

  leave(state, message) {
    this.turn += 1;
    this.show(state, message);
    if (running === this) running = null;
    next();
  }

  async check() {
    const turn = ++this.turn;
    this.show("checking");
    const body = await this.file.slice(0, 1024 * 1024).arrayBuffer().catch(() => null);
    const answer = body && await this.ask(body);
    if (turn !== this.turn) return;
    if (!body) this.leave("changed");
    else if (!answer) { this.show("cut"); setTimeout(() => { if (turn === this.turn) this.check(); }, 5000); }
    else if (answer.status === 401) this.show("login");
    else if (answer.error) this.leave("failed", answer.error.message);
    else if (answer.refusal) this.leave("refused", answer.refusal);
    else this.send();
  }

  async ask(body) {
    const headers = { "Content-Type": "application/octet-stream", "X-CSRFToken": token() };
    try {
      await import(root.dataset.tus); // it defines window.tus
      const response = await fetch(root.dataset.check, { method: "POST", body, headers });
      return response.status < 500 && { status: response.status, ...await response.json() };
    } catch {
      return null;
    }
  }

  async send() {
    this.samples = [];
    if (!this.upload) {
      this.upload = new tus.Upload(this.file, this.options());
      const previous = await this.upload.findPreviousUploads();
      if (previous.length) this.upload.resumeFromPreviousUpload(previous.at(-1));
    }
    this.upload.start();
  }

  options() {
    return {
      endpoint: new URL(root.dataset.endpoint, location.href).href,
      metadata: { filename: this.file.name }, chunkSize: PART, retryDelays: DELAYS,
      removeFingerprintOnSuccess: true,
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", token()),
      // After an error of a HEAD the client would begin again with the first byte.
      onAfterResponse: (request, response) => {
        const status = response.getStatus();
        if (status < 400 || (status === 404 && request.getMethod() === "HEAD")) return;
        throw Object.assign(new Error(), { status, body: response.getBody() });
      },
      onShouldRetry: (error) => this.isRetried(error.causingError?.status ?? 0),
      onUploadUrlAvailable: () => document.getElementById(this.upload.url.split("/").at(-3))?.remove(),
      onProgress: (done, all) => this.progress(done, all), onSuccess: () => this.done(),
      onError: (error) => this.failed(error.causingError ?? error),
    };
  }

  isRetried(status) {
    const isRetried = status === 0 || status >= 500 || [408, 409, 423].includes(status);
    if (isRetried && this.node.isConnected) {
      this.show("cut");
      this.file.slice(0, 1).arrayBuffer().catch(() => { this.upload.abort(); this.leave("changed"); });
    }
    return isRetried;
  }

  failed({ status, body, message }) {
    if (status === 401) return this.show("login");
    const error = body?.startsWith("{") ? JSON.parse(body).error : { message };
    this.leave("failed", Object.values(error.fields ?? {})[0]?.[0].message ?? error.message);
  }

  progress(done, all) {
    const now = performance.now() / 1000, text = this.node.querySelector("[data-progress]");
    this.show(done === all ? "finishing" : "sending");
    this.node.querySelector("progress").value = done / all;
    this.samples = this.samples.filter(([time]) => time > now - 10).concat([[now, done]]);
    const [[then, before]] = this.samples, speed = (done - before) / (now - then || 1);
    const left = speed > 0 ? duration((all - done) / speed) : "…";
    const values = { percent: number(done / all, { style: "percent" }), done: size(done), size: size(all), speed: size(speed), left };
    text.textContent = text.dataset.pattern.replace(/\[(\w+)\]/g, (_, name) => values[name]);
  }

  done() {
    const link = this.node.querySelector("[data-next]");
    link.href = new URL("../", this.upload.url).pathname;
    this.leave("done");
    if (list.children.length === 1) location.assign(link.href);
  }

  pause() { this.upload?.abort(); this.leave("paused"); }
  cancel() {
    this.upload?.abort(true).catch(() => {}); // the server deletes the upload later
    if (waiting.includes(this)) waiting.splice(waiting.indexOf(this), 1);
    this.node.remove();
    this.leave("cancelled");
  }
}

function next() {
  running ??= waiting.shift();
  if (running?.state === "waiting") running.check();
}

const add = (files) => { for (const file of files) new Item(file).enqueue(); };
root.querySelector("input").addEventListener("change", ({ target }) => { add([...target.files]); target.value = ""; });
for (const name of ["dragover", "dragleave", "drop"]) document.addEventListener(name, (event) => {
  event.preventDefault(); // a file beside the zone must not replace the page
  root.querySelector(".drop").classList.toggle("over", name === "dragover");
  if (name === "drop") add(event.dataTransfer.files);
});
addEventListener("focus", () => { if (running?.state === "login") running.check(); });
root.hidden = false;
