/* Cash: a touch fills in what was handed over; while counting, the sum of what was counted (never what should be there). */
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  const field = document.getElementById(button.dataset.fill);
  field.value = button.dataset.value;
  field.dataset.touched = "1";
  field.focus();
});
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-count]");
  if (!form) return;
  let fen = 0;
  for (const field of form.querySelectorAll("[data-piece]")) {
    const pieces = Number(field.value || 0);
    if (Number.isInteger(pieces) && pieces >= 0) fen += pieces * Number(field.dataset.piece);
  }
  form.querySelector("[data-sum]").textContent = `￥${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
});
