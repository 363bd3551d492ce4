"""盘点: found, missing, surplus and wrong slot, while intake and hand-over go on, at two desks, over a restart."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import settings
from kiosk.codes import parse_shelf, recognise
from kiosk.counter import count_shelves as counting
from kiosk.counter import parcel_problems
from kiosk.counter.close_day import close_day
from kiosk.counter.correct import correct, relocate
from kiosk.counter.shelves import add_layers
from kiosk.counter.undo import undo_last, undo_parcel
from kiosk.parcels import leaving, shelf_map
from kiosk.parcels import store as parcels
from kiosk.parcels.model import ProblemReason
from kiosk.parcels.shelf_map import PlacePlan
from kiosk.people import desks
from kiosk.shelf_counts import store
from kiosk.shelf_counts.check import problems
from kiosk.shelf_counts.model import FindKind
from kiosk.storage import Actor, open_store
from tests.services.parcel_bench import ID_NUMBER, JD_1, JD_2, PAYMENT, YTO, ZTO, ZTO_2, Station

INSPECTOR = Actor("staff", 1, "inspector", "县督导", None)


@pytest.fixture
def station(tmp_path: Path):
    opened = Station.copied(tmp_path)
    opened.act(add_layers, "1", 1, 3, PlacePlan())
    yield opened
    assert opened.broken() == []
    assert list(opened.read(problems)) == []
    opened.store.close()


def begun(station: Station, *numbers: str) -> list[int]:
    """Parcels at 1-1 and a count under way at the desk."""
    there = [station.arrive(number, shelf="1-1").parcel_id for number in numbers]
    station.act(counting.begin_count, desk_id=1)
    return there


def figures(station: Station) -> dict[str, int]:
    standing = station.read(store.counts)[0]
    found = station.read(store.figures, standing)
    return {name: getattr(found, name) for name in found.__slots__ if getattr(found, name)}


def standing(station: Station) -> int:
    return station.read(store.under_way).id


def close(station: Station):
    return station.act(counting.close_count, standing(station))


def only(station: Station, kind: FindKind):
    (found,) = station.read(store.finds, station.read(store.counts)[0].id, kind)
    return found


def test_everything_scanned_in_its_place_leaves_a_clean_report(station):
    here = begun(station, ZTO, YTO)
    assert station.scan("~SH:1-1").facts == {"place": "1-1", "in_stock": 2, "seen": 0, "others": 0}
    assert station.scan(ZTO).code == "shelf_count.found"
    code = station.row(here[1])["pickup_code"]
    assert station.scan(f"~PK:{code}").code == "shelf_count.found", "its sticker will do"
    assert station.scan(YTO).code == "shelf_count.seen_again"
    closed = close(station)
    assert closed.figures.is_clean
    assert closed.figures.found == 2
    assert closed.document_no.startswith("PC")
    assert station.desk().mode == "home"
    paper = station.slip(closed.slip_id)
    assert "快件盘点" in paper and closed.document_no in paper
    with station.store.reading() as db:
        assert db.value("SELECT COUNT(*) FROM audit WHERE action LIKE 'shelf_count.%'") == 2


@pytest.mark.obligation("JX-14", "NORM-08", place="/shelf-counts", reads="盘点报告：找到、没找到、多出、放错位置")
def test_missing_wrong_slot_and_surplus_are_told_apart(station):
    lost, moved, gone = begun(station, ZTO, ZTO_2, YTO)
    station.collect(gone)
    station.scan("~SH:1-2")
    assert station.scan(ZTO_2).code == "shelf_count.wrong_slot"
    assert station.scan(YTO).code == "shelf_count.gone"
    assert station.scan("SF1234567890123").code == "shelf_count.unknown"
    assert figures(station) == {"wrong_slot": 1, "gone": 1, "unknown": 1, "missing": 1}
    closed = close(station)
    assert only(station, FindKind.MISSING).parcel_id == lost
    wrong = only(station, FindKind.WRONG_SLOT)
    assert (wrong.parcel_id, wrong.book_place, wrong.place) == (moved, "1-1", "1-2")
    paper = station.slip(closed.slip_id)
    assert "应在 1-1" in paper and "1-1 → 1-2" in paper
    assert "SF1234567890123" not in station.slip(closed.slip_id), "a number that never came stays off the paper"


def test_intake_and_hand_over_meanwhile_make_nothing_missing(station):
    seen, given, back, went = begun(station, ZTO, ZTO_2, YTO, "SF1234567890123")
    station.scan("~SH:1-1")
    station.scan(ZTO)
    station.collect(given)  # left before anybody scanned it
    station.collect(back)
    station.act(undo_parcel, back)  # put back somewhere while people count
    new = station.arrive("JT0011223344556", shelf="1-1").parcel_id  # came meanwhile
    station.act(relocate, went, "1-3")  # carried from a shelf not yet counted to one that was
    station.collect(seen)  # left after it was scanned
    assert figures(station) == {"found": 1, "moved_meanwhile": 3}
    assert close(station).figures.missing == 0
    assert station.state(new) == "on_shelf"


def test_what_happened_to_a_box_without_moving_it_makes_nobody_blind(station):
    here, shifted = begun(station, ZTO, YTO)
    station.act(correct, here, name_hint="张三")  # typed, not touched
    station.act(correct, shifted, shelf="1-2")  # a correction of the place is a move
    assert figures(station) == {"missing": 1, "moved_meanwhile": 1}


def test_two_desks_count_the_same_count_each_in_its_place(tmp_path):
    station = Station(tmp_path, toml='[counter]\ndesks = ["柜台", "后仓"]\n')
    station.act(add_layers, "1", 1, 3, PlacePlan())
    a, b = (station.arrive(number, shelf="1-1").parcel_id for number in (ZTO, YTO))
    station.act(counting.begin_count, desk_id=1)
    other = Actor("staff", 1, "manager", "王芳", 2)
    station.act(counting.join_count, desk_id=2, actor=other)
    station.act(counting.count_place, "1-1", desk_id=1)
    station.act(counting.count_place, "1-2", desk_id=2, actor=other)
    at_1, at_2 = (counting.desk_place(station.read(desks.desk, n)) for n in (1, 2))
    assert (str(at_1), str(at_2)) == ("1-1", "1-2")
    assert station.act(counting.count_scan, recognise(ZTO), at_1).code == "shelf_count.found"
    assert station.act(counting.count_scan, recognise(YTO), at_2, actor=other).code == "shelf_count.wrong_slot"
    assert station.act(counting.count_scan, recognise(ZTO), at_2, actor=other).code == "shelf_count.wrong_slot"
    assert station.act(counting.count_scan, recognise(ZTO), at_1).code == "shelf_count.found", "the last sight counts"
    assert figures(station) == {"found": 1, "wrong_slot": 1}
    close(station)
    assert {station.read(desks.desk, n).mode for n in (1, 2)} == {"home"}
    assert (station.state(a), station.state(b)) == ("on_shelf", "on_shelf")
    station.store.close()


def test_count_goes_on_after_a_restart_at_the_same_place(station, tmp_path):
    begun(station, ZTO, YTO)
    station.scan("~SH:1-1")
    station.scan(ZTO)
    station.store.close()
    station.store = open_store(tmp_path, settings.load(tmp_path))
    assert (station.desk().mode, station.desk().at_place) == ("shelf_count", "1-1")
    assert station.scan(YTO).code == "shelf_count.found"
    assert figures(station) == {"found": 2}


def test_wrong_slot_is_moved_with_one_press_and_the_code_stays(station):
    a, b = begun(station, ZTO, YTO)
    code = station.row(a)["pickup_code"]
    station.scan("~SH:1-2")
    station.scan(ZTO)
    station.scan(YTO)
    found = station.read(store.finds, standing(station), FindKind.WRONG_SLOT)
    station.act(counting.move_find, found[0].id)
    assert (station.row(a)["layer"], station.row(a)["pickup_code"]) == (2, code)
    assert station.refusal(counting.move_find, found[0].id).code == "shelf_count.already_answered"
    assert station.act(counting.move_all, standing(station)) == (1, 0)
    assert station.row(b)["layer"] == 2
    assert station.scan(ZTO).code == "shelf_count.seen_again", "it was dealt with"
    assert close(station).figures.wrong_slot == 2
    assert station.act(counting.move_all, station.read(store.counts)[0].id) == (0, 0)


def test_parcel_that_left_meanwhile_is_not_moved(station):
    (a,) = begun(station, ZTO)
    station.scan("~SH:1-2")
    station.scan(ZTO)
    station.collect(a)
    assert station.act(counting.move_all, standing(station)) == (0, 0)
    find = only(station, FindKind.WRONG_SLOT)
    assert station.refusal(counting.move_find, find.id).code == "parcel.already_handed_over"


def test_surplus_that_never_came_is_taken_in_where_it_lies(station):
    begun(station)
    station.scan("~SH:1-3")
    station.scan(ZTO)
    find = only(station, FindKind.UNKNOWN)
    parcel_id = station.act(counting.take_in_find, find.id)
    row = station.row(parcel_id)
    assert (row["state"], row["shelf"], row["layer"], row["waybill_no"]) == ("on_shelf", "1", 3, ZTO)
    assert station.scan(ZTO).code == "shelf_count.seen_again", "one box is one find"
    closed = close(station)
    assert (closed.figures.unknown, closed.figures.found, closed.figures.missing) == (1, 0, 0)


def test_surplus_taken_in_at_another_desk_is_settled_at_the_end(station):
    begun(station)
    station.scan("~SH:1-1")
    station.scan(ZTO)
    station.arrive(ZTO, shelf="1-1")
    close(station)
    assert only(station, FindKind.UNKNOWN).answer == "checked_in"


def test_piece_of_a_shipment_is_taken_in_as_that_piece(station):
    begun(station)
    station.scan(JD_2)
    parcel_id = station.act(counting.take_in_find, only(station, FindKind.UNKNOWN).id)
    assert station.row(parcel_id)["piece_index"] == 2


def test_number_of_several_pieces_asks_which_one(station):
    begun(station, JD_1, JD_2)
    assert station.scan(JD_1.partition("-")[0]).code == "scan.which_piece"
    assert station.scan(JD_1).code == "shelf_count.found"


def test_surplus_that_was_handed_over_is_brought_back_the_same_day(station):
    (a,) = begun(station, ZTO)
    station.collect(a)
    station.scan("~SH:1-1")
    station.scan(ZTO)
    station.act(counting.bring_back_find, only(station, FindKind.GONE).id)
    assert station.state(a) == "on_shelf"
    assert close(station).figures.missing == 0


def test_surplus_that_was_lost_is_found_again_and_one_passed_on_comes_back(station):
    lost, passed = begun(station, ZTO, YTO)
    for act, parcel_id, more in ((leaving.lose, lost, ProblemReason.OTHER), (leaving.pass_on, passed, None)):
        station.act(lambda tx, act=act, p=parcel_id, m=more: act(tx, today(tx), parcels.parcel(tx, p), m))
    station.scan(ZTO)
    station.scan(YTO)
    for find in station.read(store.finds, standing(station), FindKind.GONE):
        station.act(counting.bring_back_find, find.id)
    assert (station.state(lost), station.state(passed)) == ("on_shelf", "on_shelf")


def test_surplus_that_the_wrong_person_had_was_brought_back(station):
    (a,) = begun(station, ZTO)
    station.collect(a)
    station.act(parcel_problems.note_wrong_person, a)
    station.scan(ZTO)
    station.act(counting.bring_back_find, only(station, FindKind.GONE).id)
    assert (station.state(a), station.events(a)[-1]) == ("on_shelf", "recovered")


def today(tx) -> str:
    from kiosk import shifts

    return shifts.ensure_open(tx).business_on


def test_surplus_whose_day_is_over_is_taken_in_anew(station):
    (a,) = begun(station, ZTO)
    station.collect(a)
    station.act(close_day, pieces={})
    station.later = timedelta(days=1)
    station.scan(ZTO)
    find = only(station, FindKind.GONE)
    assert station.refusal(counting.bring_back_find, find.id).code == "undo.other_day"
    new = station.act(counting.take_in_find, find.id)
    assert station.row(new)["previous_id"] == a


@pytest.mark.parametrize(
    ("answer", "state"), [("seen", "on_shelf"), ("problem", "problem"), ("lost", "lost")]
)  # fmt: skip
def test_missing_parcel_is_seen_after_all_looked_for_or_lost(station, answer, state):
    (a, b) = begun(station, ZTO, YTO)
    station.scan(YTO)
    close(station)
    find = only(station, FindKind.MISSING)
    station.act(counting.settle_missing, find.id, answer)
    assert station.state(a) == state
    assert station.read(store.find, find.id).answer == answer
    assert station.refusal(counting.settle_missing, find.id, "seen").code == "shelf_count.already_answered"
    assert station.state(b) == "on_shelf"


def test_missing_parcel_that_left_since_is_not_lost(station):
    (a, b) = begun(station, ZTO, YTO)
    station.scan(YTO)
    close(station)
    station.collect(a)
    find = only(station, FindKind.MISSING)
    assert station.refusal(counting.settle_missing, find.id, "lost").code == "parcel.already_handed_over"
    assert station.refusal(counting.settle_missing, find.id, "eaten").code == "shelf_count.answer_unknown"
    assert station.act(counting.settle_missing, find.id, "seen").answer == "seen"


def test_one_shelf_alone_is_counted(station):
    station.act(add_layers, "2", 1, 1, PlacePlan())
    station.arrive(ZTO, shelf="1-1")
    other = station.arrive(YTO, shelf="2-1").parcel_id
    station.act(counting.begin_count, "2", desk_id=1)
    assert station.scan("~SH:1-1").code == "shelf_count.place_not_counted"
    station.scan("~SH:2-1")
    assert figures(station) == {"missing": 1}
    assert station.refusal(counting.begin_count).code == "shelf_count.other_scope"
    assert station.act(counting.begin_count, "2").id == standing(station), "begun twice is one count"
    station.scan(YTO)
    assert close(station).figures.is_clean
    assert station.state(other) == "on_shelf"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (PAYMENT, "scan.is_payment_code"),
        (ID_NUMBER, "scan.is_id_number"),
        ("6901234567892", "scan.is_goods"),
        ("13800001234", "scan.is_phone"),
        ("https://example.com/x", "scan.is_noise"),
        ("~SH:9-9", "shelf.unknown"),
        ("9-9-9999", "pickup_code.unknown"),
    ],
)
def test_scan_that_counts_nothing_says_why_and_keeps_nothing(station, code, said):
    begun(station, ZTO)
    assert station.scan(code).code == said
    assert figures(station) == {"missing": 1}


def test_commands_still_work_while_counting(station):
    begun(station, ZTO)
    assert station.scan("~CMD:home").code == "mode.home"
    assert station.scan("~CMD:shelf_count").code == "mode.shelf_count"
    assert station.desk().mode == "shelf_count"
    assert station.scan("~SH:1-1").code == "shelf_count.place_set"
    assert station.scan("~CMD:undo").code == "undo.not_while_counting", "nobody who counts means the last hand-over"
    assert station.scan("~CMD:home").code == "mode.home"
    assert station.scan("~CMD:undo").code == "undo.check_in"


def test_count_is_given_up_and_nothing_is_missing(station):
    (a,) = begun(station, ZTO)
    count_id = standing(station)
    station.act(counting.give_up_count, count_id)
    station.act(counting.give_up_count, count_id)
    assert station.state(a) == "on_shelf"
    assert station.desk().mode == "home"
    assert station.refusal(counting.close_count, count_id).code == "shelf_count.cancelled"
    assert station.refusal(counting.join_count, desk_id=1).code == "shelf_count.none"


def test_count_without_a_scan_is_not_closed_and_one_that_ended_stays(station):
    begun(station, ZTO)
    assert station.refusal(counting.close_count, standing(station)).code == "shelf_count.nothing_seen"
    station.scan(ZTO)
    closed = close(station)
    assert station.act(counting.close_count, closed.id) == closed
    assert station.refusal(counting.give_up_count, closed.id).code == "shelf_count.closed"
    assert station.refusal(counting.count_scan, recognise(ZTO), None).code == "shelf_count.none"
    assert station.refusal(counting.close_count, 99).code == "shelf_count.unknown"
    assert station.refusal(counting.move_find, 99).code == "shelf_count.find_unknown"


def test_count_that_was_hardly_begun_is_not_closed_as_hundreds_lost(station, monkeypatch):
    from kiosk.shelf_counts import actions

    monkeypatch.setattr(actions, "MOST_MISSING", 1)
    begun(station, ZTO, ZTO_2, YTO)
    station.scan(ZTO)
    assert station.refusal(counting.close_count, standing(station)).code == "shelf_count.not_done"
    assert figures(station) == {"found": 1, "missing": 2}


def test_inspector_reads_and_does_not_count(station):
    assert station.refusal(counting.begin_count, actor=INSPECTOR).code == "staff.not_allowed"


def test_count_survives_a_parcel_whose_check_in_is_undone(station):
    begun(station)
    station.arrive(ZTO, shelf="1-1", desk_id=1)
    station.scan(ZTO)
    station.act(undo_last, 1)
    station.scan("~SH:1-1")
    assert station.scan(ZTO).code == "shelf_count.unknown"
    assert station.scan(ZTO).code == "shelf_count.seen_again"
    told = close(station).figures
    assert (told.found, told.unknown, told.missing) == (0, 1, 0)


def test_shelf_label_shows_what_lies_there_outside_of_any_mode(station):
    station.arrive(ZTO, shelf="1-1")
    said = station.scan("~SH:1-1")
    assert (said.code, said.go, said.facts) == ("shelf.shown", "shelf", {"place": "1-1", "in_stock": 1})
    assert station.scan("~SH:9-9").code == "shelf.unknown"
    assert [row["waybill_no"] for row in station.read(shelf_map.lying_at, parse_shelf("1-1"))] == [ZTO]
