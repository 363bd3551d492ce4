"""Where a parcel goes: next-fit by capacity and class, a row locked by its label, what is special set apart."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.codes import ShelfPlace, parse_shelf
from kiosk.counter.next_traits import note_traits, suits_its_place, toggle_next
from kiosk.counter.shelves import add_layers, plan_shelf
from kiosk.parcels import batches, shelf_map, traits
from kiosk.parcels.allotment import next_place
from kiosk.parcels.shelf_map import PlacePlan
from kiosk.parcels.traits import Trait, wish
from kiosk.storage import Actor
from tests.services.parcel_bench import ZTO, Station

OPERATOR = Actor("staff", 1, "operator", "李明", 1)


def number(n: int) -> str:
    return f"7361055560{n:04d}"


@pytest.fixture
def station(tmp_path: Path):
    opened = Station.copied(tmp_path)
    yield opened
    assert opened.broken() == []
    opened.store.close()


def mapped(station: Station, text: str) -> shelf_map.MappedPlace:
    return station.read(shelf_map.mapped_place, parse_shelf(text))


def test_capacity_of_a_place_stands_over_the_setting(station):
    station.act(add_layers, "1", 1, 2, PlacePlan(capacity=2))
    batch_id = station.batch(shelf="1-1")
    there = [str(station.arrive(number(n), batch_id).place) for n in range(5)]
    assert there == ["1-1", "1-1", "1-2", "1-2", "1-2"]
    assert (mapped(station, "1-1").fill, mapped(station, "1-2").fill) == ("full", "over")
    assert mapped(station, "1-2").percent == 150
    assert mapped(station, "1-2").free == 0


def test_full_station_takes_every_parcel_and_says_so(station):
    station.act(add_layers, "1", 1, 1, PlacePlan(capacity=1))
    batch_id = station.batch(shelf="1-1")
    assert station.arrive(number(1), batch_id).warnings == ()
    done = station.arrive(number(2), batch_id)
    assert [warned.code for warned in done.warnings] == ["shelf.over_capacity"]
    assert "1-1" in str(done.warnings[0])


def test_resting_place_takes_nothing_new_and_keeps_what_lies_there(station):
    station.act(add_layers, "1", 1, 2, PlacePlan())
    batch_id = station.batch(shelf="1-1")
    station.arrive(number(1), batch_id)
    station.act(plan_shelf, "1-1", PlacePlan(is_resting=True))
    assert str(station.arrive(number(2), batch_id).place) == "1-2"
    assert mapped(station, "1-1").in_stock == 1


@pytest.mark.parametrize(
    ("special", "place"),
    [
        ([], "1-1"),
        (["fresh"], "2-1"),
        (["fragile"], "3-1"),
        (["valuable"], "4-1"),
        (["large"], "5-1"),
        (["small"], "6-1"),
        (["fresh", "fragile", "valuable"], "2-1"),
        (["valuable", "fragile"], "4-1"),
        (["fresh", "large"], "2-1"),
    ],
)
@pytest.mark.obligation("NORM-08", place="/shelves", reads="货架按普通、生鲜、易碎、贵重和大小归类")
def test_parcel_goes_where_such_parcels_belong_and_the_batch_stays_where_it_was(station, special, place):
    for shelf, plan in {
        "1": PlacePlan(), "2": PlacePlan(shelf_class="fresh"), "3": PlacePlan(shelf_class="fragile"),
        "4": PlacePlan(shelf_class="valuable"), "5": PlacePlan(size_class="large"), "6": PlacePlan(size_class="small"),
    }.items():  # fmt: skip
        station.act(add_layers, shelf, 1, 1, plan)
    batch_id = station.batch(shelf="1-1")
    done = station.arrive(ZTO, batch_id, traits=special)
    assert str(done.place) == place
    assert done.warnings == ()
    assert {trait.value for trait in station.read(traits.of, done.parcel_id)} == set(special)
    assert str(station.read(batches.batch, batch_id).place) == "1-1"
    assert station.read(suits_its_place, done.parcel_id)


def test_plain_parcel_is_never_put_among_the_fresh_or_into_a_small_compartment(station):
    station.act(add_layers, "1", 1, 1, PlacePlan(capacity=1))
    station.act(add_layers, "2", 1, 1, PlacePlan(shelf_class="fresh"))
    station.act(add_layers, "3", 1, 1, PlacePlan(size_class="small"))
    station.act(add_layers, "4", 1, 1, PlacePlan(size_class="large"))
    batch_id = station.batch(shelf="1-1")
    assert [str(station.arrive(number(n), batch_id).place) for n in range(3)] == ["1-1", "4-1", "4-1"]


def test_fresh_parcel_lies_at_a_pinch_among_the_plain_and_that_is_said(station):
    station.act(add_layers, "1", 1, 1, PlacePlan())
    station.act(add_layers, "2", 1, 1, PlacePlan(capacity=1, shelf_class="fresh"))
    batch_id = station.batch(shelf="1-1")
    station.arrive(number(1), batch_id, traits=["fresh"])
    done = station.arrive(number(2), batch_id, traits=["fresh"])
    assert str(done.place) == "1-1"
    assert [warned.code for warned in done.warnings] == ["shelf.not_meant_for_it"]


def test_shelf_label_locks_the_row_and_unlocks_it_again(station):
    station.act(add_layers, "1", 1, 3, PlacePlan(capacity=1))
    batch_id = station.batch(shelf="1-1", desk_id=1)
    said = station.scan("~SH:1-2")
    assert (said.code, said.facts["is_locked"]) == ("intake.place_set", True)
    assert station.read(batches.batch, batch_id).is_place_locked
    places = [station.scan(number(n)).facts["place"] for n in range(3)]
    assert places == ["1-2", "1-2", "1-2"], "a locked row is not left when it is full"
    assert station.scan("~SH:1-2").facts["is_locked"] is False
    assert station.scan(number(9)).facts["place"] == "1-3"
    assert station.scan("~SH:1-1").facts["is_locked"] is True, "another label locks anew"
    assert station.scan("~SH:1-3").facts == {"place": "1-3", "is_locked": True}


def test_what_asks_for_a_class_leaves_the_locked_row_and_the_row_stays_locked(station):
    station.act(add_layers, "1", 1, 1, PlacePlan())
    station.act(add_layers, "2", 1, 1, PlacePlan(shelf_class="fresh"))
    batch_id = station.batch(shelf="1-1", desk_id=1)
    station.scan("~SH:1-1")
    assert station.scan("~CMD:fresh").code == "intake.next_traits"
    assert station.scan(number(1)).facts["place"] == "2-1"
    assert station.scan(number(2)).facts["place"] == "1-1", "a key holds for one parcel"
    assert station.read(batches.batch, batch_id).is_place_locked


def test_key_is_taken_back_by_itself_and_sizes_put_one_another_out(station):
    station.batch(desk_id=1)
    assert station.act(toggle_next, 1, "large") == {Trait.LARGE}
    assert station.act(toggle_next, 1, "small") == {Trait.SMALL}
    assert station.act(toggle_next, 1, "fresh") == {Trait.SMALL, Trait.FRESH}
    assert station.act(toggle_next, 1, "small") == {Trait.FRESH}
    assert station.refusal(toggle_next, 1, "heavy").code == "trait.unknown"
    assert station.refusal(traits_of_both, "large", "small").code == "trait.two_sizes"


def traits_of_both(tx, *names):
    return traits.read(names)


def test_traits_are_noted_later_and_not_once_the_parcel_left(station):
    station.act(add_layers, "2", 1, 1, PlacePlan(shelf_class="fresh"))
    parcel_id = station.arrive(ZTO).parcel_id
    assert station.act(note_traits, parcel_id, ["fresh"]) is False, "it lies on a plain shelf"
    assert station.act(note_traits, parcel_id, []) is True
    station.collect(parcel_id)
    assert station.refusal(note_traits, parcel_id, ["fresh"]).code == "parcel.not_here_for_traits"


def test_traits_need_a_batch_at_the_desk(station):
    assert station.refusal(toggle_next, 1, "fresh").code == "intake.no_batch"


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (PlacePlan(capacity=0), "shelf.capacity_unreadable"),
        (PlacePlan(capacity=10_000), "shelf.capacity_unreadable"),
        (PlacePlan(shelf_class="wet"), "shelf.class_unknown"),
        (PlacePlan(size_class="huge"), "shelf.class_unknown"),
    ],
)
def test_plan_that_is_not_right_changes_nothing(station, plan, code):
    station.act(add_layers, "1", 1, 1, PlacePlan(capacity=5))
    assert station.refusal(plan_shelf, "1-1", plan).code == code
    assert mapped(station, "1-1").plan == PlacePlan(capacity=5)


def test_shelves_are_planned_by_the_manager_and_only_those_that_there_are(station):
    assert station.refusal(plan_shelf, "9-9", PlacePlan()).code == "shelf.unknown"
    assert station.refusal(add_layers, "1", 5, 1, PlacePlan()).code == "shelf.layers_unreadable"
    assert station.refusal(add_layers, "1", 1, 40, PlacePlan()).code == "shelf.layers_unreadable"
    assert station.refusal(add_layers, "1", 1, 2, PlacePlan(), actor=OPERATOR).code == "staff.not_allowed"
    assert len(station.act(add_layers, "1", 1, 3, PlacePlan())) == 3
    assert station.act(add_layers, "1", 2, 4, PlacePlan()) == [ShelfPlace("1", 4)], (
        "those that are known keep their plan"
    )


@given(
    plans=st.lists(
        st.tuples(
            st.integers(1, 3), st.sampled_from(list(shelf_map.CLASS_WORDS)), st.sampled_from(list(shelf_map.SIZE_WORDS)),
            st.booleans(),
        ), min_size=1, max_size=5,
    ),
    fill=st.lists(st.integers(0, 4), min_size=5, max_size=5),
    special=st.sets(st.sampled_from(Trait)).filter(lambda found: not {Trait.SMALL, Trait.LARGE} <= found),
    is_locked=st.booleans(),
)  # fmt: skip
def test_every_parcel_gets_a_place_and_one_with_room_when_there_is_one(plans, fill, special, is_locked):
    """Over a reader of the same two questions: an allotment never refuses, never leaves a locked row for a plain parcel,
    and never overfills what it could have avoided."""
    shelves = [
        {"shelf": str(n), "layer": 1, "position": n, "capacity": c, "shelf_class": k, "size_class": s, "is_resting": r}
        for n, (c, k, s, r) in enumerate(plans, 1)
    ]
    taken = {str(n): fill[n - 1] for n in range(1, len(plans) + 1)}
    wanted = wish(frozenset(special))
    found = next_place(_Shelves(shelves, taken), ShelfPlace("1", 1), wanted, is_locked=is_locked)
    chosen = next(row for row in shelves if row["shelf"] == found.place.shelf)
    if is_locked and not special:
        assert chosen["shelf"] == "1"
        return
    made_for = [
        row for row in shelves
        if not row["is_resting"] and taken[row["shelf"]] < row["capacity"]
        and row["shelf_class"] == wanted.shelf_class and row["size_class"] in ((wanted.size, "any") if wanted.size else ("any", "large"))
    ]  # fmt: skip
    if made_for and not is_locked:
        assert taken[chosen["shelf"]] < chosen["capacity"]
        assert not chosen["is_resting"]
        assert not found.is_misfit


class _Shelves:
    """The rows that the allotment asks for, without a file: what it does with them is what is proven here."""

    def __init__(self, rows, taken):
        self.rows, self.taken = rows, taken

    def one(self, _sql, shelf, layer):
        return next((row for row in self.rows if (row["shelf"], row["layer"]) == (shelf, layer)), None)

    def all(self, _sql):
        return list(self.rows)

    def value(self, _sql, shelf, _layer, limit):
        return min(self.taken[shelf], limit)
