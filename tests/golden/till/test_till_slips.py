"""Receipts of every way of paying, and the slips of debts, cash and compensation, as text, HTML and bytes against the files
beside this one, at 58 and 80 mm. `UPDATE_GOLDENS=1` writes them anew; look at the difference before committing it."""

import os
import re
from pathlib import Path

import pytest

from kiosk.counter.open_day import open_day
from kiosk.counter.reduce_fee import reduce_fee
from kiosk.counter.refund import refund
from kiosk.counter.settle import settle
from kiosk.printing import slips
from kiosk.printing.encode import encode
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from kiosk.till import cash_moves, debtors, debts
from kiosk.till import store as tickets
from kiosk.till.payments import Tender
from tests.golden.money.test_money_slips import LONG_ITEM, MORNING
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed
from tests.services.counter_bench import BILL, PURCHASE
from tests.services.test_till_payments import rounding_bench

HERE = Path(__file__).parent
NAMES = (
    "receipt_split", "receipt_rounded", "receipt_of_nothing_left", "receipt_paid_out", "receipt_of_a_refund",
    "void_of_a_split", "debt_statement", "cash_move", "compensation",
)  # fmt: skip


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Each slip's document, made by the acts that issue it."""
    bench = rounding_bench(tmp_path_factory.mktemp("slips") / "station")
    bench.act(open_day, 200_00, at=MORNING)
    debtor = bench.act(debtors.allow, LONG_NAME, "13800001234", 2_000_00, at=MORNING)
    first = bench.ticket(
        ("purchase", PURCHASE | {"item_name": LONG_ITEM + "等", "customer_name": LONG_NAME, "amount_fen": 1234_56}),
        ("bill", BILL), at=MORNING,
    )  # fmt: skip
    line = bench.view(first)["lines"][0]["id"]
    bench.act(reduce_fee, line, 10_00, "hardship", at=MORNING)
    tenders = [Tender("wechat", 300_00, "4200002026"), Tender("account", 900_00, "", debtor)]
    split = bench.act(settle, first, 100_00, tenders, at=MORNING)
    second = bench.ticket(("bill", BILL | {"amount_fen": 50_09, "pays_again": True}), at=MORNING)
    rounded = bench.settle(second, 60_00, MORNING)
    nothing = bench.settle(bench.ticket(("bill", BILL | {"amount_fen": 9, "pays_again": True}), at=MORNING), 0, MORNING)
    note = f"赔{LONG_NAME}的䶮牌鸡蛋"
    third = bench.ticket(
        ("compensation", {"amount_fen": 30_00, "reason": "damaged", "note": note}),
        ("debt", {"debtor_id": debtor, "amount_fen": 20_00}), at=MORNING,
    )  # fmt: skip
    out = bench.settle(third, 0, MORNING)
    back = bench.ticket(at=MORNING)
    bench.act(
        refund, back, [row["id"] for row in bench.view(first)["lines"] if row["service"] == "purchase"], at=MORNING
    )
    given = bench.act(settle, back, 0, [Tender("wechat", -1100_00), Tender("account", -100_00, "", debtor)], at=MORNING)
    voided = bench.ticket(("bill", BILL | {"pays_again": True}), at=MORNING)
    bench.act(settle, voided, 30_00, [Tender("alipay", 20_00)], at=MORNING)
    bench.void(voided, at=MORNING)
    statement, _ = bench.act(debts.print_statement, debtor, at=MORNING)
    move = bench.act(cash_moves.move_cash, "expense", 3_50, note=f"买胶带，{LONG_NAME}代买", at=MORNING)
    with bench.store.reading() as db:
        ids = {
            "receipt_split": split.slip_id, "receipt_rounded": rounded.slip_id, "receipt_of_nothing_left": nothing.slip_id,
            "receipt_paid_out": out.slip_id, "receipt_of_a_refund": given.slip_id,
            "void_of_a_split": tickets.ticket(db, voided).refund_slip_id, "debt_statement": statement,
            "cash_move": move.slip_id, "compensation": db.value("SELECT slip_id FROM compensations"),
        }  # fmt: skip
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
