"""A database server that was restarted, or that goes away in the middle of something: the next report is taken all the same."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from kiosk import clock
from kiosk.reports import signing
from sync.centre import database, downlink, stations
from sync.centre.intake import take
from tests.sync.county import Centre, Signer
from tests.sync.postgres import Server


@pytest.fixture
def address(postgresql: Server) -> Iterator[str]:
    made = postgresql.new_database()
    yield made
    postgresql.drop(made)


@pytest.fixture
def hang_up(postgresql: Server, address: str) -> Callable[[], None]:
    """Ends all lines to this centre's database, as a restart does."""
    name = re.search(r"@/(\w+)", address)
    assert name is not None
    return lambda: postgresql.ask(
        f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name[1]}'"
    )


def test_report_is_taken_after_the_server_was_restarted(
    centre: Centre, signer: Signer, hang_up: Callable[[], None]
) -> None:
    assert centre.post(signer.report(1).envelope)[0] == 201
    for sequence in (2, 3):
        hang_up()
        assert centre.post(signer.report(sequence).envelope)[0] == 201
    assert centre.counts() == (3, 1)


def test_all_lines_that_a_restart_has_cut_are_replaced(centre: Centre, hang_up: Callable[[], None]) -> None:
    kept = centre.office.database
    with kept.reading() as one, kept.reading() as two, kept.reading() as three:
        for db in (one, two, three):
            assert stations.find(db, "demo-001") is None
    hang_up()
    with kept.reading() as one, kept.reading() as two, kept.reading() as three:
        for db in (one, two, three):
            assert stations.find(db, "demo-001") is None


def test_server_that_was_silent_for_long_is_asked(
    centre: Centre, hang_up: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A server that vanished without a word leaves nothing to read on the line.
    monkeypatch.setattr(database, "_is_readable", lambda _number: False)
    with centre.office.database.reading() as db:
        assert stations.find(db, "demo-001") is None
    hang_up()
    with pytest.raises(OperationalError), centre.office.database.reading() as db:
        stations.find(db, "demo-001")
    with centre.office.database.reading() as db:
        assert stations.find(db, "demo-001") is None
    hang_up()
    monkeypatch.setattr(database, "BELIEVED_SECONDS", 0)
    with centre.office.database.reading() as db:
        assert stations.find(db, "demo-001") is None


def test_server_that_goes_in_the_middle_is_told_as_sqlalchemy_tells_it(
    centre: Centre, signer: Signer, hang_up: Callable[[], None]
) -> None:
    centre.post(signer.report(1).envelope)
    with pytest.raises(DBAPIError) as told, centre.office.database.writing() as db:
        assert stations.hold(db, "demo-001") is not None
        hang_up()
        stations.hold(db, "demo-001")
    assert isinstance(told.value, OperationalError) and told.value.connection_invalidated
    assert centre.post(signer.report(2).envelope)[0] == 201


def test_error_of_the_driver_names_nobody(tmp_path: Path, signer: Signer) -> None:
    centre = Centre(tmp_path / "centre")
    centre.post(signer.report(1).envelope)
    with centre.office.database.writing() as db:
        db.exec_driver_sql("DROP TABLE numbers").close()
    with pytest.raises(OperationalError, match="no such table: numbers") as told:
        take(centre.office, signer.report(2).envelope)
    assert "枫林村" not in str(told.value) and "demo-001" not in str(told.value)
    centre.close()


def test_message_queued_while_its_station_asks_waits_for_the_station_before_all_else(
    centre: Centre, signer: Signer
) -> None:
    office = centre.office
    with office.database.writing() as db:
        stations.add_key(db, "demo-001", signer.public_key, signing.thumbprint(signer.public_key), "enrolled")
    named = {"waybill": "YT1234567890123", "phone": "13900000001", "name": "试验", "carrier": "yto"}
    downlink.queue(office, ["demo-001"], "parcels.expected", {"items": [named]})
    with office.database.writing() as db:
        long_ago = clock.stamp(clock.now() - timedelta(days=downlink.KEPT_DAYS + 1))
        db.execute(text("UPDATE messages SET made_at = :at"), {"at": long_ago})
    failed: list[Exception] = []

    def queue() -> None:
        try:
            downlink.queue(office, ["demo-001"], "announcement", {"title": "停电", "body": "周三", "kind": "notice"})
        except SQLAlchemyError as error:
            failed.append(error)

    other = threading.Thread(target=queue)
    with office.database.writing() as db:
        stations.find(db, "demo-001", hold=True)  # as the answer to a question begins
        other.start()
        while not db.execute(text("SELECT COUNT(*) FROM pg_locks WHERE NOT granted")).scalar_one():
            time.sleep(0.01)
        downlink._clear(office, db, "demo-001")
    other.join()
    assert failed == []
    with office.database.reading() as db:
        assert [one.topic for one in downlink.listed(db)] == ["announcement", "parcels.expected"]
