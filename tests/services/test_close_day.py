"""The day is counted before it is compared, closed in one transaction, and nothing unfinished is lost."""

import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from kiosk import outbox
from kiosk.counter.add_line import add_line
from kiosk.counter.close_day import begin_count, close_day, finish_count, what_stays_open
from kiosk.counter.open_day import open_day
from kiosk.errors import Refused
from kiosk.reports.view import day_view
from kiosk.till import drawer
from tests.services.counter_bench import BILL, PURCHASE, SALE, Bench, days_ago


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def busy(bench: Bench) -> int:
    """A float of 100.00 and one visit of 381.50; returns what should be in the drawer."""
    bench.act(open_day, 100_00)
    bench.settle(bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE)), 400_00)
    return 481_50


# Opening --------------------------------------------------------------------------------------------------------------


def test_day_opens_with_its_first_act_or_on_purpose(bench):
    assert bench.value("SELECT COUNT(*) FROM business_days") == 0
    bench.ticket()
    assert bench.value("SELECT state FROM business_days") == "open"
    assert bench.act(open_day).float_fen == 0
    assert bench.act(open_day, 50_00).float_fen == 50_00
    assert bench.balances() == {"drawer": 50_00, "owner": -50_00}
    assert bench.code(open_day, -1) == "day.float_negative"
    assert bench.code(open_day, actor=bench.token("inspector")) == "staff.not_allowed"


@pytest.mark.lesson(9)
def test_float_is_no_difference_and_change_is_not_counted_in(bench):
    expected = busy(bench)
    closed = bench.close(bench.pieces_of(expected))
    assert (closed.day.expected_fen, closed.day.counted_fen, closed.day.difference_fen) == (expected, expected, 0)
    assert "over_short" not in bench.balances()


# Counting -------------------------------------------------------------------------------------------------------------


def test_expected_amount_is_nowhere_before_the_count_is_kept(bench):
    expected = busy(bench)
    count_id = bench.act(begin_count)
    with bench.store.reading() as db:
        shown = json.dumps(day_view(db))
    assert str(expected) not in shown and '"expected_fen": null' in shown
    counted = bench.act(finish_count, count_id, {100_00: 4, 50_00: 1})
    assert (counted.counted_fen, counted.expected_fen, counted.difference_fen) == (450_00, expected, -31_50)


@pytest.mark.lesson(9)
def test_count_is_kept_for_ever_and_a_second_one_stands_beside_it(bench):
    busy(bench)
    first = bench.act(begin_count)
    bench.act(finish_count, first, {100_00: 4})
    assert bench.code(finish_count, first, {100_00: 5}) == "count.finished"
    with pytest.raises(sqlite3.IntegrityError), bench.store.transaction() as tx:
        tx.change("cash_counts", first, counted_fen=1)
    with pytest.raises(sqlite3.IntegrityError), bench.store.transaction() as tx:
        tx.execute("DELETE FROM cash_counts")
    second = bench.act(begin_count)
    bench.act(finish_count, second, bench.pieces_of(481_50))
    with bench.store.reading() as db:
        on = bench.value("SELECT business_on FROM business_days")
        assert [count.difference_fen for count in drawer.counts_on(db, on)] == [-81_50, 0]


def test_money_that_moves_while_counting_spoils_the_count(bench):
    busy(bench)
    count_id = bench.act(begin_count)
    bench.settle(bench.ticket(("bill", BILL | {"account_no": "0602123456511"})), 50_00)
    assert bench.code(finish_count, count_id, {100_00: 4}) == "count.money_moved"
    late = bench.act(begin_count)
    bench.act(finish_count, late, bench.pieces_of(531_50))
    bench.settle(bench.ticket(("bill", BILL | {"account_no": "0602123456522"})), 50_00)
    assert bench.code(close_day, count_id=late) == "count.money_moved"


@pytest.mark.parametrize("pieces", [{33: 1}, {100_00: -1}, {100_00: 10**9}])
def test_count_that_is_none_is_refused(bench, pieces):
    busy(bench)
    assert bench.code(finish_count, bench.act(begin_count), pieces) == "day.count_unreadable"


def test_count_needs_an_open_day_and_the_right(bench):
    assert bench.code(begin_count) == "day.none_open"
    busy(bench)
    for role in ("courier", "inspector", "screen"):
        actor = bench.token(role)
        for act, args in ((begin_count, ()), (finish_count, (1, {})), (close_day, ())):
            assert bench.code(act, *args, actor=actor) == "staff.not_allowed"
    count_id = bench.act(begin_count, actor=bench.staff("operator"))
    assert bench.code(close_day, count_id=count_id) == "count.not_finished"
    assert bench.code(close_day, count_id=99) == "count.unknown"


def test_count_of_another_day_closes_nothing(bench):
    yesterday = days_ago(1)
    bench.act(open_day, at=yesterday)
    count_id = bench.act(begin_count, at=yesterday)
    bench.act(finish_count, count_id, {}, at=yesterday)
    bench.act(close_day, count_id=count_id, at=yesterday)
    bench.act(open_day)
    assert bench.code(close_day, count_id=count_id) == "count.money_moved"


# Closing --------------------------------------------------------------------------------------------------------------


@pytest.mark.lesson(10)
def test_close_is_one_transaction_with_everything_in_it(bench):
    expected = busy(bench)
    closed = bench.close()
    assert closed.day.state == "closed" and closed.day.counted_fen == expected
    assert closed.report.revision == 0 and closed.report.report_no.startswith("F")
    assert bench.value("SELECT hash FROM reports") == closed.report.hash
    with bench.store.reading() as db:
        message = outbox.of_subject(db, "report", closed.report.id)[0]
        actions = [row[0] for row in db.all("SELECT action FROM audit ORDER BY seq DESC LIMIT 12")]
    assert (message.topic, message.state, message.sequence) == ("report.daily", "waiting", 1)
    assert {"day.closed", "report.frozen", "message.queued", "drawer.counted"} <= set(actions)
    assert bench.value("SELECT state FROM print_jobs WHERE id = ?", closed.print_job_id) == "waiting"
    assert "日结单" in bench.text(closed.slip_id)
    assert bench.code(close_day, pieces={}) == "day.none_open"


@pytest.mark.parametrize("step", ["reports", "outbox", "slips", "print_jobs"])
@pytest.mark.lesson(10)
def test_close_that_fails_on_the_way_leaves_the_day_open_and_whole(bench, step):
    """The disk refuses one of the rows: nothing of the close may stay."""
    busy(bench)
    with sqlite3.connect(bench.store.path) as connection:
        connection.execute(
            f"CREATE TRIGGER no_room BEFORE INSERT ON {step} BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    connection.close()
    before = bench.counts()
    with pytest.raises(sqlite3.IntegrityError):
        bench.close()
    assert bench.counts() == before
    assert bench.value("SELECT state FROM business_days") == "open"
    with sqlite3.connect(bench.store.path) as connection:
        connection.execute("DROP TRIGGER no_room")
    connection.close()
    assert bench.close().report.report_no.endswith("-0001")


def test_difference_is_kept_as_an_entry_with_its_reason(bench):
    expected = busy(bench)
    count_id = bench.act(begin_count)
    bench.act(finish_count, count_id, bench.pieces_of(expected - 1_50))
    assert bench.code(close_day, count_id=count_id) == "day.reason_missing"
    assert bench.code(close_day, count_id=count_id, reason="张三拿了") == "day.reason_unknown"
    closed = bench.act(close_day, count_id=count_id, reason="wrong_change")
    assert (closed.day.difference_fen, closed.day.difference_reason) == (-1_50, "wrong_change")
    assert bench.balances()["over_short"] == 1_50
    assert bench.balances()["drawer"] == expected - 1_50
    paper = bench.text(closed.slip_id)
    assert "短款" in paper and "-￥1.50" in paper and "找零差错" in paper


def test_more_than_expected_is_long_and_unexplained_when_nobody_looked(bench):
    expected = busy(bench)
    closed = bench.close(bench.pieces_of(expected + 50))
    assert (closed.day.difference_fen, closed.day.difference_reason) == (50, "unexplained")
    assert bench.balances()["over_short"] == -50
    assert "长款" in bench.text(closed.slip_id)


def test_reason_without_a_difference_is_not_kept(bench):
    bench.act(open_day)
    assert bench.close({}, reason="other").day.difference_reason is None


@pytest.mark.lesson(9)
def test_day_without_any_business_is_closed(bench):
    bench.act(open_day)
    closed = bench.close({})
    assert (closed.day.expected_fen, closed.day.counted_fen) == (0, 0)
    assert json.loads(closed.report.content)["totals"]["txn_count"] == 0
    assert "￥0.00" in bench.text(closed.slip_id)


def test_close_needs_a_count(bench):
    bench.act(open_day)
    assert bench.code(close_day) == "day.not_counted"


@pytest.mark.lesson(8)
def test_unfinished_business_is_listed_and_carried_over(bench):
    yesterday = days_ago(1)
    bench.settle(
        bench.ticket(("purchase", PURCHASE), ("bill", BILL), ("consignment", SALE), at=yesterday), 400_00, yesterday
    )
    left = bench.ticket(("bill", BILL | {"account_no": "0602123456511"}), at=yesterday)
    closed = bench.close(at=yesterday)
    waiting = {kind: count for kind, count in closed.stays_open.items() if count}
    assert waiting == {"tickets": 1, "purchases": 1, "bills": 1, "consignment_sales": 1}
    assert closed.open_ticket_ids == (left,)
    paper = bench.text(closed.slip_id)
    assert "留到下一个营业日" in paper and "未收款的单" in paper
    with bench.store.reading() as db:
        assert what_stays_open(db) == closed.stays_open
    settled = bench.settle(left, 50_00)
    assert settled.business_on > closed.day.business_on
    assert settled.receipt_no == f"R{settled.business_on.replace('-', '')}-0001"
    assert bench.close().stays_open["tickets"] == 0


def test_ticket_with_nothing_on_it_is_no_unfinished_business(bench):
    bench.ticket()
    closed = bench.close({})
    assert (closed.stays_open["tickets"], closed.open_ticket_ids) == (0, ())
    assert "没有留到明天的事项" in bench.text(closed.slip_id)


@pytest.mark.lesson(7)
def test_late_close_keeps_the_days_date_and_says_late(bench):
    two_days_ago = days_ago(2)
    bench.settle(bench.ticket(("bill", BILL), at=two_days_ago), 50_00, two_days_ago)
    closed = bench.close()
    content = json.loads(closed.report.content)
    assert closed.day.is_closed_late and content["is_closed_late"] and content["is_late"]
    assert content["business_on"] == closed.day.business_on == two_days_ago[:10] or content["opened_at"] == two_days_ago
    assert "补做的日结" in bench.text(closed.slip_id)
    assert not bench.act(open_day).is_after_hours


def test_what_is_done_after_the_close_belongs_to_the_next_day(bench):
    busy(bench)
    first = bench.close()
    settled = bench.settle(bench.ticket(("bill", BILL | {"account_no": "0602123456511"})), 50_00)
    assert settled.business_on > first.day.business_on
    second = bench.close()
    assert second.day.is_after_hours
    assert second.day.expected_fen == first.day.counted_fen + 50_00
    assert "营业后" in bench.text(second.slip_id)


@pytest.mark.lesson(10)
def test_closes_and_prints_later_where_no_printer_is(tmp_path):
    bench = Bench(tmp_path / "station", printer=False)
    settled = bench.settle(bench.ticket(("bill", BILL)), 50_00)
    assert settled.print_job_id is None and "￥50.00" in bench.text(settled.slip_id)
    closed = bench.close()
    assert closed.print_job_id is None and "日结单" in bench.text(closed.slip_id)
    assert bench.problems() == []
    bench.store.close()


@pytest.mark.lesson(7)
def test_week_without_county_waits_in_order(bench):
    for days in range(7, 0, -1):
        at = days_ago(days)
        bench.settle(bench.ticket(("bill", BILL | {"pays_again": True}), at=at), 50_00, at)
        bench.close(at=at)
    with bench.store.reading() as db:
        assert outbox.summary(db).waiting == 7
        assert [message.sequence for message in outbox.messages(db)] == [7, 6, 5, 4, 3, 2, 1]


def test_day_view_says_what_was_counted_once_it_is_closed(bench):
    expected = busy(bench)
    closed = bench.close(bench.pieces_of(expected + 1_00), reason="not_recorded")
    with bench.store.reading() as db:
        shown = day_view(db, closed.day.business_on)
        assert day_view(db) is None and day_view(db, "2001-01-01") is None
    assert (shown["state"], shown["expected_fen"], shown["difference_fen"]) == ("closed", expected, 1_00)
    assert shown["difference_reason_words"] == "漏记或多记"
    assert shown["report_no"] == closed.report.report_no
    json.dumps(shown)


@profile(max_examples=15)
@given(
    days=st.lists(st.tuples(st.lists(st.integers(1, 900), max_size=3), st.integers(-20, 20)), min_size=1, max_size=3)
)
def test_drawer_is_what_was_counted_plus_what_moved_on_any_days(tmp_path_factory, days):
    bench = Bench(tmp_path_factory.mktemp("days") / "station", printer=False)
    in_drawer, over = 0, 0
    for number, (bills, jiao) in enumerate(days):
        at = days_ago(len(days) - number)
        bench.act(open_day, at=at)
        for yuan in bills:
            bill = BILL | {"amount_fen": yuan * 100, "pays_again": True}
            bench.settle(bench.ticket(("bill", bill), at=at), yuan * 100, at)
        in_drawer += sum(bills) * 100
        difference = max(jiao * 10, -in_drawer)
        closed = bench.close(bench.pieces_of(in_drawer + difference), at=at)
        assert (closed.day.expected_fen, closed.day.difference_fen) == (in_drawer, difference)
        in_drawer, over = in_drawer + difference, over + difference
    assert bench.balance("drawer") == in_drawer
    assert bench.balance("over_short") == -over
    assert bench.problems() == []
    bench.store.close()


def test_line_cannot_be_added_unnoticed_between_count_and_close(bench):
    """A line alone moves no money, so the count stands; it is carried over."""
    busy(bench)
    count_id = bench.act(begin_count)
    bench.act(finish_count, count_id, bench.pieces_of(481_50))
    ticket_id = bench.ticket()
    bench.act(add_line, ticket_id, "bill", **(BILL | {"account_no": "0602123456511"}))
    assert bench.act(close_day, count_id=count_id).open_ticket_ids == (ticket_id,)


def test_two_counts_of_two_desks_close_one_day_once(bench):
    busy(bench)
    first, second = bench.act(begin_count), bench.act(begin_count)
    for count_id in (first, second):
        bench.act(finish_count, count_id, bench.pieces_of(481_50))
    bench.act(close_day, count_id=first)
    with pytest.raises(Refused) as caught:
        bench.act(close_day, count_id=second)
    assert caught.value.code == "day.none_open"
    assert bench.value("SELECT COUNT(*) FROM reports") == 1
