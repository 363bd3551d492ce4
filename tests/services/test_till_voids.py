"""A voided ticket is undone by new entries; what was written stays, and the database itself holds it."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.bills import outcome
from kiosk.counter.add_line import add_line, stand_free_act
from kiosk.counter.settle import settle
from kiosk.counter.void import void
from kiosk.till import store as tickets
from kiosk.till.model import NewLine
from tests.services.counter_bench import BILL, PURCHASE, SALE, Bench


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def test_unsettled_ticket_is_voided_with_its_cases(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE), ("bill", BILL))
    voided = bench.void(ticket_id, reason="customer_withdrew")
    assert (voided.refund_fen, voided.refund_no) == (0, "")
    assert bench.balances() == {}
    assert bench.value("SELECT COUNT(*) FROM entries") == 0
    assert bench.value("SELECT state FROM purchases") == bench.value("SELECT state FROM bills") == "cancelled"
    assert bench.value("SELECT open_ticket_id FROM desks") is None
    assert bench.code(void, ticket_id) == "ticket.voided"
    assert bench.code(settle, ticket_id, 400_00) == "ticket.voided"
    assert bench.code(add_line, ticket_id, "bill", **BILL) == "ticket.voided"


def test_settled_ticket_is_voided_by_new_entries_and_the_receipt_stays(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE))
    settled = bench.settle(ticket_id, 400_00)
    receipt = bench.text(settled.slip_id)
    voided = bench.void(ticket_id)
    assert voided.refund_fen == 381_50
    assert voided.refund_no.startswith("V")
    assert bench.balances() == {}
    with bench.store.reading() as db:
        entries = db.all("SELECT kind, reverses_id, posted FROM entries ORDER BY id")
        slip = tickets.ticket(db, ticket_id).refund_slip_id
    assert [tuple(row) for row in entries] == [("ticket", None, 1), ("ticket_void", 1, 1)]
    assert bench.text(settled.slip_id) == receipt
    assert "￥381.50" in bench.text(slip) and settled.receipt_no in bench.text(slip)
    assert [bench.value(f"SELECT state FROM {t}") for t in ("purchases", "bills", "consignment_sales")] == [
        "cancelled", "refunded", "cancelled",
    ]  # fmt: skip
    assert bench.code(void, ticket_id) == "ticket.voided"
    assert bench.settle(bench.ticket(("bill", BILL)), 50_00).receipt_no.endswith("-0002")


def test_free_act_on_a_voided_ticket_stays_done(bench):
    ticket_id = bench.ticket(("bill", BILL))
    free = NewLine(service="parcel", act="hand_over", case_kind="parcel", case_id=1, label="取件")
    bench.act(stand_free_act, ticket_id, free)
    bench.settle(ticket_id, 50_00)
    bench.void(ticket_id)
    assert [line["state"] for line in bench.view(ticket_id)["lines"]] == ["reversed", "done"]


def test_ticket_of_a_closed_day_is_not_voided(bench):
    ticket_id = bench.ticket(("bill", BILL))
    bench.settle(ticket_id, 50_00)
    bench.close()
    assert bench.code(void, ticket_id) == "ticket.day_closed"
    assert bench.balances()["held_for_bills"] == -50_00


def test_void_needs_a_listed_reason(bench):
    assert bench.code(void, bench.ticket(("bill", BILL)), reason="张三说的") == "ticket.reason_unknown"


def test_bill_that_left_for_its_biller_is_not_refunded_by_a_void(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE), ("bill", BILL))
    bench.settle(ticket_id, 400_00)
    bench.act(outcome.submit, 1, channel="wechat", paid_from="wechat", account_holder="张三", holder_confirmed=True)
    assert bench.code(void, ticket_id) == "bill.under_way"
    assert bench.value("SELECT state FROM purchases") == "quoted"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tickets SET total_fen = 1, given_fen = 1, change_fen = 0",
        "UPDATE tickets SET receipt_no = 'R20200101-0001'",
        "UPDATE tickets SET state = 'open'",
        "DELETE FROM tickets",
        "UPDATE ticket_lines SET fee_fen = 0",
        "UPDATE ticket_lines SET state = 'pending'",
        "DELETE FROM ticket_lines",
        "UPDATE purchases SET amount_fen = 1",
        "DELETE FROM purchases",
        "UPDATE bills SET amount_fen = 1",
        "DELETE FROM bills",
        "UPDATE consignment_sales SET commission_fen = 0",
        "DELETE FROM consignment_sales",
        "INSERT INTO ticket_lines (ticket_id, line_no, service, act, case_kind, case_id, label, facts, blanks, txn_count,"
        " txn_amount_fen, principal_fen, fee_fen, commission_fen, quote, added_at) SELECT ticket_id, 9, service, act,"
        " case_kind, 9, label, facts, blanks, 0, 0, 0, 0, 0, '{}', added_at FROM ticket_lines LIMIT 1",
        "INSERT INTO payments (ticket_id, payment_no, method, amount_fen) VALUES (1, 2, 'wechat', 1)",
        "UPDATE payments SET amount_fen = 1",
        "DELETE FROM payments",
        "INSERT INTO tickets (state, opened_on, opened_at, opened_by_kind, opened_by_id, voided_at)"
        " VALUES ('voided', '2026-01-01', '', 'staff', 1, '')",
    ],
)
def test_database_refuses_to_change_what_was_settled(bench, statement):
    bench.settle(bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE)), 400_00)
    with pytest.raises(sqlite3.IntegrityError), bench.store.transaction() as tx:
        tx.execute(statement)


LINES = st.lists(
    st.one_of(
        st.builds(
            lambda fen, paid_by, part: ("purchase", PURCHASE | {
                "amount_fen": fen, "paid_by": paid_by, "advance_fen": fen * part // 4,
            }),
            st.integers(1, 5_000_00), st.sampled_from(["customer", "station"]), st.integers(0, 4),
        ),
        st.builds(lambda fen: ("consignment", SALE | {"amount_fen": fen}), st.integers(1, 5_000_00)),
        st.builds(lambda fen: ("bill", BILL | {"amount_fen": fen, "pays_again": True}), st.integers(1, 5_000_00)),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


@settings(max_examples=12)
@given(visits=st.lists(st.tuples(LINES, st.integers(0, 300_00), st.booleans()), min_size=1, max_size=3))
def test_money_adds_up_for_any_visits(tmp_path_factory, visits):
    bench = Bench(tmp_path_factory.mktemp("any") / "station", printer=False)
    cash = 0
    for lines, over_fen, is_voided in visits:
        ticket_id = bench.ticket(*lines)
        total_fen = bench.view(ticket_id)["total_fen"]
        settled = bench.settle(ticket_id, total_fen + over_fen)
        assert (settled.total_fen, settled.change_fen) == (total_fen, over_fen)
        if is_voided:
            assert bench.void(ticket_id).refund_fen == total_fen
        else:
            cash += total_fen
    assert bench.balance("drawer") == cash
    assert sum(bench.balances().values()) == 0
    assert bench.problems() == []
    bench.store.close()
