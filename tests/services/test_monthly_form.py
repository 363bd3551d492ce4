"""月度考核表: what the station knows stands in its boxes and is what its reports say; what the county judges is left empty."""

from __future__ import annotations

import json

import pytest
from pypdfium2 import PdfDocument

from kiosk import money, registers
from kiosk.assessment.monthly_form import BOXES, JUDGED, SIGNED_BY, compose, monthly_form
from kiosk.counter.open_day import open_day
from kiosk.errors import Refused
from kiosk.printing.pdf import render_pdf
from kiosk.printing.sheet import Form
from kiosk.registers import actions
from kiosk.registers.typed import Typed
from tests.services.counter_bench import BILL, Bench

FEBRUARY, FIRST, SECOND = (f"2026-{on}T02:00:00.000000Z" for on in ("02-27", "03-10", "03-11"))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory):
    opened = Bench(tmp_path_factory.mktemp("form") / "station", printer=False)
    for at, fen in ((FEBRUARY, 70_00), (FIRST, 50_00), (SECOND, 30_50)):
        opened.act(open_day, 500_00, at=at)
        opened.settle(opened.ticket(("bill", BILL | {"amount_fen": fen, "pays_again": True}), at=at), fen, at=at)
        opened.close(opened.pieces_of(opened.balance("drawer") // 10 * 10), at=at)
    training = {
        "title": "代购代销实操", "kind": "代购代销", "organiser": "县公共服务中心", "starts_on": "2026-03-10",
    }  # fmt: skip
    went = {"attendee": "王芳", "attendance": "满勤", "test": "合格"}
    entry = opened.act(registers.open_entry, "trainings", training, at=SECOND)
    opened.act(actions.take_step, entry.id, "attend", Typed(went), at=SECOND)
    yield opened
    opened.store.close()


def filled(bench: Bench, month: str):
    with bench.store.reading() as db:
        return monthly_form(db, month)


@pytest.mark.obligation("LY-28", place="/monthly-form", reads="the eighteen boxes of the annex, ours filled, on A4")
@pytest.mark.obligation("LY-18", place="/monthly-form", reads="the turnover of the month and in all")
def test_eight_boxes_are_filled_and_ten_are_left_to_the_county(bench):
    form = filled(bench, "2026-03")
    assert len(BOXES) == 18 and len(JUDGED) == 10
    assert {name for name, text in form.boxes.items() if not text} - {"phone"} == JUDGED
    assert (form.boxes["turnover"], form.boxes["total"]) == ("80.50", "150.50")
    assert form.boxes["training"].startswith("参加培训 1 次，请假 0 次")
    assert (form.boxes["name"], form.boxes["manager"]) == ("枫林村服务站", "王芳")
    assert (form.reported, form.until_on) == (2, "2026-03-11")


def test_turnover_is_the_sum_of_the_frozen_reports(bench):
    with bench.store.reading() as db:
        days = [json.loads(row[0]) for row in db.all("SELECT content FROM reports WHERE form = 'F1'")]
    wanted = sum(day["totals"]["txn_amount_fen"] for day in days if day["business_on"].startswith("2026-03"))
    assert filled(bench, "2026-03").turnover_fen == wanted == money.parse("80.50")


def test_month_that_was_not_reported_is_empty_and_says_so(bench):
    form = filled(bench, "2026-01")
    assert (form.turnover_fen, form.total_fen, form.reported) == (0, 0, 0)
    assert "还没有日结" in form.note
    with pytest.raises(Refused) as refused:
        filled(bench, "2026-13")
    assert refused.value.code == "hours.month_wrong"


def test_form_fills_one_page_with_every_box_and_two_places_to_sign(bench):
    with bench.store.reading() as db:
        sheet = compose(db, monthly_form(db, "2026-03"))
    (form,) = (part for part in sheet.parts if isinstance(part, Form))
    labels = [box.label for line in form.lines for box in line]
    assert labels == [label for _, label in BOXES] + list(SIGNED_BY)
    pdf = PdfDocument(render_pdf(sheet))
    assert len(pdf) == 1
    words = pdf[0].get_textpage().get_text_range().replace("\r\n", "")
    assert all(part in words for _, label in BOXES for part in label.split("\n"))
    assert "80.50" in words and "U+000A" not in words
