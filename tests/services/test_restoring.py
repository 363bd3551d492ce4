"""What was erased since a back-up was made is erased again before the restored station opens: by the present database, by the
list beside it when that is broken, and never a case of another history."""

import json
from pathlib import Path

import pytest

from kiosk import vault
from kiosk.check import problems
from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over_one
from kiosk.parcels.erasure import erase_person
from kiosk.retention.erasures import FILE, read_list, write_list
from kiosk.retention.restoring import erase_again
from kiosk.retention.schedule import erase_due
from kiosk.storage.backup import restore_backup, write_backup
from kiosk.storage.database import in_nobodys_use
from tests.services.counter_bench import Bench

PHONE, OTHER = "13987650001", "13987650002"
YTO, ZTO = "YT8962646785389", "73610555582883"


@pytest.fixture
def bench(tmp_path: Path):
    return Bench(tmp_path / "station", printer=False)


def arrive(bench: Bench, waybill: str = YTO, phone: str = PHONE) -> int:
    return bench.act(check_in, waybill=waybill, phone=phone, name_hint="欧阳丹", desk_id=1).parcel_id


def erased(bench: Bench, parcel_id: int) -> None:
    with bench.store.transaction(bench.actor, erasing=True) as tx:
        erase_person(tx, parcel_id, "request.person")


def backed_up(bench: Bench, tmp_path: Path) -> Path:
    copy = tmp_path / "copy.zip"
    write_backup(bench.store, copy)
    return copy


def restored(bench: Bench, copy: Path) -> Bench:
    bench.store.close()
    with in_nobodys_use(bench.store.state):
        restore_backup(bench.store.state, copy, erase_again)
    again = Bench.reopened(bench.store.state)
    assert [str(one) for one in problems(again.store)] == []
    return again


def person_of(bench: Bench, parcel_id: int) -> tuple:
    with bench.store.reading() as db:
        row = db.one("SELECT waybill_no, phone_tail, name_hint FROM parcels WHERE id = ?", parcel_id)
        return (*tuple(row), vault.get(db, "parcel", parcel_id, "phone"))


@pytest.mark.obligation(
    "TC-35", "CUO-20", place="kiosk restore", reads="an old back-up has lost whoever was erased since, before it opens"
)
def test_parcel_that_the_backup_shows_on_its_shelf_has_lost_its_person(bench, tmp_path):
    parcel_id = arrive(bench)
    copy = backed_up(bench, tmp_path)
    bench.act(hand_over_one, parcel_id, "code", desk_id=1)
    erased(bench, parcel_id)
    again = restored(bench, copy)
    assert person_of(again, parcel_id) == (YTO, None, None, None)
    assert YTO.encode() not in (again.store.state / FILE).read_bytes()
    again.act(hand_over_one, parcel_id, "waybill", desk_id=1)
    assert erase_due(again.store) == 1
    assert person_of(again, parcel_id) == (None, None, None, None)
    assert [str(one) for one in problems(again.store)] == []
    again.store.close()


def test_list_beside_a_damaged_database_is_enough(bench, tmp_path):
    parcel_id = arrive(bench)
    bench.act(hand_over_one, parcel_id, "code", desk_id=1)
    copy = backed_up(bench, tmp_path)
    erased(bench, parcel_id)
    assert write_list(bench.store) == 1
    bench.store.close()
    (bench.store.state / "kiosk.db").write_bytes(b"worn out" * 9000)
    with (bench.store.state / FILE).open("ab") as handle:
        handle.write(b'{"id": 2, "case_ki')  # the power was cut
    with in_nobodys_use(bench.store.state):
        restore_backup(bench.store.state, copy, erase_again)
    again = Bench.reopened(bench.store.state)
    assert person_of(again, parcel_id) == (None, None, None, None)
    again.store.close()


def test_list_is_added_to_at_its_end_however_long_it_is(bench, monkeypatch):
    path = bench.store.state / FILE
    for waybill in (YTO, ZTO, "79105030690097"):
        parcel_id = arrive(bench, waybill)
        bench.act(hand_over_one, parcel_id, "code", desk_id=1)
        erased(bench, parcel_id)
        assert write_list(bench.store) == 1
        with path.open("ab") as handle:
            handle.write(b"\0" * 40 + b"\n")  # the power was cut
    first, *rest = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"\0\n" + first * 2 + b"".join(rest))
    read = []
    monkeypatch.setattr(json, "loads", lambda text, whole=json.loads: read.append(text) or whole(text))
    assert write_list(bench.store) == 0
    assert len(read) == 2, "the zeros and the line before them, not the whole list"
    assert [one.case_id for one in read_list(path)] == [1, 1, 2, 3], "nothing after a line that can't be read was lost"


def test_case_of_another_history_is_left_alone(bench, tmp_path):
    copy = backed_up(bench, tmp_path)
    first = arrive(bench)
    bench.act(hand_over_one, first, "code", desk_id=1)
    erased(bench, first)
    second = restored(bench, copy)  # the parcel has never been there
    number = arrive(second, ZTO, OTHER)
    assert number == first, "the number is given again"
    later = tmp_path / "later.zip"
    write_backup(second.store, later)
    third = restored(second, later)
    assert person_of(third, number) == (ZTO, "0002", "欧阳丹", OTHER)
    third.store.close()


def test_list_goes_on_in_the_restored_history(bench, tmp_path):
    gone = arrive(bench)
    bench.act(hand_over_one, gone, "code", desk_id=1)
    copy = backed_up(bench, tmp_path)
    erased(bench, gone)
    again = restored(bench, copy)
    other = arrive(again, ZTO, OTHER)
    again.act(hand_over_one, other, "code", desk_id=1)
    erased(again, other)
    write_list(again.store)
    listed = {(one.case_id, one.part) for one in read_list(again.store.state / FILE)}
    assert listed == {(gone, "all"), (other, "all")}
    third = restored(again, copy)
    assert person_of(third, gone) == (None, None, None, None)
    third.store.close()
