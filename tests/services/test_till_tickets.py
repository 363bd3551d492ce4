"""A ticket gathers lines, is settled once, and moves every fen where it belongs."""

import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.counter.add_line import STORAGE_WARNING, add_line, stand_free_act
from kiosk.counter.check_in import check_in
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.remove_line import remove_line
from kiosk.counter.settle import requote, settle
from kiosk.counter.void import void
from kiosk.errors import Refused
from kiosk.till import store as tickets
from kiosk.till.model import NewLine
from kiosk.till.view import ticket_view
from tests.services.counter_bench import BILL, FEES, PURCHASE, SALE, Bench, days_ago


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def view(bench: Bench, ticket_id: int) -> dict:
    with bench.store.reading() as db:
        return ticket_view(db, ticket_id)


def test_one_visit_moves_every_fen_where_it_belongs(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE))
    assert bench.balances() == {}
    settled = bench.settle(ticket_id, 400_00)
    # 300.00 + 3 % (9.00) + 50.00 + 22.50
    assert (settled.total_fen, settled.change_fen) == (381_50, 18_50)
    assert bench.balances() == {
        "drawer": 381_50,
        "held_for_purchases": -300_00,
        "held_for_bills": -50_00,
        "owed_to_consignors": -(22_50 - 1_13),  # 5 % of 22.50 is 1.125, half up
        "commission": -1_13,
        "fee_income": -9_00,
    }
    assert bench.value("SELECT COUNT(*) FROM entries") == 1
    assert bench.value("SELECT COUNT(*) FROM postings") == 8
    assert settled.receipt_no.startswith("R") and settled.receipt_no.endswith("-0001")
    assert bench.value("SELECT open_ticket_id FROM desks") is None


def test_postings_name_the_service(bench):
    bench.settle(bench.ticket(("purchase", PURCHASE), ("bill", BILL)), 400_00)
    with bench.store.reading() as db:
        rows = db.all("SELECT service, SUM(amount_fen) FROM postings GROUP BY service")
    assert {row[0]: row[1] for row in rows} == {"purchase": 0, "bill": 0}


def test_purchase_that_the_station_advances_takes_the_fee_alone(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE | {"paid_by": "station"}))
    assert bench.settle(ticket_id, 9_00).change_fen == 0
    assert bench.balances() == {"drawer": 9_00, "fee_income": -9_00}


def test_deposit_is_held_and_the_fee_is_of_the_whole_price(bench):
    bench.settle(bench.ticket(("purchase", PURCHASE | {"advance_fen": 30_00})), 39_00)
    assert bench.balances() == {"drawer": 39_00, "held_for_purchases": -30_00, "fee_income": -9_00}


@pytest.mark.parametrize(("amount_fen", "fee_fen"), [(1, 1_00), (33_33, 1_00), (33_50, 1_01), (700_00, 20_00)])
def test_fee_has_its_published_least_and_most(bench, amount_fen, fee_fen):
    settled = bench.settle(bench.ticket(("purchase", PURCHASE | {"amount_fen": amount_fen})), 1_000_00)
    assert settled.total_fen == amount_fen + fee_fen


def test_change_and_receipt_numbers_follow_one_another(bench):
    numbers = [bench.settle(bench.ticket(("bill", BILL | {"account_no": f"060212345{n}500"})), 50_00) for n in range(3)]
    assert [settled.receipt_no[-4:] for settled in numbers] == ["0001", "0002", "0003"]


def test_too_little_cash_says_what_is_missing_and_takes_nothing(bench):
    ticket_id = bench.ticket(("bill", BILL))
    with pytest.raises(Refused) as caught:
        bench.settle(ticket_id, 49_99)
    assert caught.value.code == "ticket.cash_short"
    assert caught.value.facts["missing_fen"] == 1
    assert "￥0.01" in str(caught.value)
    assert bench.code(settle, ticket_id, 0) == "ticket.cash_short"
    assert bench.code(settle, ticket_id, -1) == "ticket.cash_unreadable"
    assert bench.code(settle, ticket_id, 10**12) == "ticket.cash_unreadable"
    assert view(bench, ticket_id)["state"] == "open"
    assert bench.settle(ticket_id, 50_00).receipt_no.endswith("-0001")  # no number was lost on the way


@pytest.mark.lesson(3)
def test_settling_twice_takes_the_money_once(bench):
    ticket_id = bench.ticket(("bill", BILL))
    first = bench.settle(ticket_id, 50_00)
    before = bench.balances()
    with pytest.raises(Refused) as caught:
        bench.settle(ticket_id, 50_00)
    assert caught.value.code == "ticket.already_settled"
    assert caught.value.facts["receipt_no"] == first.receipt_no
    assert first.receipt_no in str(caught.value)
    assert bench.balances() == before
    assert bench.value("SELECT COUNT(*) FROM print_jobs") == 1


def test_empty_ticket_is_not_settled(bench):
    assert bench.code(settle, bench.ticket(), 0) == "ticket.empty"
    assert bench.code(settle, 99, 0) == "ticket.unknown"


def test_free_acts_alone_make_a_receipt_of_nothing(bench):
    ticket_id = bench.ticket()
    free = NewLine(service="parcel", act="hand_over", case_kind="parcel", case_id=1, label="取件")
    bench.act(stand_free_act, ticket_id, free)
    assert [line["state"] for line in view(bench, ticket_id)["lines"]] == ["done"]
    settled = bench.settle(ticket_id, 0)
    assert (settled.total_fen, settled.entry_id) == (0, None)
    assert "￥0.00" in bench.text(settled.slip_id)
    assert bench.balances() == {}


def test_money_is_never_a_free_act(bench):
    ticket_id = bench.ticket()
    paid = NewLine(service="other", act="x", case_kind="x", case_id=1, label="其他", fee_fen=1)
    for change in ({}, {"is_done": True}):
        with pytest.raises(ValueError), bench.store.transaction(bench.actor) as tx:
            from kiosk.till.actions import add_line as add

            add(tx, ticket_id, paid, **change)


def test_line_taken_off_charges_nothing_and_its_case_is_cancelled(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE))
    first, second, third = (line["id"] for line in view(bench, ticket_id)["lines"])
    bench.act(remove_line, first)
    assert bench.code(remove_line, first) == "ticket.line_fixed"
    assert bench.code(remove_line, 99) == "ticket.line_unknown"
    assert bench.value("SELECT state FROM purchases") == "cancelled"
    assert view(bench, ticket_id)["total_fen"] == 72_50
    bench.act(remove_line, second)
    bench.act(remove_line, third)
    assert bench.value("SELECT state FROM bills") == "cancelled"
    assert bench.value("SELECT state FROM consignment_sales") == "cancelled"
    assert bench.code(settle, ticket_id, 0) == "ticket.empty"


def test_desk_has_one_open_ticket_and_it_survives_a_restart(bench):
    ticket_id = bench.ticket(("bill", BILL))
    assert bench.act(open_ticket) == ticket_id
    bench.store.close()
    bench.store = Bench.reopened(bench.store.state).store
    assert bench.act(open_ticket) == ticket_id
    bench.settle(ticket_id, 50_00)
    assert bench.act(open_ticket) != ticket_id


def test_program_has_tickets_of_its_own(bench):
    program, other = bench.token(), bench.token()
    first = bench.act(open_ticket, actor=program)
    assert bench.act(open_ticket, actor=program) != first
    assert bench.code(add_line, first, "bill", actor=other, **BILL) == "ticket.not_yours"
    bench.act(add_line, first, "bill", actor=program, **BILL)
    settled = bench.act(settle, first, 50_00, actor=program)
    assert settled.print_job_id is not None  # the station's only printer
    assert bench.code(void, first, actor=other) == "ticket.not_yours"
    assert bench.act(void, first, actor=program).refund_fen == 50_00


@pytest.mark.parametrize("role", ["inspector", "courier", "screen"])
def test_roles_that_do_not_serve_touch_no_ticket(bench, role):
    actor = bench.token(role)
    ticket_id = bench.ticket(("bill", BILL))
    line_id = view(bench, ticket_id)["lines"][0]["id"]
    for act, args in (
        (open_ticket, ()), (add_line, (ticket_id, "bill")), (remove_line, (line_id,)), (settle, (ticket_id, 50_00)),
        (void, (ticket_id,)), (requote, (ticket_id,)),
    ):  # fmt: skip
        assert bench.code(act, *args, actor=actor) == "staff.not_allowed"


def test_operator_serves(bench):
    operator = bench.staff("operator")
    ticket_id = bench.ticket(("bill", BILL))
    assert bench.act(settle, ticket_id, 50_00, actor=operator).total_fen == 50_00


def test_unknown_service_is_refused(bench):
    assert bench.code(add_line, bench.ticket(), "gift") == "ticket.service_unknown"


# Voiding --------------------------------------------------------------------------------------------------------------


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
    assert [line["state"] for line in view(bench, ticket_id)["lines"]] == ["reversed", "done"]


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
    with bench.store.transaction() as tx:
        tx.change("bills", 1, state="submitted")
    assert bench.code(void, ticket_id) == "bill.too_far"
    assert bench.value("SELECT state FROM purchases") == "quoted"


# Fees -----------------------------------------------------------------------------------------------------------------


def test_nothing_is_charged_without_a_published_fee(tmp_path):
    bench = Bench(tmp_path / "station", fee_list=None)
    ticket_id = bench.ticket()
    for service, facts in (("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE)):
        assert bench.code(add_line, ticket_id, service, **facts) == "fee.not_published"
    bench.store.close()


def test_fee_that_was_told_must_be_the_published_one(bench):
    ticket_id = bench.ticket()
    assert bench.code(add_line, ticket_id, "purchase", fee_fen=8_99, **PURCHASE) == "fee.differs"
    assert bench.code(add_line, ticket_id, "bill", fee_fen=1, **BILL) == "fee.differs"
    bench.act(add_line, ticket_id, "purchase", fee_fen=9_00, **PURCHASE)


def raised(percent: str) -> dict:
    items = [item | ({"percent": percent} if item["code"] == "purchase" else {}) for item in FEES["items"]]
    return FEES | {"items": items, "basis": "新版"}


def publish(bench: Bench, document: dict) -> None:
    from kiosk import fees

    bench.act(fees.publish, document)


def test_ticket_keeps_the_version_it_quoted_for_the_day(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE))
    publish(bench, raised("4%"))
    bench.act(add_line, ticket_id, "purchase", **PURCHASE)
    shown = view(bench, ticket_id)
    assert [line["fee_fen"] for line in shown["lines"]] == [9_00, 9_00]
    assert shown["fee_version"] == 1
    settled = bench.settle(ticket_id, 618_00)
    assert "第 1 版" in bench.text(settled.slip_id)
    assert bench.settle(bench.ticket(("purchase", PURCHASE)), 312_00).total_fen == 312_00


def test_carried_over_ticket_is_not_settled_by_old_fees_but_worked_out_anew(bench):
    yesterday = days_ago(1)
    ticket_id = bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE), at=yesterday)
    bench.close(at=yesterday)
    publish(bench, raised("4%"))
    assert bench.code(settle, ticket_id, 500_00) == "ticket.fees_changed"
    assert bench.code(add_line, ticket_id, "purchase", **PURCHASE) == "ticket.fees_changed"
    assert bench.act(requote, ticket_id) == 3
    settled = bench.settle(ticket_id, 384_50)
    assert settled.total_fen == 384_50
    assert settled.business_on > bench.value("SELECT opened_on FROM tickets")
    assert bench.balances()["commission"] == -1_13


def test_carried_over_ticket_with_unchanged_fees_is_just_settled(bench):
    yesterday = days_ago(1)
    ticket_id = bench.ticket(("purchase", PURCHASE), at=yesterday)
    bench.close(at=yesterday)
    assert bench.settle(ticket_id, 309_00).total_fen == 309_00


# What the database itself refuses --------------------------------------------------------------------------------------


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
        "INSERT INTO ticket_lines SELECT NULL, ticket_id, 9, 'pending', service, kind, act, case_kind, 9, label, facts,"
        " blanks, 0, 0, '', 0, 0, NULL, NULL, '{}', added_at FROM ticket_lines LIMIT 1",
        "INSERT INTO tickets (state, opened_on, opened_at, opened_by_kind, opened_by_id, voided_at)"
        " VALUES ('voided', '2026-01-01', '', 'staff', 1, '')",
    ],
)
def test_database_refuses_to_change_what_was_settled(bench, statement):
    bench.settle(bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE)), 400_00)
    with pytest.raises(sqlite3.IntegrityError), bench.store.transaction() as tx:
        tx.execute(statement)


# Any lines whatever ----------------------------------------------------------------------------------------------------

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
        total_fen = view(bench, ticket_id)["total_fen"]
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


# Storage of a parcel ----------------------------------------------------------------------------------------------------


def parcel_kept(bench: Bench, days: int) -> int:
    return bench.act(check_in, at=days_ago(days), waybill="YT8962646785389", phone="13800001234").parcel_id


def test_storage_beyond_the_free_days_is_charged_once_with_a_warning(bench):
    parcel_id = parcel_kept(bench, 10)
    bench.close({}, at=days_ago(10))
    ticket_id = bench.ticket()
    added = bench.act(add_line, ticket_id, "parcel", parcel_id=parcel_id)
    assert (added.owed_fen, added.fee_fen) == (1_50, 1_50)  # ten days, seven free, 0.50 each
    assert added.warnings == (STORAGE_WARNING,)
    assert bench.code(add_line, ticket_id, "parcel", parcel_id=parcel_id) == "parcel.storage_charged"
    assert bench.code(add_line, ticket_id, "parcel", parcel_id=99) == "parcel.unknown"
    bench.settle(ticket_id, 2_00)
    assert bench.balances() == {"drawer": 1_50, "fee_income": -1_50}
    assert bench.code(add_line, bench.ticket(), "parcel", parcel_id=parcel_id) == "parcel.storage_charged"
    bench.void(ticket_id)
    bench.act(add_line, bench.ticket(), "parcel", parcel_id=parcel_id)


def test_storage_within_the_free_days_costs_nothing(bench):
    parcel_id = parcel_kept(bench, 7)
    bench.close({}, at=days_ago(7))
    assert bench.code(add_line, bench.ticket(), "parcel", parcel_id=parcel_id) == "parcel.storage_free"


# Several at once --------------------------------------------------------------------------------------------------------


def test_one_ticket_settled_by_eight_at_once_is_paid_once(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE))
    outcomes: list[str] = []

    def pay() -> None:
        try:
            outcomes.append(bench.settle(ticket_id, 309_00).receipt_no)
        except Refused as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=pay) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[0].endswith("-0001")
    assert outcomes.count("ticket.already_settled") == 7
    assert bench.balances()["drawer"] == 309_00


def test_receipts_of_visits_at_once_have_no_gap(bench):
    program = bench.token()
    ids = [bench.act(open_ticket, actor=program) for _ in range(12)]
    for number, ticket_id in enumerate(ids):
        bench.act(add_line, ticket_id, "bill", **(BILL | {"account_no": f"06021234565{number:02d}"}))
    numbers: list[str] = []
    threads = [
        threading.Thread(target=lambda one=one: numbers.append(bench.settle(one, 50_00).receipt_no[-4:])) for one in ids
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"{number:04d}" for number in range(1, 13)]
