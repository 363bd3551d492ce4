"""A line of a settled ticket is given back on another ticket, on any later day: opposite sums, its service undone by its
own rules, the day on which the money goes back bears it."""

from pathlib import Path

import pytest

from kiosk.bills import outcome
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.refund import refund
from kiosk.counter.remove_line import remove_line
from kiosk.counter.settle import settle
from kiosk.counter.void import void
from kiosk.till import cash_moves
from kiosk.till import store as tickets
from kiosk.till.payments import Tender
from tests.services.counter_bench import BILL, PURCHASE, SALE, Bench, days_ago
from tests.services.test_till_payments import allowed, rounding_bench


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def line_ids(bench: Bench, ticket_id: int) -> list[int]:
    return [line["id"] for line in bench.view(ticket_id)["lines"]]


def test_line_is_given_back_on_a_later_day_with_its_fee(bench):
    yesterday = days_ago(1)
    first = bench.ticket(("purchase", PURCHASE), ("bill", BILL), at=yesterday)
    bench.settle(first, 359_00, yesterday)
    bench.close(at=yesterday)
    before = bench.text(bench.value("SELECT slip_id FROM tickets WHERE id = ?", first))
    ticket_id = bench.ticket()
    (back,) = bench.act(refund, ticket_id, line_ids(bench, first)[:1], "customer_withdrew")
    assert bench.balance("drawer") == 359_00  # nothing moves before it is settled
    settled = bench.act(settle, ticket_id, 0)
    assert (settled.total_fen, settled.change_fen) == (-309_00, 309_00)
    assert bench.balances() == {"drawer": 50_00, "held_for_bills": -50_00}
    assert bench.value("SELECT state FROM purchases") == "cancelled"
    row = bench.value("SELECT txn_count || '/' || txn_amount_fen || '/' || state FROM ticket_lines WHERE id = ?", back)
    assert row == "-1/-30000/done"
    assert bench.value("SELECT COUNT(*) FROM entries WHERE business_on = ?", settled.business_on) == 1
    assert bench.text(bench.value("SELECT slip_id FROM tickets WHERE id = ?", first)) == before
    receipt = bench.text(settled.slip_id)
    assert "退：" in receipt and "-￥9.00" in receipt and "应付村民" in receipt


def test_fee_of_work_that_was_done_may_be_kept(bench):
    first = bench.ticket(("purchase", PURCHASE))
    bench.settle(first, 309_00)
    ticket_id = bench.ticket()
    bench.act(refund, ticket_id, line_ids(bench, first), "customer_withdrew", keeps_fee=True)
    assert bench.act(settle, ticket_id, 0).total_fen == -300_00
    assert bench.balances() == {"drawer": 9_00, "fee_income": -9_00}


def test_commission_goes_back_with_the_sale_even_where_the_fee_is_kept(bench):
    first = bench.ticket(("consignment", SALE))
    bench.settle(first, 22_50)
    ticket_id = bench.ticket()
    bench.act(refund, ticket_id, line_ids(bench, first), "other", keeps_fee=True)
    bench.act(settle, ticket_id, 0)
    assert bench.balances() == {}


def test_refund_and_new_service_stand_on_one_ticket(bench):
    first = bench.ticket(("bill", BILL))
    bench.settle(first, 50_00)
    ticket_id = bench.ticket(("purchase", PURCHASE))
    bench.act(refund, ticket_id, line_ids(bench, first))
    settled = bench.act(settle, ticket_id, 300_00)
    assert (settled.total_fen, settled.change_fen) == (259_00, 41_00)


def test_refund_may_go_the_way_the_money_came(bench):
    first = bench.ticket(("bill", BILL))
    bench.act(settle, first, 0, [Tender("wechat", 50_00)])
    ticket_id = bench.ticket()
    bench.act(refund, ticket_id, line_ids(bench, first))
    assert bench.code(settle, ticket_id, 0) == "drawer.too_little"
    bench.act(settle, ticket_id, 0, [Tender("wechat", -50_00)])
    assert bench.balances() == {}


def test_line_is_given_back_once(bench):
    first = bench.ticket(("bill", BILL))
    bench.settle(first, 50_00)
    line = line_ids(bench, first)
    ticket_id = bench.ticket()
    (back,) = bench.act(refund, ticket_id, line)
    assert bench.code(refund, ticket_id, line) == "refund.already"
    assert bench.code(void, first) == "ticket.given_back"
    bench.act(remove_line, back)
    assert bench.value("SELECT state FROM bills") == "received"
    bench.act(refund, ticket_id, line)
    bench.act(settle, ticket_id, 0)
    assert bench.code(refund, bench.ticket(), line) == "refund.already"
    assert bench.code(void, first) == "ticket.given_back"
    assert bench.code(void, ticket_id) == "ticket.gave_back"
    (settled_back,) = line_ids(bench, ticket_id)
    assert bench.code(refund, bench.ticket(), [settled_back]) == "refund.not_settled"


def test_what_cannot_be_given_back_is_refused(bench):
    first = bench.ticket(("purchase", PURCHASE | {"advance_fen": 0, "paid_by": "station"}), ("bill", BILL))
    ticket_id = bench.act(tickets.insert_ticket, "2026-11-22", None, None)
    line = line_ids(bench, first)
    assert bench.code(refund, ticket_id, line) == "refund.not_settled"
    bench.settle(first, 59_00)
    assert bench.code(refund, ticket_id, []) == "refund.nothing_ticked"
    assert bench.code(refund, ticket_id, line, "张三说的") == "ticket.reason_unknown"
    assert bench.code(refund, ticket_id, [999]) == "ticket.line_unknown"
    assert bench.code(refund, 999, line) == "ticket.unknown"
    assert bench.code(refund, first, line) == "ticket.already_settled"
    assert bench.code(refund, ticket_id, line[:1], keeps_fee=True) == "refund.nothing"
    bench.act(outcome.submit, 1, channel="wechat", paid_from="wechat", account_holder="张三", holder_confirmed=True)
    assert bench.code(refund, ticket_id, line[1:]) == "bill.under_way"
    assert bench.code(refund, ticket_id, line[:1], actor=bench.token("inspector")) == "staff.not_allowed"
    bench.act(void, ticket_id)
    assert bench.code(refund, ticket_id, line) == "ticket.voided"


def test_voided_ticket_has_nothing_to_give_back(bench):
    first = bench.ticket(("bill", BILL))
    bench.settle(first, 50_00)
    line = line_ids(bench, first)
    bench.void(first)
    assert bench.code(refund, bench.ticket(), line) == "refund.not_settled"


def test_program_gives_back_what_it_sold_itself(bench):
    first = bench.ticket(("bill", BILL))
    bench.settle(first, 50_00)
    program = bench.token()
    own = bench.act(open_ticket, actor=program)
    assert bench.code(refund, own, line_ids(bench, first), actor=program) == "ticket.not_yours"


def test_all_of_a_rounded_ticket_gives_back_what_was_paid(tmp_path):
    bench = rounding_bench(tmp_path / "rounded")
    first = bench.ticket(
        ("bill", BILL | {"amount_fen": 50_09}), ("bill", BILL | {"amount_fen": 10_00, "pays_again": True})
    )
    assert bench.act(settle, first, 60_00).total_fen == 60_00
    one, two, rounding = line_ids(bench, first)
    ticket_id = bench.ticket()
    assert len(bench.act(refund, ticket_id, [one])) == 1
    assert len(bench.act(refund, ticket_id, [two])) == 2  # the last of it: what was rounded off comes with it
    assert bench.code(refund, ticket_id, [rounding]) == "refund.already"
    assert bench.act(settle, ticket_id, 0).total_fen == -60_00
    assert bench.balances() == {}
    assert bench.problems() == []
    bench.store.close()


def test_repayment_and_compensation_are_taken_back(bench):
    debtor = allowed(bench)
    bench.act(cash_moves.move_cash, "owner_in", 100_00)
    bench.act(settle, bench.ticket(("bill", BILL)), 0, [Tender("account", 50_00, "", debtor)])
    first = bench.ticket(
        ("debt", {"debtor_id": debtor, "amount_fen": 20_00}),
        ("compensation", {"amount_fen": 5_00, "reason": "other", "note": "赔"}),
    )
    bench.settle(first, 15_00)
    assert bench.balance("debts") == 30_00
    ticket_id = bench.ticket()
    bench.act(refund, ticket_id, line_ids(bench, first))
    bench.act(settle, ticket_id, 0)
    assert bench.balances() == {"owner": -100_00, "drawer": 100_00, "debts": 50_00, "held_for_bills": -50_00}
    assert bench.value("SELECT state FROM compensations") == "taken_back"
