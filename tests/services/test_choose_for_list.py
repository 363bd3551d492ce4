"""Several parcels at once on a list of what is passed on or taken to doors: ticked in the stock, or everything of one person."""

import pytest

from kiosk.codes import recognise
from kiosk.counter import choose_for_list as choosing
from kiosk.counter import count_shelves, door_manifest, list_manifest
from kiosk.manifests import store
from kiosk.shelf_counts import store as counts
from kiosk.storage import Actor
from tests.services.manifest_bench import ManifestStation
from tests.services.parcel_bench import JD_1, YTO, ZTO, ZTO_2

THIRD = "YT8962646785390"


@pytest.fixture
def station(tmp_path):
    found = ManifestStation.copied(tmp_path)
    yield found
    assert found.broken() == []
    found.store.close()


def open_list(station, kind="transfer", **whose):
    return station.act(list_manifest.open_list, kind, **{"receiver": "河东服务站"} | whose)


def choosable(station, shelf=""):
    return [one.id for one in station.read(choosing.choosable, shelf)]


def test_only_what_may_leave_is_offered_in_the_order_of_the_shelves(station):
    far = station.arrive(ZTO, shelf="3-1").parcel_id
    near = station.arrive(YTO, shelf="1-2").parcel_id
    aside, owed, listed = (
        station.arrive(number, shelf="1-1", **more).parcel_id
        for number, more in ((ZTO_2, {}), (JD_1, {"cod_fen": 5_00}), (THIRD, {}))
    )
    station.set_aside(aside)
    found = open_list(station)
    station.act(list_manifest.add_to_list, found.id, listed)
    assert choosable(station) == [near, far], f"not {aside}, {owed}, {listed}"
    assert choosable(station, "3") == [far]
    assert station.read(choosing.shelves_of_stock) == {"1": 1, "3": 1}
    assert [one.id for one in station.read(choosing.choosable, "", 1)] == [near]


def test_several_are_put_on_and_one_that_may_not_says_why(station):
    first, second, gone = (station.arrive(number, shelf="1-1").parcel_id for number in (ZTO, YTO, ZTO_2))
    station.collect(gone)
    found = open_list(station)
    done = station.act(choosing.put_several_on, found.id, [first, gone, second, first])
    assert done.count == 2 and [why.code for why in done.refused] == ["parcel.already_handed_over"]
    assert [item.subject_id for item in station.read(store.items, found.id)] == [first, second]
    assert station.refusal(choosing.put_several_on, found.id, []).code == "manifest.nothing_ticked"


def test_list_that_takes_nothing_more_refuses_all_of_them(station):
    parcel_id = station.arrive(ZTO, shelf="1-1").parcel_id
    closed = station.listed("transfer", parcel_id, receiver="河东服务站")
    other = station.arrive(YTO, shelf="1-1").parcel_id
    assert station.refusal(choosing.put_several_on, closed.id, [other]).code == "manifest.not_open"
    inspector = Actor("staff", 1, "inspector", "县督导", None)
    found = open_list(station)
    assert station.refusal(choosing.put_several_on, found.id, [other], actor=inspector).code == "staff.not_allowed"


def test_tail_means_everything_of_the_one_person_and_asks_between_two(station):
    first, second = (station.arrive(number, phone="19900001234", name_hint="欧阳䶮").parcel_id for number in (ZTO, YTO))
    found = open_list(station, "door", receiver="赵送货")
    assert station.act(choosing.meant_by, found, "1234") == [first, second]
    assert station.act(choosing.meant_by, found, "欧阳䶮") == [first, second]
    assert station.act(choosing.meant_by, found, YTO) == [second], "a waybill means that very parcel"
    station.arrive(ZTO_2, phone="13800001234", name_hint="钱大有")
    assert station.refusal(choosing.meant_by, found, "1234").code == "manifest.which_person"
    assert station.refusal(choosing.meant_by, found, "9999").code == "manifest.parcel_not_found"


def test_list_of_returns_knows_codes_only(station):
    parcel_id = station.arrive(YTO, phone="19900001234").parcel_id
    station.set_aside(parcel_id)
    found = station.act(list_manifest.open_list, "return", carrier="YTO")
    assert not choosing.is_chosen_from_stock(found)
    assert station.refusal(choosing.meant_by, found, "1234").code == "manifest.parcel_not_found"
    assert station.act(choosing.meant_by, found, YTO) == [parcel_id]


def test_parcels_that_are_out_on_a_round_are_not_missing_from_their_shelf(station):
    """Whoever counts while the deliverer is away, or as he comes back, has lost nothing."""
    out, back, there, missing = (station.arrive(number, shelf="1-1").parcel_id for number in (ZTO, YTO, ZTO_2, THIRD))
    loaded = station.listed("door", out, back, receiver="赵送货")
    count = station.act(count_shelves.begin_count, desk_id=1)
    assert {row["id"] for row in station.read(counts.not_seen, count, 9)} == {out, back, there, missing}, (
        "not signed yet"
    )
    station.sign(loaded.id)
    station.act(door_manifest.bring_back, loaded.id, back)
    station.act(count_shelves.count_scan, recognise(ZTO_2), None)
    assert [row["id"] for row in station.read(counts.not_seen, count, 9)] == [missing]
    closed = station.act(count_shelves.close_count, count.id)
    assert (closed.figures.found, closed.figures.missing, closed.figures.moved_meanwhile) == (1, 1, 2)


def test_page_names_the_list_that_each_parcel_is_on(station):
    first, second, third = (station.arrive(number, shelf="1-1").parcel_id for number in (ZTO, YTO, ZTO_2))
    loaded = station.listed("door", first, receiver="赵送货")
    station.listed("transfer", second, receiver="河东服务站")
    station.sign(loaded.id)
    held = station.read(store.holding_each, "parcel", [first, second, third])
    assert {parcel_id: one.held_words for parcel_id, one in held.items()} == {
        first: "送货上门途中", second: "在转交清单上",
    }  # fmt: skip
    assert station.read(store.holding_each, "parcel", []) == {}
