"""Opens runtime.db and keeps it open: WAL, ``synchronous=OFF``, one connection for the threads of a process.

The file is never unlinked while open. The first process after a boot empties it in place; a damaged one is moved aside;
each second it is looked whether the path still names the file that is open, and the new one is opened if not.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from kiosk import clock
from kiosk.devices.place import boot_id
from kiosk.errors import DatabaseError
from kiosk.words import N_

RUNTIME = "runtime.db"
GATE = "runtime.db.lock"
#: A file of another version is emptied in place: nothing in it outlives an update.
VERSION = 3
SCHEMA = Path(__file__).with_name("schema.sql")
IDENTITY_EVERY_SECONDS = 1.0

Result = TypeVar("Result")


def tick() -> float:
    """Seconds since boot, the same for every process and blind to changes of the wall clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class RuntimeFile:
    """The open file. Thread-safe: one statement or one write at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / RUNTIME
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self._boot = ""
        self._looked_at = 0.0
        self.read(lambda connection: None)

    def read(self, act: Callable[[sqlite3.Connection], Result]) -> Result:
        """Gives the connection to ``act`` for reads; every cursor must be finished when it returns."""
        return self._twice(act)

    def write(self, act: Callable[[sqlite3.Connection], Result]) -> Result:
        """Runs ``act`` inside one transaction. Raises ``DatabaseError`` when the file can't be written."""

        def inside(connection: sqlite3.Connection) -> Result:
            connection.execute("BEGIN IMMEDIATE").close()
            try:
                result = act(connection)
                connection.execute("COMMIT").close()
                return result
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK").close()

        return self._twice(inside)

    def forget_frames(self, before_at: str) -> int:
        """Throws away the frames and drawn slips from before an instant, and the log in which old scans may still be read;
        returns how many there were. Where somebody reads, the next turn empties the log."""

        def act(connection: sqlite3.Connection) -> int:
            marks = (before_at,)
            return sum(
                connection.execute(f"DELETE FROM {table} WHERE at < ?", marks).rowcount
                for table in ("traces", "sim_slips")
            )

        gone = self.write(act)
        self.read(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        return gone

    def close(self) -> None:
        """Lets the file go; it stays where it is."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _twice(self, act: Callable[[sqlite3.Connection], Result]) -> Result:
        """A file that has vanished or broken under us is opened afresh, and the act tried once more."""
        with self._lock:
            try:
                return act(self._live())
            except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
                raise
            except (sqlite3.DatabaseError, OSError) as first:
                self.close()
                if type(first) is sqlite3.DatabaseError:  # malformed, as against locked, full or gone
                    self._behind_gate(self._set_aside)
            try:
                return act(self._live())
            except (sqlite3.Error, OSError) as error:
                self.close()
                raise DatabaseError(N_("运行数据 {file} 打不开：{why}"), file=str(self.path), why=str(error)) from error

    def _live(self) -> sqlite3.Connection:
        now = time.monotonic()
        if self._connection is not None and now - self._looked_at >= IDENTITY_EVERY_SECONDS:
            self._looked_at = now
            if not self._is_same(self._connection):
                self.close()
        if self._connection is None:
            self._connection = self._open()
            self._looked_at = now
        return self._connection

    def _is_same(self, connection: sqlite3.Connection) -> bool:
        try:
            if self.path.stat().st_ino != self._inode:
                return False
        except OSError:
            return False
        row = connection.execute("SELECT boot_id FROM birth").fetchone()
        return row is not None and row[0] == self._boot

    def _open(self) -> sqlite3.Connection:
        def bring_up() -> sqlite3.Connection:
            try:
                return self._bring_up()
            except sqlite3.DatabaseError as error:
                if type(error) is not sqlite3.DatabaseError:
                    raise
                self._set_aside()
                return self._bring_up()

        return self._behind_gate(bring_up)

    def _behind_gate(self, act: Callable[[], Result]) -> Result:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        gate = os.open(self.folder / GATE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            return act()
        finally:
            os.close(gate)

    def _bring_up(self) -> sqlite3.Connection:
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with ExitStack() as not_open:
            connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=2)
            not_open.callback(connection.close)
            connection.row_factory = sqlite3.Row
            for pragma in (
                "journal_mode = WAL",
                "synchronous = OFF",
                "trusted_schema = OFF",
                "cache_size = -1000",
                "secure_delete = ON",
            ):
                connection.execute(f"PRAGMA {pragma}").fetchall()
            self._boot = boot_id()
            connection.execute("BEGIN IMMEDIATE").close()
            if not _is_of_this_boot(connection, self._boot):
                _empty(connection)
                connection.execute(
                    "INSERT INTO birth VALUES (1, ?, ?, ?)", (self._boot, VERSION, clock.stamp())
                ).close()
            connection.execute("COMMIT").close()
            self._inode = self.path.stat().st_ino
            not_open.pop_all()
        return connection

    def _set_aside(self) -> None:
        """Moves a damaged file away; whoever has it open notices by its inode."""
        for suffix in ("-wal", "-shm", ""):
            part = self.path.with_name(self.path.name + suffix)
            if part.exists():
                part.replace(part.with_name(RUNTIME + ".damaged" + suffix))


def _is_of_this_boot(connection: sqlite3.Connection, boot: str) -> bool:
    if not connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'birth'").fetchone()[0]:
        return False
    row = connection.execute("SELECT boot_id, version FROM birth").fetchone()
    return row is not None and (row["boot_id"], row["version"]) == (boot, VERSION)


def _empty(connection: sqlite3.Connection) -> None:
    """Drops what is there and makes the tables, inside the caller's transaction."""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for row in connection.execute(tables).fetchall():
        connection.execute(f'DROP TABLE "{row["name"]}"').close()
    for statement in SCHEMA.read_text("utf-8").split(";\n"):
        if statement.strip():
            connection.execute(statement).close()
