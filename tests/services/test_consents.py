"""Consent: for good or for one parcel, how it was said, withdrawn; the colour a parcel has by it; the courier's list."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.check import problems
from kiosk.consents import store
from kiosk.consents.actions import erase_consent
from kiosk.counter import consent, consent_list
from kiosk.counter.correct import correct
from kiosk.counter.undo import undo_parcel
from kiosk.errors import Refused
from kiosk.printing.sheet import compose_sheet
from kiosk.retention.kinds import due, kind_of
from kiosk.storage import Actor
from tests.journeys.damage import Damage
from tests.journeys.real_day import opened
from tests.services.parcel_bench import YTO, ZTO, ZTO_2, Station, assert_worded

FULL, OTHER = "13812341234", "13912341234"
INSPECTOR = Actor("staff", 1, "inspector", "巡查员", None)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    made = Station.copied(tmp_path)
    yield made
    assert made.problems() == []
    made.store.close()


def colour(station: Station, parcel_id: int) -> str:
    return station.read(store.colour, parcel_id).value


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        ({"phone": FULL}, "red"),
        ({"phone": "1234"}, "amber"),
        ({"phone": "1234", "name_hint": "张三"}, "amber"),
        ({"phone": "18412345678-1234", "phone_tail": "1234"}, "amber"),
        ({}, "amber"),
    ],
)
def test_parcel_of_somebody_who_said_nothing_is_never_green(station, person, shown):
    done = station.arrive(ZTO, **person)
    assert (done.consent, colour(station, done.parcel_id)) == (shown, shown)
    station.act(consent.give_consent, done.parcel_id, "this_parcel", "phone")
    assert colour(station, done.parcel_id) == "green"


def test_standing_consent_of_a_phone_counts_for_what_comes_later_and_for_nobody_else(station):
    first = station.arrive(ZTO, phone=FULL).parcel_id
    given_ = station.act(consent.give_consent, first, "standing", "oral")
    assert (given_.scope, given_.how, given_.parcel_id) == ("standing", "oral", None)
    assert station.arrive(ZTO_2, phone=FULL).consent == "green"
    assert station.arrive(YTO, phone=OTHER).consent == "red", "the same tail is another family"
    tail_only = station.arrive("YT8962646785390", phone="1234").parcel_id
    assert colour(station, tail_only) == "amber", "a tail alone never merges two families"
    assert station.read(store.phone_of, given_.id) == FULL
    assert station.act(consent.give_standing, "138 1234 1234", "phone").id == given_.id, (
        "said again: the first one counts"
    )


@pytest.mark.obligation("JX-14", place="/consents", reads="收件人同意放站点：怎么说的、谁记的、撤回")
def test_withdrawn_consent_makes_the_parcels_red_again_and_stays_written(station):
    parcel_id = station.arrive(ZTO, phone=FULL).parcel_id
    given_ = station.act(consent.give_consent, parcel_id, "standing", "paper")
    gone = station.act(consent.withdraw_consent, given_.id, "phone")
    assert (gone.how, gone.withdrawn_how, gone.holds, colour(station, parcel_id)) == ("paper", "phone", False, "red")
    assert station.refusal(consent.withdraw_consent, given_.id, "phone").code == "consent.withdrawn_before"
    anew = station.act(consent.give_consent, parcel_id, "standing", "oral")
    assert anew.id != given_.id
    assert colour(station, parcel_id) == "green"


def test_tail_only_parcel_gets_consent_at_pickup_and_by_its_code(station):
    bare = station.arrive(ZTO, phone="1234").parcel_id
    assert station.refusal(consent.give_consent, bare, "standing", "oral").code == "consent.person_unknown"
    assert station.act(consent.give_consent, bare, "this_parcel", "pickup_code").parcel_id == bare
    named = station.arrive(ZTO_2, phone="1234", name_hint="张三").parcel_id
    station.act(consent.give_consent, named, "standing", "oral")
    assert station.arrive(YTO, phone="1234", name_hint="张三").consent == "green"
    assert station.arrive("YT8962646785390", phone="1234", name_hint="李四").consent == "amber"
    station.collect(bare)
    assert station.act(consent.give_consent, bare, "this_parcel", "oral").how == "pickup_code"


def test_consent_noted_by_mistake_is_as_if_it_had_not_been(station):
    parcel_id = station.arrive(ZTO, phone="1234").parcel_id
    given_ = station.act(consent.give_consent, parcel_id, "this_parcel", "oral")
    station.act(consent.withdraw_consent, given_.id, "mistake")
    assert colour(station, parcel_id) == "amber"
    second = station.act(consent.give_consent, parcel_id, "this_parcel", "oral")
    station.act(consent.withdraw_consent, second.id, "oral")
    assert colour(station, parcel_id) == "red", "somebody who took it back is known to say no"


def test_number_learnt_later_changes_the_colour(station):
    station.act(consent.give_standing, FULL, "sms_reply")
    parcel_id = station.arrive(ZTO, phone="1234").parcel_id
    assert colour(station, parcel_id) == "amber"
    station.act(correct, parcel_id, phone=FULL)
    assert colour(station, parcel_id) == "green"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (("standing", "shouted"), "consent.how_unknown"),
        (("for_all", "oral"), "consent.scope_unknown"),
    ],
)
def test_consent_of_an_unknown_kind_is_refused(station, facts, code):
    parcel_id = station.arrive(ZTO, phone=FULL).parcel_id
    assert station.refusal(consent.give_consent, parcel_id, *facts).code == code


def test_consents_refuse_what_cannot_be(station):
    parcel_id = station.arrive(ZTO, phone=FULL).parcel_id
    given_ = station.act(consent.give_consent, parcel_id, "this_parcel", "oral")
    assert station.refusal(consent.withdraw_consent, given_.id, "shouted").code == "consent.how_unknown"
    assert station.refusal(consent.withdraw_consent, 99, "oral").code == "consent.unknown"
    assert station.refusal(consent.give_standing, "1234", "oral").code == "consent.person_unknown"
    assert station.refusal(lambda tx: consent.find_standing(tx, OTHER)).code == "consent.none"
    station.act(undo_parcel, parcel_id)
    assert station.refusal(consent.give_consent, parcel_id, "standing", "oral").code == "consent.never_here"
    with station.store.transaction(INSPECTOR) as tx, pytest.raises(Refused) as refused:
        consent.withdraw_consent(tx, given_.id, "oral")
    assert refused.value.code == "staff.not_allowed"


def test_couriers_list_names_red_ones_first_and_bare_tails_apart(station, monkeypatch):
    amber = station.arrive(ZTO, phone="5678", name_hint="李四").parcel_id
    red = station.arrive(ZTO_2, phone=FULL, name_hint="张三").parcel_id
    green = station.arrive("73610555582990", phone=OTHER).parcel_id
    station.arrive(YTO, phone=FULL)
    station.act(consent.give_consent, green, "this_parcel", "oral")
    assert station.refusal(consent_list.make_courier_list).code == "consent.list_whose"
    made = station.act(consent_list.make_courier_list, carrier="ZTO")
    assert (made.red, made.amber) == (1, 1)
    paper = station.slip(made.slip_id)
    for words in ("未同意清单", "■ 未同意", "▲ 无法判断", ZTO, ZTO_2, "尾号 1234", "请送货上门"):
        assert words in paper, words
    assert paper.index(ZTO_2) < paper.index(ZTO), "those who are to be asked stand first"
    assert "73610555582990" not in paper
    assert FULL not in paper
    with station.store.reading() as db:
        assert len(compose_sheet(db, made.slip_id).parts) == 5
    monkeypatch.setattr(consent_list, "MOST_LISTED", 1)
    monkeypatch.setattr(
        consent_list.not_agreed, "__kwdefaults__", consent_list.not_agreed.__kwdefaults__ | {"limit": 1}
    )
    made = station.act(consent_list.make_courier_list, carrier="ZTO")
    assert (made.red, made.amber) == (1, 0), "a full paper leaves no red one off"
    assert "这张纸放不下：还有 1 件" in station.slip(made.slip_id)
    for parcel_id in (amber, red):
        station.act(consent.give_consent, parcel_id, "this_parcel", "phone")
    assert station.refusal(consent_list.make_courier_list, carrier="ZTO").code == "consent.list_empty"
    assert station.read(consent_list.counts)["ZTO"] == {"green": 3}


def test_consent_is_erased_when_nobody_needs_it_any_more(station):
    given_ = station.act(consent.give_standing, FULL, "oral")
    kind = kind_of("consent")
    with station.store.reading() as db:
        assert due(db, kind, kind.lines[0], "2000-01-01", 0, 10) == []
        assert due(db, kind, kind.lines[0], "2999-01-01", 0, 10) == [given_.id]
    with station.store.transaction(erasing=True) as tx:
        erase_consent(tx, given_.id, "term.consent")
        erase_consent(tx, given_.id, "term.consent")
    erased = station.read(store.consent, given_.id)
    assert (erased.phone_hash, erased.phone_tail, erased.holds, erased.how) == (None, None, False, "oral")
    assert station.arrive(ZTO, phone=FULL).consent == "red"
    assert station.act(consent.give_standing, FULL, "oral").id != given_.id


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM consents",
        "UPDATE consents SET how = 'paper'",
        "UPDATE consents SET phone_hash = 'x'",
        "UPDATE consents SET withdrawn_how = 'oral'",
    ],
)
def test_database_refuses_to_change_what_was_said(station, statement):
    station.act(consent.give_standing, FULL, "oral")
    with pytest.raises(sqlite3.IntegrityError):
        station.act(lambda tx: tx.execute(statement))


#: Consent 1 stands for a phone, 2 is for parcel 1, 3 for parcel 2 and withdrawn.
BROKEN = [
    ("consent.twice", "DROP INDEX one_consent_a_parcel; UPDATE consents SET parcel_id = 1, withdrawn_how = NULL,"
     " withdrawn_at = NULL, withdrawn_on = NULL, withdrawn_by_kind = NULL, withdrawn_by_id = NULL WHERE id = 3"),
    ("consent.phone_differs", "UPDATE vault SET value = '13800000000' WHERE case_kind = 'consent'"),
    ("consent.phone_differs", "DELETE FROM consents WHERE id = 1"),
    ("consent.not_as_audited", "UPDATE consents SET how = 'paper' WHERE id = 2"),
    ("consent.not_as_audited", "UPDATE consents SET withdrawn_how = 'paper' WHERE id = 3"),
    ("consent.not_as_audited", "DELETE FROM consents WHERE id = 2"),
]  # fmt: skip


@pytest.fixture(scope="module")
def day(tmp_path_factory) -> Path:
    state: Path = tmp_path_factory.mktemp("consents") / "state"
    state.mkdir()
    station = Station.copied(state)
    first, second = (station.arrive(waybill, phone=FULL).parcel_id for waybill in (ZTO, ZTO_2))
    station.act(consent.give_standing, FULL, "oral")
    station.act(consent.give_consent, first, "this_parcel", "oral")
    third = station.act(consent.give_consent, second, "this_parcel", "oral")
    station.act(consent.withdraw_consent, third.id, "oral")
    assert station.problems() == []
    station.store.close()
    return state


@pytest.mark.parametrize(("code", "statements"), BROKEN, ids=[f"{code}-{n}" for n, (code, _) in enumerate(BROKEN)])
def test_broken_invariant_of_consents_is_named(day, tmp_path, code, statements):
    state = tmp_path / "state"
    shutil.copytree(day, state)
    with Damage(state / "kiosk.db", random.Random(0)) as damage:
        for statement in statements.split(";"):
            assert damage.db.execute(statement).rowcount != 0, f"nothing to break: {statement}"
    with opened(state) as found:
        assert code in {problem.code for problem in problems(found)}


@given(seed=st.integers(0, 10**6))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_consents_in_any_order_keep_every_invariant(tmp_path_factory, seed):
    chance = random.Random(seed)
    state = tmp_path_factory.mktemp("any") / "state"
    state.mkdir()
    station = Station.copied(state)
    people = [{"phone": FULL}, {"phone": OTHER}, {"phone": "1234", "name_hint": "张三"}, {"phone": "1234"}, {}]
    parcels = [station.arrive(f"7361055559{n:04d}", **chance.choice(people)).parcel_id for n in range(6)]
    acts = [
        lambda: station.act(
            consent.give_consent, chance.choice(parcels), chance.choice(["standing", "this_parcel"]), "oral"
        ),
        lambda: station.act(consent.withdraw_consent, chance.randint(1, 9), chance.choice(["oral", "mistake"])),
        lambda: station.act(consent_list.make_courier_list, carrier="ZTO"),
        lambda: station.collect(chance.choice(parcels)),
    ]
    for _ in range(25):
        try:
            chance.choice(acts)()
        except Refused as refused:
            assert_worded(refused)
    for parcel_id in parcels:
        is_green = station.read(store.of_parcel, station.row(parcel_id)) is not None
        assert is_green == (colour(station, parcel_id) == "green"), parcel_id
    assert station.problems() == []
    station.store.close()
