"""Notices that another process has written, by polling ``PRAGMA data_version``.

The connection is the watch's own, never in a transaction, and every cursor is finished: data_version is blind to the
connection's own commits and inside an open read. It is blind to a re-created file as well, so inode and boot id are
compared each second (tried, architecture.md §1.2).
"""

from __future__ import annotations

import sqlite3
import threading
import time
from enum import Enum
from pathlib import Path

BUSY_PAUSE_SECONDS = 0.005
IDLE_PAUSE_SECONDS = 0.025
#: How long after the last change the short pause is kept: scans and prints come in runs.
CALM_AFTER_SECONDS = 2.0
IDENTITY_EVERY_SECONDS = 1.0


class Notice(Enum):
    """What a wait has found: nothing in its time, a commit, or another file in the place of the first."""

    NOTHING = "nothing"
    CHANGED = "changed"
    REPLACED = "replaced"


class Watch:
    """Waits for commits of others to one SQLite file. Belongs to one thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self._birth: object = None
        self._version: int | None = None
        self._looked_at = 0.0
        self._changed_at = time.monotonic()
        self._open()

    def wait(self, timeout_seconds: float, stop: threading.Event | None = None) -> Notice:
        """Blocks until somebody has committed, the file is another one, ``stop`` is set, or the time is over."""
        until = time.monotonic() + timeout_seconds
        while True:
            notice = self.look()
            now = time.monotonic()
            if notice is not Notice.NOTHING or now >= until or (stop is not None and stop.is_set()):
                return notice
            pause = BUSY_PAUSE_SECONDS if now - self._changed_at < CALM_AFTER_SECONDS else IDLE_PAUSE_SECONDS
            pause = min(pause, until - now)
            if stop is None:
                time.sleep(pause)
            else:
                stop.wait(pause)

    def look(self) -> Notice:
        """One look, without waiting."""
        now = time.monotonic()
        if now - self._looked_at >= IDENTITY_EVERY_SECONDS:
            self._looked_at = now
            if self._connection is None or not self._is_same():
                self.close()
                if self._open():
                    self._changed_at = now
                    return Notice.REPLACED
                return Notice.NOTHING
        if self._connection is None:
            return Notice.NOTHING
        try:
            version = self._read("PRAGMA data_version")
        except sqlite3.Error:
            self.close()
            return Notice.NOTHING
        if version == self._version:
            return Notice.NOTHING
        self._version = version
        self._changed_at = now
        return Notice.CHANGED

    def close(self) -> None:
        """Lets the file go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> bool:
        try:
            self._inode = self.path.stat().st_ino
            place = self.path.absolute().as_uri() + "?mode=rw"
            self._connection = sqlite3.connect(
                place, uri=True, isolation_level=None, timeout=1, check_same_thread=False
            )
            self._connection.execute("PRAGMA query_only = ON").close()
            self._birth = self._read_birth()
            self._version = self._read("PRAGMA data_version")
        except (OSError, sqlite3.Error):
            self.close()
            return False
        return True

    def _is_same(self) -> bool:
        try:
            return self.path.stat().st_ino == self._inode and self._read_birth() == self._birth
        except (OSError, sqlite3.Error):
            return False

    def _read_birth(self) -> object:
        """runtime.db names its boot; kiosk.db, which may be watched as well, has no such row."""
        if not self._read("SELECT count(*) FROM sqlite_master WHERE name = 'birth'"):
            return None
        return self._read("SELECT boot_id || born_at FROM birth")

    def _read(self, sql: str) -> int | str | None:
        assert self._connection is not None
        cursor = self._connection.execute(sql)
        row = cursor.fetchone()
        cursor.close()
        return None if row is None else row[0]
