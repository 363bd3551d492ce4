"""The centre's SQLite file: every commit synced, one writer at a time, a connection for each reading thread.

An acknowledgement number is taken in the transaction that stores its report, so the numbers of a day have no gap.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk import clock
from kiosk.errors import DatabaseError
from kiosk.words import N_

DATABASE = "centre.db"
SCHEMA = Path(__file__).with_name("schema.sql")
VERSION = 1
#: Anybody may cause an anomaly, so no more than these are kept; those of verified stations are the last to go.
ANOMALIES_KEPT = 1000


@dataclass(frozen=True, slots=True)
class StationKey:
    """The key by which a station's reports are verified now. ``public_key`` is a JWK as JSON text."""

    id: int
    station: str
    public_key: str
    thumbprint: str
    how: str  # 'enrolled' | 'first_seen'
    since_at: str


@dataclass(frozen=True, slots=True)
class Received:
    """One stored report."""

    id: int
    acknowledgement_no: str
    received_at: str
    station: str
    sequence: int
    topic: str
    hash: str
    envelope: str
    payload: str


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something that was turned away and that a person should know of."""

    kind: str
    station: str
    sequence: int
    hash: str
    first_at: str
    last_at: str
    times: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Sequence numbers of a station that never arrived although later ones did: how many, and the first of them."""

    station: str
    missing: int
    first_missing: int


_REPORT = "id, acknowledgement_no, received_at, station, sequence, topic, hash, envelope, payload"
_KEY = "id, station, public_key, thumbprint, how, since_at"
_ANOMALY = "kind, station, sequence, hash, first_at, last_at, times"


class CentreStore:
    """The open database of one centre."""

    def __init__(self, folder: Path) -> None:
        """Opens it and makes it on first use. Raises ``DatabaseError`` when it can't be."""
        self.path = folder / DATABASE
        self._turn = threading.Lock()
        self._own = threading.local()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._writer = self._connect()
            self._bring_up()
        except (sqlite3.Error, OSError) as error:
            raise DatabaseError(N_("数据库 {file} 打不开：{why}"), file=str(self.path), why=str(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Durable when the block has ended without an error, rolled back whole when it raised."""
        with self._turn:
            self._writer.execute("BEGIN IMMEDIATE").close()
            try:
                yield self._writer
                self._writer.execute("COMMIT").close()
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK").close()

    def close(self) -> None:
        """Closes the writer; readers go with their threads."""
        self._writer.close()
        self._reader().close()

    # Keys ------------------------------------------------------------------------------------------------------------

    def key_of(self, station: str) -> StationKey | None:
        """The station's present key, None when it is unknown here."""
        sql = f"SELECT {_KEY} FROM station_keys WHERE station = ? ORDER BY id DESC LIMIT 1"
        row = self._reader().execute(sql, (station,)).fetchone()
        return StationKey(*row) if row else None

    def stations(self) -> list[StationKey]:
        """The present key of each station."""
        sql = f"SELECT {_KEY} FROM station_keys WHERE id IN (SELECT MAX(id) FROM station_keys GROUP BY station)"
        return [StationKey(*row) for row in self._reader().execute(sql + " ORDER BY station").fetchall()]

    def add_key(self, db: sqlite3.Connection, station: str, public_key: str, thumbprint: str, how: str) -> StationKey:
        """From now on the station's reports are verified with this key; the former ones stay on record."""
        since_at = clock.stamp()
        cursor = db.execute(
            "INSERT INTO station_keys (station, public_key, thumbprint, how, since_at) VALUES (?, ?, ?, ?, ?)",
            (station, public_key, thumbprint, how, since_at),
        )
        cursor.close()
        return StationKey(int(cursor.lastrowid or 0), station, public_key, thumbprint, how, since_at)

    # Reports ---------------------------------------------------------------------------------------------------------

    def find(self, db: sqlite3.Connection, station: str, sequence: int) -> Received | None:
        """The report of a station with this sequence number."""
        sql = f"SELECT {_REPORT} FROM reports WHERE station = ? AND sequence = ?"
        row = db.execute(sql, (station, sequence)).fetchone()
        return Received(*row) if row else None

    def add_report(self, db: sqlite3.Connection, scope: str, **columns: str | int) -> str:
        """Stores a report and returns its acknowledgement number, the next of ``scope`` (a date, digits only)."""
        row = db.execute(
            "INSERT INTO numbers (scope, last) VALUES (?, 1)"
            " ON CONFLICT (scope) DO UPDATE SET last = last + 1 RETURNING last",
            (scope,),
        ).fetchall()
        number = f"C-{scope}-{row[0][0]:06d}"
        names = ", ".join(columns)
        db.execute(
            f"INSERT INTO reports (acknowledgement_no, {names}) VALUES (?{', ?' * len(columns)})",
            (number, *columns.values()),
        ).close()
        return number

    def reports(self, station: str = "", before_id: int = 2**62, limit: int = 50) -> list[Received]:
        """Reports with an id below ``before_id``, newest first, of one station or (``''``) of all."""
        sql = f"SELECT {_REPORT} FROM reports WHERE id < ? AND (? = '' OR station = ?) ORDER BY id DESC LIMIT ?"
        rows = self._reader().execute(sql, (before_id, station, station, limit)).fetchall()
        return [Received(*row) for row in rows]

    def counts(self) -> tuple[int, int]:
        """How many reports there are, and of how many stations."""
        row = self._reader().execute("SELECT COUNT(*), COUNT(DISTINCT station) FROM reports").fetchone()
        return int(row[0]), int(row[1])

    def gaps(self) -> list[Gap]:
        """The stations whose sequence has holes below the highest number that arrived."""
        rows = self._reader().execute(
            "SELECT station, MAX(sequence) - COUNT(*) AS missing FROM reports GROUP BY station HAVING missing > 0"
        )
        return [Gap(station, missing, self._first_missing(station)) for station, missing in rows.fetchall()]

    def anomalies(self, limit: int = 50) -> list[Anomaly]:
        """The latest anomalies first."""
        sql = f"SELECT {_ANOMALY} FROM anomalies ORDER BY last_at DESC, id DESC LIMIT ?"
        return [Anomaly(*row) for row in self._reader().execute(sql, (limit,)).fetchall()]

    def note(self, kind: str, station: str, sequence: int, digest: str) -> None:
        """Keeps an anomaly, or counts it once more."""
        at = clock.stamp()
        with self.transaction() as db:
            db.execute(
                "INSERT INTO anomalies (kind, station, sequence, hash, first_at, last_at, times)"
                " VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT (kind, station, sequence, hash)"
                " DO UPDATE SET times = times + 1, last_at = excluded.last_at",
                (kind, station, sequence, digest, at, at),
            ).close()
            db.execute(
                "DELETE FROM anomalies WHERE id IN (SELECT id FROM anomalies"
                " ORDER BY kind = 'sequence_taken' DESC, last_at DESC, id DESC LIMIT -1 OFFSET ?)",
                (ANOMALIES_KEPT,),
            ).close()

    # -----------------------------------------------------------------------------------------------------------------

    def _first_missing(self, station: str) -> int:
        row = self._reader().execute(
            "SELECT 1 + MIN(s.sequence) FROM"
            " (SELECT 0 AS sequence UNION ALL SELECT sequence FROM reports WHERE station = ?1) s WHERE NOT EXISTS (SELECT 1 FROM reports n WHERE n.station = ?1 AND n.sequence = s.sequence + 1)",
            (station,),
        )
        return int(row.fetchone()[0])

    def _reader(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if found is None:
            found = self._connect()
            found.execute("PRAGMA query_only = ON").close()
            self._own.connection = found
        return found

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=10)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "recursive_triggers = ON"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute("PRAGMA trusted_schema = OFF").close()
        return connection

    def _bring_up(self) -> None:
        with self.transaction() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise DatabaseError(N_("数据库 {file} 来自更新的版本；没有改动，请装回新版本"), file=str(self.path))
            if version == VERSION:
                return
            script = ""
            for line in SCHEMA.read_text("utf-8").splitlines(keepends=True):
                script += line
                if sqlite3.complete_statement(script):
                    db.execute(script).close()
                    script = ""
            db.execute(f"PRAGMA user_version = {VERSION}").close()
