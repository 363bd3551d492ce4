"""The published fees on receipt paper, as text, HTML and bytes against the files beside this one, at 58 and 80 mm.
`UPDATE_GOLDENS=1` writes them anew; look at the difference before committing it."""

import os
import re
from pathlib import Path

import pytest

from kiosk import fees
from kiosk.counter.print_fee_board import print_fee_board
from kiosk.errors import Refused
from kiosk.printing import slips
from kiosk.printing.encode import encode
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from kiosk.storage import Actor
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed
from tests.services.counter_bench import Bench

HERE = Path(__file__).parent
RARE = "䶮牌𠮷号代包装"
ITEMS = [
    {"code": "parcel.pickup", "name_zh": "代收快递", "service": "parcel", "unit": "件", "rule": "free"},
    {"code": "parcel.storage", "name_zh": "超期保管", "service": "parcel", "unit": "天", "rule": "per_day_after_free_days", "amount": "0.50",
     "free_days": 7, "max": "10.00", "basis": "县中心批准"},
    {"code": "purchase", "name_zh": LONG_NAME, "service": "purchase", "unit": "单", "rule": "percent_with_min_max", "percent": "3%",
     "min": "0.00", "max": "20.00", "free_allowance": "10.00"},
    {"code": "convenience.print", "name_zh": "打印", "service": "convenience", "unit": "页", "rule": "fixed_per_unit", "amount": "1.00",
     "free_allowance": 2},
    {"code": "outbound", "name_zh": RARE, "service": "outbound", "unit": "件", "rule": "tier_by_weight",
     "tiers": [{"up_to": 1000, "fee": "0.00"}, {"up_to": 5250, "fee": "3.00"}, {"fee": "8.80"}]},
]  # fmt: skip
LIST = {"effective_on": "2026-03-01", "basis": "村民约定", "approver": "枫林村村民委员会", "items": ITEMS}


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    bench = Bench(tmp_path_factory.mktemp("slips") / "station", fee_list=LIST)
    slip_id = bench.act(print_fee_board, 1)
    with bench.store.reading() as db:
        document = slips.compose(db, slip_id)
    assert bench.problems() == []
    bench.store.close()
    return document


def compare(name: str, got: str) -> None:
    file = HERE / name
    if os.environ.get("UPDATE_GOLDENS"):
        file.write_text(got, "utf-8")
    assert file.read_text("utf-8") == got


@pytest.mark.parametrize("paper", PRINTERS)
def test_board_as_text(issued, paper):
    compare(f"fee_board-{paper}.txt", render_text(issued, PRINTERS[paper].columns))


def test_board_as_html(issued):
    compare("fee_board.html", re.sub(r"(</(?:p|figure|article)>|<hr[^>]*>)", r"\1\n", render_html(issued)))


@pytest.mark.parametrize("paper", PRINTERS)
def test_board_as_bytes(issued, paper):
    compare(f"fee_board-{paper}.bytes.txt", listed(encode(issued, PRINTERS[paper])))


@pytest.mark.obligation(
    "TC-08", place="/fees", reads="the wall board on receipt paper, with version, basis and approver"
)
def test_board_shows_what_it_must(issued):
    shown = "".join(render_text(issued, 32).split())
    for words in (
        LONG_NAME,
        RARE,
        "￥0.00",
        "第1版",
        "2026-03-01起执行",
        "1kg以内￥0.00；5250g以内￥3.00；再多￥8.80",
        "依据：县中心批准",
    ):
        assert words in shown


def test_board_is_printed_by_staff_of_a_version_that_is_there_where_there_is_a_printer(tmp_path):
    bench = Bench(tmp_path / "station", printer=False)
    assert bench.code(print_fee_board, 1) == "printer.none"
    assert bench.code(print_fee_board, 9) == "fees.unknown_version"
    with pytest.raises(Refused, match="权限"):
        bench.act(print_fee_board, 1, actor=Actor("staff", 1, "inspector"))
    with bench.store.reading() as db:
        assert fees.current(db, "2026-11-22") is not None
    bench.store.close()
