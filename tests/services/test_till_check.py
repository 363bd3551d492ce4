"""Each invariant of the till is broken once, and ``kiosk check`` names it."""

import random
import shutil
from pathlib import Path

import pytest

from kiosk.check import problems
from kiosk.counter.reduce_fee import reduce_fee
from kiosk.counter.refund import refund
from kiosk.counter.settle import settle
from kiosk.till import cash_moves
from kiosk.till.payments import Tender
from tests.journeys.damage import Damage
from tests.journeys.real_day import opened
from tests.services.counter_bench import BILL, PURCHASE, SALE
from tests.services.test_till_payments import allowed, rounding_bench

# Ticket 1 is paid in cash, by WeChat and on account of debtor 1, with a reduced fee; 2 is rounded; 3 repays and pays the
# compensation 1 out; 4 was voided; 5 refunds line 1 of ticket 1; 6 stands open with compensation 2.
# Cash move 1 was put in, 2 put back.
BROKEN = [
    ("ticket.line_missing", "UPDATE ticket_lines SET line_no = 9 WHERE id = 1"),
    ("ticket.not_as_audited", "UPDATE tickets SET given_fen = given_fen + 1, change_fen = change_fen + 1 WHERE id = 1"),
    ("ticket.total_wrong", "UPDATE ticket_lines SET principal_fen = principal_fen + 1 WHERE id = 2"),
    ("ticket.payments_wrong", "UPDATE payments SET amount_fen = amount_fen + 1 WHERE ticket_id = 1 AND method = 'wechat'"),
    ("ticket.payments_wrong", "UPDATE payments SET method = 'wechat' WHERE ticket_id = 1 AND method = 'cash'"),
    ("ticket.entry_differs", "UPDATE payments SET method = 'alipay' WHERE ticket_id = 1 AND method = 'wechat'"),
    ("ticket.entry_differs", "UPDATE postings SET party = 'customer:9' WHERE account = 'debts' AND entry_id = (SELECT entry_id FROM tickets WHERE id = 1)"),
    ("ticket.refund_differs", "UPDATE entries SET kind = 'ticket' WHERE kind = 'ticket_void'"),
    ("ticket.line_state_wrong", "UPDATE ticket_lines SET state = 'pending' WHERE id = 1"),
    ("ticket.number_wrong", "UPDATE tickets SET receipt_no = 'X1' WHERE id = 1"),
    ("ticket.number_gap", "UPDATE numbers SET last = last + 1 WHERE series = 'document.R'"),
    ("ticket.fee_differs", "UPDATE ticket_lines SET waived_fen = waived_fen + 1 WHERE waived_fen > 0 AND state = 'done'"),
    ("ticket.fee_unpublished", "UPDATE ticket_lines SET fee_code = 'gold' WHERE id = 2"),
    ("ticket.refund_wrong", "UPDATE ticket_lines SET principal_fen = principal_fen - 1 WHERE refunds_line_id IS NOT NULL"),
    ("ticket.entry_without_ticket", "UPDATE tickets SET entry_id = NULL WHERE id = 1"),
    ("desk.ticket_not_open", "UPDATE desks SET open_ticket_id = 1"),
    ("drawer.differs", "UPDATE tickets SET cash_fen = cash_fen + 1, given_fen = given_fen + 1 WHERE id = 1"),
    ("payment.not_as_audited", "UPDATE payments SET debtor_id = 2 WHERE debtor_id = 1"),
    ("payment.missing", "DELETE FROM payments WHERE ticket_id = 1 AND method = 'wechat'"),
    ("debt.differs", "UPDATE postings SET amount_fen = amount_fen + 1 WHERE account = 'debts'; UPDATE account_balances SET fen = fen + 1 WHERE account = 'debts'"),
    ("debt.of_nobody", "UPDATE account_balances SET party = 'customer:9' WHERE account = 'debts'"),
    ("debt.of_nobody", "UPDATE account_balances SET fen = -1 WHERE account = 'debts'"),
    ("debtor.not_as_audited", "UPDATE debtors SET limit_fen = 1 WHERE id = 1"),
    ("debtor.not_as_audited", "UPDATE debtors SET is_active = 0 WHERE id = 1"),
    ("debtor.half_erased", "UPDATE debtors SET phone_tail = NULL WHERE id = 1"),
    ("debtor.missing", "DELETE FROM debtors WHERE id = 2"),
    ("cash.not_as_audited", "UPDATE cash_moves SET amount_fen = 1 WHERE id = 1"),
    ("cash.not_as_audited", "UPDATE cash_moves SET reversed_at = NULL, reverse_entry_id = NULL WHERE id = 2"),
    ("cash.reason_wrong", "UPDATE cash_moves SET reason = 'gift' WHERE id = 1"),
    ("cash.reason_wrong", "UPDATE cash_moves SET party = 'carrier:YTO' WHERE id = 1"),
    ("cash.entry_differs", "UPDATE cash_moves SET entry_id = (SELECT MAX(id) FROM entries) WHERE id = 1"),
    ("cash.entry_differs", "UPDATE entries SET kind = 'cash_move' WHERE kind = 'cash_move_undone'"),
    ("cash.missing", "DELETE FROM cash_moves WHERE id = 1"),
    ("cash.number_gap", "UPDATE numbers SET last = last + 1 WHERE series = 'document.P'"),
    ("drawer.moved_by_nobody", "UPDATE entries SET kind = 'gift' WHERE kind = 'cash_move'"),
    ("drawer.moved_by_nobody", "DELETE FROM cash_moves WHERE id = 1"),
    ("compensation.not_as_audited", "UPDATE compensations SET reason = 'lost' WHERE id = 1"),
    ("compensation.not_as_audited", "UPDATE compensations SET state = 'taken_back' WHERE id = 1"),
    ("compensation.line_differs", "UPDATE compensations SET amount_fen = 1 WHERE id = 1"),
    ("compensation.missing", "DELETE FROM compensations WHERE id = 2"),
    ("compensation.number_gap", "UPDATE numbers SET last = last + 1 WHERE series = 'document.C'"),
    ("compensation.of_nothing", "DELETE FROM compensations WHERE id = 1"),
    ("rounding.wrong", "UPDATE ticket_lines SET principal_fen = -10 WHERE service = 'rounding'"),
    ("rounding.wrong", "UPDATE ticket_lines SET facts = '{\"by_setting\":\"none\"}' WHERE service = 'rounding'"),
    ("rounding.wrong", "UPDATE ticket_lines SET principal_account = 'rounding' WHERE service = 'bill'"),
]  # fmt: skip


@pytest.fixture(scope="module")
def station(tmp_path_factory) -> Path:
    state = tmp_path_factory.mktemp("till") / "state"
    bench = rounding_bench(state)
    bench.act(cash_moves.move_cash, "owner_in", 500_00)
    bench.act(cash_moves.put_back, bench.act(cash_moves.move_cash, "expense", 1_00, note="买胶带").id)
    debtor = allowed(bench)
    allowed(bench, 100_00, "李四", "5678")
    first = bench.ticket(("purchase", PURCHASE), ("consignment", SALE))
    bench.act(reduce_fee, bench.view(first)["lines"][0]["id"], 4_00, "hardship")
    bench.act(settle, first, 200_00, [Tender("wechat", 100_00), Tender("account", 50_00, "", debtor)])
    bench.settle(bench.ticket(("bill", BILL | {"amount_fen": 50_09})), 50_00)
    broken = {"amount_fen": 5_00, "reason": "damaged", "note": "摔坏鸡蛋"}
    bench.settle(bench.ticket(("debt", {"debtor_id": debtor, "amount_fen": 10_00}), ("compensation", broken)), 5_00)
    voided = bench.ticket(("bill", BILL | {"pays_again": True}))
    bench.settle(voided, 50_00)
    bench.void(voided)
    back = bench.ticket()
    sale = next(line["id"] for line in bench.view(first)["lines"] if line["service"] == "consignment")
    bench.act(refund, back, [sale])
    bench.act(settle, back, 0)
    bench.ticket(("compensation", broken))
    bench.store.close()
    return state


@pytest.mark.parametrize(("code", "statements"), BROKEN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BROKEN)])
def test_broken_invariant_of_the_till_is_named(station, tmp_path, code, statements):
    state = tmp_path / "state"
    shutil.copytree(station, state)
    with Damage(state / "kiosk.db", random.Random(0)) as damage:
        for statement in statements.split("; "):
            assert damage.db.execute(statement).rowcount != 0, f"nothing to break: {statement}"
    with opened(state) as store:
        found = list(problems(store))
    assert code in {problem.code for problem in found}


def test_station_of_these_tests_is_clean(station, tmp_path):
    shutil.copytree(station, tmp_path / "state")
    with opened(tmp_path / "state") as store:
        assert list(problems(store)) == []
