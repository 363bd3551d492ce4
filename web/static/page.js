/* What every page does: F-keys, one press is one submit, the clock, the PIN pad, typing without a focused field. */
"use strict";
document.documentElement.classList.add("scripted");

/* F-keys press what shows them. A dialog in front takes them all. */
document.addEventListener("keydown", (event) => {
  if (!/^F(1|2|3|4|6|7|8|9|10)$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (document.querySelector("dialog[open]")) return;
  const target = document.querySelector(`main [data-key="${event.key}"], #ticket [data-key="${event.key}"]`)
    || document.querySelector(`.keys [data-key="${event.key}"]`);
  if (target) target.click();
});

/* Enter confirms what is ticked, when no field, button or dialog has a claim on it. A scanner's Enter never gets here. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.defaultPrevented || event.repeat || document.querySelector("dialog[open]")) return;
  if (document.activeElement && document.activeElement.closest("input, select, textarea, button, a, summary")) return;
  const confirm = document.querySelector("main [data-enter]");
  if (confirm) { event.preventDefault(); confirm.click(); }
});

/* A form is sent once; the server's key makes that true, this only shows it. A page from the history is usable again. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || form.matches("[data-file]")) return; // a file may be taken again
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  const button = event.submitter;
  if (button) requestAnimationFrame(() => button.setAttribute("aria-busy", "true"));
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

/* The station's clock, not the browser's: the difference is taken when the page comes. */
const clockCame = Date.now();
const clockRead = (() => {
  const time = document.querySelector("[data-clock]");
  return time ? new Date(time.dataset.clock).getTime() : clockCame;
})();
setInterval(() => {
  const time = document.querySelector("[data-clock]");
  if (!time) return;
  const now = new Date(clockRead + (Date.now() - clockCame) * Number(time.dataset.speed || 1));  // a demonstration's may be driven
  time.textContent = now.toLocaleTimeString("zh-CN", { timeZone: time.dataset.zone, hour: "2-digit", minute: "2-digit", hour12: false });
}, 1000);

/* The PIN pad. */
document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-digit]");
  if (!key) return;
  const field = key.closest("form").querySelector("[data-pin]");
  if (key.dataset.digit === "clear") field.value = "";
  else if (key.dataset.digit === "back") field.value = field.value.slice(0, -1);
  else if (field.value.length < field.maxLength) field.value += key.dataset.digit;
});

/* Whoever just types means the PIN where there is one, else the search box. */
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1 || event.key === " ") return;
  if (document.activeElement && document.activeElement.closest("input:not([type=radio]):not([type=checkbox]), select, textarea")) return;
  const inFront = document.querySelector("dialog[open]") || document.getElementById("main");
  const field = inFront.querySelector("[data-pin]") || inFront.querySelector("#search");
  if (field && (field.id === "search" || /[0-9]/.test(event.key))) field.focus();
});
document.addEventListener("change", (event) => {
  if (event.target.name === "staff_id" && event.target.type === "radio") {
    const field = event.target.form.querySelector("[data-pin]");
    if (field && matchMedia("(pointer: fine)").matches) field.focus();
  }
});

/* Puts a text into the clipboard; by the old road, since a station's address is seldom a secure one. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.focus();
  field.select();
  const isCopied = document.execCommand("copy");
  if (isCopied && window.sayLine && button.dataset.copied) window.sayLine({ tone: "done", words: button.dataset.copied });
});

/* A sentence that an act left in the address is said once; loading the page again does not say it again. */
(() => {
  const here = new URL(location.href);
  if (!here.searchParams.has("said")) return;
  here.searchParams.delete("said");
  history.replaceState(history.state, "", here);
})();
