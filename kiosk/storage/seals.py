"""A seal for every row: a 64-bit hash of its columns, written by triggers in the same statement that writes the row.

Guards refuse what they can name; a seal finds what nobody thought of: a bit that flipped on a worn card, a row edited
with another tool, a row gone. ``broken`` walks rows and seals and names each row that is not as written. Rows that
live for minutes only (answers, sessions, leases of the counter) are not sealed, nor is what proves itself: the chain of
the audit proves every column, every gap and its end, and the names in stock are held against the parcels they were made
from. A second proof of either cost each act a quarter of its work (``tests/benchmarks``).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Working state that may be lost or replaced at any time without a figure or a parcel changing, and what proves itself.
UNSEALED = frozenset(
    {"account_balances", "answers", "audit", "chores", "desks", "names_in_stock", "seals", "staff_sessions"}
)


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """A row that is not as it was written: ``changed``, ``missing`` (sealed, but gone) or ``foreign`` (never sealed).
    ``unreadable`` with an empty key: rows of this table hold bytes that are no text any more."""

    table: str
    key: str
    why: str


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    def key_sql(self, prefix: str) -> str:
        """The key as text. The cast matters: compared with a bare number, the text key of a seal would be turned into
        one, row by row, and no index could help."""
        parts = [f"{prefix}{column}" for column in self.key]
        return " || '|' || ".join(parts) if len(parts) > 1 else f"CAST({parts[0]} AS TEXT)"

    def values_sql(self, prefix: str) -> str:
        return ", ".join(f"{prefix}{column}" for column in self.columns)


def seal(*values: object) -> int:
    """The 64-bit hash of a row's values in column order."""
    digest = hashlib.blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def bind(connection: sqlite3.Connection) -> None:
    """Gives a connection the function that the triggers call; without it a connection cannot write sealed rows."""
    connection.create_function("seal", -1, seal, deterministic=True)


def sealed_tables(connection: sqlite3.Connection) -> list[_Table]:
    """Every table of ours but the unsealed ones, with its columns and its key."""
    found = []
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_%' ESCAPE '\\'"
        " ORDER BY name"
    ).fetchall()
    for name, sql in rows:
        if name in UNSEALED:
            continue
        info = connection.execute(f"PRAGMA table_info({name})").fetchall()
        primary = [row[1] for row in sorted((row for row in info if row[5]), key=lambda row: row[5])]
        key = tuple(primary) if "WITHOUT ROWID" in sql.upper() else ("rowid",)
        found.append(_Table(name, tuple(row[1] for row in info), key))
    return found


def seal_statements(connection: sqlite3.Connection) -> list[str]:
    """The triggers that keep the seals, made from the tables as they are now."""
    statements = []
    for table in sealed_tables(connection):
        put = (
            f"INSERT INTO seals (place, key, seal) VALUES ('{table.name}', {table.key_sql('NEW.')}, seal({table.values_sql('NEW.')}))"
            " ON CONFLICT (place, key) DO UPDATE SET seal = excluded.seal;"
        )
        drop = f"DELETE FROM seals WHERE place = '{table.name}' AND key = {table.key_sql('OLD.')};"
        name = table.name
        statements.append(f"CREATE TRIGGER seal_{name}_insert AFTER INSERT ON {name} BEGIN {put} END")
        statements.append(f"CREATE TRIGGER seal_{name}_update AFTER UPDATE ON {name} BEGIN {put} END")
        statements.append(f"CREATE TRIGGER seal_{name}_delete AFTER DELETE ON {name} BEGIN {drop} END")
    return statements


def seal_all(connection: sqlite3.Connection, suspects: Iterable[BrokenSeal] = ()) -> None:
    """Seals every row anew after a migration; rows that were broken before it (``suspects``) stay broken, so that an
    upgrade never launders damage."""
    connection.execute("DELETE FROM seals")
    for table in sealed_tables(connection):
        connection.execute(
            f"INSERT INTO seals (place, key, seal) SELECT '{table.name}', {table.key_sql('')}, seal({table.values_sql('')})"
            f" FROM {table.name}"
        )
    for suspect in suspects:
        connection.execute(
            "INSERT INTO seals (place, key, seal) VALUES (?, ?, 0) ON CONFLICT (place, key) DO UPDATE SET seal = 0",
            (suspect.table, suspect.key),
        )


def broken(connection: sqlite3.Connection) -> Iterator[BrokenSeal]:
    """Every row that is not as it was written."""
    yield from _broken(connection, sealed_tables(connection))


def broken_before(connection: sqlite3.Connection) -> Iterator[BrokenSeal]:
    """The same of a database that another version wrote, which may have sealed other tables: rows that it never sealed
    are not foreign, and seals of what needs none any more are not missed (``seal_all`` drops them)."""
    sealed = {row[0] for row in connection.execute("SELECT DISTINCT place FROM seals")}
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'seal\\_%\\_insert' ESCAPE '\\'"
    ):
        sealed.add(name.removeprefix("seal_").removesuffix("_insert"))
    yield from _broken(connection, [table for table in sealed_tables(connection) if table.name in sealed])


def _broken(connection: sqlite3.Connection, tables: list[_Table]) -> Iterator[BrokenSeal]:
    for table in tables:
        try:
            yield from _broken_in(connection, table)
        except sqlite3.OperationalError:  # what can't be decoded can't be sealed either; the other tables still can
            yield BrokenSeal(table.name, "", "unreadable")
    known = [table.name for table in tables] + sorted(UNSEALED)
    marks = ", ".join("?" * len(known))
    for place, key in connection.execute(f"SELECT place, key FROM seals WHERE place NOT IN ({marks})", known):
        yield BrokenSeal(place, key, "missing")


def _broken_in(connection: sqlite3.Connection, table: _Table) -> Iterator[BrokenSeal]:
    rows = connection.execute(
        f"SELECT {table.key_sql('t.')} AS k, s.seal, seal({table.values_sql('t.')}) AS now FROM {table.name} t"
        f" LEFT JOIN seals s ON s.place = '{table.name}' AND s.key = {table.key_sql('t.')}"
        " WHERE s.seal IS NOT now"
    )
    foreign = False
    for key, kept, _now in rows:
        foreign = foreign or kept is None
        yield BrokenSeal(table.name, str(key), "foreign" if kept is None else "changed")
    rows_now = connection.execute(f"SELECT COUNT(*) FROM {table.name}").fetchone()[0]
    kept_now = connection.execute("SELECT COUNT(*) FROM seals WHERE place = ?", (table.name,)).fetchone()[0]
    if rows_now == kept_now and not foreign:
        return  # as many seals as rows and each row has one: none is missing, and no key list is held in memory
    present = {str(row[0]) for row in connection.execute(f"SELECT {table.key_sql('')} FROM {table.name}")}
    for (key,) in connection.execute("SELECT key FROM seals WHERE place = ?", (table.name,)):
        if key not in present:
            yield BrokenSeal(table.name, key, "missing")
