/* Shows what the desk's events say: the last sentence with its tone, and the live parts of the page, rendered by the
   server and swapped in place. What somebody is typing stays. */
"use strict";
(() => {
  const body = document.body;
  if (!body.dataset.session) return;
  let port = null, running = null, wanted = null;

  /* What is typed stays: by form (its id, else its address) and field. */
  const nameOf = (field) => {
    const form = field.form ? field.form.id || field.form.getAttribute("action") || "" : "";
    const choice = field.type === "checkbox" || field.type === "radio" ? field.value : "";
    return [form, field.name || field.id, choice].join("\n");
  };
  /* What holds the keyboard is found again by its own name, else by where it stands and what stands on it: whoever came
     to a button by Tab must not press Enter into nothing. On another page only by name. */
  const keyOf = (e, samePlace) => e.id || e.dataset.key || e.getAttribute("href")
    || (samePlace ? [e.tagName, nameOf(e), e.textContent.trim()].join("\n") : "");
  const isChanged = (field) => field.type === "checkbox" || field.type === "radio"
    ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT"
      ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.dataset.touched
      : field.type !== "hidden" && field.value !== field.defaultValue;
  const isTyping = () => [...document.querySelectorAll("#main form input, #main form textarea")]
    .some((field) => field.id !== "search" && isChanged(field));

  const swap = (old, fresh, samePlace) => {
    const kept = new Map();
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    for (const field of old.querySelectorAll("input, select, textarea")) {
      /* What was read before somebody began to type is what he answers to: the server must see that it is old by now. */
      const isAnswered = field.name === "revision" && field.form && [...field.form.elements].some(isChanged);
      if (samePlace && (isChanged(field) || field === focused || field.name === "_key" || isAnswered)) kept.set(nameOf(field), field);
    }
    const openDetails = new Set([...old.querySelectorAll("details[open][id]")].map((d) => d.id));
    const top = old.scrollTop;
    old.className = fresh.className;
    for (const name of Object.keys(old.dataset)) if (!(name in fresh.dataset)) delete old.dataset[name];
    Object.assign(old.dataset, fresh.dataset);
    const focusName = focused && focused.name !== undefined ? nameOf(focused) : "";
    const focusKey = focused && keyOf(focused, samePlace);
    const selection = focused && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
    old.replaceChildren(...fresh.childNodes);
    for (const field of old.querySelectorAll("input, select, textarea")) {
      const before = kept.get(nameOf(field));
      if (!before) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = before.checked;
      else if (field.type === "file") field.files = before.files; // a browser lets nobody write its value
      else field.value = before.value;
      if (focusName && nameOf(field) === focusName) {
        field.focus({ preventScroll: true });
        if (selection && selection[0] !== null) field.setSelectionRange(...selection);
      }
    }
    if (focused && focusKey && !old.contains(document.activeElement)) {
      const again = [...old.querySelectorAll("a, button, input, select, summary, textarea")]
        .find((e) => keyOf(e, samePlace) === focusKey);
      if (again) again.focus({ preventScroll: true });
    }
    for (const id of openDetails) { const found = document.getElementById(id); if (found) found.open = true; }
    old.scrollTop = samePlace ? top : 0;
  };

  const load = async (url, parts) => {
    const samePlace = new URL(url, location.href).href === location.href;
    /* Not through the cache: there the whole page must stay, for the back button. */
    const answer = await fetch(url, { headers: { "X-Part": "1" }, cache: "no-store" });
    if (answer.status === 423) { document.dispatchEvent(new Event("station:locked")); return; }
    if (answer.status === 401) { location.reload(); return; }
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!samePlace) {
      history.pushState({ part: true }, "", answer.url);
      body.className = fresh.body.className;
      body.toggleAttribute("data-counter", fresh.body.hasAttribute("data-counter"));
      for (const link of document.querySelectorAll(".keys a")) {
        link.toggleAttribute("aria-current", new URL(link.href).pathname === location.pathname);
      }
    }
    document.title = fresh.title;
    for (const part of fresh.querySelectorAll("[data-live]")) {
      const old = document.getElementById(part.id);
      if (old && (part.id !== "said") && (!parts || parts.includes(part.id))) swap(old, part, samePlace);
    }
    document.dispatchEvent(new Event("station:swapped"));
  };
  /* One request at a time; what is asked meanwhile is asked once afterwards. Where a scan leads to is not forgotten
     because something else changed before the page could go there. */
  const refresh = async (url = null, parts = null) => {
    const last = wanted;
    wanted = url || !last ? { url, parts } : { url: last.url, parts: last.parts && parts ? [...last.parts, ...parts] : null };
    if (running) return running;
    running = (async () => {
      while (wanted) {
        const next = wanted;
        wanted = null;
        try { await load(next.url || location.href, next.parts); } catch { /* away: the banner says so, and coming back loads again */ }
      }
    })();
    try { await running; } finally { running = null; }
  };
  const refreshStrip = async () => {
    const answer = await fetch("/strip", { headers: { "X-Part": "1" }, cache: "no-store" }).catch(() => null);
    const strip = document.getElementById("strip"); // a page that says what went wrong has none
    if (answer && answer.ok) { if (strip) strip.innerHTML = await answer.text(); }
    else if (answer && answer.status === 423) document.dispatchEvent(new Event("station:locked"));
    else if (answer && answer.status === 401) location.reload();
    return answer;
  };

  const say = ({ tone, quiet, words, at, location: next, link: more }) => {
    const place = next || more;
    const line = document.getElementById("said-line").content.cloneNode(true).querySelector(".said");
    line.classList.add(quiet ? "quiet" : tone);
    line.setAttribute("role", tone === "refused" || tone === "trouble" ? "alert" : "status");
    line.querySelector(".shape").textContent = { done: "✓", attention: "！", refused: "✕", already: "↺", trouble: "▲" }[tone] || "·";
    line.querySelector(".words").textContent = words;
    line.querySelector("time").textContent = at || "";
    const link = line.querySelector("a");
    if (place && place !== location.pathname + location.search) link.href = place; else link.remove();
    document.getElementById("said").replaceChildren(line);
  };
  window.sayLine = say;

  const onScan = async (data, loud) => {
    if (loud) window.playTone(data.tone, data.quiet);
    document.dispatchEvent(new Event("station:active"));
    const here = location.pathname + location.search;
    const goes = data.location && data.location !== here && body.hasAttribute("data-counter") && !isTyping();
    say(goes ? { ...data, location: "" } : data);
    if (goes) await refresh(data.location);
    else await refresh(null, isTyping() ? ["ticket"] : null);
    if (goes || (data.changed || []).includes("desk")) refreshStrip(); // the strip says what a scan means now
    document.dispatchEvent(new CustomEvent("station:scan", { detail: data }));
  };
  const hear = ({ data: { kind, data = {}, loud } }) => {
    if (kind === "scan") onScan(data, loud);
    else if (kind === "changed") { refresh(); refreshStrip(); }
    else if (kind === "afresh") { refresh(); refreshStrip(); }
    else if (kind === "strip") { refreshStrip(); if (document.getElementById("main").dataset.refresh === "strip") refresh(); }
    else if (kind === "session") refreshStrip().then((answer) => { if (answer && answer.ok) document.dispatchEvent(new Event("station:unlocked")); });
    else if (kind === "away") document.getElementById("away").hidden = false;
    else if (kind === "back") { document.getElementById("away").hidden = true; refresh(); refreshStrip(); }
  };

  const here = () => port.postMessage({
    say: "here", visible: document.visibilityState === "visible", mark: body.dataset.mark, session: body.dataset.session,
  });
  const begin = (found) => {
    port = found;
    port.onmessage = hear;
    if (port.start) port.start();
    here();
    setInterval(here, 10000);
  };
  if (window.SharedWorker) begin(new SharedWorker(body.dataset.worker, { name: "station" }).port);
  else {
    const script = document.createElement("script");
    script.src = body.dataset.worker;
    script.onload = () => {
      const { port1, port2 } = new MessageChannel();
      window.stationJoin(port2);
      begin(port1);
    };
    document.head.append(script);
  }
  document.addEventListener("visibilitychange", () => {
    if (!port) return;
    here();
    if (document.visibilityState === "visible") { refresh(); refreshStrip(); }
  });
  window.addEventListener("pagehide", () => port && port.postMessage({ say: "gone" }));
  window.addEventListener("pageshow", (event) => { if (event.persisted && port) here(); });
  window.addEventListener("popstate", () => location.reload());
  document.addEventListener("change", (event) => { event.target.dataset.touched = "1"; });

  /* Pages about things that move by themselves (frames of a scanner) ask again every few seconds while they are seen. */
  setInterval(() => {
    const seconds = Number(document.getElementById("main").dataset.refreshSeconds || 0);
    if (seconds && document.visibilityState === "visible" && Math.floor(Date.now() / 1000) % seconds === 0) refresh();
  }, 1000);
})();
