"""Entries balance, reversals are new entries, the day's cash is the ledger's, a closed day is frozen."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import audit, clock, ledger, settings, shifts
from kiosk.errors import Refused
from kiosk.ledger import Account, Posting
from kiosk.ledger.check import problems as ledger_problems
from kiosk.shifts.check import problems as day_problems
from kiosk.storage import Actor, Store, open_store
from tests.storage.test_guards_and_seals import bare

OPERATOR = Actor("staff", 1, "operator")


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    yield opened
    opened.close()


def post(store: Store, *postings: Posting, kind: str = "sale") -> int:
    with store.transaction(OPERATOR) as tx:
        return ledger.post(tx, kind, shifts.ensure_open(tx).business_on, "ticket", 1, postings)


def sold(store: Store, fen: int) -> int:
    return post(store, Posting(Account.DRAWER, fen), Posting(Account.FEE_INCOME, -fen, "purchase"))


def refusal(store: Store, act, *args) -> str:
    with pytest.raises(Refused) as caught, store.transaction(OPERATOR) as tx:
        act(tx, *args)
    return caught.value.code


def sound(store: Store) -> bool:
    with store.reading() as db:
        return not [*ledger_problems(db), *day_problems(db)]


def test_entry_that_does_not_balance_is_a_defect_and_leaves_nothing(store):
    for postings in (
        [Posting(Account.DRAWER, 5), Posting(Account.OWNER, -4)],
        [Posting(Account.DRAWER, 0), Posting(Account.OWNER, 0)],
        [],
    ):
        with pytest.raises(ValueError):
            post(store, *postings)
    with store.reading() as db:
        assert db.value("SELECT COUNT(*) FROM entries") == 0


def test_reversal_is_a_new_entry_that_happens_once(store):
    entry = sold(store, 300)
    with store.transaction(OPERATOR) as tx:
        ledger.reverse(tx, entry, shifts.ensure_open(tx).business_on)
    with store.reading() as db:
        assert ledger.balances(db) == {"drawer": 0, "fee_income": 0}
        assert db.value("SELECT COUNT(*) FROM entries") == 2
    with pytest.raises(sqlite3.IntegrityError), store.transaction(OPERATOR) as tx:
        ledger.reverse(tx, entry, shifts.ensure_open(tx).business_on)
    assert sound(store)


def test_first_act_opens_the_day_and_the_next_finds_it(store):
    with store.transaction(OPERATOR) as tx:
        first = shifts.ensure_open(tx)
        assert shifts.ensure_open(tx) == first
    assert first.business_on == clock.local_date().isoformat()
    assert not first.is_after_hours


def test_act_of_many_parts_asks_for_the_day_and_the_end_of_the_chain_once(store):
    asked = []
    with store.transaction(OPERATOR) as tx:
        day = shifts.ensure_open(tx)
        tx.connection.set_trace_callback(asked.append)
        for _ in range(3):
            assert shifts.ensure_open(tx) == day
            audit.record(tx, "day.float_set", business_on=day.business_on, float_fen=0)
        shifts.set_float(tx, 100_00)
        assert shifts.ensure_open(tx).float_fen == 100_00, "a day that was changed is read again"
        tx.connection.set_trace_callback(None)
    assert sum(sql.startswith("SELECT * FROM business_days WHERE state") for sql in asked) == 1
    assert sum(sql.startswith("SELECT seq, hash FROM audit") for sql in asked) == 0
    with store.reading() as db:
        assert list(audit.verify(db)) == []


def test_float_is_put_in_by_the_owner_and_is_no_difference(store):
    with store.transaction(OPERATOR) as tx:
        shifts.set_float(tx, 200_00)
        shifts.set_float(tx, 150_00)
    sold(store, 500)
    with store.transaction(OPERATOR) as tx:
        day = shifts.close(tx, {100_00: 1, 50_00: 1, 5_00: 1})
    assert (day.expected_fen, day.counted_fen, day.difference_fen) == (155_00, 155_00, 0)
    assert sound(store)


def test_float_after_the_first_cash_is_refused(store):
    sold(store, 500)
    assert refusal(store, shifts.set_float, 100_00) == "day.float_too_late"
    assert refusal(store, shifts.set_float, -1) == "day.float_negative"


@given(
    st.lists(st.integers(1, 100_000), max_size=6),
    st.dictionaries(st.sampled_from(shifts.PIECES_FEN), st.integers(0, 40)),
)
def test_close_keeps_what_was_counted_and_books_the_difference(tmp_path_factory, sales, pieces):
    folder = tmp_path_factory.mktemp("station")
    store = open_store(folder, settings.load(folder))
    try:
        for fen in sales:
            sold(store, fen)
        with store.transaction(OPERATOR) as tx:
            shifts.ensure_open(tx)
            day = shifts.close(tx, pieces, "找零找错")
        counted = sum(fen * count for fen, count in pieces.items())
        assert (day.expected_fen, day.counted_fen) == (sum(sales), counted)
        with store.reading() as db:
            assert ledger.balance(db, Account.DRAWER) == counted
            assert ledger.balance(db, Account.OVER_SHORT) == sum(sales) - counted
        assert sound(store)
    finally:
        store.close()


@pytest.mark.parametrize("pieces", [{3_00: 1}, {100_00: -1}, {100_00: 10**6}])
def test_count_of_unknown_pieces_is_refused(store, pieces):
    sold(store, 100)
    assert refusal(store, shifts.close, pieces) == "day.count_unreadable"


def test_day_without_sales_is_closed_and_a_second_close_is_refused(store):
    with store.transaction(OPERATOR) as tx:
        shifts.ensure_open(tx)
        assert shifts.close(tx, {}).difference_fen == 0
    assert refusal(store, shifts.close, {}) == "day.none_open"
    assert sound(store)


def test_act_after_the_close_opens_the_next_day_after_hours(store):
    with store.transaction(OPERATOR) as tx:
        first = shifts.ensure_open(tx)
        shifts.close(tx, {})
    with store.transaction(OPERATOR) as tx:
        second = shifts.ensure_open(tx)
    assert second.is_after_hours
    assert second.business_on > first.business_on
    with store.transaction(OPERATOR) as tx:
        assert not shifts.close(tx, {}).is_closed_late
        third = shifts.ensure_open(tx)
    assert third.business_on > second.business_on
    assert sound(store)


def test_day_left_open_is_closed_late_with_its_own_date(store):
    with store.transaction(OPERATOR) as tx:
        tx.now = clock.stamp(clock.now() - timedelta(days=2))
        first = shifts.ensure_open(tx)
    sold(store, 700)  # two days later, still on the open day's date
    with store.transaction(OPERATOR) as tx:
        day = shifts.close(tx, {5_00: 1, 1_00: 2})
    assert day.business_on == first.business_on
    assert day.is_closed_late
    assert clock.now() - clock.read(day.closed_at) < timedelta(minutes=5)
    with store.transaction(OPERATOR) as tx:
        assert not shifts.ensure_open(tx).is_after_hours
    assert sound(store)


@pytest.mark.lesson(25)
def test_clock_behind_the_last_close_opens_no_day(store):
    with store.transaction(OPERATOR) as tx:
        shifts.ensure_open(tx)
        shifts.close(tx, {})
    with pytest.raises(Refused) as caught, store.transaction(OPERATOR) as tx:
        tx.now = clock.stamp(clock.now() - timedelta(hours=3))
        shifts.ensure_open(tx)
    assert caught.value.code == "day.clock_wrong"
    with pytest.raises(Refused), store.transaction(OPERATOR) as tx:
        tx.now = "1970-01-01T00:00:00.000000Z"
        shifts.ensure_open(tx)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE postings SET amount_fen = amount_fen + 100 WHERE line_no = 1", "ledger.unbalanced"),
        ("DELETE FROM postings WHERE line_no = 2", "ledger.unbalanced"),
        ("UPDATE entries SET posted = 0", "ledger.unbalanced"),
        ("UPDATE entries SET entry_no = 77 WHERE id = 2", "ledger.number_gap"),
        ("UPDATE postings SET account = 'pocket' WHERE line_no = 1", "ledger.unknown_account"),
        ("UPDATE entries SET kind = 'gift' WHERE id = 1", "ledger.not_as_audited"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM entries WHERE id = 2", "ledger.entry_missing"),
        ("UPDATE postings SET account = 'commission' WHERE entry_id = 2 AND line_no = 2", "ledger.wrong_reversal"),
        ("UPDATE business_days SET counted_fen = counted_fen + 1", "day.count_wrong"),
        ("UPDATE business_days SET expected_fen = expected_fen + 1", "day.drawer_wrong"),
        ("UPDATE business_days SET business_on = '2020-01-01'", "day.entry_without_day"),
        ("DELETE FROM business_days", "day.entry_without_day"),
        ("UPDATE business_days SET counted_fen = 100, counted_pieces = '{\"100\":1}'", "day.not_as_audited"),
    ],
)
def test_check_finds_what_was_changed(store, statement, code):
    entry = sold(store, 300)
    with store.transaction(OPERATOR) as tx:
        ledger.reverse(tx, entry, shifts.ensure_open(tx).business_on)
        shifts.close(tx, {})
    assert sound(store)
    connection = bare(store.path)
    connection.executescript(statement)
    connection.commit()
    connection.close()
    with store.reading() as db:
        assert code in {problem.code for problem in [*ledger_problems(db), *day_problems(db)]}
