"""The centre's pages: forms come from a page of ours, under a name of ours, in both languages; the document is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from kiosk.reports import envelope
from sync.centre import downlink
from sync.centre.enrolment import ALPHABET
from tests.sync.county import Centre, Signer, document

PAGES = ("", "days", "days?month=2026-11", "attention", "stations", "messages", "phone")


@pytest.fixture
def centre(small_centre: Centre, signer: Signer) -> Centre:
    small_centre.post(signer.report().envelope)
    small_centre.post(signer.report(1, note="x").envelope)
    return small_centre


@pytest.mark.parametrize("page", PAGES)
def test_page_keeps_its_policy_and_speaks_both_languages(centre: Centre, page: str) -> None:
    chinese = centre.page(page)
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", chinese)
    mark = "&" if "?" in page else "?"
    answer = centre.client.get(f"/{page}{mark}language=en")
    assert '<html lang="en">' in answer.text and "HttpOnly" in answer.headers["Set-Cookie"]
    left = re.sub("枫林村服务站|中文", "", re.sub(r"<[^>]+>", " ", answer.text))
    assert not re.findall(r"[一-鿿]+", left), "every sentence has its English"
    assert '<html lang="en">' in centre.page(page), "and it stays"


@pytest.mark.parametrize("path", ["/attention/1/settle", "/reports/1/choose", "/stations/code", "/messages", "/phone"])
def test_form_that_no_page_gave_out_does_nothing(centre: Centre, path: str) -> None:
    for form in ({}, {"csrf_token": "made-up"}):
        answer = centre.client.post(path, data={"station": "demo-002", **form}, headers={"Accept": "text/html"})
        assert answer.status_code == 400 and "页面已过期" in answer.text
    assert centre.kinds() == ["day_rewritten"] and len(centre.get("/api/v1/stations")["items"]) == 1


def test_pages_are_there_only_under_a_name_of_ours(centre: Centre) -> None:
    for host in ("127.0.0.1:8090", "localhost", "192.168.3.4", "[::1]:8090"):
        assert centre.client.get("/stations", headers={"Host": host}).status_code == 200
    for host in ("evil.example", "8.8.8.8", "127.0.0.1.evil.example:80"):
        assert centre.client.get("/stations", headers={"Host": host}).status_code == 421
    assert centre.client.get("/api/v1/key", headers={"Host": "centre.example"}).status_code == 200
    for path in ("stations", "stations/demo-001/reports", "stations/demo-001/messages", "days", "anomalies"):
        answer = centre.client.get(f"/api/v1/{path}", headers={"Host": "evil.example"})
        assert answer.status_code == 421, "a page elsewhere would read here what the pages keep from it"


def test_list_goes_on_behind_a_station_and_nothing_else(centre: Centre, signer: Signer) -> None:
    centre.post(signer.report().envelope)
    for path in ("/stations", "/days", "/days?month=2026-11", "/api/v1/stations", "/api/v1/days"):
        mark = "&" if "?" in path else "?"
        assert centre.client.get(f"{path}{mark}after=demo-000").status_code == 200
        assert centre.client.get(f"{path}{mark}after=%00").status_code == 400, "PostgreSQL takes no NUL in a text"
    token = {"csrf_token": "x"}
    for path in ("attention/{}/settle", "reports/{}/choose"):
        assert centre.client.post("/" + path.format(10**20), data=token).status_code == 404


def test_code_is_made_and_shown_once(centre: Centre) -> None:
    answer = centre.submit("/stations/code", "stations", station="demo-007")
    (code,) = re.findall(r'class="code">(\w{4}) (\w{4})<', answer.text)
    assert set("".join(code)) <= set(ALPHABET)
    again = centre.page("stations")
    assert '<span class="count">1</span>' in again, "what waits for a person is seen from every page"
    assert code[0] not in again and "demo-007" in again and "登记码有效至" in again
    refused = centre.submit("/stations/code", "stations", station="坏 站")
    assert refused.status_code == 422 and "站点代码只能有" in refused.text


def test_stations_page_shows_keys_and_what_is_missing(centre: Centre, signer: Signer) -> None:
    centre.post(signer.report(4).envelope)
    page = centre.page("stations")
    assert envelope.thumbprint(signer.public_key) in page and centre.get("/api/v1/key")["thumbprint"] in page
    assert '<td class="number late">2</td>' in page


def test_document_is_openapi_and_names_every_address(centre: Centre) -> None:
    validate(document())
    assert centre.get("/openapi.json") == document()
    laid = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in centre.app.url_map.iter_rules()
        if rule.rule.startswith("/api/") or rule.rule == "/openapi.json"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert laid == {(path, method) for path, methods in document()["paths"].items() for method in methods}


def test_wrong_page_is_a_page_for_a_browser_and_problem_details_for_a_program(centre: Centre, tmp_path: Path) -> None:
    browser = centre.client.get("/?station=none", headers={"Accept": "text/html,*/*"})
    assert browser.status_code == 404 and "没有办成" in browser.text
    assert centre.client.get("/?station=none").content_type == "application/problem+json"


def test_list_tells_a_week_from_a_day_that_ends_on_the_same_date(centre: Centre, signer: Signer) -> None:
    week = {"form": "F1W", "kind": "week", "first_on": "2026-11-16", "business_on": "2026-11-22"}
    for number, (topic, said) in enumerate(
        (
            ("report.weekly", week),
            ("report.monthly", {"first_on": "2026-11-01", "business_on": "2026-11-30"}),
            ("report.monthly", {"first_on": "2026-11-03", "business_on": "2026-12-02"}),
            ("report.weekly", {}),
        ),
        2,
    ):
        status, _said = centre.post(signer.message(topic, number, said).envelope)
        assert status == 201
    centre.post(signer.rotation(6, signer).envelope)
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", centre.page("")))
    for words in (
        "周报 2026 年第 47 周",
        "月报 2026 年 11 月",
        "月报 2026-11-03 至 2026-12-02",
        "周报 —",
        "日报 2026-11-01",
    ):
        assert words in shown, words
    assert "report.weekly" not in shown and "key.rotated" not in shown


@pytest.mark.parametrize(
    ("topic", "content", "words"),
    [
        ("announcement", {"title": "停电 <通知>", "body": "周三", "kind": "notice"}, "通知 停电 &lt;通知&gt;"),
        ("training", {"title": "直播", "starts_on": "2026-12-01"}, "培训安排 直播 2026-12-01"),
        ("day.requested", {"business_on": [f"2026-11-{day:02d}" for day in range(1, 6)]}, "2026-11-03 …"),
        (
            "ranking",
            {"month": "2026-10", "place": 2, "of": 9, "turnover_fen": 1, "last_place_months": 0},
            "2026-10 第 2 名",
        ),
        ("parcels.expected", {"items": [{"waybill": "YT8962646785389", "phone": "13900001111"}]}, "1 件要送来"),
    ],
)
def test_list_says_what_was_sent_and_names_nobody(
    centre: Centre, topic: str, content: dict[str, object], words: str
) -> None:
    downlink.queue(centre.office, ["demo-001"], topic, content)
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", centre.page("messages")))
    assert words in shown and "13900001111" not in shown and "YT8962646785389" not in shown
