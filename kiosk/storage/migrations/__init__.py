"""Brings a database to this version: back up → apply → guards → foreign keys. Names are never reused and a released
migration is never edited; ``schema_*.sql`` of each room make up the first one, ``services_*.sql`` the second, ``day_*.sql`` the third,
``county_*.sql`` the fourth."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlite_utils
from sqlite_utils.migrations import Migrations

from kiosk.errors import DatabaseError
from kiosk.storage import seals
from kiosk.storage.connection import connect
from kiosk.storage.guards import check_guards, put_guards, version_mark
from kiosk.storage.scripts import statements
from kiosk.words import N_

HERE = Path(__file__).parent
migrations = Migrations("kiosk")


@migrations()
def m0001_open_the_counter(db: sqlite_utils.Database) -> None:
    """The first release's tables."""
    for path in sorted(HERE.glob("schema_*.sql")):
        _run(db.conn, path.read_text("utf-8"))


@migrations()
def m0002_every_service_on_one_ticket(db: sqlite_utils.Database) -> None:
    """Payments of every kind, whole lives of the services, the day's hand-overs and corrections."""
    for path in sorted(HERE.glob("services_*.sql")):
        _run(db.conn, path.read_text("utf-8"))


@migrations()
def m0003_a_whole_parcel_day(db: sqlite_utils.Database) -> None:
    """Manifests, consents, shelves with capacity, problem parcels, shelf counts, retention."""
    for path in sorted(HERE.glob("day_*.sql")):
        _run(db.conn, path.read_text("utf-8"))


@migrations()
def m0004_true_figures(db: sqlite_utils.Database) -> None:
    """Registers, reports of every period, the roads to the county and back."""
    for path in sorted(HERE.glob("county_*.sql")):
        _run(db.conn, path.read_text("utf-8"))


def migrate(path: Path) -> None:
    """Makes or updates the database at ``path``; does nothing when it is up to date.

    An existing file is copied to ``<name>.before-migration`` first. Raises ``DatabaseError`` when the file was written
    by a newer version, or when a foreign key is broken afterwards.
    """

    connection = connect(path)
    try:
        db = sqlite_utils.Database(connection, recursive_triggers=True)
        known = {migration.name for migration in migrations.pending(sqlite_utils.Database(memory=True))}
        applied = {m.name for m in migrations.applied(db)}
        if applied - known:
            raise DatabaseError(
                N_("数据库 {file} 来自更新的版本（{names}）；没有改动，请装回新版本"),
                file=str(path),
                names=", ".join(sorted(applied - known)),
            )
        is_same_version = connection.execute("PRAGMA user_version").fetchone()[0] == version_mark()
        if not migrations.pending(db) and is_same_version:
            if not check_guards(connection):
                put_guards(connection, reseal=False)
            return
        suspects = list(seals.broken_before(connection)) if applied else []
        if applied:
            _copy(connection, path.with_name(path.name + ".before-migration"))
        _let_tables_be_rebuilt(connection)
        migrations.apply(db)
        put_guards(connection, reseal=True, suspects=suspects)
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise DatabaseError(
                N_("数据库 {file} 升级后有 {count} 处引用不完整；升级前的副本在旁边"), file=str(path), count=len(broken)
            )
    finally:
        connection.close()


def _let_tables_be_rebuilt(connection: sqlite3.Connection) -> None:
    """A rebuilt table is copied, dropped and renamed: no guard may refuse that and no reference be followed meanwhile.
    Both are held against the result afterwards, and a cut in between leaves a version mark that begins it again."""
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA legacy_alter_table = ON")
    connection.execute("BEGIN IMMEDIATE")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("COMMIT")


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    target.unlink(missing_ok=True)
    copy = sqlite3.connect(target)
    try:
        connection.backup(copy)
    finally:
        copy.close()


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Runs a script statement by statement inside the migration's own transaction (executescript would commit it)."""
    for statement in statements(script):
        connection.execute(statement)
