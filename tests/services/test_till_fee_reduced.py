"""A fee is only ever reduced, by whom the station lets, with a reason that stays on line, receipt and record."""

from pathlib import Path

import pytest

from kiosk.counter.reduce_fee import reduce_fee
from kiosk.counter.refund import refund
from kiosk.counter.settle import requote, settle
from kiosk.till.payments import Tender
from tests.services.counter_bench import BILL, PURCHASE, SALE, Bench, days_ago
from tests.services.test_till_fees import publish, raised
from tests.services.test_till_payments import allowed


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def only_line(bench: Bench, ticket_id: int) -> int:
    (line,) = bench.view(ticket_id)["lines"]
    return line["id"]


def test_reduced_fee_stands_on_the_receipt_with_its_reason(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE))
    bench.act(reduce_fee, only_line(bench, ticket_id), 4_00, "hardship")
    settled = bench.act(settle, ticket_id, 304_00)
    assert bench.balances()["fee_income"] == -4_00
    receipt = bench.text(settled.slip_id)
    assert "减收（照顾困难户、老人）" in receipt and "-￥5.00" in receipt
    assert bench.value("SELECT COUNT(*) FROM audit WHERE action = 'ticket.fee_reduced'") == 1


def test_fee_is_waived_whole_and_never_raised_again(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE))
    bench.act(reduce_fee, only_line(bench, ticket_id), 5_00, "campaign")
    line = only_line(bench, ticket_id)
    for to_fen in (5_00, 5_01, 9_00, -1):
        assert bench.code(reduce_fee, line, to_fen, "campaign") == "fee.not_lower"
    bench.act(reduce_fee, line, 0, "our_fault")
    assert bench.view(ticket_id)["lines"][0]["waived_fen"] == 9_00
    assert bench.act(settle, ticket_id, 300_00).total_fen == 300_00
    assert "fee_income" not in bench.balances()


def test_commission_is_reduced_for_the_farmer(bench):
    ticket_id = bench.ticket(("consignment", SALE))
    bench.act(reduce_fee, only_line(bench, ticket_id), 1_00, "campaign")
    bench.act(settle, ticket_id, 22_50)
    assert bench.balances() == {"drawer": 22_50, "owed_to_consignors": -21_50, "commission": -1_00}


def test_who_may_not_and_what_has_no_fee(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE))
    line = only_line(bench, ticket_id)
    assert bench.code(reduce_fee, line, 1_00, "hardship", actor=bench.staff("operator")) == "staff.not_allowed"
    assert bench.code(reduce_fee, line, 1_00, "因为他是我叔") == "fee.reason_unknown"
    assert bench.code(reduce_fee, 99, 1_00, "hardship") == "ticket.line_unknown"
    bench.act(settle, ticket_id, 309_00)
    assert bench.code(reduce_fee, line, 1_00, "hardship") == "ticket.already_settled"
    free = bench.ticket(("debt", {"debtor_id": debt(bench), "amount_fen": 1_00}))
    assert bench.code(reduce_fee, only_line(bench, free), 0, "hardship") == "fee.not_lower"


def debt(bench: Bench) -> int:
    debtor = allowed(bench)
    bench.act(settle, bench.ticket(("bill", BILL)), 0, [Tender("account", 50_00, "", debtor)])
    return debtor


def test_operators_may_where_the_setting_says_so(tmp_path):
    state = tmp_path / "station"
    state.mkdir()
    (state / "station.toml").write_text("[till]\noperators_reduce_fees = true\n", "utf-8")
    bench = Bench(state, printer=False)
    ticket_id = bench.ticket(("purchase", PURCHASE))
    bench.act(reduce_fee, only_line(bench, ticket_id), 1_00, "hardship", actor=bench.staff("operator"))
    assert bench.view(ticket_id)["total_fen"] == 301_00
    bench.store.close()


def test_what_was_reduced_stays_off_when_the_ticket_is_worked_out_anew(bench):
    yesterday = days_ago(1)
    ticket_id = bench.ticket(("purchase", PURCHASE), at=yesterday)
    bench.act(reduce_fee, only_line(bench, ticket_id), 4_00, "hardship", at=yesterday)
    bench.close(at=yesterday)
    publish(bench, raised("4%"))
    assert bench.code(settle, ticket_id, 304_00) == "ticket.fees_changed"
    bench.act(requote, ticket_id)
    assert bench.act(settle, ticket_id, 307_00).total_fen == 307_00  # 12.00 less the 5.00 that were let off


def test_long_ticket_is_worked_out_anew_too(bench):
    yesterday = days_ago(1)
    lines = [("bill", BILL | {"account_no": f"06021234565{n:02d}"}) for n in range(38)]
    ticket_id = bench.ticket(*lines, at=yesterday)
    bench.close(at=yesterday)
    publish(bench, raised("4%"))
    assert bench.act(requote, ticket_id) == 38
    assert bench.act(settle, ticket_id, 38 * 50_00).total_fen == 38 * 50_00


def test_refund_gives_back_what_was_charged_and_not_what_was_published(bench):
    first = bench.ticket(("purchase", PURCHASE))
    bench.act(reduce_fee, only_line(bench, first), 4_00, "hardship")
    bench.act(settle, first, 304_00)
    ticket_id = bench.ticket()
    bench.act(refund, ticket_id, [only_line(bench, first)])
    back = only_line(bench, ticket_id)
    assert bench.code(reduce_fee, back, 0, "hardship") == "fee.not_lower"
    assert bench.act(settle, ticket_id, 0).total_fen == -304_00
    assert bench.balances() == {}
