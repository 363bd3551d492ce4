"""The centre's list in the real browser: it fits both screens, its policy stops nothing it needs, targets are large."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest

from tests.sync.county import POST, Signer, centre_process
from tests.web.browser import chromium


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 600)])
def test_list_fits_the_screen_and_obeys_its_own_policy(tmp_path: Path, width: int, height: int) -> None:
    with centre_process(tmp_path / "centre", "--trust-first") as (address, _):
        for number in range(3):
            signer = Signer.make(tmp_path / f"s{number}", f"demo-{number:03d}")
            for sequence in (1, 2, 5):
                name = {"code": signer.station, "name": "石板溪村农村电子商务综合服务站第二分站"}
                totals = {
                    "txn_count": 120,
                    "txn_amount_fen": 99_999_999,
                    "commission_fen": 123_456,
                    "service_fee_fen": 9_900,
                }
                body = signer.report(sequence, station=name, totals=totals, revision=1, is_late=True).envelope
                headers = {"Content-Type": "application/jose"}
                asked = urllib.request.Request(address + POST, data=body.encode(), headers=headers)
                urllib.request.urlopen(asked, timeout=10).close()
        with chromium() as browser:
            page = browser.new_page(viewport={"width": width, "height": height})
            said: list[str] = []
            page.on("console", lambda line: said.append(line.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.goto(address + "/")
            assert page.locator("tbody tr").count() == 9
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('#list'))") <= 0
            assert page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
            for target in page.locator("button, select, nav a").all():
                box = target.bounding_box()
                assert box is not None and box["height"] >= 48
            page.select_option("#station", "demo-001")
            page.click("button")
            assert page.locator("tbody tr").count() == 3
            assert said == []
            page.close()
