"""A ticket gathers lines, is settled once, and moves every fen where it belongs."""

import threading
from pathlib import Path

import pytest

from kiosk.counter.add_line import add_line, stand_free_act
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.remove_line import remove_line
from kiosk.counter.settle import requote, settle
from kiosk.counter.void import void
from kiosk.errors import Refused
from kiosk.till import actions as till
from kiosk.till.model import NewLine
from tests.services.counter_bench import BILL, PURCHASE, SALE, Bench


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


@pytest.mark.obligation("CUO-01", place="/ticket", reads="buying and selling on behalf of villagers on one receipt")
@pytest.mark.obligation("LY-24", place="/ticket", reads="purchase, consignment and bill on one receipt")
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
    assert bench.value("SELECT COUNT(*) FROM postings") == 6  # cash once, each line's own
    assert settled.receipt_no.startswith("R") and settled.receipt_no.endswith("-0001")
    assert bench.value("SELECT open_ticket_id FROM desks") is None


def test_postings_name_the_service(bench):
    bench.settle(bench.ticket(("purchase", PURCHASE), ("bill", BILL)), 400_00)
    with bench.store.reading() as db:
        rows = db.all("SELECT service, SUM(amount_fen) FROM postings GROUP BY service")
    assert {row[0]: row[1] for row in rows} == {"": 359_00, "purchase": -309_00, "bill": -50_00}


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
    assert bench.view(ticket_id)["state"] == "open"
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
    assert [line["state"] for line in bench.view(ticket_id)["lines"]] == ["done"]
    settled = bench.settle(ticket_id, 0)
    assert (settled.total_fen, settled.entry_id) == (0, None)
    assert "￥0.00" in bench.text(settled.slip_id)
    assert bench.balances() == {}


def test_money_is_never_a_free_act(bench):
    ticket_id = bench.ticket()
    paid = NewLine(service="other", act="x", case_kind="x", case_id=1, label="其他", fee_fen=1)
    for change in ({}, {"is_done": True}):
        with pytest.raises(ValueError), bench.store.transaction(bench.actor) as tx:
            till.add_line(tx, ticket_id, paid, **change)


def test_further_line_asks_for_no_more_than_itself(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE))
    asked: list[str] = []
    with bench.store.transaction(bench.actor) as tx:
        tx.connection.set_trace_callback(asked.append)
        add_line(tx, ticket_id, "bill", **BILL)
        tx.connection.set_trace_callback(None)
    assert sum(sql.startswith("SELECT * FROM tickets") for sql in asked) == 1, "the ticket is read again and again"
    assert not any(sql.startswith("UPDATE tickets") for sql in asked), "the fee version stands there already"
    assert not any(sql.startswith("SELECT * FROM ticket_lines") for sql in asked), "its lines are counted, not read"


def test_line_taken_off_charges_nothing_and_its_case_is_cancelled(bench):
    ticket_id = bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE))
    first, second, third = (line["id"] for line in bench.view(ticket_id)["lines"])
    bench.act(remove_line, first)
    assert bench.code(remove_line, first) == "ticket.line_fixed"
    assert bench.code(remove_line, 99) == "ticket.line_unknown"
    assert bench.value("SELECT state FROM purchases") == "cancelled"
    assert bench.view(ticket_id)["total_fen"] == 72_50
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
    line_id = bench.view(ticket_id)["lines"][0]["id"]
    for act, args in (
        (open_ticket, ()), (add_line, (ticket_id, "bill")), (remove_line, (line_id,)), (settle, (ticket_id, 50_00)),
        (void, (ticket_id,)), (requote, (ticket_id,)),
    ):  # fmt: skip
        assert bench.code(act, *args, actor=actor) == "staff.not_allowed"


def test_operator_serves(bench):
    operator = bench.staff("operator")
    ticket_id = bench.ticket(("bill", BILL))
    assert bench.act(settle, ticket_id, 50_00, actor=operator).total_fen == 50_00


def test_ticket_has_an_end(bench):
    ticket_id = bench.ticket()
    for number in range(till.MOST_LINES):
        free = NewLine(service="parcel", act="hand_over", case_kind="parcel", case_id=number, label="取件")
        bench.act(stand_free_act, ticket_id, free)
    assert bench.code(add_line, ticket_id, "bill", **BILL) == "ticket.too_long"
    assert bench.settle(ticket_id, 0).total_fen == 0


def test_unknown_service_is_refused(bench):
    assert bench.code(add_line, bench.ticket(), "gift") == "ticket.service_unknown"


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
