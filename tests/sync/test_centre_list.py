"""What the centre shows to people and to programs: the list, what is missing, what was turned away."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sync.centre import anomalies
from sync.centre.anomalies import KEPT
from tests.sync.county import Centre, Signer


def test_page_shows_date_number_and_sums(centre: Centre, signer: Signer) -> None:
    number = centre.post(signer.report(3, is_late=True, revision=2).envelope)[1]["acknowledgement_no"]
    page = centre.page()
    for text in (
        number,
        "枫林村服务站",
        "demo-001",
        "2026-11-03",
        "￥128.50",
        "￥1.50",
        "￥2.00",
        "迟报",
        "第 2 次补充",
    ):
        assert text in page, text


def test_page_without_reports_says_so(centre: Centre) -> None:
    assert "还没有收到报告" in centre.page()


def test_page_has_a_strict_policy_and_nothing_inline(centre: Centre, signer: Signer) -> None:
    centre.post(signer.report().envelope)
    answer = centre.client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy
    page = answer.get_data(as_text=True)
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|https?://", page)
    for name in re.findall(r'href="(/static/[^"]+)"', page):
        with centre.client.get(name) as asset:
            assert asset.status_code == 200


HOSTILE = ["<script>alert(1)</script>", "\x1b[31mred", "‮evil", "x" * 500, "'\"><img src=x>"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_signed_hostile_text_does_no_harm_on_the_page(centre: Centre, signer: Signer, text: str) -> None:
    status, _ = centre.post(
        signer.report(1, report_no=text, business_on=text, station={"code": text, "name": text}).envelope
    )
    assert status == 201
    page = centre.page()
    assert "<script>" not in page and "<img" not in page and "\x1b" not in page and "‮" not in page
    assert "x" * 41 not in page


@pytest.mark.parametrize("totals", [None, [], "x", {"txn_count": "3", "txn_amount_fen": "1.5e9", "commission_fen": True},
                                    {"txn_amount_fen": 10**40}], ids=range(5))  # fmt: skip
def test_sums_that_are_none_are_shown_as_missing(centre: Centre, signer: Signer, totals: object) -> None:
    assert centre.post(signer.report(1, totals=totals, revision="x").envelope)[0] == 201
    assert "￥" not in centre.page()


def test_missing_numbers_are_shown(centre: Centre, signer: Signer) -> None:
    for sequence in (1, 2, 5, 6):
        centre.post(signer.report(sequence).envelope)
    assert "缺 2 个序号，从第 3 号起" in centre.page()
    assert "<b>枫林村服务站</b>" in centre.page().partition("<table")[0], "a clerk knows stations by their names"
    centre.post(signer.report(4).envelope)
    centre.post(signer.report(3).envelope)
    assert "缺" not in centre.page()


def test_list_turns_its_pages(centre: Centre, signer: Signer) -> None:
    for sequence in range(1, 53):
        centre.post(signer.report(sequence).envelope)
    first = centre.page()
    assert first.count('<th scope="row">') == 50
    (older,) = re.findall(r'href="/(\?[^"]*before=\d+)"', first)
    second = centre.page(older.replace("&amp;", "&"))
    assert second.count('<th scope="row">') == 2 and "回到最新" in second


def test_page_of_one_station_shows_only_it(centre: Centre, signer: Signer, tmp_path: Path) -> None:
    other = Signer.make(tmp_path / "other", "demo-002")
    centre.post(signer.report().envelope)
    centre.post(other.report().envelope)
    page = centre.page("?station=demo-002")
    assert page.count('<th scope="row">') == 1
    assert '<option value="demo-002" selected>' in page


def test_list_for_programs_has_items_and_next(centre: Centre, signer: Signer) -> None:
    for sequence in (1, 2, 3):
        centre.post(signer.report(sequence).envelope)
    first = centre.client.get("/api/v1/stations/demo-001/reports?limit=2").get_json()
    assert [item["sequence"] for item in first["items"]] == [3, 2]
    second = centre.client.get(first["next"]).get_json()
    assert [item["sequence"] for item in second["items"]] == [1] and second["next"] is None
    assert second["items"][0]["content"]["totals"]["txn_amount_fen"] == 12850


def test_anomalies_do_not_grow_without_end(small_centre: Centre, signer: Signer) -> None:
    centre = small_centre
    centre.post(signer.report().envelope)
    centre.post(signer.report(1, note="x").envelope)
    with centre.office.database.writing() as db:
        for number in range(KEPT + 50):
            anomalies.note(db, "key_differs", "demo-001", 0, str(number))
    kinds = centre.kinds()
    assert len(kinds) == KEPT and kinds.count("day_rewritten") == 1
