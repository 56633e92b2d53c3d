// Forms whose words have no draft on the server: what is written stays in this browser until the server has taken it.
// Progressive enhancement only: every page works without this file. What was taken is let go of by desk.js.
"use strict";

const isChoice = (field) => ["radio", "checkbox"].includes(field.type);
const isKept = (field) => field.name && !["hidden", "file", "submit", "button"].includes(field.type);
const keyOf = (field) => (isChoice(field) ? `${field.name}=${field.value}` : field.name);
const chosenIn = (field) => (isChoice(field) ? field.checked : field.value);
const servedIn = (field) => (isChoice(field) ? field.defaultChecked : field.defaultValue);

function keepWords(form) {
  const name = `draft-${form.dataset.who}-${form.dataset.keep}`; // by person too, as the drafts of decisions
  const state = form.querySelector("[data-kept-state]");
  const fields = [...form.elements].filter(isKept);
  const known = new Map(fields.map((field) => [field, servedIn(field)])); // what the server has of it
  const unsent = () => fields.filter((field) => chosenIn(field) !== known.get(field));
  const keep = () => {
    const words = unsent().map((field) => [keyOf(field), { value: chosenIn(field), known: known.get(field) }]);
    if (words.length) localStorage.setItem(name, JSON.stringify(Object.fromEntries(words)));
    else localStorage.removeItem(name);
  };
  const tell = () => { state.textContent = navigator.onLine || !unsent().length ? "" : state.dataset.offline; };

  const local = JSON.parse(localStorage.getItem(name) ?? "{}");
  const back = fields.filter((field) => keyOf(field) in local);
  for (const field of back) {
    const kept = local[keyOf(field)];
    if (servedIn(field) === kept.value) known.set(field, kept.known); // a form that was refused shows it too
    putBack(field, kept);
  }
  if (back.some((field) => chosenIn(field) !== servedIn(field))) {
    state.textContent = state.dataset.restored;
    form.closest("details")?.setAttribute("open", "");
  }
  if (back.length) keep();
  form.addEventListener("input", () => {
    keep();
    tell();
  });
  form.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine) noteSent(name);
    else event.preventDefault();
    tell();
  });
  window.addEventListener("offline", tell);
  window.addEventListener("online", tell);
}

// Words that somebody else saved meanwhile stand below those that were written here: neither is lost.
function putBack(field, kept) {
  if (isChoice(field)) {
    field.checked = kept.value;
    return;
  }
  const served = servedIn(field);
  const apart = field instanceof HTMLTextAreaElement && served && served !== kept.known && !kept.value.includes(served);
  field.value = apart ? `${kept.value}\n\n${served}` : kept.value;
}

document.querySelectorAll("form[data-keep]").forEach(keepWords);
