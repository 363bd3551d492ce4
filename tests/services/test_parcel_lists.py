"""A courier's list: judged whole, taken whole or not at all, checked off by intake, called back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.counter.take_list import drop_list, take_list, turns
from kiosk.parcel_lists import guess, judge, read_file, store
from kiosk.parcel_lists.check import problems
from kiosk.parcel_lists.model import ROWS_A_TURN, Grid, Purpose
from kiosk.storage import Actor
from tests.services.parcel_bench import ID_NUMBER, PAYMENT, YTO, ZTO, ZTO_2, Station

LIST = f"运单号,收件人,电话\n{ZTO},张三,13812341234\n{YTO},李*,1234\n{ZTO_2},,\n"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    found = Station.copied(tmp_path)
    yield found
    assert found.problems() == []
    found.store.close()


def grid(text: str = LIST) -> Grid:
    return read_file(text.encode())


def take(station: Station, text: str = LIST, purpose: Purpose = Purpose.EXPECTED, carrier: str = "ZTO"):
    found = grid(text)
    return station.act(take_list, found, guess(found), purpose, carrier=carrier)


def refused(station: Station, text: str, purpose: Purpose = Purpose.EXPECTED):
    found = grid(text)
    before = station.everything_stored()
    refusal = station.refusal(take_list, found, guess(found), purpose)
    assert station.everything_stored() == before, "nothing of it is kept"
    return refusal


def faults(station: Station, text: str, purpose: Purpose = Purpose.EXPECTED) -> list[tuple[int, str]]:
    found = grid(text)
    plan = station.read(judge, found, guess(found), purpose)
    return [(fault.row, fault.code) for fault in plan.faults]


def test_list_becomes_expected_parcels_that_intake_checks_off(station):
    done = take(station)
    assert (done.pieces, done.skipped, done.awaited, done.arrived) == (3, 0, 3, 0)
    rows = station.read(store.parcels_of, done.id)
    assert [(row["state"], row["phone_tail"], row["name_hint"]) for row in rows] == [
        ("expected", "1234", "张三"),
        ("expected", "1234", "李"),
        ("expected", None, None),
    ]
    arrived = station.arrive(ZTO, batch_id=station.batch())
    assert arrived.parcel_id == rows[0]["id"] and arrived.has_phone
    now = station.read(store.find, done.id)
    assert (now.awaited, now.arrived) == (2, 1)


def test_list_taken_twice_brings_nothing_new_and_a_longer_one_only_what_is_new(station):
    take(station, f"单号\n{ZTO}\n{YTO}\n")
    assert refused(station, f"单号\n{ZTO}\n{YTO}\n").code == "list.nothing_new"
    station.arrive(ZTO)
    done = take(station, f"单号\n{ZTO}\n{YTO}\n{ZTO_2}\n")
    assert (done.pieces, done.skipped) == (1, 2)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"{ZTO},张三,13812341234", "list.waybill_twice"),
        (",张三,13812341234", "list.no_waybill"),
        (f"{YTO},李,12345", "phone.digits"),
        (f"{YTO},李,电话不详", "phone.unreadable"),
        ("7.36E+13,李,1234", "list.cell_rounded"),
        ("=1+1,李,1234", "list.cell_formula"),
        (f"{PAYMENT},李,1234", "list.cell_payment"),
    ],
)
def test_one_wrong_row_and_nothing_of_the_list_is_taken(station, row, code):
    text = f"运单号,收件人,电话\n{ZTO},张三,13812341234\n{row}\n{ZTO_2},王,1234\n"
    assert faults(station, text) == [(3, code)]
    refusal = refused(station, text)
    assert refusal.code == "list.has_faults"
    assert "3" in str(refusal.facts["row"])
    assert PAYMENT not in str(refusal)


def test_every_fault_is_told_at_once_by_row(station):
    text = f"运单号,电话\n,1234\n{YTO},12\n{ZTO},1234\n{ZTO},1234\n"
    assert faults(station, text) == [(2, "list.no_waybill"), (3, "phone.digits"), (5, "list.waybill_twice")]


def test_identity_number_in_a_list_is_neither_kept_nor_repeated(station):
    assert ID_NUMBER not in grid(f"运单号,其他\n{ZTO},{ID_NUMBER}\n").text()


def test_payment_code_in_a_list_is_neither_kept_nor_repeated(station):
    found = grid(f"运单号,订单编号,电话\n{ZTO},2812345678901234567,1234\n{PAYMENT},2812345678901234568,1234\n")
    assert found.heads == ("运单号", "电话")
    assert PAYMENT not in found.text() and found.rows[1].cells[0] == "\x01payment"


def test_columns_are_remembered_for_each_carrier(station):
    odd = f"甲,乙\n13812341234,{ZTO}\n"
    found = grid(odd)
    station.act(take_list, found, guess(found), Purpose.EXPECTED, carrier="ZTO")
    assert station.read(store.remembered, "ZTO") == {"waybill": "乙", "phone": "甲"}
    assert station.read(store.remembered, "YTO") == {}
    again = grid(f"乙,甲\n{YTO},13912341234\n")
    assert guess(again, station.read(store.remembered, "ZTO")) == {"waybill": 0, "phone": 1}


def test_opening_stock_lies_on_its_shelf_with_the_code_it_bears(station):
    text = f"运单号,取件码,货架,电话\n{ZTO},3-2-1005,3-2,13812341234\n{YTO},Q7-26,,1234\n"
    done = take(station, text, Purpose.OPENING_STOCK, "")
    rows = station.read(store.parcels_of, done.id)
    assert [(row["state"], row["pickup_code"], row["is_opening_stock"]) for row in rows] == [
        ("on_shelf", "3-2-1005", 1),
        ("on_shelf", "Q7-26", 1),
    ]
    assert station.refusal(drop_list, done.id).code == "list.is_stock"


def test_opening_stock_needs_a_code_of_its_own_in_every_row(station):
    text = f"运单号,取件码\n{ZTO},3-2-1005\n{YTO},3-2-1005\n{ZTO_2},\n"
    assert faults(station, text, Purpose.OPENING_STOCK) == [(3, "list.pickup_code_twice"), (4, "list.no_pickup_code")]


def test_code_that_another_parcel_holds_undoes_the_whole_list(station):
    code = station.row(station.arrive(ZTO).parcel_id)["pickup_code"]
    text = f"运单号,取件码\n{YTO},3-9-1005\n{ZTO_2},{code}\n"
    assert faults(station, text, Purpose.OPENING_STOCK) == [(3, "pickup_code.in_use")], "seen before it is taken"
    assert refused(station, text, Purpose.OPENING_STOCK).code == "list.has_faults"


def test_long_list_is_taken_in_turns_and_none_holds_up_the_counter(station):
    found = grid("单号\n" + "".join(f"YT{8962646000000 + number}\n" for number in range(ROWS_A_TURN + 1)))
    parts = station.read(turns, found, guess(found), Purpose.EXPECTED)
    assert [len(part.rows) for part in parts] == [ROWS_A_TURN, 1]
    assert parts[1].rows[0].number == ROWS_A_TURN + 2, "rows keep their numbers"
    assert station.refusal(take_list, found, guess(found), Purpose.EXPECTED).code == "list.too_many_at_once"
    short = grid()
    assert station.read(turns, short, guess(short), Purpose.EXPECTED) == [short]


def test_list_is_called_back_as_far_as_nothing_arrived(station):
    done = take(station)
    station.arrive(ZTO, batch_id=station.batch())
    assert station.act(drop_list, done.id) == 2
    assert [row["state"] for row in station.read(store.parcels_of, done.id)] == ["on_shelf", "undone", "undone"]
    assert station.refusal(drop_list, done.id).code == "list.already_dropped"
    assert station.refusal(drop_list, 99).code == "list.unknown"


def test_list_that_arrived_whole_is_not_called_back(station):
    done = take(station, f"单号\n{ZTO}\n")
    station.arrive(ZTO)
    assert station.refusal(drop_list, done.id).code == "list.nothing_awaited"


def test_inspector_takes_no_list(station):
    found = grid()
    eyes = Actor("staff", station.manager_id, "inspector", "督导", 1)
    assert station.refusal(take_list, found, guess(found), Purpose.EXPECTED, actor=eyes).code == "staff.not_allowed"
    assert station.refusal(drop_list, 1, actor=eyes).code == "staff.not_allowed"


def test_list_that_contradicts_its_parcels_is_found(tmp_path):
    station = Station.copied(tmp_path)
    done = take(station)
    with station.store.transaction() as tx:
        tx.execute("INSERT INTO parcel_lists (purpose, carrier, pieces, taken_on, taken_at, taken_by_kind, taken_by_id)"
                   " VALUES ('expected', '', 2, '2026-11-22', ?, 'staff', 1)", tx.now)  # fmt: skip
        tx.execute("UPDATE parcel_lists SET dropped_at = ? WHERE id = ?", tx.now, done.id)
    with station.store.reading() as db:
        assert {one.code for one in problems(db)} == {"parcel_list.pieces_off", "parcel_list.dropped_and_awaited"}
    station.store.close()
