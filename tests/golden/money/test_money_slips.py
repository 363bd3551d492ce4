"""Receipt and refund slip of a real visit at a set hour, as text, HTML and bytes against the files beside this one,
at 58 and 80 mm. `UPDATE_GOLDENS=1` writes them anew; look at the difference before committing it."""

import os
import re
from pathlib import Path

import pytest

from kiosk.counter.add_line import stand_free_act
from kiosk.counter.open_day import open_day
from kiosk.printing import slips
from kiosk.printing.encode import encode
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from kiosk.till import store as tickets
from kiosk.till.model import NewLine
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed
from tests.services.counter_bench import BILL, PURCHASE, SALE, Bench

HERE = Path(__file__).parent
MORNING, EVENING = "2026-03-05T01:24:00.000000Z", "2026-03-05T10:05:00.000000Z"
LONG_ITEM = "三相潜水泵䶮牌𠮷号铜芯加长线带浮球开关"
NAMES = ("receipt", "receipt_of_nothing", "refund")
assert len(LONG_ITEM) == 19 and len(LONG_NAME) == 20


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Each slip's document, made by the acts that issue it."""
    bench = Bench(tmp_path_factory.mktemp("slips") / "station", printer=False)
    bench.act(open_day, 200_00, at=MORNING)
    lines = (
        ("purchase", PURCHASE | {"item_name": LONG_ITEM + "等", "customer_name": LONG_NAME, "amount_fen": 1234_56}),
        ("bill", BILL),
        ("consignment", SALE | {"item_name": "䶮家土鸡蛋"}),
    )
    settled = bench.settle(bench.ticket(*lines, at=MORNING), 1400_00, MORNING)
    free = bench.ticket(at=MORNING)
    taken = NewLine(service="parcel", act="hand_over", case_kind="parcel", case_id=1, label="取件 1 件")
    bench.act(stand_free_act, free, taken, at=MORNING)
    nothing = bench.settle(free, 0, MORNING)
    left = bench.ticket(("purchase", PURCHASE), at=EVENING)
    bench.settle(left, 310_00, EVENING)
    bench.void(left, at=EVENING)
    bench.ticket(("bill", BILL | {"account_no": "0602123456511"}), at=EVENING)
    with bench.store.reading() as db:
        refund = tickets.ticket(db, left).refund_slip_id
        ids = {
            "receipt": settled.slip_id,
            "receipt_of_nothing": nothing.slip_id,
            "refund": refund,
        }
        documents = {name: slips.compose(db, slip_id) for name, slip_id in ids.items()}
    assert bench.problems() == []
    bench.store.close()
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
    receipt = "".join(render_text(issued["receipt"], 32).split())
    assert LONG_ITEM in receipt and "第1版" in receipt and "1234.56×3%，最高20.00" in receipt
    assert LONG_NAME not in receipt
    assert "￥0.00" in render_text(issued["receipt_of_nothing"], 32)
