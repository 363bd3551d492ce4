"""Slips of the day at a set hour, as text, HTML and bytes against the files beside this one: Z, X, hand-over of the drawer,
correction, opening hours, a month's report. `UPDATE_GOLDENS=1` writes them anew; look at the difference before committing it."""

import os
import re
from pathlib import Path

import pytest

from kiosk import outbox
from kiosk.counter.closings import enter_closing
from kiosk.counter.correct_day import correct_day
from kiosk.counter.day_sheets import print_hours, take_x
from kiosk.counter.freeze_period import freeze_period
from kiosk.counter.hand_drawer import hand_drawer
from kiosk.counter.open_day import open_day
from kiosk.counter.print_report import print_report
from kiosk.printing import slips
from kiosk.printing.encode import encode
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from kiosk.reports.corrections import Change, RowChange
from kiosk.reports.periods import read_period
from kiosk.reports.slips import z_slip as first_z_slip
from kiosk.till.payments import Tender
from tests.golden.printing.test_slip_goldens import PRINTERS, listed
from tests.services.counter_bench import Bench
from tests.services.test_drawer_and_wallets import sell, taker

HERE = Path(__file__).parent
MORNING, NOON, EVENING = "2026-03-05T01:24:00.000000Z", "2026-03-05T04:00:00.000000Z", "2026-03-05T10:05:00.000000Z"
LONG_NAME = "阿卜杜热合曼·买买提·䶮·𠮷·王小明同志"
NAMES = ("z_slip", "z_slip_of_nothing", "x_slip", "x_slip_of_nothing", "hand_over", "correction", "hours", "report")
assert len(LONG_NAME) == 20


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Each slip's document, made by the acts that issue it."""
    bench = Bench(tmp_path_factory.mktemp("slips") / "station", printer=False)
    bench.act(open_day, pieces={100_00: 1, 5_00: 4, 50: 1}, at=MORNING)
    bench.act(enter_closing, "2026-03-05", "2026-03-05", "power_cut", "14:00", "15:30", at=MORNING)
    bench.act(enter_closing, "2026-03-02", "2026-03-04", "holiday", at=MORNING)
    sell(bench, 1234_50, MORNING, [Tender("wechat", 234_50)])
    handed = bench.act(hand_drawer, taker(bench, name=LONG_NAME), pieces={100_00: 11, 10_00: 2}, at=NOON)
    x_slip, _ = bench.act(take_x, at=NOON)
    closed = bench.close({100_00: 11, 10_00: 2, 1_00: 1}, at=EVENING)
    change = Change(
        "wrong_service", "R20260305-0001",
        [RowChange("purchase", "", -1, -1234_50), RowChange("bill", "power", 1, 1234_50, 0, 1_00)], {"received": 2},
    )  # fmt: skip
    corrected = bench.act(correct_day, closed.day.business_on, change, at=EVENING)
    month = bench.act(freeze_period, read_period("month", "2026-03"), at="2026-04-01T04:00:00.000000Z")
    bench.act(outbox.acknowledge, month.message_id, "HZ-2026-000123")
    report, _ = bench.act(print_report, month.report.id, at="2026-04-01T04:05:00.000000Z")
    hours, _ = bench.act(print_hours, "2026-03", at="2026-03-09T04:00:00.000000Z")
    empty = Bench(tmp_path_factory.mktemp("slips") / "empty", printer=False)
    empty.act(open_day, at=MORNING)
    bare, _ = empty.act(take_x, at=NOON)
    quiet = empty.close({}, at=EVENING)
    documents = {}
    for opened, ids in (
        (bench, {"z_slip": closed.slip_id, "x_slip": x_slip, "hand_over": handed.slip_id,
                 "correction": corrected.slip_id, "hours": hours, "report": report}),
        (empty, {"z_slip_of_nothing": quiet.slip_id, "x_slip_of_nothing": bare}),
    ):  # fmt: skip
        with opened.store.reading() as db:
            documents |= {name: slips.compose(db, slip_id) for name, slip_id in ids.items()}
        assert opened.problems() == []
        opened.store.close()
    return documents


def compare(name: str, got: str) -> None:
    file = HERE / name
    if os.environ.get("UPDATE_GOLDENS"):
        file.write_text(got, "utf-8")
    assert file.read_text("utf-8") == got


@pytest.mark.parametrize("paper", PRINTERS)
@pytest.mark.parametrize("slip", NAMES)
def test_slip_as_text(issued, slip, paper):
    compare(f"{slip}-{paper}.txt", render_text(issued[slip], PRINTERS[paper].columns))


@pytest.mark.parametrize("slip", NAMES)
def test_slip_as_html(issued, slip):
    compare(f"{slip}.html", re.sub(r"(</(?:p|figure|article)>|<hr[^>]*>)", r"\1\n", render_html(issued[slip])))


@pytest.mark.parametrize("paper", PRINTERS)
@pytest.mark.parametrize("slip", NAMES)
def test_slip_as_bytes(issued, slip, paper):
    compare(f"{slip}-{paper}.bytes.txt", listed(encode(issued[slip], PRINTERS[paper])))


def test_slips_show_what_they_must(issued):
    text = {name: render_text(document, 32) for name, document in issued.items()}
    assert LONG_NAME in "".join(text["hand_over"].split()) and "-￥0.50" in text["hand_over"]
    assert "￥0.00" in text["z_slip_of_nothing"] and "没有留到明天的事项" in text["z_slip_of_nothing"]
    assert "￥234.50" in text["x_slip"] and "应有" not in text["x_slip"]


def test_z_slip_that_was_issued_before_wallets_stood_on_it_reads_as_it_did():
    nothing = {"txn_count": 0, "txn_amount_fen": 0, "commission_fen": 0, "service_fee_fen": 0}
    parcels = dict.fromkeys(("received", "handed_over", "in_stock", "overdue", "returned", "problem", "outbound"), 0)
    facts = {
        "station": "枫林村服务站", "report_no": "F20260305-0001", "hash": "9659118bc65da3dd" + "0" * 48,
        "business_on": "2026-03-05", "opened": "2026-03-05 09:24", "closed": "2026-03-05 18:05", "is_closed_late": False,
        "is_after_hours": False, "float_fen": 0, "pieces": [], "counted_fen": 0, "expected_fen": 0, "difference_fen": 0,
        "reason": "", "services": [], "totals": nothing, "parcels": parcels, "counting_rule": "one_per_order",
        "stays_open": dict.fromkeys(("tickets", "purchases", "bills", "consignment_sales", "parcels"), 0),
    }  # fmt: skip
    compare("z_slip_1_of_nothing-58mm.txt", render_text(first_z_slip(facts, {}), 32))
