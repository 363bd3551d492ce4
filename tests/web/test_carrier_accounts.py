"""对账, the county's monthly form and the complaint poster as people and programs read them; what writes itself into ledgers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from kiosk import clock, registers
from kiosk.counter.set_aside import mark_problem
from kiosk.settings import CONFIG
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, arrive, make_counter
from tests.web.forms import log_in
from web import create_app


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestStation]:
    found = make_counter(tmp_path_factory.mktemp("accounts"))
    month = this_month()
    with found.store.transaction(MANAGER) as tx:
        terms = {"carrier": "圆通速递", "from_on": "2026-01-01", "fee": "0.60", "agreed_by": "书面协议"}
        registers.open_entry(tx, "carrier_terms", terms)
        sheet = {"carrier": "圆通速递", "month": month, "received_on": clock.local_date().isoformat(), "pieces": "3"}
        registers.open_entry(tx, "carrier_statements", sheet | {"delivery_fee": "1.80"})
    arrive(found)
    refused = arrive(found, "YT8962646785390")
    with found.store.transaction(MANAGER) as tx:
        mark_problem(tx, refused, "refused")
    yield found
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    found = create_app(station.store, station.runtime).test_client()
    log_in(found, station, "王站长")
    return found


def this_month() -> str:
    return clock.local_date().isoformat()[:7]


def test_month_with_carriers_shows_both_sides_and_the_difference(client):
    page = client.get("/reconciliation").text
    for words in ("圆通速递", "▲ 有差异", "2 × ￥0.60".replace("2 ×", "2 件 ×"), "￥1.20", "￥1.80", "￥0.60"):
        assert words in page, words
    assert "这个月和快递公司没有往来" in client.get("/reconciliation?month=2024-01").text
    paper = client.get(f"/reconciliation/{this_month()}/YTO.pdf")
    assert (paper.mimetype, paper.data[:5], paper.headers["Cache-Control"]) == ("application/pdf", b"%PDF-", "no-store")


@pytest.mark.parametrize(
    "path", ["/reconciliation/2026-13/YTO.pdf", "/reconciliation/2026-01/NOBODY.pdf", "/monthly-form/x.pdf"]
)
def test_paper_of_what_there_is_not_is_refused_in_words(client, path):
    answer = client.get(path)
    assert 400 <= answer.status_code < 500 and answer.mimetype == "text/html"


def test_monthly_form_leaves_to_the_county_what_it_judges(client):
    page = client.get("/monthly-form").text
    assert page.count("考核人填写") == 10
    assert "站点负责人" in page and "王站长" in page
    paper = client.get(f"/monthly-form/{this_month()}.pdf")
    assert (paper.mimetype, paper.data[:5]) == ("application/pdf", b"%PDF-")


def test_links_lead_to_registers_that_are_kept(client):
    for path in ("/registers/carrier_terms", "/registers/carrier_fines", "/registers/carrier_statements"):
        assert f'href="{path}"' in client.get("/reconciliation").text
        assert client.get(path).status_code == 200
    assert 'href="/registers/assessments"' in client.get("/monthly-form").text


@pytest.mark.obligation(
    "TC-33",
    place="/posters/complaints",
    reads="how a complaint goes, in how many days, whom else to call: for the wall",
)
@pytest.mark.obligation("JX-02", place="/posters/complaints", reads="what anybody who complains may count on")
def test_poster_says_the_days_that_the_clock_of_a_county_counts(client, station):
    page = client.get("/posters/complaints").text
    for words in ("当场登记 · 7 天内办结", "12315", "12305", "当面说、打电话、写下来都可以"):
        assert words in page, words
    own = station.store.state / "registers"
    own.mkdir()
    text = (CONFIG / "registers" / "complaints.toml").read_text("utf-8")
    (own / "complaints.toml").write_text(text.replace("days = 7\n", "days = 5\n"), "utf-8")
    try:
        assert "5 天内办结" in client.get("/posters/complaints").text
    finally:
        (own / "complaints.toml").unlink()
        own.rmdir()


def test_refused_parcel_stands_in_its_ledger_by_itself(client):
    page = client.get("/ledgers/REFUSED-IN").text
    assert page.count("待处理") >= 1 and "YT8962646785390" not in page and "圆通速递" in page
    assert client.get("/ledgers/DATA-REQUESTS").status_code == 200


@pytest.mark.parametrize("role", ["inspector", "operator"])
def test_program_reads_the_same_figures(station, role):
    from kiosk.people import tokens

    with station.store.transaction(MANAGER) as tx:
        key = tokens.create_token(tx, f"程序{role}", role)
    client = create_app(station.store, station.runtime).test_client()
    headers = {"Authorization": f"Bearer {key}"}
    (one,) = client.get("/api/v1/reconciliation", headers=headers).json["items"]
    assert (one["carrier"], one["ours"]["delivery_fee_fen"], one["theirs"]["net_fen"], one["agrees"]) == (
        "YTO",
        120,
        180,
        False,
    )
    form = client.get("/api/v1/monthly-form", headers=headers).json
    assert len(form["boxes"]) == 18 and sum(box["is_judged"] for box in form["boxes"]) == 10
