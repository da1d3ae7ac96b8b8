// The console works without this file. With it: filters apply themselves, "/" finds a record, moments tell how long
// ago they were, boxes can be ticked all at once, keys go through
// lists and decide, a page that waits loads itself, and no form is sent twice.
"use strict";

const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function tellAges() {
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const one of document.querySelectorAll("time[datetime]")) {
    const seconds = (Date.parse(one.dateTime) - Date.now()) / 1000;
    const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units[3];
    one.title = words.format(Math.round(seconds / length), unit);
  }
}

function isTyping(target) {
  const fields = "input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";
  return target instanceof HTMLElement && target.closest(fields) !== null;
}

// One key for what a page offers (data-key), and for going through a list of lines (data-row).
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
  const rows = [...document.querySelectorAll("tr[data-row]")];
  const at = rows.findIndex((row) => row.classList.contains("here"));
  const step = { j: 1, k: -1 }[event.key];
  if (step !== undefined && rows.length) {
    rows[at]?.classList.remove("here");
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    next.classList.add("here");
    next.scrollIntoView({ block: "nearest" });
  }
  if (event.key === "x") rows[at]?.querySelector("input[type=checkbox]")?.click();
  if (event.key === "o") rows[at]?.querySelector("a[data-open]")?.click();
});

// A value typed is the value meant.
document.addEventListener("input", (event) => {
  const radio = event.target.closest(".pick")?.querySelector("input[type=radio]");
  if (radio && event.target.type === "text") radio.checked = true;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const find = document.getElementById("find");
  if (find !== null) {
    event.preventDefault();
    find.focus();
  }
});

document.addEventListener("change", (event) => {
  const target = event.target;
  if (target instanceof HTMLSelectElement && target.form?.matches(".filters")) target.form.requestSubmit();
  if (target instanceof HTMLInputElement && target.dataset.ticks) {
    for (const one of document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(target.dataset.ticks)}"]`)) {
      one.checked = target.checked;
    }
  }
});

// An empty filter is no filter: addresses stay short.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get") {
    for (const one of form.elements) {
      if (one.name && one.value === "") one.dataset.left = one.disabled = true;
    }
    return;
  }
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// Coming back by the back button, forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    for (const one of form.elements) {
      if (one.dataset.left) one.disabled = false;
    }
  }
});

tellAges();
