"""From a scanner's last byte on its line to the parcel on the page of a real browser: pty, serial driver, runtime.db, the
consumer, the act with its commit, the event, the part of the page."""

from __future__ import annotations

import os
import time
import tty
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Times
from tests.benchmarks.table import Figures, Row
from tests.journeys.station import DESK, Station

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
MEDIAN_MS, P99_MS = 50, 150
#: Between two scans: a person takes longer, and the same code again within 2.5 s would be 已扫.
PAUSE_SECONDS = 0.15
#: Resolves with the clock's time at which the page shows the text.
_SEEN = """wanted => { window.seen = new Promise(done => {
  const look = () => { if (document.querySelector('main')?.textContent.includes(wanted)) {
    watch.disconnect(); done(performance.timeOrigin + performance.now()); } };
  const watch = new MutationObserver(look);
  watch.observe(document.documentElement, {childList: true, subtree: true, characterData: true});
}) }"""


class Line:
    """A serial cable whose far end is ours."""

    def __init__(self) -> None:
        self.far, self._near = os.openpty()
        tty.setraw(self._near)
        self.path = os.ttyname(self._near)

    def device(self) -> dict[str, Any]:
        """The entry for station.toml."""
        return {"name": "枪", "kind": "scanner", "driver": "serial", "desk": DESK, "options": {"port": self.path}}

    def close(self) -> None:
        """Both ends."""
        os.close(self.far)
        os.close(self._near)


def scan_to_page(figures: Figures, station: Station, line: Line, size: str, count: int) -> None:
    """Scans into an open batch, one after another, and waits for each on the page."""
    if not Path(CHROMIUM).exists():
        figures.notes.append("scan → parcel on the page was not measured: no Chromium here")
        return
    from playwright.sync_api import sync_playwright

    times = Times("scan → parcel on the page")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page(base_url=station.url, viewport={"width": 1366, "height": 768})
        begin_batch(page, station)
        for number in range(count + 3):
            code = f"SF{number:013d}"
            page.evaluate(_SEEN, code)
            time.sleep(PAUSE_SECONDS)
            os.write(line.far, code.encode() + b"\r")
            sent = time.time()
            seen = page.evaluate("Promise.race([window.seen, new Promise(done => setTimeout(() => done(0), 15000))])")
            if not seen:
                raise AssertionError(f"{code} never came to the page:\n{page.locator('main').inner_text()}")
            if number >= 3:  # the first ones warm up
                times.each.append(seen / 1000 - sent)
        browser.close()
    ms, tail = times.median * 1000, times.p99 * 1000
    figures.add(
        Row(
            "scan → parcel on the page", size, times, asked=f"median ≤ {MEDIAN_MS} ms, p99 ≤ {P99_MS} ms",
            is_reached=ms <= MEDIAN_MS and tail <= P99_MS, words=f"{ms:.0f} and {tail:.0f} ms",
        )
    )  # fmt: skip


def begin_batch(page: Any, station: Station) -> None:
    """Logs in and opens a batch at the desk."""
    _log_in(page, station)
    page.goto("/intake")
    page.locator("form[action='/intake/begin'] button[type=submit], form[action='/intake/begin'] button").last.click()
    page.wait_for_selector("text=对着面单上的条码扫就行")


def _log_in(page: Any, station: Station) -> None:
    member = station.members["operator"]
    page.goto("/log-in")
    page.locator(f"input[name=staff_id][value='{member.id}']").check(force=True)
    page.locator("input[name=pin]").first.fill(member.pin)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "log-in" not in url)
