"""The ledgers as pages: filters, totals, paging, the printed form, and the file with its record."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from kiosk import audit, clock
from kiosk.counter.check_in import check_in
from kiosk.reports.ledgers import LEDGERS
from kiosk.storage import Actor
from tests.web.browser import PEOPLE, TestStation
from tests.web.forms import hidden, log_in
from tests.web.layout import faults
from web import create_app

COUNT = 60


@pytest.fixture
def full(station: TestStation) -> TestStation:
    """A station with sixty parcels of today."""
    actor = Actor("staff", 1, "manager", "王站长", 1)
    for number in range(COUNT):
        with station.store.transaction(actor) as tx:
            check_in(tx, waybill=f"YT{8962646785000 + number}", phone=f"1380000{number:04d}", desk_id=None)
    return station


@pytest.fixture
def client(full: TestStation) -> Iterator[FlaskClient]:
    found = create_app(full.store, full.runtime).test_client()
    log_in(found, full, "王站长")
    yield found


def _take(client: FlaskClient, form: str = "F5", **fields: str):
    page = client.get(f"/ledgers/{form}").text
    data = {"csrf_token": hidden(page, "csrf_token"), **fields}
    return client.post(f"/ledgers/{form}/export", data=data, headers={"Sec-Fetch-Site": "same-origin"}, buffered=True)


def test_every_ledger_is_on_the_shelf_and_opens(client: FlaskClient) -> None:
    shelf = client.get("/ledgers").text
    for form, ledger in LEDGERS.items():
        assert f'href="/ledgers/{form}"' in shelf
        assert ledger.title in client.get(f"/ledgers/{form}").text
        assert client.get(f"/ledgers/{form}/paper").status_code == 200
    assert client.get("/ledgers/F99").status_code == 404
    assert "台账" in client.get("/more").text


def test_month_is_paged_through_with_its_totals(client: FlaskClient) -> None:
    seen: list[str] = []
    path = "/ledgers/F5"
    for _ in range(2):
        text = client.get(path).text
        assert f"{COUNT} 行" in text
        seen += re.findall(r'href="/parcels/(\d+)"', text)
        more = re.search(r'href="([^"]*after=[^"]*)"', text)
        path = more[1].replace("&amp;", "&") if more else ""
    assert seen == [str(number) for number in range(COUNT, 0, -1)]
    assert path == ""


def test_rows_are_masked_and_filters_narrow_them(client: FlaskClient) -> None:
    text = client.get("/ledgers/F5?tail=0007").text
    assert "138****0007" in text
    assert "13800000007" not in text
    assert "YT8962646785007" not in text
    assert "1 行" in text
    assert "没有记录" in client.get("/ledgers/F5?state=handed_over").text
    assert "没有记录" in client.get("/ledgers/F5?from=2020-01-01&to=2020-01-31").text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-02-30", "真有这一天"),
        ("from=2026-03-01&to=2026-02-01", "请对调"),
        ("from=2020-01-01&to=2026-01-01", "一次最多看或导出一年"),
        ("tail=12", "4 位数字"),
        ("state=nothing", "请重新选择"),
    ],
)
def test_filter_that_cannot_be_is_said_and_the_page_stays(client: FlaskClient, query: str, words: str) -> None:
    answer = client.get(f"/ledgers/F5?{query}")
    assert answer.status_code == 200
    assert words in answer.text
    assert f"{COUNT} 行" in answer.text


def test_workbook_of_the_page_is_taken_out_and_recorded(client: FlaskClient, full: TestStation) -> None:
    today = clock.local_date().isoformat()
    answer = _take(client, **{"as": "xlsx", "from": today, "to": today})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=F5-{today}-{today}.xlsx"
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    page = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert page.max_row == 3 + COUNT + 1
    assert "13800000007" not in str([[cell.value for cell in row] for row in page.iter_rows()])
    with full.store.reading() as db:
        (record,) = audit.records(db, action="ledger.exported")
    assert (record.facts["rows"], record.actor_id) == (COUNT, full.staff_ids["王站长"])
    assert "导出台账 F5" in client.get("/audit").text


def test_everything_bare_is_for_whoever_may_and_says_so(client: FlaskClient, full: TestStation) -> None:
    assert b"13800000007" in _take(client, **{"as": "csv", "full": "1"}).data
    assert b"13800000007" not in _take(client, **{"as": "csv"}).data
    inspector = create_app(full.store, full.runtime).test_client()
    log_in(inspector, full, "周检查")
    assert 'name="full"' not in inspector.get("/ledgers/F5").text
    denied = _take(inspector, **{"as": "csv", "full": "1"})
    assert denied.status_code == 403
    assert "没有这项权限" in denied.text
    assert _take(inspector, **{"as": "csv"}).status_code == 200
    with full.store.reading() as db:
        actions = [record.action for record in audit.records(db, action="ledger")]
    assert actions == ["ledger.exported", "ledger.export_denied", "ledger.exported", "ledger.exported_in_full"]


def test_export_that_is_refused_shows_the_page_with_its_reason(client: FlaskClient) -> None:
    answer = _take(client, **{"as": "csv", "from": "2020-01-01", "to": "2026-01-01"})
    assert answer.status_code == 422
    assert "一次最多看或导出一年" in answer.text
    assert client.get("/ledgers/F5/export").status_code == 303
    assert client.post("/ledgers/F5/export", data={"as": "csv"}).status_code == 400


def test_ledgers_ask_for_a_log_in(full: TestStation) -> None:
    nobody = create_app(full.store, full.runtime).test_client()
    for path in ("/ledgers", "/ledgers/F5", "/ledgers/F5/paper"):
        assert nobody.get(path).status_code == 303


def test_paper_has_its_head_its_sums_and_places_to_sign(client: FlaskClient) -> None:
    text = client.get("/ledgers/F5/paper").text
    assert "<thead>" in text
    assert "个人信息已遮盖" in text
    assert "站长：" in text
    assert text.count("<tr") == 1 + COUNT + 1
    assert client.get("/ledgers/F5/paper?from=2020-01-01&to=2026-01-01").status_code == 422


def test_file_comes_into_the_browser_and_the_page_can_be_used_again(
    page: Page, full: TestStation, tmp_path: Path
) -> None:
    page.goto("/log-in")
    page.check(f"input[name=staff_id][value='{full.staff_ids['王站长']}']", force=True)
    page.fill("input[name=pin]", PEOPLE["王站长"][1])
    page.keyboard.press("Enter")
    expect(page.locator("nav.keys")).to_be_visible()
    page.goto("/ledgers/F5")
    for button in ("导出表格（XLSX）", "CSV", "CSV"):  # one right after another
        with page.expect_download() as coming:
            page.click(f"button:text-is('{button}')")
        target = tmp_path / coming.value.suggested_filename
        coming.value.save_as(target)
        assert target.stat().st_size > 1000
    assert faults(page) == []
    page.goto("/ledgers/F5/paper")
    paper = page.pdf(prefer_css_page_size=True)
    # MediaBox of A4 on its side, in points.
    sizes = {tuple(round(float(n)) for n in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]*)\]", paper)}
    assert {(width, height) for _x, _y, width, height in sizes} == {(842, 595)} or len(sizes) == 1
    assert len(re.findall(rb"/Type /Page\b", paper)) >= 2
