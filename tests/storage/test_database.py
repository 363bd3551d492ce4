"""One transaction at a time, all or nothing, synced; readers that see commits only."""

import multiprocessing
import sqlite3
import threading
from pathlib import Path

import pytest

from kiosk import settings, vault
from kiosk.errors import DatabaseError, Refused
from kiosk.storage import Store, Tx, open_store
from kiosk.storage.connection import connect
from kiosk.storage.numbers import document_no, last_number, next_number


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path, settings.load(tmp_path))
    yield opened
    opened.close()


def _count(store: Store, table: str) -> int:
    with store.reading() as db:
        return db.value(f"SELECT COUNT(*) FROM {table}")


def test_transaction_leaves_nothing_when_it_raises(store: Store):
    after: list[str] = []
    with pytest.raises(Refused), store.transaction() as tx:
        next_number(tx, "ticket")
        tx.after_commit(lambda: after.append("never"))
        raise Refused("test.no", "no")
    with store.reading() as db:
        assert last_number(db, "ticket") == 0
    assert after == []


def test_after_commit_runs_when_the_commit_has_returned(store: Store):
    seen: list[int] = []

    def look() -> None:
        with store.reading() as db:
            seen.append(last_number(db, "ticket"))

    with store.transaction() as tx:
        next_number(tx, "ticket")
        tx.after_commit(look)
        with store.reading() as db:
            assert last_number(db, "ticket") == 0, "a reader saw what was not committed"
    assert seen == [1]


def test_only_what_need_not_last_is_left_unsynced(store: Store):
    """Seen by everybody at once like any other, and the act after it is synced again, however the one before ended."""
    normal, full = 1, 2
    with store.transaction(lasting=False) as tx:
        next_number(tx, "ticket")
        assert tx.value("PRAGMA synchronous") == normal
    with store.reading() as db:
        assert last_number(db, "ticket") == 1
    with store.transaction() as tx:
        assert tx.value("PRAGMA synchronous") == full
    with pytest.raises(Refused), store.transaction(lasting=False) as tx:
        next_number(tx, "ticket")
        raise Refused("test.no", "no")
    with store.transaction() as tx:
        assert tx.value("PRAGMA synchronous") == full and last_number(tx, "ticket") == 1


def _last(tx: Tx) -> int:
    return tx.kept("numbers", lambda: last_number(tx, "ticket"))


def test_what_a_transaction_keeps_is_read_once_and_never_stale(store: Store):
    asked: list[str] = []
    with store.transaction() as tx:
        assert _last(tx) == 0
        tx.connection.set_trace_callback(asked.append)
        tx.execute("SELECT 1 FROM chores")
        assert (_last(tx), len(asked)) == (0, 1), "what nobody has touched is not read again"
        tx.execute("SAVEPOINT inside")
        next_number(tx, "ticket")
        assert _last(tx) == 1, "a statement that names the table"
        tx.execute("ROLLBACK TO inside")
        assert _last(tx) == 0, "what was taken back"
        tx.insert("numbers", series="ticket", scope="", last=7)
        assert _last(tx) == 7, "a row of the table"
        tx.keep("numbers", 8)
        assert _last(tx) == 8, "what the caller has written itself"
        tx.connection.set_trace_callback(None)
    with store.transaction() as tx:
        assert _last(tx) == 7, "another transaction begins by reading"


def test_transaction_inside_a_transaction_is_a_defect(store: Store):
    with store.transaction(), pytest.raises(RuntimeError), store.transaction():
        pass


def test_reader_cannot_write(store: Store):
    with store.reading() as db, pytest.raises(sqlite3.OperationalError):
        db.connection.execute("INSERT INTO numbers VALUES ('x', '', 1)")


def test_snapshot_sees_one_moment(store: Store):
    with store.reading(snapshot=True) as db:
        assert last_number(db, "ticket") == 0
        with store.transaction() as tx:
            next_number(tx, "ticket")
        assert last_number(db, "ticket") == 0
    with store.reading() as db:
        assert last_number(db, "ticket") == 1


@pytest.mark.lesson(1, 25)
def test_every_connection_syncs_each_commit_and_checks_references(store: Store):
    connection = connect(store.path)
    try:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert connection.execute("PRAGMA recursive_triggers").fetchone()[0] == 1
    finally:
        connection.close()


@pytest.mark.lesson(1)
def test_numbers_have_no_gap_with_eight_threads(store: Store):
    def take() -> None:
        for turn in range(20):
            try:
                with store.transaction() as tx:
                    next_number(tx, "ticket")
                    if turn % 5 == 0:
                        raise Refused("test.no", "rolled back: its number must be given again")
            except Refused:
                pass

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as db:
        assert last_number(db, "ticket") == 8 * 16


def test_document_numbers_count_within_their_day(store: Store):
    with store.transaction() as tx:
        assert document_no(tx, "R", "2026-11-22") == "R20261122-0001"
        assert document_no(tx, "R", "2026-11-22") == "R20261122-0002"
        assert document_no(tx, "R", "2026-11-23") == "R20261123-0001"


def _count_up(folder: str, turns: int) -> None:
    state = Path(folder)
    store = open_store(state, settings.load(state))
    for _ in range(turns):
        with store.transaction() as tx:
            next_number(tx, "ticket")
    store.close()


def test_processes_that_open_and_write_at_once_lose_nothing(tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=_count_up, args=(str(tmp_path), 25)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
    store = open_store(tmp_path, settings.load(tmp_path))
    with store.reading() as db:
        assert last_number(db, "ticket") == 75
    store.close()


def test_nobody_waits_for_an_erasure_that_waits_for_a_reader(store: Store):
    with store.transaction() as tx:
        vault.put(tx, "parcel", 1, "name", "马大山马大山", "parcel")

    def erase() -> None:
        with store.transaction(erasing=True) as tx:
            vault.erase(tx, "parcel", 1, "retention")

    with store.reading(snapshot=True) as db:
        assert vault.get(db, "parcel", 1, "name")
        eraser = threading.Thread(target=erase)
        eraser.start()
        while _count(store, "vault"):
            pass
        with store.transaction() as tx:
            next_number(tx, "test")
        assert eraser.is_alive(), "it still waits for the reader, and nobody for it"
    eraser.join()
    assert not any("马大山".encode() in path.read_bytes() for path in store.state.glob("kiosk.db*"))


def test_what_an_erasure_could_not_empty_is_emptied_by_the_next_checkpoint(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kiosk.storage.database.ERASE_PATIENCE_SECONDS", 0.0)
    with store.transaction() as tx:
        vault.put(tx, "parcel", 1, "name", "马大山马大山", "parcel")
    log = store.state / "kiosk.db-wal"
    with store.reading(snapshot=True) as db:
        assert vault.get(db, "parcel", 1, "name")
        with store.transaction(erasing=True) as tx:
            vault.erase(tx, "parcel", 1, "retention")
        store.checkpoint()
        assert log.stat().st_size, "the control: a reader keeps it"
    store.checkpoint()
    assert not log.stat().st_size
    with store.transaction() as tx:
        next_number(tx, "test")
    store.checkpoint()
    assert log.stat().st_size, "only what was erased is worth an empty log"


def test_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path):
    (tmp_path / "kiosk.db").write_bytes(b"not a database, but somebody's " * 200)
    before = (tmp_path / "kiosk.db").read_bytes()
    with pytest.raises(DatabaseError) as caught:
        open_store(tmp_path, settings.load(tmp_path))
    assert "kiosk.db" in str(caught.value)
    assert (tmp_path / "kiosk.db").read_bytes() == before


def test_secrets_are_random_and_for_the_owner_only(tmp_path: Path):
    one = open_store(tmp_path / "one", settings.load())
    two = open_store(tmp_path / "two", settings.load())
    try:
        assert one.secrets.key("phone") != two.secrets.key("phone")
        assert one.secrets.key("phone") != one.secrets.key("session")
        for path in (tmp_path / "one" / "secrets").iterdir():
            assert path.stat().st_mode & 0o077 == 0
        again = open_store(tmp_path / "one", settings.load())
        assert again.secrets.key("phone") == one.secrets.key("phone")
        again.close()
    finally:
        one.close()
        two.close()
