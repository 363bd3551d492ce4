"""A database of the first version is taken over whole; one of a later version is left alone. Two that open at once make one."""

from __future__ import annotations

import gzip
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from kiosk.errors import ConfigurationError, DatabaseError
from sync.centre.database import Database
from sync.centre.office import Centre as Office
from sync.centre.upgrade import VERSION
from tests.sync.county import Centre
from tests.sync.postgres import Server

OLD = Path(__file__).parents[1] / "data" / "centre_v1.db.gz"
SEEN = "id, acknowledgement_no, received_at, station, sequence, topic, hash, key_id, envelope, payload"


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_database_of_the_first_version_is_taken_over_whole(tmp_path: Path) -> None:
    path = tmp_path / "centre.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    before = rows(path, f"SELECT {SEEN} FROM reports ORDER BY id")
    keys = rows(path, "SELECT id, station, public_key, thumbprint, how, since_at FROM station_keys ORDER BY id")
    centre = Centre(tmp_path)
    found = centre.get("/api/v1/days?station=demo-001&from=2026-11-01&to=2026-11-03")["items"]
    assert [(day["business_on"], day["state"], day["revision"], day["txn_amount_fen"]) for day in found] == [
        ("2026-11-03", "on_time", 0, 12850), ("2026-11-02", "on_time", 0, 12850), ("2026-11-01", "on_time", 0, 12850),
    ]  # fmt: skip
    # Its supplement of the 2nd names another number than the day's first report has: kept, shown, not counted.
    assert found[1]["is_disputed"] is True
    assert centre.kinds() == ["key_differs", "revision_unfounded", "sequence_taken"]
    assert centre.get("/api/v1/anomalies")["gaps"] == [{"station": "demo-002", "missing": 2, "first_missing": 3}]
    stations = {one["station"]: one for one in centre.get("/api/v1/stations")["items"]}
    assert stations["demo-002"]["name"] == "石板溪村服务站" and stations["demo-001"]["received"] == 4
    assert "C-20261122-000007" in centre.page()
    centre.close()
    assert rows(path, f"SELECT {SEEN} FROM reports ORDER BY id") == before
    assert rows(path, "SELECT id, station, public_key, thumbprint, how, since_at FROM station_keys ORDER BY id") == keys
    assert rows(path, "SELECT name FROM sqlite_master WHERE name LIKE 'old_%'") == []
    assert rows(path, "PRAGMA foreign_key_check") == [] and rows(path, "PRAGMA user_version") == [(VERSION,)]
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        rows(path, "DELETE FROM reports")


def test_old_database_that_cannot_be_taken_over_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "centre.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    rows(path, "CREATE TABLE messages (x TEXT)")
    with pytest.raises(DatabaseError):
        Database(tmp_path)
    assert rows(path, "PRAGMA user_version") == [(1,)] and len(rows(path, "SELECT * FROM reports")) == 7


def test_database_of_a_newer_version_is_left_alone(tmp_path: Path, address: str) -> None:
    opened = Database(tmp_path, address)
    with opened.writing() as db:
        newer = "PRAGMA user_version = 99" if opened.is_sqlite else "UPDATE centre_version SET version = 99"
        db.execute(sql(newer))
    opened.close()
    with pytest.raises(DatabaseError, match="更新的版本"):
        Database(tmp_path, address)


def test_two_that_open_at_once_make_one_database(tmp_path: Path, address: str) -> None:
    failed: list[Exception] = []
    barrier = threading.Barrier(3)

    def open_one() -> None:
        barrier.wait()
        try:
            Office.open(tmp_path, address).close()
        except DatabaseError as error:
            failed.append(error)

    threads = [threading.Thread(target=open_one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.parametrize("address", ["mysql://x", "no address", "sqlite:///x"])
def test_address_of_no_database_of_ours_is_a_configuration_error(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigurationError, match="postgresql://"):
        Database(tmp_path, address)


def test_server_that_is_not_there_is_said_without_its_password(tmp_path: Path, postgresql: Server) -> None:
    address = f"postgresql://kiosk:secret@/nothing?host={postgresql.folder}"
    with pytest.raises(DatabaseError) as said:
        Database(tmp_path, address)
    assert "nothing" in str(said.value) and "secret" not in str(said.value)
