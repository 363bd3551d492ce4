"""The centre's pages in the real browser: they fit both screens in both languages, their policy stops nothing that they need,
targets are large enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.centre import downlink, enrolment
from tests.sync.county import Centre, Signer, centre_process
from tests.web.browser import chromium

PAGES = (
    "/", "/days?on=2026-11-02", "/days?station=demo-000&month=2026-11", "/days?month=2026-11", "/attention",
    "/stations", "/messages", "/phone",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A centre with long names, large sums, and everything that can be wrong."""
    centre = Centre(tmp_path / "centre")
    for number in range(3):
        signer = Signer.make(tmp_path / f"s{number}", f"demo-{number:03d}")
        name = {"code": signer.station, "name": "石板溪村农村电子商务综合服务站第二分站"}
        totals = {
            "txn_count": 120,
            "txn_amount_fen": 99_999_999,
            "commission_fen": 123_456,
            "service_fee_fen": 9_900,
        }
        for sequence in (1, 2, 5):
            centre.post(signer.report(sequence, station=name, totals=totals, is_late=sequence == 2).envelope)
        centre.post(signer.report(6, station=name, business_on="2026-11-01", totals={"txn_count": 1}).envelope)
        centre.post(signer.report(1, note="x").envelope)
    downlink.queue(centre.office, ["demo-000"], "announcement", {"title": "停电", "body": "周三", "kind": "notice"})
    enrolment.new_code(centre.office, "demo-009")
    centre.close()
    return tmp_path / "centre"


def test_pages_fit_the_screens_and_obey_their_own_policy(folder: Path) -> None:
    wrong: list[str] = []
    with centre_process(folder, "--trust-first") as (address, _), chromium() as browser:
        page = browser.new_page()
        page.on("console", lambda line: wrong.append(line.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        for locale, sizes in (("en", [(1024, 600)]), ("zh_CN", [(1366, 768), (1024, 600)])):
            for path in PAGES:
                page.goto(address + path + ("&" if "?" in path else "?") + f"language={locale}")
                for width, height in sizes:
                    page.set_viewport_size({"width": width, "height": height})
                    found = page.evaluate(
                        """() => [
                            document.documentElement.scrollWidth - innerWidth,
                            ...[...document.querySelectorAll(".list")].map(e => e.scrollWidth - e.clientWidth),
                            ...[...document.querySelectorAll("button, select, input, summary, nav a")]
                                .filter(e => e.checkVisibility()).map(e => 48 - e.getBoundingClientRect().height),
                            ...[...document.querySelectorAll("th a")].map(e => 32 - e.getBoundingClientRect().height)
                        ].filter(excess => excess > 0.5)"""
                    )
                    wrong += [f"{path} {locale} at {width}×{height}: {excess} px" for excess in found]
        assert page.evaluate("getComputedStyle(document.querySelector('main')).display") == "grid", "the style came"
        page.goto(address + "/")
        page.select_option("#station", "demo-001")
        page.click("button")
        assert page.locator("tbody tr").count() == 4
        page.close()
    assert wrong == []
