"""Intake: what is taken, what is warned of, what is refused and leaves nothing behind."""

from pathlib import Path

import pytest

from kiosk import vault
from kiosk.codes import OTHER
from kiosk.counter.check_in import check_in
from kiosk.counter.close_batch import AT_ONCE, close_batch, print_held, print_left_over
from kiosk.counter.open_batch import open_batch
from kiosk.counter.undo import undo_parcel
from kiosk.notices import store as notices
from kiosk.notices.model import NoticeState
from kiosk.parcels import batches, places, shelf_map, view
from kiosk.parcels.model import ParcelState
from kiosk.printing import jobs
from kiosk.storage import Actor
from tests.services.parcel_bench import ID_NUMBER, JD_1, JD_2, PAYMENT, YTO, ZTO, ZTO_2, Station


@pytest.fixture
def station(tmp_path: Path):
    opened = Station.copied(tmp_path)
    yield opened
    assert opened.broken() == []
    opened.store.close()


@pytest.mark.obligation("CUO-01", place="/intake", reads="receiving on behalf of villagers")
@pytest.mark.obligation(
    "LY-07",
    "TC-41",
    "JX-14",
    "NORM-08",
    place="/intake",
    reads="each parcel with its shelf, pickup code, time and who took it in",
)
def test_parcel_gets_place_code_event_and_count(station):
    batch_id = station.batch("ZTO", declared=2, courier="李师傅")
    done = station.arrive(ZTO, batch_id, phone="138 0000 1234", name_hint="张三")
    assert str(done.place) == "1-1"
    assert done.pickup_code.startswith("1-1-") and done.pickup_code.endswith("001")
    assert (done.carrier, done.warnings, done.has_phone) == ("ZTO", (), True)
    shown = station.read(view.parcel, done.parcel_id)
    assert (shown.state, shown.masked_phone, shown.masked_name) == (ParcelState.ON_SHELF, "****1234", "张**")
    assert station.events(done.parcel_id) == ["checked_in"]
    assert station.read(batches.batch, batch_id).counted == 1
    assert station.read(batches.courier_of, batch_id) == "李师傅"
    assert station.read(vault.get, "parcel", done.parcel_id, "phone") == "13800001234"


def test_duplicate_in_stock_is_refused_with_when_and_by_whom(station):
    batch_id = station.batch()
    first = station.arrive(ZTO, batch_id)
    why = station.refusal(check_in, waybill=ZTO, batch_id=batch_id)
    assert why.code == "parcel.already_in_stock"
    assert why.facts["parcel_id"] == first.parcel_id
    assert why.facts["at"] == station.row(first.parcel_id)["checked_in_at"]
    assert why.facts["by"] == "王芳" and "王芳" in str(why)
    assert station.read(batches.batch, batch_id).counted == 1


def test_same_waybill_later_is_allowed_with_a_warning_and_a_link(station):
    first = station.arrive(ZTO, station.batch())
    station.collect(first.parcel_id)
    again = station.arrive(ZTO, station.batch())
    assert [warned.code for warned in again.warnings] == ["parcel.came_back"]
    assert again.previous_id == first.parcel_id
    assert "已出库" in str(again.warnings[0])
    assert again.pickup_code != first.pickup_code


def test_waybill_whose_intake_was_undone_comes_in_without_a_warning(station):
    first = station.arrive(ZTO, station.batch())
    station.act(undo_parcel, first.parcel_id)
    assert station.arrive(ZTO, station.batch()).warnings == ()


def test_number_that_contradicts_the_batch_is_warned_of_and_taken_as_the_batch(station):
    done = station.arrive(YTO, station.batch("ZTO"))
    assert done.carrier == "ZTO"
    assert [warned.code for warned in done.warnings] == ["waybill.contradicts_batch"]
    assert "圆通" in str(done.warnings[0]) and "中通" in str(done.warnings[0])


def test_wrong_s10_check_digit_is_only_a_warning(station):
    done = station.arrive("EA123456789CN", station.batch("EMS"))
    assert [warned.code for warned in done.warnings] == ["waybill.check_digit"]


def test_unknown_pattern_never_blocks(station):
    done = station.arrive("QZ-9X-7777-ABC", station.batch(""))
    assert done.carrier == OTHER
    assert [warned.code for warned in done.warnings] == ["waybill.carrier_unknown"]


@pytest.mark.parametrize(
    ("scanned", "code"),
    [
        (PAYMENT, "waybill.is_payment_code"),
        ("28763443825664394", "waybill.is_payment_code"),
        (ID_NUMBER, "waybill.is_id_number"),
        ("13800001234", "waybill.is_phone"),
        ("13800001234-5678", "waybill.is_phone"),
        ("3-2-1005", "waybill.is_pickup_code"),
        ("~PK:3-2-1005", "waybill.is_pickup_code"),
        ("~CMD:undo", "waybill.is_command"),
        ("~OP:1234567890", "waybill.is_staff"),
        ("~SH:3-2", "waybill.is_shelf"),
        ("~RC:R20261122-0001", "waybill.is_receipt"),
        ("6901234567892", "waybill.is_goods"),
        ("9787115546081", "waybill.is_book"),
        ("https://example.com/x", "waybill.is_noise"),
        ('{"a":1}', "waybill.is_noise"),
        ("A" * 101, "waybill.is_noise"),
        ("ABC", "waybill.is_unreadable"),
        ("", "waybill.is_unreadable"),
    ],
)
def test_what_is_surely_something_else_is_refused_and_nothing_of_it_is_stored(station, scanned, code):
    batch_id = station.batch()
    before = station.everything_stored()
    assert station.refusal(check_in, waybill=scanned, batch_id=batch_id).code == code
    assert station.everything_stored() == before


def test_book_is_taken_once_the_operator_says_that_it_is_a_parcel(station):
    done = station.arrive("9787115546081", station.batch("YZPY"), confirmed=True)
    assert done.carrier == "YZPY"


def test_book_confirmed_does_not_open_the_door_for_other_kinds(station):
    assert station.refusal(check_in, waybill=PAYMENT, confirmed=True).code == "waybill.is_payment_code"


def test_pieces_of_a_shipment_are_parcels_of_their_own_and_of_one_person(station):
    batch_id = station.batch("JD")
    first = station.arrive(JD_1, batch_id, phone="13800001234", name_hint="赵四")
    second = station.arrive(JD_2, batch_id)
    assert second.has_phone
    assert station.row(second.parcel_id)["waybill_no"] == station.row(first.parcel_id)["waybill_no"]
    assert station.read(vault.get, "parcel", second.parcel_id, "phone") == "13800001234"
    assert station.refusal(check_in, waybill=JD_1, batch_id=batch_id).code == "parcel.already_in_stock"
    person = station.read(view.person, first.parcel_id)
    assert person.parcel_ids == (first.parcel_id, second.parcel_id)
    assert [parcel.waybill_tail for parcel in person.parcels] == ["1911 (1/2)", "1911 (2/2)"]


@pytest.mark.parametrize(
    ("phone", "tail", "kind", "kept"),
    [
        ("13800001234", None, "real", "13800001234"),
        ("1234", None, "tail_only", None),
        ("138****1234", None, "tail_only", None),
        ("18412345678转1234", None, "virtual", "18412345678-1234"),
        ("18412345678转1234", "5678", "virtual", "18412345678-1234"),
        (None, "1234", "tail_only", None),
        ("", "", "none", None),
        (None, None, "none", None),
    ],
)
def test_phone_is_kept_by_its_kind_and_only_the_vault_has_the_full_one(station, phone, tail, kind, kept):
    done = station.arrive(ZTO, phone=phone, phone_tail=tail)
    row = station.row(done.parcel_id)
    assert row["phone_kind"] == kind
    assert station.read(vault.get, "parcel", done.parcel_id, "phone") == kept
    assert (row["phone_hash"] is not None) == (kind == "real")
    if kind == "virtual":
        assert row["phone_tail"] == tail
    if kept:
        with station.store.reading() as db:
            outside = "".join(
                str(tuple(line))
                for table in ("parcels", "parcel_events", "audit", "slips", "notices", "names_in_stock")
                for line in db.all(f"SELECT * FROM {table}")
            )
        assert kept not in outside


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"phone": "12"}, "phone.digits"),
        ({"phone": "no phone"}, "phone.unreadable"),
        ({"phone": ID_NUMBER}, "phone.unreadable"),
        ({"phone_tail": "12a4"}, "phone.tail_unreadable"),
        ({"phone_tail": "１２３４"}, "phone.tail_unreadable"),
        ({"phone": "13800001234", "phone_tail": "9999"}, "phone.tail_contradicts"),
        ({"name_hint": f"张三 {ID_NUMBER}"}, "text.holds_id_number"),
        ({"carrier": "NOBODY"}, "carrier.unknown"),
        ({"shelf": "first"}, "shelf.unreadable"),
        ({"batch_id": 99}, "batch.unknown"),
        ({"print_mode": "maybe"}, "batch.print_mode_unknown"),
        ({"pickup_code": "码1"}, "pickup_code.unreadable"),
        ({"desk_id": 99}, "desk.unknown"),
    ],
)
def test_wrong_entry_is_refused_and_leaves_nothing(station, facts, code):
    station.batch()
    before = station.everything_stored()
    assert station.refusal(check_in, waybill=ZTO, **facts).code == code
    assert station.everything_stored() == before


def test_closed_batch_takes_nothing_more(station):
    batch_id = station.batch()
    station.act(close_batch, batch_id)
    assert station.refusal(check_in, waybill=ZTO, batch_id=batch_id).code == "batch.closed"


def test_inspector_may_not_take_in_and_a_courier_may(station):
    assert station.refusal(check_in, waybill=ZTO, actor=Actor("staff", 1, "inspector")).code == "staff.not_allowed"
    assert station.refusal(open_batch, carrier="ZTO", actor=Actor("token", 1, "screen")).code == "staff.not_allowed"
    courier = Actor("token", 1, "courier", "手持机")
    batch = station.act(open_batch, carrier="圆通速递", actor=courier)
    assert batch.carrier == "YTO"
    assert station.act(check_in, waybill=YTO, batch_id=batch.id, actor=courier).carrier == "YTO"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"carrier": "NOBODY"}, "carrier.unknown"),
        ({"declared": -1}, "batch.declared_unreadable"),
        ({"declared": 10_000}, "batch.declared_unreadable"),
        ({"print_mode": "maybe"}, "batch.print_mode_unknown"),
        ({"shelf": "3"}, "shelf.unreadable"),
        ({"courier": ID_NUMBER}, "text.holds_id_number"),
    ],
)
def test_batch_that_is_not_right_is_not_begun(station, facts, code):
    assert station.refusal(open_batch, **facts).code == code


def test_batch_goes_on_where_the_last_one_stopped_and_the_next_place_is_taken_when_full(tmp_path):
    station = Station(tmp_path, toml="[parcels]\nslots_per_layer = 2\n")
    station.act(places.add_shelf, "1", 1)
    station.act(places.add_shelf, "1", 2)
    station.act(places.add_shelf, "A3", 1)
    batch_id = station.batch("ZTO", shelf="1-1")
    there = [str(station.arrive(f"7361055558{n:04d}", batch_id).place) for n in range(7)]
    assert there == ["1-1", "1-1", "1-2", "1-2", "A3-1", "A3-1", "A3-1"]
    assert str(station.read(batches.batch, station.batch()).place) == "A3-1"
    assert [shelf.in_stock for shelf in station.read(shelf_map.the_map)] == [2, 2, 3]
    station.store.close()


def test_learned_prefix_decides_where_the_table_does_not(station):
    taught = station.batch("ANE")
    for number in range(3):
        station.arrive(f"30052747{number:04d}", taught)
    done = station.arrive("300527479999", station.batch(""))
    assert (done.carrier, done.warnings) == ("ANE", ())


def test_undone_intake_teaches_nothing(station):
    taught = station.batch("ANE")
    for number in range(3):
        station.act(undo_parcel, station.arrive(f"30052747{number:04d}", taught).parcel_id)
    assert station.arrive("300527479999", station.batch("")).carrier == OTHER


def test_opening_stock_comes_in_with_its_old_code_and_without_a_notice(station):
    batch_id = station.batch("", is_opening_stock=True)
    done = station.arrive(ZTO, batch_id, pickup_code="12-3-5678", phone="1234")
    odd = station.arrive(ZTO_2, batch_id, pickup_code="b77")
    assert (done.pickup_code, str(done.place)) == ("12-3-5678", "12-3")
    assert odd.pickup_code == "B77"
    assert done.notice_id is odd.notice_id is None
    why = station.refusal(check_in, waybill=YTO, batch_id=batch_id, pickup_code="12-3-5678")
    assert (why.code, why.facts["parcel_id"]) == ("pickup_code.in_use", done.parcel_id)
    station.collect(done.parcel_id)
    assert station.arrive(YTO, batch_id, pickup_code="12-3-5678").pickup_code == "12-3-5678"


def test_new_code_steps_over_an_old_one_that_is_ahead_of_the_range(station):
    first = station.arrive(ZTO)
    ahead = f"{first.pickup_code[:-3]}002"
    station.arrive(ZTO_2, pickup_code=ahead)
    assert station.arrive(YTO).pickup_code == f"{first.pickup_code[:-3]}003"


@pytest.mark.parametrize(("mode", "state"), [("at_once", NoticeState.QUEUED), ("batch_end", NoticeState.HELD)])
@pytest.mark.obligation(
    "LY-13", "JX-14", place="/intake", reads="the pickup notice, printed at once or at the end of the batch"
)
def test_slip_comes_at_once_or_at_the_end_of_the_batch(station, mode, state):
    batch_id = station.batch("ZTO", print_mode=mode)
    done = station.arrive(ZTO, batch_id, phone="1234")
    assert station.read(notices.notice, done.notice_id).state is state
    closed = station.act(close_batch, batch_id)
    assert (closed.printed, closed.left) == (int(mode == "batch_end"), 0)
    told = station.read(notices.notice, done.notice_id)
    assert told.state is NoticeState.QUEUED
    assert station.read(jobs.find, told.job_id).printer == "小票机"
    assert done.pickup_code in station.slip(told.slip_id)


def test_slip_that_is_not_wanted_is_not_made(station):
    assert station.arrive(ZTO, station.batch(print_mode="never")).notice_id is None


def test_parcel_is_in_although_there_is_no_printer(tmp_path):
    station = Station(tmp_path, printer=False)
    done = station.arrive(ZTO, station.batch(print_mode="at_once"))
    told = station.read(notices.notice, done.notice_id)
    assert (told.state, told.result, told.job_id) == (NoticeState.FAILED, "no_printer", None)
    assert station.state(done.parcel_id) == "on_shelf"
    assert station.problems() == []
    station.store.close()


@pytest.mark.obligation(
    "JX-27", place="/intake", reads="each batch with its courier, how many were declared and how many came"
)
def test_difference_to_the_declared_count_is_kept(station):
    batch_id = station.batch("ZTO", declared=3)
    station.arrive(ZTO, batch_id)
    closed = station.act(close_batch, batch_id)
    assert (closed.batch.counted, closed.batch.declared, closed.batch.difference) == (1, 3, -2)
    assert station.act(close_batch, batch_id).batch == closed.batch
    assert station.desk().open_batch_id is None


def test_name_that_would_drive_the_printer_is_stored_clean(station):
    done = station.arrive(ZTO, name_hint="张\x1b@三\n\u202e<b>")
    assert station.row(done.parcel_id)["name_hint"] == "张@三 <b>"


def test_slips_of_a_great_batch_come_in_turns(station):
    batch_id = station.batch("ZTO", print_mode="batch_end")
    other = station.arrive(YTO, station.batch("YTO", print_mode="batch_end"))
    great = 2 * AT_ONCE + 1
    station.act(lambda tx: [check_in(tx, waybill=f"73610555{n:06d}", batch_id=batch_id) for n in range(great)])
    closed = station.act(close_batch, batch_id)
    assert (closed.printed, closed.left) == (AT_ONCE, AT_ONCE + 1)
    assert station.act(print_held, batch_id) == (AT_ONCE, 1)
    assert [station.act(print_left_over) for _ in range(2)] == [1, 0]
    assert station.read(notices.notice, other.notice_id).state is NoticeState.HELD
    assert station.problems() == []


def test_guess_that_nobody_confirmed_teaches_nothing(station):
    mixed = station.batch("")
    for number in range(3):
        assert station.arrive(f"7361055558{number:04d}", mixed).carrier == "ZTO"
    with station.store.reading() as db:
        assert db.all("SELECT * FROM learned_prefixes") == []
    station.arrive("73610555589999", mixed, carrier="ZTO")
    with station.store.reading() as db:
        assert [tuple(row) for row in db.all("SELECT * FROM learned_prefixes")] == [(14, "736105", "ZTO", 1)]


def test_old_code_makes_no_notice_even_where_every_slip_is_printed(station):
    assert station.arrive(ZTO, pickup_code="12-3-5678").notice_id is None
    assert station.arrive(ZTO_2).notice_id is not None
