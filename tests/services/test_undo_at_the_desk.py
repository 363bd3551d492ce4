"""撤销上一件 at a desk takes back whatever was done there to a parcel by mistake, act by act, and nothing that nobody means."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.consents.model import How, Scope
from kiosk.counter import consent, expect, list_manifest, parcel_problems, relocate_here, set_aside
from kiosk.counter.at_pickup import AtPickup, note_at_pickup
from kiosk.counter.expect import Announced
from kiosk.counter.undo import next_up, undo_last, undo_parcel
from kiosk.parcels import problem_cases
from kiosk.parcels.mistakes import UNDONE_BY
from kiosk.parcels.model import EventKind
from kiosk.storage import Actor
from tests.services.parcel_bench import YTO, ZTO, ZTO_2, Station


@pytest.fixture
def station(tmp_path: Path):
    made = Station.copied(tmp_path)
    yield made
    assert made.broken() == []
    made.store.close()


@pytest.fixture
def parcel(station) -> int:
    return station.arrive(ZTO, phone="1234", shelf="1-1").parcel_id


def _wrong(station, parcel_id):
    station.collect(parcel_id)
    station.act(parcel_problems.note_wrong_person, parcel_id)


def _lost(station, parcel_id):
    station.act(parcel_problems.lose, parcel_id)


@pytest.mark.parametrize(
    ("first", "act", "undone"),
    [
        (None, (set_aside.mark_problem, "damaged"), "marked_problem"),
        (None, (set_aside.mark_to_return, "refused"), "marked_to_return"),
        (lambda s, i: s.act(set_aside.mark_problem, i, "short"), (set_aside.put_back,), "put_back"),
        (None, (parcel_problems.lose,), "lost"),
        (_lost, (parcel_problems.find_again,), "found_again"),
        (lambda s, i: s.collect(i), (parcel_problems.note_wrong_person,), "wrong_person_noted"),
        (_wrong, (parcel_problems.recover,), "recovered"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_set_a_parcel_aside_or_brought_it_back_is_taken_back_at_the_desk(station, parcel, first, act, undone):
    if first is not None:
        first(station, parcel)
    before = station.state(parcel)
    does, *more = act
    station.act(does, parcel, *more)
    assert station.act(undo_last, 1).act == undone
    assert station.state(parcel) == before


def test_every_mistake_of_a_parcel_is_in_the_table_above():
    assert set(UNDONE_BY) == {
        EventKind.MARKED_PROBLEM, EventKind.MARKED_TO_RETURN, EventKind.PUT_BACK, EventKind.LOST, EventKind.FOUND_AGAIN,
        EventKind.WRONG_PERSON_NOTED, EventKind.RECOVERED,
    }  # fmt: skip


def test_what_was_moved_lies_again_where_it_lay_each_of_several(station, parcel):
    other = station.arrive(YTO, shelf="2-1").parcel_id
    station.act(relocate_here.relocate_many, [parcel, other], "3-2", desk_id=1)
    undone = station.act(undo_last, 1)
    assert (undone.act, set(undone.parcel_ids)) == ("relocated", {parcel, other})
    assert [(station.row(i)["shelf"], station.row(i)["layer"]) for i in (parcel, other)] == [("1", 1), ("2", 1)]
    assert station.act(undo_last, 1).act == "check_in", "what was carried back is passed over"


def test_consent_noted_just_now_is_withdrawn_as_a_mistake(station, parcel):
    given = station.act(consent.give_consent, parcel, Scope.THIS_PARCEL, How.ORAL)
    station.act(consent.give_consent, parcel, Scope.THIS_PARCEL, How.PHONE)  # it counts already: nothing new
    assert station.act(undo_last, 1).act == "agreed"
    from kiosk.consents import store

    assert station.read(store.consent, given.id).withdrawn_how == "mistake"
    standing = station.act(consent.give_standing, "19900001234", How.PHONE)
    undone = station.act(undo_last, 1)
    assert (undone.parcel_ids, station.read(store.consent, standing.id).withdrawn_how) == ((), "mistake")


def test_announced_by_mistake_is_dropped_all_of_it(station):
    made = station.act(expect.expect_parcels, [Announced(ZTO), Announced(YTO)])
    station.act(expect.drop_expected, made[0])
    undone = station.act(undo_last, 1)
    assert (undone.act, undone.parcel_ids) == ("expected_noted", (made[1],))
    assert station.refusal(undo_last, 1).code == "undo.nothing"


def test_courier_list_gives_up_its_last_piece_and_never_an_older_act(station, parcel):
    gone = station.arrive(YTO).parcel_id
    station.collect(gone)
    station.act(set_aside.mark_to_return, parcel, "refused")
    station.act(undo_parcel, parcel)
    station.act(set_aside.mark_to_return, parcel, "refused")
    listed = station.act(list_manifest.open_list, "return", carrier="ZTO")
    assert station.scan("~CMD:undo").code == "undo.not_while_listing"
    assert station.scan(ZTO).code == "manifest.listed"
    assert station.scan(ZTO).code != "manifest.listed"
    assert station.scan("~CMD:undo").code == "undo.listed"
    from kiosk.manifests import store

    assert station.read(store.items, listed.id) == []
    assert (station.state(gone), station.state(parcel)) == ("handed_over", "to_return")


def test_act_that_something_followed_or_of_another_day_is_not_taken_back(station, parcel):
    station.act(set_aside.mark_problem, parcel, "damaged")
    station.act(set_aside.put_back, parcel)
    assert station.act(undo_last, 1).act == "put_back"
    assert station.refusal(undo_last, 1).code == "undo.something_followed"
    assert station.state(parcel) == "problem"


def test_phone_typed_belongs_to_the_last_check_in_though_something_was_marked_since(station, parcel):
    from kiosk.counter.correct import add_phone

    station.act(set_aside.mark_problem, parcel, "damaged")
    assert station.act(add_phone, phone="5678", desk_id=1).parcel_id == parcel


def test_desk_names_what_its_next_undo_takes_back(station, parcel):
    code = station.row(parcel)["pickup_code"]
    assert station.read(next_up, 1) == ("撤销入库 {pickup_codes}", {"pickup_codes": code})
    station.act(set_aside.mark_problem, parcel, "damaged")
    assert station.read(next_up, 1)[0] == "撤销登记 {pickup_codes}"
    station.act(undo_parcel, parcel)
    assert station.read(next_up, 1)[0] == "撤销入库 {pickup_codes}", "taken back on its page: passed over"
    station.collect(parcel)
    assert station.read(next_up, 1)[0] == "撤销出库 {pickup_codes}"


def test_whoever_had_no_claim_to_a_parcel_did_not_agree_that_it_lies_here(station, parcel):
    station.collect(parcel)
    assert station.read(consent.standing_of, station.row(parcel)).is_by_code
    station.act(parcel_problems.note_wrong_person, parcel)
    assert not station.read(consent.standing_of, station.row(parcel)).is_by_code


def test_program_without_a_desk_leaves_nothing_on_any_pile(station, parcel):
    token = Actor("token", 9, "manager", "系统", None)
    station.act(set_aside.mark_problem, parcel, "damaged", actor=token)
    assert [act[0] for act in station.desk().last_act["acts"]] == ["c"]


@pytest.mark.parametrize(
    ("said", "state", "kind"),
    [
        (AtPickup.DAMAGED, "problem", "damaged"),
        (AtPickup.SHORT, "problem", "short"),
        (AtPickup.REFUSED, "to_return", None),
        (AtPickup.REFUSED_DAMAGED, "to_return", None),
    ],
)
@pytest.mark.parametrize("is_given", [False, True])
def test_whoever_collects_may_look_and_refuse_even_with_the_parcel_in_hand(
    station, parcel, said, state, kind, is_given
):
    if is_given:
        station.collect(parcel)
    assert station.act(note_at_pickup, parcel, said) == state == station.state(parcel)
    open_case = station.read(problem_cases.open_case, parcel)
    assert (open_case.kind if open_case else None) == kind
    station.act(undo_last, 1)
    assert station.state(parcel) == "on_shelf", "pressed by mistake: it waits as before"


def test_refusal_at_pickup_says_why_it_does_not_do(station, parcel):
    assert station.refusal(note_at_pickup, parcel, "eaten").code == "pickup.said_unknown"
    assert station.refusal(note_at_pickup, 999, "refused").code == "parcel.unknown"
    _wrong(station, parcel)
    assert station.refusal(note_at_pickup, parcel, "refused").code == "parcel.already_handed_over"
    other = station.arrive(ZTO_2, cod_fen=1500).parcel_id
    station.collect(other, desk_id=1)
    station.act(note_at_pickup, other, "refused")
    assert station.state(other) == "to_return"
    pending = "SELECT COUNT(*) FROM ticket_lines WHERE case_kind = 'parcel' AND state = 'pending'"
    assert station.read(lambda db: db.value(pending)) == 0, "nobody pays for what is refused"
