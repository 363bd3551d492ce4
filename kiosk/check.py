"""Every invariant of the station in one walk. Each room proves its own from the rows; this module adds what no single
room sees: the file itself, the guards, the seals, the audit chain, the references."""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import kiosk
from kiosk import audit
from kiosk.storage import Reader, Store, seals
from kiosk.storage.connection import connect
from kiosk.storage.guards import is_current
from kiosk.storage.problem import Problem

#: Rooms without audit actions or slip templates of their own.
_SILENT = {"cli", "codes", "devices", "storage"}
#: Rooms that prove their own invariants, each in a module ``check`` with ``problems(db)``.
ROOMS = ("ledger", "people", "fees", "shifts", "outbox", "printing", "notices", "till", "parcels", "reports")


def problems(store: Store) -> Iterator[Problem]:
    """Every broken invariant of the store; nothing when all is well. Reads one snapshot, changes nothing."""
    know_every_room()
    with store.reading(snapshot=True) as db:
        yield from _file(db.connection)
        yield from _seals(db.connection)
        for broken in audit.verify(db):
            yield Problem("audit.chain_broken", "audit", broken.seq, broken.why)
        for proof in proofs():
            yield from proof(db)


def guards_missing(path: Path) -> Iterator[Problem]:
    """Guards that do not stand in the file; asked before the store is opened, which would put them back."""
    if not path.exists():
        return
    connection = connect(path)
    try:
        if not is_current(connection):
            yield Problem("storage.guards_missing", "database", path.name, "triggers differ from this version's")
    finally:
        connection.close()


def know_every_room() -> None:
    """Imports all that declares an audit action or a slip template: what nobody has declared counts as damage."""
    for room in pkgutil.iter_modules(kiosk.__path__):
        if room.ispkg and room.name not in _SILENT:
            package = importlib.import_module(f"kiosk.{room.name}")
            for module in pkgutil.iter_modules(package.__path__):
                importlib.import_module(f"kiosk.{room.name}.{module.name}")


def proofs() -> list[Callable[[Reader], Iterator[Problem]]]:
    """The ``problems`` function of each room."""
    return [importlib.import_module(f"kiosk.{room}.check").problems for room in ROOMS]


def _file(connection: sqlite3.Connection) -> Iterator[Problem]:
    for (text,) in connection.execute("PRAGMA integrity_check(20)"):
        if text != "ok":
            yield Problem("storage.damaged", "database", "", str(text)[:200])
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield Problem("storage.reference_broken", row[0], row[1] if row[1] is not None else "", f"to {row[2]}")


def _seals(connection: sqlite3.Connection) -> Iterator[Problem]:
    for broken in seals.broken(connection):
        yield Problem(f"storage.row_{broken.why}", broken.table, broken.key)
