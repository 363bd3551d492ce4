"""What the database itself refuses, and what the seals find when somebody went round it."""

import sqlite3
from pathlib import Path

import pytest

from kiosk import settings, shifts
from kiosk.fees import publish
from kiosk.storage import Actor, Store, open_store, seals
from kiosk.storage.connection import connect
from kiosk.storage.guards import check_guards, guard_statements, version_mark

MANAGER = Actor("staff", 1, "manager")
FREE = {"code": "bill", "name_zh": "代缴", "service": "bill", "unit": "笔", "rule": "free"}


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    with opened.transaction(MANAGER) as tx:
        shifts.set_float(tx, 200_00)
        publish(tx, {"effective_on": "2026-01-01", "basis": "村民约定", "approver": "县中心", "items": [FREE]})
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET action = 'x.y'",
        "DELETE FROM audit",
        "UPDATE numbers SET last = last + 2",
        "UPDATE numbers SET last = last - 1",
        "DELETE FROM numbers",
        "UPDATE fee_versions SET basis = 'x'",
        "DELETE FROM fee_versions",
        "UPDATE entries SET kind = 'x'",
        "UPDATE entries SET posted = 0",
        "DELETE FROM entries",
        "UPDATE postings SET amount_fen = amount_fen + 1",
        "DELETE FROM postings",
        "INSERT INTO postings (entry_id, line_no, account, amount_fen) VALUES (1, 9, 'drawer', 5)",
        "DELETE FROM business_days",
        "INSERT INTO entries (entry_no, business_on, kind, subject_kind, subject_id, at, actor_kind, actor_id, posted)"
        " VALUES (99, '2026-01-01', 'x', 'x', 1, '', 'staff', 1, 1)",
        "INSERT OR REPLACE INTO audit (seq, at, actor_kind, actor_id, action, facts, previous_hash, hash)"
        " VALUES (1, '', 'staff', 1, 'x.y', '{}', '', '')",
    ],
)
def test_written_facts_are_refused_by_the_database(store: Store, statement: str):
    connection = connect(store.path)
    try:
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    finally:
        connection.close()


def test_entry_that_does_not_balance_cannot_be_posted(store: Store):
    connection = connect(store.path)
    try:
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO entries (entry_no, business_on, kind, subject_kind, subject_id, at, actor_kind, actor_id)"
            " VALUES (99, '2026-01-01', 'x', 'x', 1, '', 'staff', 1)"
        )
        entry = connection.execute("SELECT MAX(id) FROM entries").fetchone()[0]
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE entries SET posted = 1 WHERE id = ?", (entry,))
        connection.execute(
            "INSERT INTO postings (entry_id, line_no, account, amount_fen) VALUES (?, 1, 'drawer', 5)", (entry,)
        )
        connection.execute(
            "INSERT INTO postings (entry_id, line_no, account, amount_fen) VALUES (?, 2, 'owner', -4)", (entry,)
        )
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE entries SET posted = 1 WHERE id = ?", (entry,))
    finally:
        connection.close()


def test_closed_day_never_changes(store: Store):
    with store.transaction(MANAGER) as tx:
        shifts.close(tx, {100_00: 2})
    connection = connect(store.path)
    try:
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE business_days SET counted_fen = 1")
    finally:
        connection.close()


def test_guards_are_listed_and_stand_after_opening(store: Store):
    connection = connect(store.path)
    try:
        assert check_guards(connection)
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        assert len(guard_statements()) >= 18
        assert {"audit_never_changes", "entries_posted_balanced", "closed_days_never_change"} <= names
        connection.execute("DROP TRIGGER audit_never_changes")
        assert not check_guards(connection)
    finally:
        connection.close()
    open_store(store.state, store.settings).close()
    connection = connect(store.path)
    try:
        assert check_guards(connection)
    finally:
        connection.close()


def bare(path: Path) -> sqlite3.Connection:
    """A connection as another tool would open it, with our guards out of the way."""
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    return connection


@pytest.mark.parametrize(
    ("statement", "table", "why"),
    [
        ("UPDATE business_days SET float_fen = 1", "business_days", "changed"),
        ("DELETE FROM fee_versions", "fee_versions", "missing"),
        ("UPDATE postings SET amount_fen = -amount_fen WHERE line_no = 1", "postings", "changed"),
        ("DELETE FROM numbers WHERE series = 'entry'", "numbers", "missing"),
        ("INSERT INTO numbers VALUES ('foreign', '', 7)", "numbers", "foreign"),
        ("DELETE FROM seals WHERE place = 'entries'", "entries", "foreign"),
        ("UPDATE fee_versions SET items = replace(items, '代缴', '代收')", "fee_versions", "changed"),
    ],
)
def test_row_changed_past_the_guards_is_found_and_stays_found(store: Store, statement: str, table: str, why: str):
    connection = bare(store.path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    for _ in range(2):  # opening again puts the guards back, but never seals what it finds
        open_store(store.state, store.settings).close()
        connection = connect(store.path)
        try:
            assert (table, why) in {(broken.table, broken.why) for broken in seals.broken(connection)}
        finally:
            connection.close()


def test_untouched_station_has_no_broken_seal(store: Store):
    connection = connect(store.path)
    try:
        assert list(seals.broken(connection)) == []
    finally:
        connection.close()


def test_upgrade_does_not_launder_damage(store: Store):
    connection = bare(store.path)
    connection.execute("UPDATE business_days SET float_fen = 1")
    connection.execute("PRAGMA user_version = 1")  # as an older version leaves it
    connection.commit()
    connection.close()
    open_store(store.state, store.settings).close()
    connection = connect(store.path)
    try:
        assert [broken.table for broken in seals.broken(connection)] == ["business_days"]
    finally:
        connection.close()
    assert (store.state / "kiosk.db.before-migration").exists()


def test_table_that_is_sealed_from_this_version_on_is_sealed_as_it_is(store: Store):
    """An older version left ``fee_versions`` unsealed and sealed ``desks``: neither is damage."""
    mark = version_mark()
    connection = bare(store.path)
    connection.execute("DELETE FROM seals WHERE place = 'fee_versions'")
    connection.execute("INSERT INTO seals (place, key, seal) VALUES ('desks', '1', 7)")
    connection.execute(f"PRAGMA user_version = {mark - 1}")
    connection.commit()
    connection.close()
    open_store(store.state, store.settings).close()
    connection = connect(store.path)
    try:
        assert list(seals.broken(connection)) == []
        assert not connection.execute("SELECT 1 FROM seals WHERE place = 'desks'").fetchall()
        assert connection.execute("SELECT 1 FROM seals WHERE place = 'fee_versions'").fetchall()
        assert connection.execute("PRAGMA user_version").fetchone()[0] == mark
    finally:
        connection.close()


def test_another_set_of_unsealed_tables_is_another_version():
    assert version_mark(seals.UNSEALED | {"fee_drafts"}) != version_mark() != version_mark(frozenset())
