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
/* What was typed stays when the page is swapped under it, so its sum must too. */
const sumUp = (form) => {
  let fen = 0;
  for (const field of form.querySelectorAll("[data-piece]")) {
    const pieces = Number(field.value || 0);
    if (Number.isInteger(pieces) && pieces >= 0) fen += pieces * Number(field.dataset.piece);
  }
  form.querySelector("[data-sum]").textContent = `￥${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
};
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-count]");
  if (form) sumUp(form);
});
document.addEventListener("station:swapped", () => document.querySelectorAll("[data-count]").forEach(sumUp));
/* The payment: what remains in cash and what is given back, while it is typed. The server works it out again; this only
   shows it. Which way of paying was chosen is told to the villager's screen. */
(() => {
  const fenOf = (text) => {
    const plain = text.normalize("NFKC").replace(/[￥¥元,\s]/g, "");
    const found = /^(\d{1,10})(?:\.(\d{0,2}))?$|^\.(\d{1,2})$/.exec(plain);
    if (!found) return null;
    return Number(found[1] || 0) * 100 + Number((found[2] || found[3] || "").padEnd(2, "0"));
  };
  const yuan = (fen) => `￥${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
  const show = () => {
    const form = document.querySelector("[data-settle]");
    if (!form) return;
    const total = Number(form.dataset.settle);
    let rest = Math.abs(total), isAll = false;
    for (const part of form.querySelectorAll("[data-part]")) {
      const method = part.querySelector("input[type=radio]:checked");
      if (!method || method.value === "cash") continue;
      const typed = part.querySelector("[name$=_amount]").value.trim();
      if (typed === "") isAll = true; else rest -= fenOf(typed) || 0;
    }
    if (isAll || rest < 0) rest = 0;
    if (total > 0 && form.dataset.rounding === "jiao") rest -= rest % 10;
    const out = form.querySelector("[data-rest]");
    if (out) out.textContent = yuan(rest);
    const line = document.querySelector("[data-change]");
    if (!line) return;
    const field = form.querySelector("[name=given]"), given = fenOf(field.value);
    const say = (words, fen, className) => {
      const piece = document.createElement("span"), sum = document.createElement("b");
      piece.append(`${words} `, sum);
      sum.textContent = yuan(fen);
      sum.className = className || "";
      return piece;
    };
    const pieces = rest === total ? [] : [say(line.dataset.restWords, rest)];
    if (given !== null) pieces.push(given >= rest ? say(line.dataset.changeWords, given - rest) : say(line.dataset.shortWords, rest - given, "missing"));
    line.replaceChildren(...pieces);
  };
  document.addEventListener("input", show);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-fill]")) show(); });
  document.addEventListener("station:swapped", show);
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("change", (event) => {
    show();
    const form = event.target.closest("[data-settle]");
    if (!form || event.target.name !== "p1_method") return;
    const body = new URLSearchParams({ method: event.target.value, ticket_id: form.dataset.ticket });
    fetch(form.dataset.askedAt, {
      method: "POST", body,
      headers: { "X-Requested-With": "fetch", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content },
    }).catch(() => {});
  });
  /* Whoever is looked for by surname or tail: the list shows who fits. */
  const narrow = (field) => {
    const list = document.getElementById(field.dataset.narrows), wanted = field.value.trim();
    for (const option of list.options) option.hidden = Boolean(option.value && wanted && !option.textContent.includes(wanted));
    const left = [...list.options].filter((option) => option.value && !option.hidden);
    if (wanted && left.length === 1) { list.value = left[0].value; list.dataset.touched = "1"; }
  };
  document.addEventListener("input", (event) => { if (event.target.closest("[data-narrows]")) narrow(event.target); });
  document.addEventListener("station:swapped", () => {
    for (const field of document.querySelectorAll("[data-narrows]")) if (field.value.trim()) narrow(field);
  });
})();
