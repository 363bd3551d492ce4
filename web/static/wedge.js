/* A scanner that types like a keyboard, told from a person by its speed: at most 50 ms from key to key, six characters
   or more, then Enter or Tab. It goes to the desk, never into the field that happens to have the focus. Letters are read
   from the key's place, so an input method can't change them. */
"use strict";
(() => {
  if (!document.body.dataset.desk) return;
  const GAP_MS = 50, SHORTEST = 6;
  let text = "", lastAt = 0, place = null;

  const letter = (event) => {
    if (event.key.length === 1 && event.key.charCodeAt(0) < 128) return event.key;
    const found = /^(?:Key([A-Z])|(?:Digit|Numpad)([0-9]))$/.exec(event.code);
    if (found) return found[1] ? (event.shiftKey ? found[1] : found[1].toLowerCase()) : found[2];
    return { Minus: "-", NumpadSubtract: "-", Slash: "/", Period: ".", Semicolon: event.shiftKey ? ":" : ";", Backquote: event.shiftKey ? "~" : "`" }[event.code] || "";
  };
  const remember = () => {
    const focused = document.activeElement;
    const field = focused && "selectionStart" in focused ? focused : document.getElementById("search");
    place = field && "value" in field && "selectionStart" in field && field.type !== "hidden"
      ? { field, value: field.value, start: field.selectionStart, end: field.selectionEnd } : null;
  };
  const send = async (code) => {
    const answer = await fetch("/desk/scan", {
      method: "POST",
      headers: { "X-Requested-With": "fetch", "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content },
      body: new URLSearchParams({ code }),
    }).catch(() => null);
    if (answer && answer.status === 423) document.dispatchEvent(new Event("station:locked"));
    else if (!answer || !answer.ok) {
      const words = answer ? (await answer.json().catch(() => ({}))).message : document.getElementById("away").textContent;
      window.playTone("trouble");
      window.sayLine({ tone: "trouble", words: words || "" });
    }
  };

  document.addEventListener("keydown", (event) => {
    const now = event.timeStamp, isQuick = now - lastAt <= GAP_MS;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) { text = ""; return; }
    if (event.key === "Shift" || event.key === "CapsLock") return;
    if (event.key === "Enter" || event.key === "Tab") {
      const code = isQuick && text.length >= SHORTEST ? text : "";
      text = "";
      if (!code) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (place && place.field.isConnected) {
        place.field.value = place.value;
        if (place.start !== null) place.field.setSelectionRange(place.start, place.end);
        place.field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      if (!document.querySelector("dialog[open]")) send(code);
      return;
    }
    const typed = letter(event);
    if (!typed) { text = ""; return; }
    if (!isQuick || !text) { text = ""; remember(); }
    text += typed;
    lastAt = now;
  }, { capture: true });
})();
