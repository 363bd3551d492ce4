/* The villager's screen: reads its part again when the desk says that something changed, and keeps on trying when the
   station is away. It never sends anything and never learns what a scan was. */
"use strict";
(() => {
  const { part, events } = document.body.dataset;
  let mark = document.body.dataset.mark;
  let source = null, heard = Date.now(), asking = false, again = false;

  const load = async () => {
    if (asking) { again = true; return; }
    asking = true;
    try {
      do {
        again = false;
        const answer = await fetch(part, { cache: "no-store" });
        if (answer.status === 401) { location.reload(); return; }
        if (!answer.ok) throw new Error(String(answer.status));
        mark = answer.headers.get("X-Mark") || mark;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        document.getElementById("main").replaceChildren(...fresh.body.childNodes);
        document.getElementById("away").hidden = true;
      } while (again);
    } catch {
      document.getElementById("away").hidden = false;
    } finally { asking = false; }
  };
  const listen = () => {
    if (source) source.close();
    heard = Date.now();
    source = new EventSource(`${events}?mark=${encodeURIComponent(mark)}`);
    source.addEventListener("beat", () => { heard = Date.now(); });
    source.addEventListener("changed", () => { heard = Date.now(); load(); });
  };
  listen();
  /* A dead stream is noticed by its silence; meanwhile, and for what only the clock changes, the part is read anyway. */
  setInterval(() => {
    if (Date.now() - heard > 7000 || source.readyState === EventSource.CLOSED) { load(); listen(); }
  }, 3000);
  setInterval(load, 10000);
})();
