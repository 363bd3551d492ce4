"""What a scan does at a desk: by mode, open batch and open person; once, now or never; refusals that leave only their row."""

from pathlib import Path

import pytest

from kiosk.counter.add_line import add_line
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.settle import settle
from kiosk.parcels import batches
from kiosk.till.payments import Tender
from tests.services.parcel_bench import ID_NUMBER, PAYMENT, YTO, ZTO, ZTO_2, Station


@pytest.fixture
def station(tmp_path: Path):
    opened = Station.copied(tmp_path)
    yield opened
    assert opened.broken() == []
    opened.store.close()


def shown(outcome):
    return outcome.code, outcome.tone


# Intake --------------------------------------------------------------------------------------------------------------


@pytest.mark.lesson(19)
def test_scan_place_scan_needs_nothing_else(station):
    batch_id = station.batch("ZTO", declared=2)
    first, second = station.scan(ZTO), station.scan(ZTO_2)
    assert shown(first) == shown(second) == ("parcel.checked_in", "done")
    assert first.facts["pickup_code"] in str(first)
    assert first.facts["pickup_code"] != second.facts["pickup_code"]
    assert station.read(batches.batch, batch_id).counted == 2
    assert shown(station.scan("~CMD:close_batch")) == ("batch.closed_now", "done")


def test_intake_without_a_batch_says_how_to_begin_one(station):
    assert shown(station.scan("~CMD:intake")) == ("mode.intake", "attention")
    assert shown(station.scan(ZTO)) == ("intake.no_batch", "refused")


def test_warning_asks_for_attention_and_the_parcel_is_in(station):
    station.batch("ZTO")
    outcome = station.scan(YTO)
    assert shown(outcome) == ("parcel.checked_in", "attention")
    assert outcome.facts["warning_codes"] == ["waybill.contradicts_batch"]
    assert station.state(outcome.parcel_id) == "on_shelf"


@pytest.mark.lesson(15)
def test_duplicate_sounds_as_already_done_and_names_the_first(station):
    station.batch("ZTO")
    first = station.scan(ZTO)
    again = station.scan(ZTO)
    assert shown(again) == ("parcel.already_in_stock", "already")
    assert again.parcel_id == first.parcel_id and "王芳" in str(again)


def test_shelf_label_says_where_the_next_parcels_go(station):
    station.batch("ZTO")
    assert shown(station.scan("~SH:5-2")) == ("intake.place_set", "done")
    assert station.scan(ZTO).facts["place"] == "5-2"


def test_book_is_asked_with_its_number_at_hand(station):
    station.batch("YZPY")
    outcome = station.scan("9787115546081")
    assert shown(outcome) == ("waybill.is_book", "attention")
    assert outcome.facts["asked"] == "9787115546081"


@pytest.mark.parametrize("code", [PAYMENT, ID_NUMBER])
def test_secret_is_refused_and_stands_nowhere(station, code):
    station.batch("ZTO")
    assert station.scan(code).tone == "refused"
    assert code not in station.everything_stored()
    with station.store.reading() as db:
        assert db.value("SELECT code_hash FROM desk_scans ORDER BY id DESC LIMIT 1") is None


def test_phone_leaves_no_trace_in_the_scans(station):
    station.batch("ZTO")
    assert shown(station.scan("13800001234")) == ("waybill.is_phone", "refused")
    assert "13800001234" not in station.everything_stored()


@pytest.mark.lesson(17)
def test_wrong_symbol_gets_a_soft_tone_only(station):
    station.batch("ZTO")
    outcome = station.scan("https://example.com/track?no=1")
    assert shown(outcome) == ("waybill.is_noise", "attention")
    assert outcome.is_quiet


@pytest.mark.parametrize("code", ["3-2-1005", "~PK:3-2-1005", "~RC:R20261122-0001", "6901234567892"])
def test_what_is_no_parcel_is_not_taken_in(station, code):
    batch_id = station.batch("ZTO")
    station.scan(code)
    assert station.read(batches.batch, batch_id).counted == 0


# Handing over --------------------------------------------------------------------------------------------------------


@pytest.fixture
def stocked(station):
    return station.stocked()


def test_pickup_code_opens_the_person_and_their_waybills_hand_over(stocked):
    opened = stocked.scan(f"~PK:{stocked.code}")
    assert shown(opened) == ("person.opened", "done")
    assert opened.facts["count"] == 2
    assert stocked.desk().open_parcel_id == stocked.a1
    assert shown(stocked.scan(ZTO_2)) == ("parcel.handed_over", "done")
    assert shown(stocked.scan(ZTO)) == ("parcel.handed_over", "done")
    assert stocked.state(stocked.a1) == stocked.state(stocked.a2) == "handed_over"
    assert stocked.desk().open_parcel_id is None
    with stocked.store.reading() as db:
        methods = {row[0] for row in db.all("SELECT method FROM parcel_events WHERE kind = 'handed_over'")}
    assert methods == {"code"}


def test_waybill_without_an_open_person_opens_them_and_hands_over_the_second_time(stocked):
    assert shown(stocked.scan(ZTO)) == ("person.opened", "done")
    assert stocked.state(stocked.a1) == "on_shelf"
    assert shown(stocked.scan(ZTO)) == ("parcel.handed_over", "done")


def test_double_read_of_a_waybill_does_not_hand_over(stocked):
    stocked.scan(ZTO)
    assert shown(stocked.scan_again(ZTO)) == ("scan.repeated", "already")
    assert stocked.state(stocked.a1) == "on_shelf"


@pytest.mark.lesson(15)
def test_scanner_held_on_a_code_stays_one_scan(stocked):
    from datetime import timedelta

    stocked.scan(ZTO)
    for _ in range(4):
        stocked.later += timedelta(seconds=2)
        assert stocked.scan_again(ZTO).code == "scan.repeated"
    assert stocked.state(stocked.a1) == "on_shelf"


@pytest.mark.lesson(20)
def test_wrong_parcel_for_the_open_person_is_refused_loudly(stocked):
    stocked.scan(f"~PK:{stocked.code}")
    wrong = stocked.scan(YTO)
    assert shown(wrong) == ("parcel.other_person", "refused")
    assert wrong.parcel_id == stocked.b1
    assert stocked.state(stocked.b1) == "on_shelf"


@pytest.mark.lesson(19)
def test_mode_hand_over_hands_over_directly(stocked):
    assert shown(stocked.scan("~CMD:hand_over")) == ("mode.hand_over", "done")
    assert shown(stocked.scan(YTO)) == ("parcel.handed_over", "done")
    assert shown(stocked.scan(f"~PK:{stocked.code}")) == ("person.opened", "done")
    assert shown(stocked.scan("~CMD:home")) == ("mode.home", "done")
    assert stocked.desk().open_parcel_id is None


def test_second_pick_up_is_said_and_remembered(stocked):
    stocked.collect(stocked.a1)
    again = stocked.scan(f"~PK:{stocked.code}")
    assert shown(again) == ("parcel.already_handed_over", "refused")
    assert "王芳" in str(again)
    assert stocked.events(stocked.a1)[-1] == "second_pickup_tried"
    assert stocked.desk().open_parcel_id == stocked.a2  # what else they have is shown at once


def test_waybill_that_has_left_is_said_without_calling_it_a_pick_up(stocked):
    stocked.collect(stocked.b1)
    assert shown(stocked.scan(YTO)) == ("parcel.already_handed_over", "refused")
    assert stocked.events(stocked.b1)[-1] == "handed_over"
    stocked.scan("~CMD:hand_over")
    stocked.scan(YTO)
    assert stocked.events(stocked.b1)[-1] == "second_pickup_tried"


def test_set_aside_parcel_is_refused_by_scan_and_nothing_is_left_of_the_try(stocked):
    from kiosk.counter.set_aside import mark_problem

    stocked.act(mark_problem, stocked.b1, "damaged")
    stocked.scan("~CMD:hand_over")
    assert shown(stocked.scan(YTO)) == ("parcel.is_problem", "refused")
    assert stocked.events(stocked.b1) == ["checked_in", "marked_problem"]


def test_phone_that_two_families_share_is_asked(stocked):
    other = stocked.arrive("JT5261988016578", phone="9876", name_hint="王").parcel_id
    asked = stocked.scan("****9876")
    assert shown(asked) == ("person.asked", "attention")
    assert asked.facts["people"] == [stocked.b1, other]
    assert "9876" not in str(asked.facts)


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        (PAYMENT, "scan.is_payment_code"),
        (ID_NUMBER, "scan.is_id_number"),
        ("6901234567892", "scan.is_goods"),
        ("~SH:3-2", "shelf.unknown"),
        ("https://example.com", "scan.is_noise"),
        ("SF1023574470215", "parcel.not_found"),
        ("~PK:9-9-9999", "pickup_code.unknown"),
        ("13811112222", "person.not_found"),
        ("??", "scan.is_unreadable"),
        ("~CMD:dance", "command.unknown"),
        ("~OP:0000000000", "staff.badge_unknown"),
    ],
)
def test_scan_that_leads_nowhere_says_what_it_is(stocked, code, refusal):
    before = {parcel: stocked.events(parcel) for parcel in (stocked.a1, stocked.a2, stocked.b1)}
    assert stocked.scan(code).code == refusal
    assert {parcel: stocked.events(parcel) for parcel in before} == before


def test_receipt_leads_to_its_page(stocked):
    ticket_id = stocked.act(open_ticket, 1)
    stocked.act(add_line, ticket_id, "compensation", amount_fen=5_00, reason="damaged", note="摔坏鸡蛋")
    receipt_no = stocked.act(settle, ticket_id, 0, [Tender("wechat", -5_00)]).receipt_no
    outcome = stocked.scan(f"~RC:{receipt_no}")
    assert (outcome.code, outcome.go, outcome.facts["receipt_no"]) == ("receipt.scanned", "receipt", receipt_no)


def test_receipt_of_another_station_leads_nowhere_and_says_so(stocked):
    outcome = stocked.scan("~RC:R20261122-0001")
    assert (*shown(outcome), outcome.go) == ("receipt.unknown", "refused", "")
