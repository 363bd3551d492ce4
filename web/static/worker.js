/* One event stream for all tabs of this browser, held only while a tab is visible: Chromium opens six connections to a
   host, and the seventh tab with a stream of its own would not load. Runs as a shared worker; where a browser has none,
   the page loads it for itself. */
"use strict";
(() => {
  const KINDS = ["scan", "changed", "strip", "session", "afresh", "beat"];
  const SILENT_MS = 7000, POLL_MS = 2000, STREAM_AGAIN_MS = 60000, PAGE_LOST_MS = 30000;
  const pages = new Map();   // port → {visible, at}
  let mark = "", session = "", source = null, heardAt = 0, pollUntil = 0, polling = false, away = false;

  const tell = (message) => {
    let loud = message.kind === "scan";
    for (const [port, page] of pages) {
      if (!page.visible) continue;
      port.postMessage({ ...message, loud });
      loud = false;            // one window plays the tone
    }
  };
  const heard = () => {
    heardAt = Date.now();
    if (away) { away = false; tell({ kind: "back" }); }
  };
  const lost = () => {
    if (!away) { away = true; tell({ kind: "away" }); }
  };
  const close = () => {
    if (source) source.close();
    source = null;
  };
  const open = () => {
    if (source || Date.now() < pollUntil) return;
    heardAt = Date.now();
    source = new EventSource("/events?mark=" + encodeURIComponent(mark));
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        heard();
        if (kind === "beat") return;
        if (event.lastEventId) mark = event.lastEventId;
        tell({ kind, data: JSON.parse(event.data || "{}") });
      });
    }
    source.onerror = () => {
      /* The browser connects again by itself unless the answer was no stream: then it says so here. */
      if (source && source.readyState === EventSource.CLOSED) {
        close();
        pollUntil = Date.now() + STREAM_AGAIN_MS;
        poll();
      }
    };
  };
  const poll = async () => {
    if (polling) return;
    polling = true;
    try {
      const answer = await fetch("/events/since?mark=" + encodeURIComponent(mark), { headers: { "X-Requested-With": "fetch" } });
      heard();
      if (answer.status === 401 || answer.status === 423) tell({ kind: "session", data: {} });
      else if (answer.ok) {
        const found = await answer.json();
        mark = found.mark;
        for (const event of found.events) tell({ kind: event.kind, data: event.data });
      }
    } catch {
      lost();
      pollUntil = 0;           // the station is starting again: a stream is the first thing to try
    } finally {
      polling = false;
    }
  };

  setInterval(() => {
    const now = Date.now();
    for (const [port, page] of pages) if (now - page.at > PAGE_LOST_MS) pages.delete(port);
    if (![...pages.values()].some((page) => page.visible)) { close(); return; }
    if (source && now - heardAt > SILENT_MS) { close(); lost(); }
    if (!source && now < pollUntil) poll();
    else if (!source && away) poll();
    else open();
    if (!source && !away && now >= pollUntil) open();
  }, POLL_MS);

  const join = (port) => {
    port.onmessage = ({ data }) => {
      if (data.say === "gone") { pages.delete(port); return; }
      if (data.session !== session) { session = data.session; close(); pollUntil = 0; mark = data.mark; }
      if (!pages.size || !mark) mark = mark || data.mark;
      pages.set(port, { visible: data.visible, at: Date.now() });
      if (data.visible) open();
    };
    if (port.start) port.start();
  };
  if ("onconnect" in self) self.onconnect = (event) => join(event.ports[0]);
  else self.stationJoin = join;
})();
