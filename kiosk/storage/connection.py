"""The one place where the file is opened, so that no connection ever lacks a pragma that keeps the data safe."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kiosk.storage import seals


def connect(path: Path) -> sqlite3.Connection:
    """A connection: WAL, every commit synced, foreign keys and recursive triggers on, rows by name, seals kept."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10, cached_statements=400)
    connection.row_factory = sqlite3.Row
    seals.bind(connection)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # otherwise INSERT OR REPLACE walks past the delete guards
        "wal_autocheckpoint = 10000",
        "cache_size = -4000",
        "mmap_size = 0",
        # What is deleted or replaced is overwritten: a name that left the stock must not stay readable in its page.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection
