"""The owner's month against sums made by hand: on account, repaid, refunded, voided, paid in and out, paid to a farmer."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.consignment import suppliers
from kiosk.counter.open_day import open_day
from kiosk.counter.refund import refund
from kiosk.counter.settle import settle
from kiosk.counter.void import void
from kiosk.ledger import Account, balance
from kiosk.reports.owner import OwnerMonth, month_of
from kiosk.reports.owner_words import party_words
from kiosk.till import cash_moves, debtors
from kiosk.till.payments import Tender
from tests.services.counter_bench import BILL, SALE, Bench

FIRST, SECOND, NEXT_MONTH = (f"2026-{on}T02:00:00.000000Z" for on in ("03-10", "03-11", "04-01"))
FLOAT_FEN = 500_00
#: Of a sale of 22.50 the farmer leaves 5 % to the station, half-up: 1.125 → 1.13.
COMMISSION_FEN, FARMER_FEN = 1_13, 21_37


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def month(bench: Bench, name: str = "2026-03") -> OwnerMonth:
    with bench.store.reading() as db:
        return month_of(db, name)


def pay(bench: Bench, at: str, line: tuple, cash_fen: int = 0, *tenders: Tender) -> int:
    ticket_id = bench.ticket(line, at=at)
    bench.act(settle, ticket_id, cash_fen, tenders, at=at)
    return ticket_id


def bill(fen: int) -> tuple:
    return ("bill", BILL | {"amount_fen": fen, "pays_again": True})


def give_back(bench: Bench, sold: int, at: str, *tenders: Tender) -> None:
    line_id = bench.value("SELECT id FROM ticket_lines WHERE ticket_id = ?", sold)
    ticket_id = bench.ticket(at=at)
    bench.act(refund, ticket_id, [line_id], "customer_withdrew", at=at)
    bench.act(settle, ticket_id, 0, tenders, at=at)


@pytest.fixture
def worked(bench: Bench) -> Bench:
    """Two days of March in which everything happens once."""
    bench.act(open_day, FLOAT_FEN, at=FIRST)
    who = bench.act(debtors.allow, "张建国", "13800001234", 300_00, at=FIRST)
    on_account = lambda fen: Tender("account", fen, "", who)  # noqa: E731 - said shorter in the sums below
    pay(bench, FIRST, bill(50_00), 50_00)  # cash 50.00
    pay(bench, FIRST, bill(30_00), 0, on_account(30_00))  # a debt of 30.00
    pay(bench, FIRST, bill(80_00), 10_00, Tender("wechat", 50_00), on_account(20_00))  # in three parts
    bench.act(void, pay(bench, FIRST, bill(40_00), 0, on_account(40_00)), at=FIRST)  # came to nothing
    bench.act(void, pay(bench, FIRST, bill(60_00), 60_00), at=FIRST)  # came to nothing
    pay(bench, FIRST, ("debt", {"debtor_id": who, "amount_fen": 25_00}), 25_00)  # cash 25.00
    repaid = pay(bench, FIRST, ("debt", {"debtor_id": who, "amount_fen": 10_00}), 0, Tender("wechat", 10_00))
    bench.act(void, repaid, at=FIRST)  # came to nothing
    sale = ("consignment", SALE | {"phone": "13912345678"})
    pay(bench, FIRST, sale, 22_50)  # cash 22.50
    farmer = bench.value("SELECT id FROM suppliers")
    pay(bench, FIRST, ("settlement", {"supplier_id": farmer}))  # 21.37 to the farmer
    sold, promised = pay(bench, FIRST, sale, 22_50), pay(bench, FIRST, sale, 0, on_account(22_50))
    wrong = bench.act(cash_moves.move_cash, "owner_in", 100_00, at=FIRST)
    bench.act(cash_moves.put_back, wrong.id, at=FIRST)  # never was
    bench.act(cash_moves.move_cash, "owner_out", 200_00, at=FIRST)
    bench.act(cash_moves.move_cash, "expense", 15_00, note="胶带", at=FIRST)
    bench.close(bench.pieces_of(bench.balance("drawer") // 10 * 10), at=FIRST)
    give_back(bench, sold, SECOND)  # cash 22.50 back
    give_back(bench, promised, SECOND, on_account(-22_50))  # set off against the debt
    pay(bench, SECOND, ("debt", {"debtor_id": who, "amount_fen": 5_00}), 0, Tender("alipay", 5_00))
    bench.close(bench.pieces_of(bench.balance("drawer") // 10 * 10), at=SECOND)
    pay(bench, NEXT_MONTH, bill(7_00), 7_00)  # another month's
    return bench


def test_takings_are_the_money_that_came_in(worked):
    found = month(worked)
    cash_fen = 50_00 + 10_00 + 25_00 + 22_50 + 22_50
    assert dict(found.takings) == {"cash": cash_fen, "wechat": 50_00, "alipay": 5_00}
    assert found.takings_fen == 185_00
    assert dict(found.paid_out) == {"cash": FARMER_FEN + 22_50} and found.paid_out_fen == 43_87


def test_days_and_months_of_the_trend_count_no_debt_either(worked):
    found = month(worked)
    days = {point.label: point.takings_fen for point in found.by_day if point.takings_fen}
    assert days == {"2026-03-10": 180_00, "2026-03-11": 5_00}
    later = month(worked, "2026-04")
    assert {point.label: point.takings_fen for point in later.by_month if point.takings_fen} == {
        "2026-03": 185_00, "2026-04": 7_00,
    }  # fmt: skip
    assert (later.takings, later.debts_made_fen, later.debts_settled_fen) == ((("cash", 7_00),), 0, 0)


def test_new_debts_and_repayments_stand_apart_and_explain_what_is_owed(worked):
    found = month(worked)
    assert found.debts_made_fen == 30_00 + 20_00 + 22_50
    assert found.debts_settled_fen == 25_00 + 22_50 + 5_00
    with worked.store.reading() as db:
        assert found.debts_made_fen - found.debts_settled_fen == balance(db, Account.DEBTS) == 20_00
    assert [one.debtor.owed_fen for one in found.debts] == [20_00]


def test_what_was_earned_and_what_the_owner_moved_is_to_the_fen(worked):
    found = month(worked)
    # Three sales, two given back with their commission.
    assert [(row.service, row.fee_fen, row.commission_fen) for row in found.earned] == [
        ("consignment", 0, COMMISSION_FEN)
    ]
    # The drawer holds 393.63 and is counted in whole jiao: 3 fen short; 371.10 the next day, and nothing.
    drawer = FLOAT_FEN + 130_00 - FARMER_FEN - 200_00 - 15_00
    assert drawer % 10 == 3
    assert dict(found.others) == {"expenses": -15_00, "over_short": -3}
    assert found.result_fen == COMMISSION_FEN - 15_00 - 3
    assert (found.owner_put_in_fen, found.owner_took_out_fen) == (FLOAT_FEN, 200_00)
    assert dict(found.held) == {"held_for_bills": 50_00 + 30_00 + 80_00 + 7_00}
    assert found.owed_to_consignors == ()


def test_who_is_owed_stands_by_number_and_masked_name(bench):
    bench.act(open_day, FLOAT_FEN)
    farmer = bench.act(suppliers.register, name="李四", phone="13912345678").id
    who = bench.act(debtors.allow, "张建国", "13800001234", 300_00)
    with bench.store.reading() as db:
        assert party_words(db, f"supplier:{farmer}") == f"供货人 {farmer} 李**"
        assert party_words(db, f"customer:{who}") == f"欠款人 {who} 张**"
        assert party_words(db, "carrier:NEVER") == "快递公司 NEVER"
        assert party_words(db, "") == "—"
