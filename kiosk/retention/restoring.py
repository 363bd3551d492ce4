"""What was erased since a back-up was made is erased again in the unpacked copy, before it takes the station's place: a
power cut on the way leaves the old station, never one in which people have come back."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import asdict, replace
from pathlib import Path

from kiosk import clock, settings, vault
from kiosk.retention.erasures import FILE, Erasure, born_at, read_list, write_list
from kiosk.retention.kinds import Kind, Line, kind_of
from kiosk.retention.schedule import MOST_CASES, erase_due, erase_one
from kiosk.storage import Store, Tx, open_store
from kiosk.storage.connection import connect
from kiosk.storage.database import DATABASE, UNDER_WAY

_FOREVER = 24 * 3600.0


def erase_again(state: Path, fresh: Path) -> int:
    """Erases in the station of ``fresh`` (unpacked, migrated, opened by nobody) what the lists of ``state`` say, and what
    has outlived its term meanwhile; returns how many parts.

    The present database is read where it can be read; the file beside it tells of the rest.
    """
    wanted = list(_listed(state).values())
    store = open_store(fresh, settings.load(fresh))
    try:
        done = _erase_all(store, wanted) if wanted else 0
        done += erase_due(store, clock.local_date(store.settings.station.zone), run_seconds=_FOREVER)
        _keep_list(store, state / FILE, wanted)
        return done
    finally:
        store.close()


def _listed(state: Path) -> dict[tuple[str, int, str, str], Erasure]:
    """Each part of each case once."""
    found: dict[tuple[str, int, str, str], Erasure] = {}
    folders = [state]
    if (state / UNDER_WAY).exists():  # a restore was cut off: what was the present lies aside
        folders.append(state / (state / UNDER_WAY).read_text("utf-8"))
    for one in [*read_list(state / FILE), *(one for folder in folders for one in _in_database(folder))]:
        found[one.case_kind, one.case_id, one.part, one.born_at] = one
    return found


def _in_database(folder: Path) -> list[Erasure]:
    """The list of a database that is no store now (the restore holds the folder); nothing where it is damaged, missing or
    older than the list."""
    if not (folder / DATABASE).exists():
        return []
    try:
        connection = connect(folder / DATABASE)
    except sqlite3.DatabaseError:
        return []
    try:
        rows = connection.execute("SELECT id, case_kind, case_id, part, fields, rule, at FROM erasures").fetchall()
        return [Erasure(*tuple(row), _born_at(connection, row["case_kind"], row["case_id"])) for row in rows]
    except sqlite3.DatabaseError:
        return []
    finally:
        connection.close()


def _born_at(connection: sqlite3.Connection, case_kind: str, case_id: int) -> str:
    kind = kind_of(case_kind)
    if kind is None:
        return ""
    row = connection.execute(f"SELECT {kind.born} FROM {kind.table} c WHERE c.id = ?", (case_id,)).fetchone()
    return "" if row is None or row[0] is None else str(row[0])


def _erase_all(store: Store, wanted: list[Erasure]) -> int:
    done = 0
    for start in range(0, len(wanted), MOST_CASES):
        with store.transaction(erasing=True) as tx:
            done += sum(_erase(tx, one) for one in wanted[start : start + MOST_CASES])
    return done


def _erase(tx: Tx, one: Erasure) -> bool:
    kind = kind_of(one.case_kind)
    line = kind.line(one.part) if kind is not None else None
    if kind is None or line is None or born_at(tx, one.case_kind, one.case_id) != one.born_at:
        return False
    if not erase_one(tx, kind, line, one.case_id, one.rule):
        _erase_what_goes(tx, kind, line, one)
    return True


def _erase_what_goes(tx: Tx, kind: Kind, line: Line, one: Erasure) -> None:
    """By its older rows the case is not over: its person goes all the same, and what is needed to find the thing itself
    goes as soon as it is over once more (``schedule.erase_due`` looks for it)."""
    if line.part == vault.WHOLE:
        if kind.erase_open is not None:
            kind.erase_open(tx, one.case_id, one.rule)
        elif kind.columns:
            sets = ", ".join(f"{column} = NULL" for column in kind.columns)
            tx.execute(f"UPDATE {kind.table} SET {sets} WHERE id = ?", one.case_id)
    vault.erase(
        tx, one.case_kind, one.case_id, one.rule, part=vault.PICTURES if line.part == vault.PICTURES else vault.WHOLE
    )


def _keep_list(store: Store, path: Path, wanted: list[Erasure]) -> None:
    """The list goes on in the restored history: what it held stays, without the numbers that are given again."""
    begun = path.with_name(path.name + ".begun")
    descriptor = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        for one in wanted:
            handle.write(json.dumps(asdict(replace(one, id=0)), ensure_ascii=True).encode("ascii") + b"\n")
        handle.flush()
        os.fsync(handle.fileno())
    write_list(store, begun)
    begun.replace(path)
