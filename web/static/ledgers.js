/* Ledgers: a form that answers with a file leaves its page standing, so its button is good again; the print button. */
"use strict";
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-file]")) return;
  setTimeout(() => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }, 1500);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
