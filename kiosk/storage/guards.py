"""The triggers by which the database itself refuses to change written facts. They are dropped and made anew after every
migration, because rebuilding a table silently drops its triggers; a test lists them."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from kiosk.storage import seals
from kiosk.storage.scripts import statements

FOLDER = Path(__file__).parent / "migrations"


def guard_statements() -> list[str]:
    """Every CREATE TRIGGER of the ``guards_*.sql`` files."""
    found: list[str] = []
    for path in sorted(FOLDER.glob("guards_*.sql")):
        found.extend(statements(path.read_text("utf-8")))
    return found


def version_mark(unsealed: frozenset[str] = seals.UNSEALED) -> int:
    """One number for everything in the migrations folder and for which tables are sealed: another one means that this
    version has work to do."""
    digest = hashlib.sha256("\0".join(sorted(unsealed)).encode())
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in {".py", ".sql"}:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return int.from_bytes(digest.digest()[:4], "big") & 0x7FFFFFFF


def is_current(connection: sqlite3.Connection) -> bool:
    """True when this very version has migrated the database and its guards still stand.

    Lets a process start without importing sqlite-utils (12 MB that the web process has better use for).
    """
    return connection.execute("PRAGMA user_version").fetchone()[0] == version_mark() and check_guards(connection)


def put_guards(connection: sqlite3.Connection, *, reseal: bool, suspects: Iterable[seals.BrokenSeal] = ()) -> None:
    """Drops every trigger and makes those of this version, in one transaction.

    ``reseal`` only after a migration: where nothing but a trigger was missing, the old seals are what tells whether
    somebody changed rows meanwhile.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in guard_statements() + seals.seal_statements(connection):
            connection.execute(statement)
        if reseal:
            seals.seal_all(connection, suspects)
        connection.execute(f"PRAGMA user_version = {version_mark()}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def check_guards(connection: sqlite3.Connection) -> bool:
    """True when exactly this version's guards stand in the database, word for word."""
    present = {
        row[0]: row[1] for row in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    }
    return present == _wanted(connection)


#: The triggers that belong to these very tables, worked out once a process: it may open its store more than once.
_KNOWN: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}


def _wanted(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name")
    tables = tuple((row[0], row[1]) for row in rows)
    if (known := _KNOWN.get(tables)) is not None:
        return known
    wanted = {}
    for statement in guard_statements() + seals.seal_statements(connection):
        body = re.sub(r"\A(\s*--[^\n]*\n)+", "", statement).strip().removesuffix(";")
        match = re.match(r"CREATE TRIGGER (\w+)", body)
        if match is None:
            raise ValueError(f"not a trigger: {body[:60]}")
        wanted[match.group(1)] = body
    _KNOWN.clear()
    _KNOWN[tables] = wanted
    return wanted
