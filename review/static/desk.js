// Progressive enhancement only: every page works without this file.
"use strict";

const SWITCH = "desk-keys";
const TYPED = 700; // milliseconds without a key until a draft is sent
const AGAIN_SOON = 200;
const AGAIN_LATER = 10_000; // after a line that failed without being known to be down
const keysAreOn = () => localStorage.getItem(SWITCH) !== "off";

function isTyping(element) {
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement
    || (element instanceof HTMLInputElement && !["radio", "checkbox", "submit", "button"].includes(element.type));
}

// ---- keys ---------------------------------------------------------------------------------------------

// By the place of the key, so that a Ukrainian layout works as well as a Latin one.
function press(event) {
  if (event.ctrlKey && event.key === "Enter") { sendWords(event); return; }
  if (!keysAreOn() || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  const digit = /^(?:Digit|Numpad)([1-6])$/.exec(event.code);
  const act = event.key === "?" ? showHelp : digit ? () => choose(`[data-digit="${digit[1]}"]`)
    : event.code === "KeyX" ? openChoice : event.code === "KeyU" ? () => choose('[data-key="u"]')
      : /^Key[A-Z]$/.test(event.code) ? () => follow(event.code.slice(3).toLowerCase()) : null;
  if (act && act()) event.preventDefault();
}

function follow(key) {
  const target = document.querySelector(`[data-key="${key}"]`);
  if (!target) return false;
  target.focus();
  if (!isTyping(target)) target.click();
  return true;
}

function openChoice() {
  const radios = [...document.querySelectorAll("#decision [data-digit]")];
  const target = radios.find((radio) => radio.checked) ?? radios[0];
  if (!target) return false;
  target.focus();
  target.closest("fieldset").scrollIntoView({ block: "nearest" });
  return true;
}

// A verdict other than the machine's needs a reason: that is where the hands go next.
function choose(which) {
  const radio = document.querySelector(`#decision ${which}`);
  if (!radio) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  document.querySelector("#comment").focus();
  return true;
}

function showHelp() {
  const help = document.querySelector("[data-keys-help]");
  if (!help) return false;
  help.open = !help.open;
  help.querySelector("summary").focus();
  return true;
}

function sendWords(event) {
  const form = document.querySelector("#decision");
  if (!form || !form.contains(event.target)) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector('[name="act"][value="correct"]'));
}

function showKeys(help) {
  const button = help.querySelector("[data-keys-switch]");
  const tell = () => {
    button.setAttribute("aria-pressed", String(keysAreOn()));
    button.textContent = keysAreOn() ? button.dataset.on : button.dataset.off;
    document.querySelectorAll("[data-keys-only]").forEach((key) => { key.hidden = !keysAreOn(); });
  };
  button.addEventListener("click", () => {
    localStorage.setItem(SWITCH, keysAreOn() ? "off" : "on");
    tell();
  });
  help.hidden = false;
  tell();
}

// ---- drafts: on the server as you type, in this browser while the line is down ------------------------

// By person too: on a shared machine nobody is shown what somebody else has not sent yet.
const nameOfDraft = (form) => `draft-${form.dataset.who}-${form.dataset.item}`;

function keepDraft(form) {
  const words = form.querySelector("textarea");
  const state = form.querySelector("[data-draft-state]");
  const name = nameOfDraft(form);
  let known = words.value; // what the server has of it
  let waiting = 0;
  let underWay = null;
  let retries = false;
  const written = () => ({ comment: words.value, verdict: form.querySelector("[name=verdict]:checked")?.value ?? "" });
  const keepHere = () => localStorage.setItem(name, JSON.stringify({ ...written(), known }));
  const soon = (after) => {
    clearTimeout(waiting);
    waiting = setTimeout(send, after);
  };
  // One at a time, or an older text could arrive after a newer one.
  async function send() {
    if (underWay) { soon(AGAIN_SOON); return; }
    underWay = new AbortController();
    const { comment, verdict } = written();
    const body = new URLSearchParams({ token: form.elements.token.value, comment });
    if (verdict) body.set("verdict", verdict);
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive: true, signal: underWay.signal });
      retries = answer.status >= 500;
      state.textContent = answer.ok ? state.dataset.kept : retries ? state.dataset.offline : state.dataset.refused;
      if (answer.ok) {
        known = comment;
        if (sameAs(written(), { comment, verdict })) localStorage.removeItem(name);
      }
    } catch {
      retries = !underWay.signal.aborted;
      if (retries) state.textContent = state.dataset.offline;
    }
    underWay = null;
    if (retries) soon(AGAIN_LATER);
  }
  const local = JSON.parse(localStorage.getItem(name) ?? "null");
  if (local) {
    // What was written elsewhere meanwhile is no reason to lose what was written here, nor the other way round.
    const apart = words.value && words.value !== local.known && !local.comment.includes(words.value);
    words.value = apart ? `${local.comment}\n\n${words.value}` : local.comment;
    const radio = [...form.querySelectorAll("[name=verdict]")].find((one) => one.value === local.verdict);
    if (radio) radio.checked = true;
    keepHere();
    send();
  }
  form.addEventListener("input", () => {
    soon(TYPED);
    keepHere();
  });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) {
      clearTimeout(waiting);
      underWay?.abort(); // it would come back to life after the decision
      return;
    }
    event.preventDefault();
    keepHere();
    state.textContent = state.dataset.offline;
  });
  const sendWhatIsLeft = () => { if (localStorage.getItem(name) && !form.dataset.sent) send(); };
  window.addEventListener("online", sendWhatIsLeft);
  window.addEventListener("pagehide", sendWhatIsLeft);
}

const sameAs = (one, other) => one.comment === other.comment && one.verdict === other.verdict;

const TAKEN = ["settled", "sent", "answered", "taken"]; // what the server adds to the address after it took a form
const address = () => location.pathname + location.search;
const noteSent = (name) => sessionStorage.setItem("sent-draft", JSON.stringify({ name, from: address() }));

// What was just taken needs no draft in this browser either. Who comes back to the page they sent it from, after a
// line that failed, is not told so by what stood in its address before.
function forgetDraft() {
  const last = JSON.parse(sessionStorage.getItem("sent-draft") ?? "null");
  const said = new URLSearchParams(location.search);
  if (last && last.from !== address() && TAKEN.some((name) => said.has(name))) localStorage.removeItem(last.name);
  sessionStorage.removeItem("sent-draft");
}

function offerReasons(form) {
  const chips = form.querySelector("[data-chips]");
  const words = form.querySelector("textarea");
  if (!chips) return;
  chips.hidden = false;
  chips.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-fill]");
    if (!chip) return;
    words.value = words.value.trim() ? `${words.value.trimEnd()} ${chip.dataset.fill}` : chip.dataset.fill;
    words.focus();
    words.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// ---- who else is here, and how long a look takes -----------------------------------------------------

function tellPresence(form) {
  const notice = document.querySelector("[data-others]");
  const told = (left) => new URLSearchParams({ token: form.elements.token.value, ...(left ? { left: "1" } : {}) });
  const beat = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(form.dataset.presence, { method: "POST", body: told(false) });
      const { others } = await answer.json();
      notice.hidden = !others.length;
      notice.textContent = others.length ? `${notice.dataset.one} ${others.join(", ")}` : "";
    } catch { /* the line is down: the draft says so */ }
  };
  setInterval(beat, 30_000);
  window.addEventListener("pagehide", () => navigator.sendBeacon(form.dataset.presence, told(true)));
}

function countSeconds(form) {
  let seen = 0;
  let since = document.hidden ? 0 : performance.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && since) seen += performance.now() - since;
    since = document.hidden ? 0 : performance.now();
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    form.elements.seconds.value = ((seen + (since ? performance.now() - since : 0)) / 1000).toFixed(1);
    noteSent(nameOfDraft(form));
  });
}

// A second press while the first is under way would only be told so.
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    if (!event.defaultPrevented) form.dataset.sent = "yes";
  });
}

// What would be refused for its size is said before a slow line has carried it.
function weighFiles(input) {
  input.addEventListener("change", () => {
    const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
    input.setCustomValidity(size > Number(input.dataset.largest) ? input.dataset.tooLarge : "");
    input.reportValidity();
  });
}

document.addEventListener("keydown", press);
document.querySelectorAll("[data-keys-help]").forEach(showKeys);
forgetDraft();
document.querySelectorAll("input[type=file][data-largest]").forEach(weighFiles);
document.querySelectorAll("#decision").forEach((form) => {
  for (const enhance of [keepDraft, offerReasons, tellPresence, countSeconds, sendOnce]) enhance(form);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
