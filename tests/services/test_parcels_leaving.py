"""The ways out of the house beside the hand-over and their ways back, and parcels announced before they come: one event
each, refused with a reason and without a trace."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock
from kiosk.codes import recognise
from kiosk.errors import Refused
from kiosk.parcels import actions, expected, intake, leaving, store, view
from kiosk.parcels.check import problems
from kiosk.parcels.model import ParcelState, ProblemReason
from kiosk.retention.schedule import erase_due
from tests.services.parcel_bench import YTO, ZTO, Station, assert_worded


@pytest.fixture
def station(tmp_path: Path):
    made = Station(tmp_path)
    yield made
    made.store.close()


def business_on(tx) -> str:
    return tx.value("SELECT business_on FROM business_days WHERE closed_at IS NULL")


def do(station, act, parcel_id, *args, **facts):
    return station.act(lambda tx: act(tx, business_on(tx), store.parcel(tx, parcel_id), *args, **facts))


def refused(station, act, parcel_id, *args, **facts) -> str:
    before = state(station, parcel_id)
    with pytest.raises(Refused) as found:
        do(station, act, parcel_id, *args, **facts)
    assert_worded(found.value)
    assert state(station, parcel_id) == before
    return found.value.code


def state(station, parcel_id) -> tuple[str, int, str | None]:
    with station.store.reading() as db:
        row = store.parcel(db, parcel_id)
        assert list(problems(db)) == []
        return row["state"], row["steps"], row["out_at"]


OUT = [
    (leaving.pass_on, "passed_on", "parcel.passed_on"),
    (leaving.deliver_to_door, "door_delivered", "parcel.door_delivered"),
]


@pytest.mark.parametrize(("act", "name", "code"), OUT)
def test_parcel_leaves_once_and_comes_back_the_same_day(station, act, name, code):
    parcel_id = station.arrive(ZTO).parcel_id
    do(station, act, parcel_id, 7)
    assert state(station, parcel_id)[0] == name
    assert refused(station, act, parcel_id, 7) == code
    do(station, leaving.undo_leaving, parcel_id)
    assert state(station, parcel_id)[0] == "on_shelf"
    assert state(station, parcel_id)[2] is None


@pytest.mark.parametrize(("act", "name", "code"), OUT)
def test_parcel_that_is_set_aside_or_unpaid_does_not_leave_silently(station, act, name, code):
    parcel_id = station.arrive(ZTO).parcel_id
    do(station, actions.mark_problem, parcel_id, ProblemReason.DAMAGED)
    assert refused(station, act, parcel_id, None) == "parcel.is_problem"
    paid_there = station.arrive(YTO, cod_fen=100).parcel_id
    assert refused(station, act, paid_there, None) == "parcel.unpaid_here"


def test_only_what_is_to_go_back_is_returned(station):
    parcel_id = station.arrive(ZTO).parcel_id
    assert refused(station, leaving.return_parcel, parcel_id, 3) == "parcel.not_in_that_state"
    do(station, actions.mark_to_return, parcel_id, ProblemReason.OVERDUE)
    do(station, leaving.return_parcel, parcel_id, 3)
    assert state(station, parcel_id)[0] == "returned"
    do(station, leaving.undo_leaving, parcel_id)
    assert state(station, parcel_id)[0] == "to_return"


def test_lost_parcel_is_found_under_its_old_code(station):
    came = station.arrive(ZTO)
    do(station, leaving.lose, came.parcel_id, ProblemReason.OTHER)
    assert refused(station, leaving.undo_leaving, came.parcel_id) == "parcel.lost"
    do(station, leaving.find_again, came.parcel_id)
    with station.store.reading() as db:
        assert view.parcel(db, came.parcel_id).pickup_code == came.pickup_code
    assert state(station, came.parcel_id)[0] == "on_shelf"


def test_lost_parcel_whose_number_came_in_again_is_taken_in_anew(station):
    first = station.arrive(ZTO).parcel_id
    do(station, leaving.lose, first, ProblemReason.OTHER)
    station.arrive(ZTO)
    assert refused(station, leaving.find_again, first) == "parcel.code_given_on"


def test_parcel_whose_person_was_erased_by_age_is_taken_in_anew(station):
    lost, wrong = station.arrive(ZTO, phone="13812341234").parcel_id, station.arrive(YTO).parcel_id
    do(station, leaving.lose, lost, ProblemReason.OTHER)
    station.collect(wrong)
    do(station, leaving.note_wrong_person, wrong)
    assert erase_due(station.store, clock.local_date() + timedelta(days=400)) > 0
    assert refused(station, leaving.find_again, lost) == "parcel.person_erased"
    assert refused(station, leaving.recover, wrong) == "parcel.person_erased"
    assert station.arrive(ZTO).previous_id is None


@pytest.mark.parametrize(("phone", "kind"), [("13812341234", "tail_only"), ("18412345678-1234", "none")])
def test_lost_parcel_that_is_found_after_its_number_was_erased_is_known_by_what_is_left(station, phone, kind):
    lost = station.arrive(ZTO, phone=phone).parcel_id
    do(station, leaving.lose, lost, ProblemReason.OTHER)
    assert erase_due(station.store, clock.local_date() + timedelta(days=100)) > 0
    do(station, leaving.find_again, lost)
    assert state(station, lost)[0] == "on_shelf"
    assert station.row(lost)["phone_kind"] == kind


def test_parcel_given_to_the_wrong_person_is_noted_once_and_recovered(station):
    parcel_id = station.arrive(ZTO).parcel_id
    assert refused(station, leaving.note_wrong_person, parcel_id) == "parcel.not_in_that_state"
    station.collect(parcel_id)
    assert refused(station, leaving.recover, parcel_id) == "parcel.already_handed_over"
    assert refused(station, leaving.lose, parcel_id, ProblemReason.OTHER) == "parcel.already_handed_over"
    do(station, leaving.note_wrong_person, parcel_id)
    assert state(station, parcel_id)[0] == "handed_over"
    assert refused(station, leaving.note_wrong_person, parcel_id) == "parcel.with_wrong_person"
    do(station, leaving.recover, parcel_id, as_problem=True)
    assert state(station, parcel_id)[0] == "problem"


def test_parcel_not_got_back_from_the_wrong_person_is_lost(station):
    parcel_id = station.arrive(ZTO).parcel_id
    station.collect(parcel_id)
    do(station, leaving.note_wrong_person, parcel_id)
    do(station, leaving.lose, parcel_id, ProblemReason.WRONG_PERSON)
    assert state(station, parcel_id)[0] == "lost"


def note(station, waybill, phone_tail="1234") -> int:
    return station.act(
        lambda tx: expected.note_expected(
            tx, business_on(tx), recognise(waybill), intake.recipient(tx, None, phone_tail, None)
        )
    )


def test_expected_parcel_is_checked_off_when_it_comes(station):
    station.arrive(YTO)  # opens the day
    parcel_id = note(station, ZTO)
    assert state(station, parcel_id)[0] == "expected"
    came = station.arrive(ZTO, phone=None)
    assert came.parcel_id == parcel_id
    assert came.previous_id is None
    with station.store.reading() as db:
        shown = view.parcel(db, parcel_id)
    assert (shown.state, shown.masked_phone[-4:]) == (ParcelState.ON_SHELF, "1234")
    assert shown.pickup_code == came.pickup_code != ""
    with pytest.raises(Refused) as found:
        note(station, ZTO)
    assert found.value.code == "parcel.already_in_stock"


def test_expected_parcel_is_noted_once_and_dropped_with_an_event(station):
    station.arrive(YTO)
    parcel_id = note(station, ZTO)
    with pytest.raises(Refused) as found:
        note(station, ZTO)
    assert found.value.code == "parcel.already_expected"
    do(station, expected.drop_expected, parcel_id)
    assert state(station, parcel_id)[0] == "undone"
    assert refused(station, expected.drop_expected, parcel_id) == "parcel.undone"
    assert station.arrive(ZTO).parcel_id != parcel_id
