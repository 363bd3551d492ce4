"""A recipient erased is gone from the file itself; state, times and slips stay and can still be read."""

from pathlib import Path

import pytest

from kiosk import vault
from kiosk.counter.look_up import look_up
from kiosk.counter.undo import undo_parcel
from kiosk.errors import Refused
from kiosk.parcels import proxies, view
from kiosk.parcels.erasure import erase_number, erase_person, erase_proxy
from tests.services.parcel_bench import ZTO, Station


@pytest.fixture
def station(tmp_path: Path):
    opened = Station.copied(tmp_path)
    yield opened
    assert opened.broken() == []
    opened.store.close()


def erasing(station, act, *args):
    with station.store.transaction(station.actor, erasing=True) as tx:
        return act(tx, *args)


@pytest.mark.obligation(
    "TC-35", "CUO-20", place="kiosk chores", reads="a person that was erased is in no file of the station"
)
def test_erased_person_is_in_no_file_of_the_station(station, tmp_path):
    number, name, friend = "13987654321", "欧阳䶮", "诸葛代取"
    done = station.arrive(ZTO, station.batch(print_mode="at_once"), phone=number, name_hint=name)
    station.collect(done.parcel_id, "proxy_pickup", collected_by=friend, relation="friend", remember_proxy=True)
    (proxy,) = station.read(proxies.of_person, [station.row(done.parcel_id)])
    personal = [number, name, friend, ZTO, station.row(done.parcel_id)["phone_hash"]]
    erasing(station, erase_proxy, proxy.id, "retention")
    erasing(station, erase_person, done.parcel_id, "retention")
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name.startswith("kiosk.db")]
    stored = b"".join(path.read_bytes() for path in files)
    assert [value for value in personal if value.encode() in stored] == []
    shown = station.read(view.parcel, done.parcel_id)
    assert (shown.state, shown.is_erased, shown.waybill_no, shown.masked_phone) == ("handed_over", True, "", "")
    assert "个人信息已按规定删除" in station.slip(done.slip_id)
    assert [event.kind for event in station.read(view.history, done.parcel_id)] == ["checked_in", "handed_over"]
    assert station.read(look_up, ZTO).people == ()


def test_full_number_goes_first_and_the_tail_stays(station):
    done = station.arrive(ZTO, phone="13987654321")
    station.collect(done.parcel_id)
    erasing(station, erase_number, done.parcel_id, "retention")
    row = station.row(done.parcel_id)
    assert (row["phone_tail"], row["phone_hash"]) == ("4321", None)
    assert station.read(vault.get, "parcel", done.parcel_id, "phone") is None
    erasing(station, erase_number, done.parcel_id, "retention")
    with station.store.reading() as db:
        assert db.value("SELECT COUNT(*) FROM audit WHERE action = 'person.erased'") == 1


@pytest.mark.parametrize("act", [erase_number, erase_person])
def test_whoever_waits_for_a_parcel_is_not_erased(station, act):
    parcel_id = station.arrive(ZTO, phone="1234").parcel_id
    with pytest.raises(Refused) as refused:
        erasing(station, act, parcel_id, "request")
    assert refused.value.code == "parcel.still_here"


def test_what_was_erased_cannot_come_back(station):
    import sqlite3

    parcel_id = station.arrive(ZTO, phone="1234").parcel_id
    station.act(undo_parcel, parcel_id)
    erasing(station, erase_person, parcel_id, "request")
    erasing(station, erase_person, parcel_id, "request")
    with pytest.raises(sqlite3.IntegrityError, match="erased"):
        station.act(lambda tx: tx.change("parcels", parcel_id, phone_tail="1234"))
