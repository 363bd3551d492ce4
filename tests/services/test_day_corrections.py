"""A closed day stays as it was closed; what was wrong is a numbered supplement, in its order on its way to the county."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from kiosk import outbox
from kiosk.counter.close_day import begin_count
from kiosk.counter.closings import enter_closing
from kiosk.counter.correct_day import correct_day
from kiosk.counter.hand_drawer import hand_drawer
from kiosk.counter.open_day import accept_clock, open_day
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.ledger import Account
from kiosk.reports import envelope, store
from kiosk.reports.corrections import Change, RowChange
from kiosk.reports.daily import message_of
from kiosk.reports.view import report_view
from kiosk.storage import Actor
from kiosk.till import actions as till
from kiosk.till import settling
from kiosk.till.model import NewLine, VoidReason
from kiosk.till.payments import Tender
from kiosk.till.refunding import refund_line
from sync.centre.figures import figures
from tests.services.counter_bench import Bench, days_ago
from tests.services.test_drawer_and_wallets import sell, taker
from tests.storage.test_guards_and_seals import bare

CHANGE = Change("not_recorded", "r20261121-0009", [RowChange("bill", "water", 1, 35_00, 0, 1_00)], {"received": -1})


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def closed_day(bench: Bench, fen: int = 50_00) -> str:
    sell(bench, fen, days_ago(1))
    return bench.close(at=days_ago(1)).day.business_on


def rows_of(content: str) -> dict[tuple[str, str], tuple[int, ...]]:
    names = ("txn_count", "txn_amount_fen", "commission_fen", "service_fee_fen")
    rows = {(r["service_type"], r["kind"]): tuple(r[n] for n in names) for r in json.loads(content)["services"]}
    return {place: sums for place, sums in rows.items() if any(sums)}


@pytest.mark.lesson(7)
def test_supplement_adds_to_the_figures_and_leaves_the_first_report(bench):
    on = closed_day(bench)
    made = bench.act(correct_day, on, CHANGE)
    with bench.store.reading() as db:
        first, second = store.of_date(db, on)
        shown = report_view(db, on)
    assert rows_of(first.content) == {("purchase", ""): (1, 50_00, 0, 0)}
    assert rows_of(second.content) == {("purchase", ""): (1, 50_00, 0, 0), ("bill", "water"): (1, 35_00, 0, 1_00)}
    content = json.loads(second.content)
    assert content["totals"] == {"txn_count": 2, "txn_amount_fen": 85_00, "commission_fen": 0, "service_fee_fen": 1_00}
    assert content["parcels"]["received"] == -1
    assert (content["revision"], content["supplements"]) == (1, first.report_no)
    assert [one["voucher"] for one in content["corrections"]] == ["R20261121-0009"] * 2
    assert json.loads(first.content)["corrections"] == [] and json.loads(first.content)["supplements"] is None
    assert (made.report, shown["revision"]) == (second, 1)
    paper = bench.text(made.slip_id)
    for words in ("日报更正单", first.report_no, second.report_no, "水费", "+35.00", "漏记", "R20261121-0009", "-1"):
        assert words in paper
    assert bench.value("SELECT state FROM print_jobs WHERE id = ?", made.print_job_id) == "waiting"


def test_money_of_the_closed_day_is_not_touched(bench):
    on = closed_day(bench)
    before = bench.balances()
    bench.act(correct_day, on, CHANGE)
    assert bench.balances() == before
    with pytest.raises(sqlite3.IntegrityError, match="closed day"), bench.store.transaction() as tx:
        tx.insert("entries", entry_no=99, business_on=on, kind="x", subject_kind="x", subject_id=1, at=tx.now,
                  actor_kind="staff", actor_id=1)  # fmt: skip
    ticket_id = bench.ticket()
    with pytest.raises(sqlite3.IntegrityError, match="closed day"), bench.store.transaction() as tx:
        tx.change("tickets", ticket_id, state="voided", voided_on=on, voided_at=tx.now)


def test_second_supplement_goes_on_from_the_first(bench):
    on = closed_day(bench)
    bench.act(correct_day, on, CHANGE)
    back = Change("recorded_twice", "X1", [RowChange("bill", "water", -1, -35_00, 0, -1_00)])
    second = bench.act(correct_day, on, back).report
    assert second.revision == 2 and second.report_no.endswith("-0003")
    assert rows_of(second.content) == {("purchase", ""): (1, 50_00, 0, 0)}


def test_supplements_of_a_day_go_in_their_order(bench):
    """The second revision is not sent while the first report waits; another day's goes."""
    on = closed_day(bench)
    bench.act(correct_day, on, CHANGE)
    sell(bench, 10_00)
    bench.close()
    with bench.store.reading() as db:
        first, second = store.of_date(db, on)
        sent = [message_of(db, report) for report in (first, second)]
        assert [message.sequence for message in sent] == [1, 2]
        assert {message.subject_id for message in sent} == {first.id}
        said = [envelope.verify(message.envelope, envelope.public_jwk(db.secrets)) for message in sent]
    assert [one.subject["number"] for one in said] == [first.report_no, second.report_no]
    assert bench.act(outbox.lease, "a", 60).sequence == 1
    bench.act(outbox.postpone, sent[0].id, "a", "later", "2099-01-01T00:00:00.000000Z")
    assert bench.act(outbox.lease, "a", 60).sequence == 3, "another day's report does not wait for it"
    bench.act(outbox.acknowledge, sent[0].id, "C-1")
    bench.act(outbox.postpone, 3, "a", "later", "2099-01-01T00:00:00.000000Z")
    assert bench.act(outbox.lease, "a", 60).sequence == 2
    with bench.store.reading() as db:
        assert message_of(db, first).state == "acknowledged" and message_of(db, second).state == "in_flight"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change("because", "R1", CHANGE.rows), "correction.reason_unknown"),
        (Change("other", "", CHANGE.rows), "correction.voucher_unreadable"),
        (Change("other", "王大爷说的", CHANGE.rows), "correction.voucher_unreadable"),
        (Change("other", "A" * 41, CHANGE.rows), "correction.voucher_unreadable"),
        (Change("other", "R1"), "correction.nothing"),
        (Change("other", "R1", [RowChange("bill", "water")], {"received": 0}), "correction.nothing"),
        (Change("other", "R1", [RowChange("bill", "", 1)]), "correction.row_unknown"),
        (Change("other", "R1", [RowChange("purchase", "", 1)] * 2), "correction.row_unknown"),
        (Change("other", "R1", [], {"eaten": 1}), "correction.row_unknown"),
        (Change("other", "R1", [RowChange("purchase", "", 10_001)]), "correction.too_large"),
        (Change("other", "R1", [RowChange("purchase", "", 1, 10**12)]), "correction.too_large"),
    ],
)
def test_correction_that_is_none_is_refused(bench, change, code):
    on = closed_day(bench)
    assert bench.code(correct_day, on, change) == code


def test_only_a_manager_corrects_and_only_a_closed_day(bench):
    on = closed_day(bench)
    assert bench.code(correct_day, on, CHANGE, actor=bench.staff("operator")) == "staff.not_allowed"
    assert bench.code(correct_day, "2001-01-01", CHANGE) == "correction.no_day"
    today = bench.act(open_day).business_on
    assert bench.code(correct_day, today, CHANGE) == "correction.day_open"
    with pytest.raises(sqlite3.IntegrityError), bench.store.transaction() as tx:
        tx.insert("day_corrections", business_on=today, revision=1, service="bill", kind="water", txn_count=1,
                  reason="other", voucher="R1", corrected_at="", corrected_by_kind="staff", corrected_by_id=1)  # fmt: skip


# Refunds --------------------------------------------------------------------------------------------------------------


def test_day_of_refunds_has_negative_figures_and_the_centre_shows_them(bench):
    sell(bench, 50_00, days_ago(1))
    bench.close(at=days_ago(1))
    bench.act(open_day, pieces={100_00: 1})
    ticket_id = bench.act(open_ticket)
    line_id = bench.value("SELECT id FROM ticket_lines WHERE state = 'done'")
    bench.act(refund_line, ticket_id, line_id, VoidReason.OTHER)
    bench.act(settling.settle, ticket_id)
    closed = bench.close()
    assert rows_of(closed.report.content) == {("purchase", ""): (-1, -50_00, 0, 0)}
    assert "-50.00" in bench.text(closed.slip_id)
    payload = bench.value("SELECT payload FROM outbox WHERE id = ?", closed.message_id)
    shown = figures(payload)
    assert (shown.txn_count, shown.txn_amount_fen) == (-1, -50_00)


def test_line_that_counts_nothing_is_no_transaction(bench):
    ticket_id = bench.act(open_ticket)
    line = NewLine(
        service="purchase", act="under_test", case_kind="x", case_id=1, label="尾款", txn_count=0, principal_fen=10_00,
        principal_account=Account.OWNER,
    )  # fmt: skip
    bench.act(till.add_line, ticket_id, line)
    bench.act(settle, ticket_id, 10_00)
    assert rows_of(bench.close().report.content) == {}


# What the check finds -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def station_of_a_day(tmp_path_factory) -> Path:
    """A day with everything on it, corrected, and a clock accepted after it."""
    state = tmp_path_factory.mktemp("day") / "station"
    bench = Bench(state, printer=False)
    bench.act(open_day, pieces={100_00: 1}, at=days_ago(-900))
    sell(bench, 50_00, days_ago(-900), [Tender("wechat", 20_00)])
    bench.act(hand_drawer, taker(bench), pieces={100_00: 1}, at=days_ago(-900))
    bench.act(enter_closing, "2026-03-03", "2026-03-04", "holiday")
    on = bench.close({100_00: 1, 1_00: 1}, at=days_ago(-900)).day.business_on
    bench.act(correct_day, on, CHANGE)
    bench.act(accept_clock, "battery")
    bench.act(open_day)
    bench.act(begin_count)
    assert bench.problems() == []
    bench.store.checkpoint()
    bench.store.close()
    return state


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE business_days SET float_fen = 5 WHERE id = 1", "day.float_wrong"),
        ("UPDATE drawer_hand_overs SET to_staff_id = 1", "drawer.hand_over_not_as_audited"),
        ("DELETE FROM drawer_hand_overs", "drawer.hand_over_not_as_audited"),
        ("UPDATE drawer_hand_overs SET counted_fen = 1", "drawer.hand_over_differs"),
        ("UPDATE postings SET party = 'staff:2' WHERE account = 'over_short'", "drawer.hand_over_differs"),
        ("DELETE FROM drawer_hand_overs", "drawer.over_short_of_nothing"),
        (
            "INSERT INTO drawer_hand_overs SELECT 9, business_on, 99, NULL, 1, 5, 5, NULL, NULL, '', 'staff', 1"
            " FROM drawer_hand_overs",
            "drawer.hand_over_wrong_order",
        ),
        ("UPDATE wallet_counts SET moved_fen = 1", "day.wallet_differs"),
        ("UPDATE wallet_counts SET seen_fen = 1", "day.wallet_not_as_audited"),
        ("DELETE FROM wallet_counts", "day.wallet_not_as_audited"),
        ("UPDATE closings SET reason = 'leave'", "closing.not_as_audited"),
        ("UPDATE closings SET withdrawn_at = 'x'", "closing.not_as_audited"),
        ("DELETE FROM closings", "closing.not_as_audited"),
        ("UPDATE clock_acceptances SET reason = 'other'", "clock.not_as_audited"),
        ("DELETE FROM clock_acceptances", "clock.not_as_audited"),
        ("DELETE FROM clock_acceptances", "day.overlaps"),
        ("UPDATE day_corrections SET txn_count = 7", "correction.not_as_audited"),
        ("DELETE FROM day_corrections", "correction.not_as_audited"),
        ("DELETE FROM day_corrections", "report.corrects_nothing"),
        ("UPDATE day_corrections SET service_fee_fen = 9 WHERE service = 'bill'", "report.differs"),
        ("UPDATE day_corrections SET revision = 2", "correction.without_report"),
        ("DELETE FROM outbox WHERE sequence = 2", "report.not_queued"),
    ],
)
def test_check_finds_what_was_changed(tmp_path, station_of_a_day, statement, code):
    shutil.copytree(station_of_a_day, tmp_path / "station")
    bench = Bench.reopened(tmp_path / "station")
    connection = bare(bench.store.path)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    assert connection.execute(statement).rowcount
    connection.commit()
    connection.close()
    assert code in bench.problems()
    bench.store.close()


def test_actor_of_a_correction_is_recorded(bench):
    on = closed_day(bench)
    bench.act(correct_day, on, CHANGE, actor=Actor("staff", bench.manager_id, "manager"))
    assert bench.value("SELECT corrected_by_id FROM day_corrections") == bench.manager_id
