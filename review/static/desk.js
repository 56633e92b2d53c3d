// Progressive enhancement only: every page works without this file.
"use strict";

const SWITCH = "desk-keys";
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

function keepDraft(form) {
  const words = form.querySelector("textarea");
  const state = form.querySelector("[data-draft-state]");
  const name = `draft-${form.dataset.item}`;
  let waiting = 0;
  const written = () => ({ comment: words.value, verdict: form.querySelector("[name=verdict]:checked")?.value ?? "" });
  const send = async () => {
    const { comment, verdict } = written();
    const body = new URLSearchParams({ token: form.elements.token.value, comment });
    if (verdict) body.set("verdict", verdict);
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive: true });
      if (!answer.ok) throw new Error(String(answer.status));
      localStorage.removeItem(name);
      state.textContent = state.dataset.kept;
    } catch {
      state.textContent = state.dataset.offline;
    }
  };
  const local = JSON.parse(localStorage.getItem(name) ?? "null");
  if (local && !words.value) {
    words.value = local.comment;
    const radio = [...form.querySelectorAll("[name=verdict]")].find((one) => one.value === local.verdict);
    if (radio) radio.checked = true;
    send();
  }
  form.addEventListener("input", () => {
    localStorage.setItem(name, JSON.stringify(written()));
    clearTimeout(waiting);
    waiting = setTimeout(send, 700);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
  window.addEventListener("online", () => { if (localStorage.getItem(name)) send(); });
}

// What was just recorded needs no draft in this browser either.
function forgetDraft() {
  const last = sessionStorage.getItem("sent-item");
  if (last && new URLSearchParams(location.search).has("settled")) localStorage.removeItem(`draft-${last}`);
  sessionStorage.removeItem("sent-item");
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
  form.addEventListener("submit", () => {
    form.elements.seconds.value = ((seen + (since ? performance.now() - since : 0)) / 1000).toFixed(1);
    sessionStorage.setItem("sent-item", form.dataset.item);
  });
}

// A second press while the first is under way would only be told so.
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}

document.addEventListener("keydown", press);
document.querySelectorAll("[data-keys-help]").forEach(showKeys);
forgetDraft();
document.querySelectorAll("#decision").forEach((form) => {
  for (const enhance of [keepDraft, offerReasons, tellPresence, countSeconds, sendOnce]) enhance(form);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
