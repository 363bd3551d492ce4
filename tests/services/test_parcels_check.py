"""The check can fail: each invariant is broken by hand, past the guards, and is seen; the guards themselves refuse."""

import sqlite3
from pathlib import Path

import pytest

from kiosk.counter.set_aside import mark_problem
from kiosk.counter.undo import undo_parcel
from kiosk.notices import actions as notice_acts
from kiosk.notices.check import problems as notice_problems
from kiosk.parcels.check import problems as parcel_problems
from kiosk.printing import jobs
from kiosk.storage import Reader
from kiosk.storage.connection import connect
from tests.services.parcel_bench import JD_1, YTO, ZTO, ZTO_2, Station


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """A station after a small day; each test breaks a copy."""
    station = Station(Path(tmp_path_factory.mktemp("worked")))
    batch = station.batch("ZTO", print_mode="at_once")
    first = station.arrive(ZTO, batch, phone="13800001234", name_hint="张三")
    second = station.arrive(ZTO_2, batch, phone="1234")
    third = station.arrive(YTO, station.batch("", print_mode="batch_end"), phone="18412345678转0001")
    station.arrive(JD_1)
    station.collect(first.parcel_id, "proxy_pickup", collected_by="李四", relation="family", remember_proxy=True)
    station.act(undo_parcel, second.parcel_id)
    station.act(mark_problem, third.parcel_id, "damaged")
    station.arrive(ZTO, batch, phone="5678", name_hint="王")
    station.act(jobs.finish, first.job_id, "confirmed")
    station.act(notice_acts.resend, station.row(1)["checked_in_on"], first.notice_id, "小票机")
    assert station.problems() == []
    station.store.close()
    return station


def broken(worked: Station, tmp_path: Path, *statements: str) -> set[str]:
    """The codes that the rooms' checks find after these statements, run on a copy without any trigger."""
    copy = tmp_path / "kiosk.db"
    source = sqlite3.connect(worked.store.path)
    raw = sqlite3.connect(copy, isolation_level=None)
    source.backup(raw)
    source.close()
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute("PRAGMA ignore_check_constraints = ON")
    for statement in statements:
        assert raw.execute(statement).rowcount != 0, statement
    raw.row_factory = sqlite3.Row
    reader = Reader(raw, worked.store)
    found = {problem.code for check in (parcel_problems, notice_problems) for problem in check(reader)}
    raw.close()
    return found


def test_untouched_copy_has_no_problem(worked, tmp_path):
    assert broken(worked, tmp_path) == set()


BREAKS = {
    "UPDATE parcels SET state = 'handed_over', out_at = checked_in_at, out_on = checked_in_on WHERE id = 4":
        "parcel.not_as_its_events",
    "UPDATE parcels SET steps = steps + 1 WHERE id = 4": "parcel.not_as_its_events",
    "UPDATE parcels SET shelf = '9' WHERE id = 4": "parcel.not_as_its_events",
    "UPDATE parcels SET carrier = 'SF' WHERE id = 4": "parcel.not_as_its_events",
    "UPDATE parcels SET pickup_code = '1-1-0777' WHERE id = 4": "parcel.not_as_its_events",
    "UPDATE parcels SET out_at = NULL, out_on = NULL WHERE id = 1": "parcel.not_as_its_events",
    "UPDATE parcels SET out_on = '2020-01-01' WHERE id = 1": "parcel.not_as_its_events",
    "UPDATE parcels SET checked_in_on = '2020-01-01' WHERE id = 4": "parcel.not_as_its_events",
    "UPDATE parcels SET batch_id = 2 WHERE id = 1": "parcel.not_as_its_events",
    "UPDATE parcels SET holds_code = 0 WHERE id = 4": "parcel.without_code",
    "UPDATE parcels SET code_series = '7-7-7' WHERE id = 4": "pickup_code.wrong_series",
    "UPDATE pickup_code_ranges SET last_number = 1": "pickup_code.range_behind",
    "DELETE FROM parcel_events WHERE parcel_id = 4": "parcel.without_event",
    "DELETE FROM parcel_events WHERE parcel_id = 1 AND step = 2": "parcel.not_as_its_events",
    "DELETE FROM parcels WHERE id = 4": "parcel.missing",
    "DELETE FROM parcels WHERE id = 5": "parcel.missing",
    "UPDATE parcel_events SET to_state = 'lost' WHERE parcel_id = 1 AND step = 2": "parcel.event_wrong",
    "UPDATE parcel_events SET kind = 'unheard_of' WHERE parcel_id = 4": "parcel.event_wrong",
    "UPDATE parcel_events SET method = 'tail' WHERE parcel_id = 1 AND step = 2": "parcel.event_wrong",
    "UPDATE parcel_events SET method = 'tail' WHERE parcel_id = 4": "parcel.event_wrong",
    "UPDATE parcel_events SET relation = 'friend' WHERE parcel_id = 1 AND step = 2": "parcel.event_wrong",
    "UPDATE parcel_events SET at = '2020-01-01T00:00:00.000000Z' WHERE parcel_id = 4": "parcel.event_wrong",
    "UPDATE parcel_events SET actor_id = 99 WHERE parcel_id = 4": "parcel.event_wrong",
    "UPDATE parcel_events SET audit_seq = audit_seq + 1 WHERE parcel_id = 4": "parcel.event_wrong",
    "UPDATE parcel_events SET step = 7 WHERE parcel_id = 1 AND step = 2": "parcel.event_wrong",
    "UPDATE parcels SET phone_hash = 'aa' WHERE id = 1": "parcel.phone_torn",
    "UPDATE parcels SET phone_kind = 'real' WHERE id = 5": "parcel.phone_torn",
    "UPDATE parcels SET phone_kind = 'tail_only' WHERE id = 1": "parcel.phone_torn",
    "UPDATE parcels SET phone_tail = '12' WHERE id = 5": "parcel.phone_torn",
    "UPDATE parcels SET name_hint = '赵' WHERE id = 5": "parcel.name_not_indexed",
    "DELETE FROM names_in_stock": "parcel.name_not_indexed",
    "UPDATE parcels SET erased_at = out_at WHERE id = 1": "parcel.not_erased",
    "UPDATE vault SET case_id = 99 WHERE case_kind = 'parcel' AND field = 'collected_by'": "parcel.value_of_nobody",
    "UPDATE vault SET field = 'diagnosis' WHERE case_kind = 'parcel' AND field = 'collected_by'":
        "parcel.value_of_nobody",
    "UPDATE intake_batches SET checked_in = checked_in + 1 WHERE id = 1": "batch.count_wrong",
    "UPDATE intake_batches SET undone = 0 WHERE id = 1": "batch.count_wrong",
    "UPDATE intake_batches SET declared = 7 WHERE id = 1": "batch.not_as_recorded",
    "UPDATE intake_batches SET state = 'closed', closed_at = opened_at WHERE id = 1": "batch.not_recorded",
    "DELETE FROM shelves": "parcel.place_unknown",
    "UPDATE desks SET open_batch_id = 99": "desk.batch_not_open",
    "UPDATE standing_proxies SET relation = 'friend'": "proxy.not_as_recorded",
    "UPDATE parcels SET previous_id = 5 WHERE id = 4": "parcel.wrong_previous",
    "UPDATE notices SET subject_id = 99 WHERE id = 1": "notice.of_no_parcel",
    "UPDATE notices SET slip_id = 2 WHERE id = 1": "notice.wrong_slip",
    "UPDATE notices SET job_id = 2 WHERE id = 1": "notice.wrong_job",
    "UPDATE notices SET job_id = NULL WHERE id = 1": "notice.no_job",
    "UPDATE notices SET slip_id = 1 WHERE state = 'held'": "notice.held_but_printed",
    "UPDATE notices SET result = 'because' WHERE id = 1": "notice.result_unknown",
    "UPDATE notices SET channel = 'pigeon' WHERE id = 1": "notice.channel_unknown",
    "UPDATE notices SET resends_id = 2 WHERE resends_id IS NOT NULL": "notice.wrong_resend",
    "UPDATE notices SET resends_id = NULL WHERE resends_id IS NOT NULL": "notice.resend_not_recorded",
}  # fmt: skip


@pytest.mark.parametrize("statement", BREAKS)
def test_broken_row_is_found(worked, tmp_path, statement):
    assert BREAKS[statement] in broken(worked, tmp_path, statement)


def test_second_parcel_in_stock_and_second_holder_of_a_code_are_found(worked, tmp_path):
    assert "parcel.twice_in_stock" in broken(
        worked, tmp_path, "DROP INDEX one_waybill_in_stock",
        f"UPDATE parcels SET waybill_no = '{YTO}', piece_index = 0 WHERE id = 5",
    )  # fmt: skip


def test_code_held_twice_is_found(worked, tmp_path):
    assert "pickup_code.held_twice" in broken(
        worked, tmp_path, "DROP INDEX one_holder_of_a_code",
        "UPDATE parcels SET pickup_code = (SELECT pickup_code FROM parcels WHERE id = 4) WHERE id = 5",
    )  # fmt: skip


def test_record_without_its_event_is_found(worked, tmp_path):
    assert "parcel.event_missing" in broken(
        worked, tmp_path, "UPDATE parcels SET steps = 1, state = 'on_shelf' WHERE id = 3",
        "DELETE FROM parcel_events WHERE parcel_id = 3 AND step = 2",
    )  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE parcel_events SET method = 'tail'",
        "DELETE FROM parcel_events",
        "DELETE FROM parcels WHERE id = 4",
        "UPDATE parcels SET pickup_code = '1-1-0777' WHERE id = 4",
        "UPDATE parcels SET state = 'problem' WHERE id = 4",
        "UPDATE parcels SET state = 'on_shelf', steps = steps + 1 WHERE id = 2",
        "UPDATE parcels SET checked_in_at = '2020-01-01T00:00:00.000000Z' WHERE id = 4",
        "DELETE FROM intake_batches",
        "DELETE FROM notices",
        "UPDATE notices SET subject_id = 2",
        "INSERT OR REPLACE INTO parcel_events SELECT * FROM parcel_events",
    ],
)
def test_database_itself_refuses(worked, tmp_path, statement):
    raw = connect(worked.store.path)
    try:
        raw.execute("BEGIN")
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(statement)
    finally:
        raw.rollback()
        raw.close()


def test_batch_that_has_ended_is_not_opened_again(worked, tmp_path):
    raw = connect(worked.store.path)
    try:
        raw.execute("BEGIN")
        raw.execute("UPDATE intake_batches SET state = 'closed', closed_at = opened_at WHERE id = 1")
        with pytest.raises(sqlite3.IntegrityError, match="closed batch"):
            raw.execute("UPDATE intake_batches SET state = 'open', closed_at = NULL WHERE id = 1")
    finally:
        raw.rollback()
        raw.close()
