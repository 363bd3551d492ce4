"""Cash beside the tickets: put in and taken out for a reason, with number, slip and entry; never more than there is."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from kiosk import ledger, money, shifts
from kiosk.ledger import Account, Posting
from kiosk.till import cash_moves
from kiosk.till.cash_moves import REASONS, move_cash, put_back
from tests.services.counter_bench import BILL, Bench, days_ago

NOTE = "买胶带"


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station")
    yield opened
    assert opened.problems() == []
    opened.store.close()


def owe_carrier(bench: Bench, fen: int) -> None:
    """Money that a carrier is owed, as its parcels bring it."""
    with bench.store.transaction(bench.actor) as tx:
        today = shifts.ensure_open(tx)
        postings = [Posting(Account.WECHAT, fen), Posting(Account.OWED_TO_CARRIERS, -fen, party="carrier:YTO")]
        ledger.post(tx, "test", today.business_on, "parcel", 1, postings)


@pytest.mark.parametrize("reason", [reason for reason in REASONS if reason != "carrier"])
def test_each_reason_moves_drawer_and_its_account(bench, reason):
    bench.act(move_cash, "owner_in", 500_00)
    why = REASONS[reason]
    before = bench.balances()
    move = bench.act(move_cash, reason, 20_00, note=NOTE)
    into_fen = 20_00 if why.kind == "pay_in" else -20_00
    after = bench.balances()
    assert after["drawer"] - before["drawer"] == into_fen
    assert after.get(why.account.value, 0) - before.get(why.account.value, 0) == -into_fen
    assert move.move_no.startswith("P") and move.move_no.endswith("-0002")
    text = bench.text(move.slip_id)
    assert move.move_no in text and why.words in text and "￥20.00" in text and NOTE in text and "签字" in text


def test_carrier_is_paid_up_to_what_it_is_owed(bench):
    bench.act(move_cash, "owner_in", 500_00)
    owe_carrier(bench, 80_00)
    assert bench.code(move_cash, "carrier", 1_00) == "cash.carrier_missing"
    assert bench.code(move_cash, "carrier", 1_00, carrier="NOPE") == "carrier.unknown"
    assert bench.code(move_cash, "carrier", 80_01, carrier="YTO") == "cash.not_owed"
    assert bench.code(move_cash, "carrier", 1_00, carrier="ZTO") == "cash.not_owed"
    move = bench.act(move_cash, "carrier", 80_00, carrier="YTO")
    assert "圆通" in bench.text(move.slip_id)
    with bench.store.reading() as db:
        assert ledger.by_party(db, Account.OWED_TO_CARRIERS) == {}
    assert bench.code(move_cash, "carrier", 1, carrier="YTO") == "cash.not_owed"
    bench.act(put_back, move.id)
    with bench.store.reading() as db:
        assert cash_moves.owed_to_carriers(db) == {"YTO": 80_00}


@pytest.mark.parametrize(
    ("reason", "fen", "facts", "code"),
    [
        ("gift", 1_00, {}, "cash.reason_unknown"),
        ("owner_in", 0, {}, "cash.amount_wrong"),
        ("owner_in", -1, {}, "cash.amount_wrong"),
        ("owner_in", money.LIMIT_FEN + 1, {}, "cash.amount_wrong"),
        ("expense", 1_00, {}, "cash.note_missing"),
        ("other_in", 1_00, {"note": "  "}, "cash.note_missing"),
        ("expense", 1_00, {"note": "11010519491231002X"}, "text.holds_id_number"),
        ("owner_out", 100_01, {}, "drawer.too_little"),
    ],
)
def test_move_that_is_not_right_moves_nothing(bench, reason, fen, facts, code):
    bench.act(move_cash, "owner_in", 100_00)
    assert bench.code(move_cash, reason, fen, **facts) == code
    assert bench.balance("drawer") == 100_00


def test_owner_carrier_and_other_are_the_managers(bench):
    clerk = bench.staff("operator")
    for reason in ("owner_in", "owner_out", "carrier", "other_in", "other_out"):
        assert bench.code(move_cash, reason, 1_00, note=NOTE, carrier="YTO", actor=clerk) == "staff.not_allowed"
    bench.act(move_cash, "from_bank", 50_00, actor=clerk)
    bench.act(move_cash, "expense", 3_50, note=NOTE, actor=clerk)
    mine = bench.act(move_cash, "owner_in", 1_00)
    assert bench.code(put_back, mine.id, actor=clerk) == "staff.not_allowed"
    assert bench.code(move_cash, "from_bank", 1_00, actor=bench.token("inspector")) == "staff.not_allowed"


def test_wrong_move_is_put_back_the_same_day_by_a_new_entry(bench):
    move = bench.act(move_cash, "owner_in", 100_00)
    back = bench.act(put_back, move.id)
    assert back.reversed_at is not None and bench.balances() == {}
    assert bench.value("SELECT reverses_id FROM entries WHERE id = ?", back.reverse_entry_id) == move.entry_id
    assert bench.code(put_back, move.id) == "cash.already_put_back"
    assert bench.code(put_back, 99) == "cash.unknown"
    assert bench.act(move_cash, "owner_in", 1_00).move_no.endswith("-0002")


def test_move_is_not_put_back_when_its_cash_is_gone_or_its_day_is_closed(bench):
    yesterday = days_ago(1)
    old = bench.act(move_cash, "owner_in", 100_00, at=yesterday)
    bench.act(move_cash, "owner_out", 1, at=yesterday)
    assert bench.code(put_back, old.id, at=yesterday) == "drawer.too_little"
    bench.close({100_00: 1}, at=yesterday, reason="unexplained")
    bench.settle(bench.ticket(("bill", BILL)), 50_00)
    assert bench.code(put_back, old.id) == "cash.day_closed"


def test_words_written_with_a_move_are_erased(bench):
    bench.act(move_cash, "owner_in", 100_00)
    move = bench.act(move_cash, "expense", 1_00, note="给王二小")
    with bench.store.transaction(erasing=True) as tx:
        assert cash_moves.forget(tx, move.id, "asked") == 1
    with bench.store.reading() as db:
        assert not any("王二小" in line for line in db.connection.iterdump())
    assert "个人信息已按规定删除" in bench.text(move.slip_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cash_moves SET amount_fen = 1",
        "UPDATE cash_moves SET slip_id = 99",
        "DELETE FROM cash_moves",
        "UPDATE debtors SET allowed_by_id = 99",
        "DELETE FROM debtors",
        "UPDATE compensations SET amount_fen = 1",
        "UPDATE compensations SET state = 'recorded'",
        "UPDATE compensations SET compensation_no = 'C1'",
        "DELETE FROM compensations",
    ],
)
def test_database_refuses_to_change_what_was_written(bench, statement):
    from kiosk.till import debtors

    bench.act(debtors.allow, "张三", "1234", 1_00)
    bench.act(move_cash, "owner_in", 100_00)
    bench.settle(bench.ticket(("compensation", {"amount_fen": 1_00, "reason": "other", "note": "赔"})), 0)
    with pytest.raises(sqlite3.IntegrityError), bench.store.transaction() as tx:
        tx.execute(statement)


MOVES = st.lists(
    st.tuples(st.sampled_from([r for r in REASONS if r != "carrier"]), st.integers(1, 90_00), st.booleans()),
    max_size=10,
)


@runs(max_examples=12)
@given(moves=MOVES)
def test_drawer_is_what_was_put_in_less_what_was_taken_out(tmp_path_factory, moves):
    from kiosk.errors import Refused

    bench = Bench(tmp_path_factory.mktemp("cash") / "station", printer=False)
    held = 0
    for reason, fen, is_wrong in moves:
        into_fen = fen if REASONS[reason].kind == "pay_in" else -fen
        try:
            move = bench.act(move_cash, reason, fen, note=NOTE)
        except Refused as refused:
            assert refused.code == "drawer.too_little" and held + into_fen < 0
            continue
        held += into_fen
        assert held >= 0
        if is_wrong:
            bench.act(put_back, move.id)
            held -= into_fen
    assert bench.balance("drawer") == held
    assert bench.problems() == []
    bench.store.close()
