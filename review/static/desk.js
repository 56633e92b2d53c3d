// Progressive enhancement only: every page works without this file.
"use strict";

const SWITCH = "desk-keys";
const keysAreOn = () => localStorage.getItem(SWITCH) !== "off";

function isTyping(element) {
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement
    || (element instanceof HTMLInputElement && !["radio", "checkbox", "submit", "button"].includes(element.type));
}

// By the place of the key, so that a Ukrainian layout works as well as a Latin one.
function press(event) {
  if (!keysAreOn() || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  if (!/^Key[A-Z]$/.test(event.code)) return;
  const target = document.querySelector(`[data-key="${event.code.slice(3).toLowerCase()}"]`);
  if (!target) return;
  event.preventDefault();
  target.focus();
  if (target.type === "radio") target.scrollIntoView({ block: "center" });
  else target.click();
}

function showKeys(help) {
  const button = help.querySelector("[data-keys-switch]");
  const tell = () => {
    button.setAttribute("aria-pressed", String(keysAreOn()));
    button.textContent = keysAreOn() ? button.dataset.on : button.dataset.off;
  };
  button.addEventListener("click", () => {
    localStorage.setItem(SWITCH, keysAreOn() ? "off" : "on");
    tell();
  });
  help.hidden = false;
  tell();
}

// What is being written survives a reload, a lost line and an ended sign-in.
function keepWords(form) {
  const words = form.querySelector("textarea");
  const name = `words-${form.dataset.keep}`;
  if (!words.value) words.value = sessionStorage.getItem(name) ?? "";
  words.addEventListener("input", () => sessionStorage.setItem(name, words.value));
}

// The finding just settled no longer needs its draft.
function forgetWords() {
  const settled = new URLSearchParams(location.search).get("settled");
  if (settled) sessionStorage.removeItem(`words-finding-${settled}`);
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
forgetWords();
document.querySelectorAll("form[data-keep]").forEach((form) => { keepWords(form); sendOnce(form); });
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
