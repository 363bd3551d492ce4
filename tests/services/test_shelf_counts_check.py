"""Each invariant of shelf counts is broken once, and ``kiosk check`` names it."""

from pathlib import Path

import pytest

from kiosk.codes import recognise
from kiosk.counter import count_shelves as counting
from kiosk.shelf_counts.check import problems
from kiosk.storage.connection import connect
from tests.services.parcel_bench import YTO, ZTO, Station

BROKEN = [
    ("shelf_count.figures_off", "UPDATE shelf_counts SET missing = 7 WHERE id = 1"),
    ("shelf_count.figures_off", "DELETE FROM shelf_count_finds WHERE kind = 'missing'"),
    ("shelf_count.no_report", "UPDATE shelf_counts SET slip_id = 999 WHERE id = 1"),
    ("shelf_count.answer_wrong", "UPDATE shelf_count_finds SET answer = 'lost', answered_at = '' WHERE kind = 'found'"),
    ("shelf_count.missing_too_early", "UPDATE shelf_count_finds SET count_id = 2 WHERE kind = 'missing'"),
]
GUARDED = [
    "UPDATE shelf_counts SET missing = 7 WHERE id = 1",
    "DELETE FROM shelf_counts WHERE id = 1",
    "DELETE FROM shelf_count_finds",
    "UPDATE shelf_count_finds SET kind = 'found' WHERE kind = 'missing'",
    "INSERT INTO shelf_count_finds (count_id, kind, parcel_id, at, by_kind, by_id) VALUES (1, 'found', 2, '', 'staff', 1)",
    "INSERT INTO shelf_counts (state, begun_seq, begun_at, begun_on, begun_by_kind, begun_by_id)"
    " VALUES ('counting', 0, '', '', 'staff', 1)",
]


@pytest.fixture
def station(tmp_path: Path):
    """One count that is closed, with a parcel found and one missing, and another under way."""
    opened = Station.copied(tmp_path)
    for number in (ZTO, YTO):
        opened.arrive(number, shelf="1-1")
    begun = opened.act(counting.begin_count)
    opened.act(counting.count_scan, recognise(ZTO), None)
    opened.act(counting.close_count, begun.id)
    opened.act(counting.begin_count)
    yield opened
    opened.store.close()


@pytest.mark.parametrize(("code", "damage"), BROKEN)
def test_broken_invariant_is_named(station, code, damage):
    assert list(station.read(problems)) == []
    connection = connect(station.store.path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(damage)
    connection.commit()
    connection.close()
    assert code in {found.code for found in station.read(problems)}


@pytest.mark.parametrize("statement", GUARDED)
def test_database_itself_keeps_what_a_count_found(station, statement):
    with pytest.raises(Exception, match="never|ended|UNIQUE"), station.store.transaction(station.actor) as tx:
        tx.execute(statement)


def test_number_that_never_came_is_forgotten_with_its_count(station):
    from kiosk.shelf_counts.personal import forget_find

    station.act(counting.count_scan, recognise("SF1234567890123"), None)
    (row,) = station.read(lambda db: db.all("SELECT id, count_id FROM shelf_count_finds WHERE waybill_no IS NOT NULL"))
    station.act(counting.close_count, row["count_id"])
    assert "SF1234567890123" in station.everything_stored()
    with station.store.transaction(station.actor, erasing=True) as tx:
        forget_find(tx, row["id"], "test")
    assert "SF1234567890123" not in station.everything_stored()
    assert station.refusal(counting.take_in_find, row["id"]).code == "shelf_count.waybill_erased"
    assert list(station.read(problems)) == []
