"""Brings a centre's database up to this version: makes a new one, or takes over an older one whole, in the transaction that
found it so. Version 1 was SQLite alone and knew stations only by their keys."""

from __future__ import annotations

from sqlalchemy import Connection, text

from kiosk.errors import DatabaseError
from kiosk.words import N_
from sync.centre import keeping, stations
from sync.centre.figures import figures
from sync.centre.tables import SEALED, metadata

VERSION = 2
#: Two processes that start at once: the second waits for the first.
_ONE_AT_A_TIME = 7213001


def bring_up(db: Connection, name: str) -> None:
    """Raises ``DatabaseError`` for a database of a newer version, and changes nothing."""
    found = _version(db)
    if found > VERSION:
        raise DatabaseError(N_("数据库 {file} 来自更新的版本；没有改动，请装回新版本"), file=name)
    if found == VERSION:
        return
    if found == 1:
        for table in _OLD:
            db.exec_driver_sql(f"ALTER TABLE {table} RENAME TO old_{table}").close()
        db.exec_driver_sql("DROP INDEX station_keys_by_station").close()
    metadata.create_all(db, checkfirst=False)
    if found == 1:
        _take_over(db)
    _seal(db)
    _set_version(db)


def _version(db: Connection) -> int:
    if db.dialect.name == "sqlite":
        return int(db.exec_driver_sql("PRAGMA user_version").scalar_one())
    db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    db.execute(text("CREATE TABLE IF NOT EXISTS centre_version (version INTEGER NOT NULL)"))
    return int(db.execute(text("SELECT coalesce(max(version), 0) FROM centre_version")).scalar_one())


def _set_version(db: Connection) -> None:
    if db.dialect.name == "sqlite":
        db.exec_driver_sql(f"PRAGMA user_version = {VERSION}").close()
    else:
        db.execute(text("INSERT INTO centre_version (version) VALUES (:version)"), {"version": VERSION})


def _seal(db: Connection) -> None:
    """Triggers by which the database itself keeps the evidence."""
    for table, words in SEALED.items():
        if db.dialect.name == "sqlite":
            for act in ("UPDATE", "DELETE"):
                db.exec_driver_sql(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{words}'); END"
                ).close()
        else:
            db.execute(
                text(
                    f"CREATE FUNCTION {table}_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                    f" RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
                )
            )
            db.execute(
                text(
                    f"CREATE TRIGGER {table}_sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                    f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_sealed()"
                )
            )


# Version 1 -----------------------------------------------------------------------------------------------------------

_OLD = ("reports", "anomalies", "numbers", "station_keys")
_FROM_OLD = (
    "INSERT INTO stations (station, name, added_at, enrolled_on, highest_sequence, received)"
    " SELECT station, '', MIN(since_at), substr(MIN(since_at), 1, 10), 0, 0 FROM old_station_keys GROUP BY station",
    "INSERT INTO station_keys (id, station, public_key, thumbprint, how, since_at, first_sequence)"
    " SELECT id, station, public_key, thumbprint, how, since_at, 1 FROM old_station_keys",
    "INSERT INTO reports (id, acknowledgement_no, received_at, road, station, sequence, topic, hash, key_id, envelope,"
    " payload) SELECT id, acknowledgement_no, received_at, 'https', station, sequence, topic, hash, key_id, envelope,"
    " payload FROM old_reports",
    "INSERT INTO numbers (scope, last) SELECT scope, last FROM old_numbers",
    "INSERT INTO anomalies (kind, station, sequence, hash, told, first_at, last_at, times)"
    " SELECT kind, station, sequence, hash, '{}', first_at, last_at, times FROM old_anomalies",
)


def _take_over(db: Connection) -> None:
    """Every row of the first version, and of each report what the lists now need, as if it came again in its order."""
    for statement in _FROM_OLD:
        db.exec_driver_sql(statement).close()
    for table in _OLD:
        db.exec_driver_sql(f"DROP TABLE old_{table}").close()
    last = 0
    while rows := db.execute(
        text("SELECT id, station, sequence, received_at, payload FROM reports WHERE id > :last ORDER BY id LIMIT 500"),
        {"last": last},
    ).all():
        for row in rows:
            here = stations.find(db, row.station)
            assert here is not None  # noqa: S101 - every key's station was taken over before
            keeping.keep(db, row.id, here, row.sequence, row.received_at, figures(row.payload))
        last = rows[-1].id
