"""Every invariant of the station in one walk. Each room proves its own from the rows; this module adds what no single
room sees: the file itself, the guards, the seals, the audit chain, the references."""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import kiosk
from kiosk import audit
from kiosk.errors import DatabaseError, KioskError
from kiosk.storage import Reader, Store, seals
from kiosk.storage.connection import connect
from kiosk.storage.guards import is_current
from kiosk.storage.problem import Problem
from kiosk.words import N_

#: Rooms without audit actions or slip templates of their own.
_SILENT = {"cli", "codes", "devices", "storage"}


def problems(store: Store) -> Iterator[Problem]:
    """Every broken invariant of the store; nothing when all is well. Reads one snapshot, changes nothing."""
    know_every_room()
    with store.reading(snapshot=True) as db:
        yield from _whole("storage", _file(db.connection))
        yield from _whole("storage", _seals(db.connection))
        yield from _whole("audit", _chain(db))
        for proof in proofs():
            yield from _whole(proof.__module__.split(".")[1], proof(db))


def _whole(room: str, found: Iterator[Problem]) -> Iterator[Problem]:
    """What a proof finds; where damage makes the proof itself stumble, that is a problem too and the others go on."""
    try:
        yield from found
    except (
        sqlite3.DatabaseError,
        KioskError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as e:
        yield Problem("storage.unprovable", "room", room, f"{type(e).__name__}: {e}"[:200])


def _chain(db: Reader) -> Iterator[Problem]:
    for broken in audit.verify(db):
        yield Problem("audit.chain_broken", "audit", broken.seq, broken.why)


def guards_missing(path: Path) -> Iterator[Problem]:
    """Guards that do not stand in the file; asked before the store is opened, which would put them back.

    Raises ``DatabaseError`` for a file that cannot be read as a database.
    """
    if not path.exists():
        return
    try:
        connection = connect(path)
    except sqlite3.DatabaseError as error:
        raise DatabaseError(
            N_("数据库 {file} 打不开：{why}；没有改动任何数据"), file=str(path), why=str(error)
        ) from error
    try:
        if not is_current(connection):
            yield Problem("storage.guards_missing", "database", path.name, "triggers differ from this version's")
    finally:
        connection.close()


@cache
def know_every_room() -> None:
    """Imports all that declares an audit action or a slip template: what nobody has declared counts as damage."""
    for room in pkgutil.iter_modules(kiosk.__path__):
        if room.ispkg and room.name not in _SILENT:
            package = importlib.import_module(f"kiosk.{room.name}")
            for module in pkgutil.iter_modules(package.__path__):
                importlib.import_module(f"kiosk.{room.name}.{module.name}")


@cache
def proofs() -> tuple[Callable[[Reader], Iterator[Problem]], ...]:
    """The ``problems`` function of each room that has a module ``check``: no room is forgotten in a list."""
    found = []
    for room in pkgutil.iter_modules(kiosk.__path__):
        if room.ispkg and room.name not in _SILENT:
            package = importlib.import_module(f"kiosk.{room.name}")
            if "check" in {module.name for module in pkgutil.iter_modules(package.__path__)}:
                found.append(importlib.import_module(f"kiosk.{room.name}.check").problems)
    return tuple(found)


def _file(connection: sqlite3.Connection) -> Iterator[Problem]:
    for (text,) in connection.execute("PRAGMA integrity_check(20)"):
        if text != "ok":
            yield Problem("storage.damaged", "database", "", str(text)[:200])
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield Problem("storage.reference_broken", row[0], row[1] if row[1] is not None else "", f"to {row[2]}")


def _seals(connection: sqlite3.Connection) -> Iterator[Problem]:
    for broken in seals.broken(connection):
        yield Problem(f"storage.row_{broken.why}", broken.table, broken.key)
