"""对账 against sums made by hand: pieces by the fee of their day, freight and money collected against the ledger, fines, the
carrier's sheet and where it differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import registers
from kiosk.counter.check_in import check_in
from kiosk.counter.open_batch import open_batch
from kiosk.counter.open_day import open_day
from kiosk.counter.undo import undo_parcel
from kiosk.printing.pdf import render_pdf
from kiosk.printing.sheet import Paragraph, Table
from kiosk.registers import actions
from kiosk.registers.typed import Typed
from kiosk.reports.reconciliation import CarrierMonth, Rate, Side, reconcile, reconcile_one
from kiosk.reports.reconciliation_sheet import compose
from kiosk.till import cash_moves
from tests.services.counter_bench import Bench
from tests.services.outbound_bench import SENDING
from tests.services.parcel_bench import YTO, ZTO

MARCH = [f"2026-03-{day:02d}T02:00:00.000000Z" for day in range(1, 32)]
WAYBILLS = ("YT8962646785389", "YT8962646785390", "YT8962646785391", "YT8962646785392")


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


def month(bench: Bench) -> dict[str, CarrierMonth]:
    with bench.store.reading() as db:
        return {one.carrier: one for one in reconcile(db, "2026-03")}


def term(bench: Bench, fee: str, from_on: str, **more: str) -> int:
    typed = {"carrier": "圆通速递", "from_on": from_on, "fee": fee, "agreed_by": "书面协议"} | more
    return bench.act(registers.open_entry, "carrier_terms", typed, at=MARCH[-1]).id


def fine(bench: Bench, amount: str, carrier: str = "圆通速递", on: str = "2026-03-20") -> int:
    typed = {"carrier": carrier, "on": on, "reason": "投诉", "amount": amount, "waybill": YTO}
    return bench.act(registers.open_entry, "carrier_fines", typed, at=MARCH[-1]).id


def statement(bench: Bench, **said: str) -> None:
    typed = {"carrier": "圆通速递", "month": "2026-03", "received_on": "2026-03-31", "pieces": "4"} | said
    bench.act(registers.open_entry, "carrier_statements", typed, at=MARCH[-1])


@pytest.fixture
def worked(bench: Bench) -> Bench:
    """March: four pieces of 圆通 on two days, one taken back, one with money to collect; one parcel sent; 300.00 paid on."""
    bench.act(open_day, 500_00, at=MARCH[0])
    first = bench.act(open_batch, carrier="YTO", print_mode="never", at=MARCH[0]).id
    for waybill in WAYBILLS[:2]:
        bench.act(check_in, waybill=waybill, batch_id=first, at=MARCH[0])
    bench.close(at=MARCH[0])
    bench.act(open_day, 500_00, at=MARCH[14])
    bench.act(check_in, waybill=WAYBILLS[2], batch_id=first, at=MARCH[14])
    paid = bench.act(check_in, waybill=WAYBILLS[3], batch_id=first, cod_fen=120_00, phone="1234", at=MARCH[14])
    mistake = bench.act(check_in, waybill=ZTO, batch_id=None, at=MARCH[14])
    bench.act(undo_parcel, mistake.parcel_id, at=MARCH[14])
    for line, given in (
        (("cod", {"parcel_id": paid.parcel_id, "method": "code"}), 120_00),
        (("outbound", SENDING), None),
    ):
        ticket_id = bench.ticket(line, at=MARCH[14])
        bench.settle(ticket_id, given or bench.view(ticket_id)["total_fen"], at=MARCH[14])
    bench.act(cash_moves.move_cash, "carrier", 100_00, carrier="YTO", at=MARCH[14])
    return bench


@pytest.mark.obligation(
    "NORM-09",
    place="/reconciliation",
    reads="each carrier's month: fees, freight, money collected, fines, its own sheet",
)
def test_month_with_a_carrier_is_what_was_done_with_it(worked):
    term(worked, "0.50", "2026-01-01")
    term(worked, "0.60", "2026-03-10")
    fine(worked, "20.00")
    fine(worked, "7.00", on="2026-02-28")
    found = month(worked)
    assert set(found) == {"YTO"}
    one = found["YTO"]
    assert one.rates == (Rate(50, 2), Rate(60, 2))
    assert one.ours == Side(4, 2_20, 1, 12_00, 120_00, 20_00)
    assert one.ours.net_fen == 2_20 - 12_00 - 120_00 - 20_00
    assert (one.paid_fen, one.unpriced, one.theirs, one.agrees) == (100_00, 0, None, False)
    moved = worked.value(
        "SELECT SUM(amount_fen) FROM postings WHERE account = 'owed_to_carriers' AND party = 'carrier:YTO'"
    )
    assert moved == one.paid_fen - one.ours.freight_fen - one.ours.collected_fen


def test_pieces_of_days_without_an_agreement_are_named_and_not_priced(worked):
    ended = term(worked, "0.80", "2026-03-01")
    worked.act(actions.take_step, ended, "end", Typed({"ended_on": "2026-03-10"}), at=MARCH[-1])
    assert month(worked)["YTO"].rates == (Rate(80, 2), Rate(None, 2))
    term(worked, "0.90", "2026-03-01", until_on="2026-03-05")
    assert month(worked)["YTO"].rates == (Rate(90, 2), Rate(None, 2))
    assert month(worked)["YTO"].unpriced == 2
    withdrawn = term(worked, "9.00", "2026-03-02")
    worked.act(actions.withdraw, withdrawn, at=MARCH[-1])
    assert month(worked)["YTO"].unpriced == 2


def test_fine_that_was_cancelled_is_no_fine(worked):
    given = fine(worked, "20.00")
    assert month(worked)["YTO"].ours.fines_fen == 20_00
    worked.act(actions.take_step, given, "cancel", Typed(), at=MARCH[-1])
    assert (month(worked)["YTO"].ours.fines_fen, month(worked)["YTO"].fines) == (0, ())


def test_carriers_sheet_stands_beside_ours_with_every_difference(worked):
    term(worked, "0.50", "2026-01-01")
    right = {"delivery_fee": "2.00", "outbound": "1", "freight": "12", "collected": "120"}
    statement(worked, **right)
    assert month(worked)["YTO"].agrees and month(worked)["YTO"].net_difference_fen == 0
    statement(worked, **right | {"pieces": "3", "delivery_fee": "1.50", "fines": "50"})
    one = month(worked)["YTO"]
    assert not one.agrees
    assert [one.difference(name) for name in ("pieces", "delivery_fee_fen", "outbound", "fines_fen")] == [
        -1,
        -50,
        0,
        50_00,
    ]
    assert one.net_difference_fen == -50_50


def test_carrier_with_nothing_but_a_fine_has_a_sheet_too(bench):
    bench.act(open_day, 0, at=MARCH[0])
    fine(bench, "5.00", "中通快递")
    assert {code: one.ours.fines_fen for code, one in month(bench).items()} == {"ZTO": 5_00}
    with bench.store.reading() as db:
        assert reconcile_one(db, "2026-03", "SF").ours == Side()


def test_sheet_on_paper_says_both_sides_and_how_the_fee_came_about(worked):
    term(worked, "0.50", "2026-03-10")
    statement(worked, delivery_fee="1.00")
    with worked.store.reading() as db:
        sheet = compose(db, reconcile_one(db, "2026-03", "YTO"))
    both, fees = (part for part in sheet.parts if isinstance(part, Table))
    assert [row for row in both.rows if row[0] == "派费（元）"] == [("派费（元）", "1.00", "1.00", "0.00")]
    assert both.rows[-1][1:] == ("-131.00", "1.00", "132.00")
    assert fees.rows == (("0.50", "2", "1.00"), ("没有约定", "2", "0.00"))
    assert any(isinstance(part, Paragraph) and "有 2 件" in part.text for part in sheet.parts)
    assert render_pdf(sheet).startswith(b"%PDF-")
