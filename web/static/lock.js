/* Locks the desk over the same page when nobody has touched it for a while; the PIN brings it back as it was. */
"use strict";
(() => {
  const body = document.body, dialog = document.getElementById("lock");
  if (!dialog || !body.dataset.idle) return;
  const idleMs = Number(body.dataset.idle) * 1000;
  const token = () => document.querySelector("meta[name=csrf-token]").content;
  const send = (url, fields = {}) => fetch(url, {
    method: "POST",
    headers: { "X-Requested-With": "fetch", "X-CSRFToken": token() },
    body: new URLSearchParams(fields),
  });
  let toldAt = Date.now(), active = true;

  /* All tabs of the browser share one clock of activity. */
  const touch = () => {
    const now = Date.now();
    active = true;
    if (now - Number(localStorage.getItem("active") || 0) > 1000) localStorage.setItem("active", String(now));
  };
  for (const kind of ["pointerdown", "keydown", "wheel", "input"]) document.addEventListener(kind, touch, { passive: true });
  document.addEventListener("station:active", touch);
  localStorage.setItem("active", String(Date.now()));

  const show = () => {
    if (dialog.open) return;
    dialog.querySelector("[data-pin]").value = "";
    dialog.querySelector("[data-problem]").hidden = true;
    dialog.showModal();
    dialog.querySelector("[data-pin]").focus();
  };
  const hide = () => {
    if (dialog.open) dialog.close();
    touch();
  };
  document.addEventListener("station:locked", show);
  document.addEventListener("station:unlocked", hide);
  dialog.addEventListener("cancel", (event) => event.preventDefault());

  setInterval(async () => {
    if (dialog.open) return;
    const quiet = Date.now() - Number(localStorage.getItem("active") || 0);
    if (quiet > idleMs) {
      show();
      await send("/lock").catch(() => null);
    } else if (active && Date.now() - toldAt > 60000) {
      toldAt = Date.now();
      active = false;
      const answer = await send("/still-here").catch(() => null);
      if (answer && answer.status === 423) show();
    }
  }, 1000);

  dialog.querySelector("[data-unlock]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = dialog.querySelector("[data-pin]"), problem = dialog.querySelector("[data-problem]");
    const answer = await send("/unlock", { pin: field.value }).catch(() => null);
    field.value = "";
    if (answer && answer.ok) { hide(); return; }
    if (answer && (answer.status === 401 || answer.status === 400)) { location.reload(); return; }
    problem.textContent = answer ? (await answer.json()).message : document.getElementById("away").textContent;
    problem.hidden = false;
    window.playTone("refused");
    field.focus();
  });
})();
