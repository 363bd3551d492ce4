"""Opens ``kiosk.db`` and hands out readers and the one transaction.

A transaction takes an in-process lock, then ``flock`` on a file beside the database, then ``BEGIN IMMEDIATE``: SQLite's
busy handler does not queue, and a process that writes without a pause starved a counter for seconds (architecture.md
§1.4). An act receives the ``Tx`` and never commits; whoever opened the transaction says success after it has returned.
"""

from __future__ import annotations

import fcntl
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk import clock
from kiosk.errors import DatabaseError, Refused
from kiosk.settings import Settings
from kiosk.storage.connection import connect
from kiosk.storage.secrets import Secrets
from kiosk.words import N_

READERS = 4
DATABASE = "kiosk.db"
GATE = "kiosk.db.lock"
#: Stands while a restore moves files; holds the name of the folder with what was there before.
UNDER_WAY = "restore-under-way"
#: Every open store holds this file shared; a restore wants it alone (``in_nobodys_use``).
IN_USE = "kiosk.db.use"
#: Stands beside the database while something that was erased may still be read in the log.
OWED = "kiosk.db.owed"
#: How long an erasure waits for readers of the log, and how long between two tries.
ERASE_PATIENCE_SECONDS, ERASE_PAUSE_SECONDS = 10.0, 0.1


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person of the staff, a program with a token, or the station itself (chores, devices, sync)."""

    kind: str  # 'staff' | 'token' | 'system'
    id: int
    role: str
    name: str = ""
    desk_id: int | None = None


SYSTEM = Actor("system", 0, "system", "station")


class Reader:
    """Reads through one connection. Every statement sees the last commit unless ``snapshot`` began a read."""

    def __init__(self, connection: sqlite3.Connection, store: Store) -> None:
        self.connection = connection
        self.store = store
        self.settings = store.settings
        self.secrets = store.secrets

    def one(self, sql: str, *params: Any, **named: Any) -> sqlite3.Row | None:
        """The first row or None."""
        cursor = self.connection.execute(sql, named or params)
        row = cursor.fetchone()
        cursor.close()
        return row

    def all(self, sql: str, *params: Any, **named: Any) -> list[sqlite3.Row]:
        """Every row."""
        return self.connection.execute(sql, named or params).fetchall()

    def value(self, sql: str, *params: Any, **named: Any) -> Any:
        """The first column of the first row or None."""
        row = self.one(sql, *params, **named)
        return None if row is None else row[0]


class Tx(Reader):
    """One write transaction: all of it becomes durable, or none."""

    def __init__(self, connection: sqlite3.Connection, store: Store, actor: Actor) -> None:
        super().__init__(connection, store)
        self.actor = actor
        self.now = clock.stamp()
        self.afterwards: list[Callable[[], None]] = []
        self._kept: dict[str, Any] = {}

    def kept(self, table: str, read: Callable[[], Any]) -> Any:
        """What ``read`` finds in ``table``, read once and again after any statement of this transaction that names the
        table or takes something back. Nobody else writes meanwhile, so it cannot go stale."""
        if table not in self._kept:
            self._kept[table] = read()
        return self._kept[table]

    def keep(self, table: str, found: Any) -> None:
        """What ``kept`` answers from now on: the caller has just written it."""
        self._kept[table] = found

    def _forget(self, sql: str) -> None:
        for table in [table for table in self._kept if table in sql or "ROLLBACK" in sql]:
            del self._kept[table]

    def execute(self, sql: str, *params: Any, **named: Any) -> sqlite3.Cursor:
        """Runs one statement."""
        if self._kept:
            self._forget(sql)
        return self.connection.execute(sql, named or params)

    def insert(self, table: str, **columns: Any) -> int:
        """Adds a row and returns its row id. Table and column names come from code, never from input."""
        self._kept.pop(table, None)
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        cursor = self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))
        return int(cursor.lastrowid or 0)

    def change(self, table: str, row_id: int, **columns: Any) -> None:
        """Sets columns of the row with this ``id``; raises KeyError when there is none."""
        self._kept.pop(table, None)
        sets = ", ".join(f"{name} = ?" for name in columns)
        cursor = self.connection.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*columns.values(), row_id))
        if cursor.rowcount != 1:
            raise KeyError(f"{table} {row_id}")

    def after_commit(self, act: Callable[[], None]) -> None:
        """Runs ``act`` once the commit has returned; never when the transaction is rolled back."""
        self.afterwards.append(act)


class Store:
    """The open database of one state folder, shared by the threads of one process."""

    def __init__(self, state: Path, settings: Settings, secrets: Secrets, use: int, writer: sqlite3.Connection) -> None:
        """``open_store`` makes it: with a descriptor that holds ``IN_USE`` shared and a connection to the migrated file."""
        self.state = state
        self.path = state / DATABASE
        self._owed = state / OWED
        self.settings = settings
        self.secrets = secrets
        self._turn = threading.Lock()
        self._owner: int | None = None
        self._gate = os.open(state / GATE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._use = use
        self._writer = writer
        self._readers: queue.LifoQueue[sqlite3.Connection | None] = queue.LifoQueue()
        for _ in range(READERS):
            self._readers.put(None)

    @contextmanager
    def reading(self, *, snapshot: bool = False) -> Iterator[Reader]:
        """Lends one of four connections; ``snapshot`` makes all its reads see the same moment (reports, checks)."""
        connection = self._readers.get()
        try:
            if connection is None:
                connection = connect(self.path)
                connection.execute("PRAGMA query_only = ON")
            if snapshot:
                connection.execute("BEGIN")
            try:
                yield Reader(connection, self)
            finally:
                if connection.in_transaction:
                    connection.rollback()
        finally:
            self._readers.put(connection)

    @contextmanager
    def transaction(self, actor: Actor = SYSTEM, *, erasing: bool = False, lasting: bool = True) -> Iterator[Tx]:
        """One act, durable when the block has ended without an error and rolled back whole when it raised.

        What is not ``lasting`` is seen by everybody, but a power cut may take it back, whole: for what nobody is told of
        and is done again without it (a lease). It spares the disk a sync; the next act's makes it durable as well.
        ``erasing`` truncates the log afterwards, so that an erased value stays neither in the file (every connection
        overwrites what it deletes) nor in the WAL (architecture.md §1.7). Not re-entrant: an act never opens a transaction.
        """
        me = threading.get_ident()
        if self._owner == me:
            raise RuntimeError("a transaction is already open in this thread")
        with self._turn:
            self._owner = me
            fcntl.flock(self._gate, fcntl.LOCK_EX)
            try:
                if not lasting:
                    self._writer.execute("PRAGMA synchronous = NORMAL")
                self._writer.execute("BEGIN IMMEDIATE")
                tx = Tx(self._writer, self, actor)
                try:
                    yield tx
                    self._writer.execute("COMMIT")
                finally:
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
            finally:
                fcntl.flock(self._gate, fcntl.LOCK_UN)
                self._owner = None
                if not lasting:
                    self._writer.execute("PRAGMA synchronous = FULL")
        if erasing:
            self._erase_from_log()
        for act in tx.afterwards:
            act()

    def _erase_from_log(self) -> None:
        """Empties the log, into which a reader may still look: tried in short turns, in which nobody waits for us. Where a
        reader outlasts them (the nightly check), the chores' checkpoint goes on trying."""
        until = time.monotonic() + ERASE_PATIENCE_SECONDS
        self._owed.touch(mode=0o600)
        while not self._empty_log() and time.monotonic() < until:
            time.sleep(ERASE_PAUSE_SECONDS)

    def _empty_log(self) -> bool:
        connection = connect(self.path)
        try:
            connection.execute("PRAGMA busy_timeout = 10").fetchall()
            if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                return False
        finally:
            connection.close()
        self._owed.unlink(missing_ok=True)
        return True

    def checkpoint(self) -> None:
        """Moves the log into the file without waiting for anybody (chores; keeps it off the commit path)."""
        if self._owed.exists() and self._empty_log():
            return
        connection = connect(self.path)
        try:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        finally:
            connection.close()

    def close(self) -> None:
        """Closes every connection that is not lent."""
        self._writer.close()
        while not self._readers.empty():
            connection = self._readers.get_nowait()
            if connection is not None:
                connection.close()
        os.close(self._use)
        os.close(self._gate)


@contextmanager
def in_nobodys_use(state: Path) -> Iterator[None]:
    """Holds the state folder while no process has its store open, however it was started.

    Raises ``Refused('station.running')`` when one has.
    """
    descriptor = os.open(state / IN_USE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                "station.running", N_("本站已在运行（进程 {pid}），请先停止它；没有改动任何内容"), pid="?"
            ) from None
        yield
    finally:
        os.close(descriptor)


def open_store(state: Path, settings: Settings) -> Store:
    """Opens (and on first use makes) the store of a state folder, migrated to this version.

    Raises ``DatabaseError`` when the file is damaged, cannot be written or is from a newer version; what is there is
    left as it is.
    """
    if (state / UNDER_WAY).exists():
        raise DatabaseError(
            N_("上次恢复备份中途断了，数据没有放回完整；请再运行一次 kiosk restore。原来的数据在 {folder}，没有丢"),
            file=str(state / DATABASE),
            folder=(state / UNDER_WAY).read_text("utf-8"),
        )
    with _in_words(state):
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        secrets = Secrets.open(state)
        with ExitStack() as not_opened:
            use = _in_use(state)  # first of all: a restore must not put another file under the connection
            not_opened.callback(os.close, use)
            store = Store(state, settings, secrets, use, _bring_up(state / DATABASE, state / GATE))
            not_opened.pop_all()
            return store


def bring_up(state: Path) -> None:
    """Migrates the database of a folder that nobody else knows yet. Raises ``DatabaseError`` like ``open_store``."""
    with _in_words(state):
        _bring_up(state / DATABASE, state / GATE).close()


def _in_use(state: Path) -> int:
    """A descriptor that keeps a restore away from the state folder until it is closed."""
    descriptor = os.open(state / IN_USE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        file = str(state / DATABASE)
        raise DatabaseError(N_("正在恢复备份，数据库 {file} 暂时不能打开，请稍候"), file=file) from None
    return descriptor


@contextmanager
def _in_words(state: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        raise DatabaseError(
            N_("数据库 {file} 打不开：{why}；没有改动任何数据"), file=str(state / DATABASE), why=str(error)
        ) from error


def _bring_up(path: Path, gate: Path) -> sqlite3.Connection:
    """Migrates once, whichever of the station's processes comes first; the others wait at the gate. Returns a connection
    to go on with: reading the tables and triggers of the file takes a connection longer than anything else at a start."""
    from kiosk.storage.guards import is_current

    descriptor = os.open(gate, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with ExitStack() as not_current:
            connection = connect(path)
            not_current.callback(connection.close)
            if is_current(connection):
                not_current.pop_all()
                return connection
        from kiosk.storage.migrations import migrate

        migrate(path)
        return connect(path)
    finally:
        os.close(descriptor)
