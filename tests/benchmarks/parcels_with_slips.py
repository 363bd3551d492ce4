"""A full load at the counter: 500 parcels through a scanner's line at two a second, whatever the page is doing, a slip printed
for each, and what the person with the scanner sees of it: how long until the parcel stands on the page, and none lost."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from tests.benchmarks import browser
from tests.benchmarks.measure import Times, said
from tests.benchmarks.processes import ended
from tests.benchmarks.table import Figures, Row
from tests.journeys.printer import TcpPrinter
from tests.journeys.station import DESK, PRINTER, Station

PARCELS, EVERY_SECONDS = 500, 0.5
SLIPS_SECONDS = 60
#: Notes when each waybill was first seen on the page, large or, when the next came before the page was drawn, by its last
#: digits in the list: ``window.firstSeen``.
_WATCH = r"""() => { window.firstSeen = {};
  const look = () => { const now = performance.timeOrigin + performance.now();
    for (const seen of document.querySelector('main').textContent.match(/SF\d{13}|…\d{4}/g) || [])
      window.firstSeen[seen[0] === '…' ? 'SF' + seen.slice(1).padStart(13, '0') : seen] ??= now; };
  new MutationObserver(look).observe(document.documentElement, {childList: true, subtree: true, characterData: true}); }"""


def measure(figures: Figures, folder: Path, *, is_quick: bool) -> None:
    """A station of its own, with nothing in it yet."""
    if not Path(browser.CHROMIUM).exists():
        figures.notes.append("parcels with slips were not measured: no Chromium here")
        return
    line, printer = browser.Line(), TcpPrinter()
    folder.mkdir()
    station = Station(folder, devices=[line.device(), printer.device(PRINTER, DESK)], is_apart=True).prepare()
    station.start().wait_ready()
    with ended(station, printer, line), said(f"{PARCELS} parcels with their slips, {PARCELS * EVERY_SECONDS:.0f} s"):
        _scan(figures, station, line, printer, 20 if is_quick else PARCELS)


def _scan(figures: Figures, station: Station, line: browser.Line, printer: TcpPrinter, count: int) -> None:
    from playwright.sync_api import sync_playwright

    codes = [f"SF{number:013d}" for number in range(count)]
    sent: dict[str, float] = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser.CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = chromium.new_page(base_url=station.url, viewport={"width": 1366, "height": 768})
        browser.begin_batch(page, station)
        page.evaluate(_WATCH)
        begun = time.monotonic()
        for number, code in enumerate(codes):
            time.sleep(max(0.0, begun + number * EVERY_SECONDS - time.monotonic()))
            sent[code] = time.time()
            os.write(line.far, code.encode() + b"\r")
        seen = _all_seen(page, codes)
        chromium.close()
    _wait(lambda: len(printer.papers) >= count)
    with station.store() as store, store.reading() as db:
        booked = db.value("SELECT COUNT(*) FROM parcels WHERE waybill_no LIKE 'SF%'")
        printed = db.value("SELECT COUNT(*) FROM print_jobs WHERE state = 'confirmed'")
    times = Times(
        "scan → parcel on the page, slips printing", [seen[code] / 1000 - sent[code] for code in codes if code in seen]
    )
    ms, tail = times.median * 1000, times.p99 * 1000
    lost, unseen = count - booked, [number for number, code in enumerate(codes) if code not in seen]
    figures.add(
        Row(
            f"{count} parcels at 2 a second with slips: scan → page", "empty", times,
            asked=f"0 lost, median ≤ {browser.MEDIAN_MS} ms, p99 ≤ {browser.P99_MS} ms",
            is_reached=not lost and not unseen and ms <= browser.MEDIAN_MS and tail <= browser.P99_MS,
            words=f"{lost} lost, {len(unseen)} never seen {unseen[:5]}, {printed} slips confirmed, {len(printer.papers)} papers;"
            f" {ms:.0f} and {tail:.0f} ms, worst {max(times.each) * 1000:.0f} ms",
            is_alarm=bool(lost),
        )
    )  # fmt: skip


def _all_seen(page: Any, codes: list[str]) -> dict[str, float]:
    """When each was first seen, by the clock in milliseconds; what does not come within ten seconds is left out."""
    _wait(lambda: page.evaluate("Object.keys(window.firstSeen).length") >= len(codes), 10)
    found: dict[str, float] = page.evaluate("window.firstSeen")
    return found


def _wait(what: Any, seconds: float = SLIPS_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not what() and time.monotonic() < until:
        time.sleep(0.1)
