"""移库 of several parcels and the stickers: the code stays, the label says where it lies now."""

from pathlib import Path

import pytest

from kiosk.codes import parse_shelf
from kiosk.counter import correct, label_paper, relocate_here
from kiosk.parcels.slips import PARCEL_LABEL
from kiosk.people import desks
from kiosk.printing import jobs, slips
from kiosk.printing.encode import NEXT_STICKER, encode
from kiosk.printing.profile import PROFILES, PrinterProfile
from kiosk.printing.sticker import DOTS_PER_MM, draw_sticker
from kiosk.storage import Actor
from tests.services.parcel_bench import PAYMENT, YTO, ZTO, ZTO_2, Station

COURIER = Actor("token", 9, "courier", "手持机", None)
LABELS = '[labels]\nat_intake = true\nsize = "{size}"\n'


@pytest.fixture
def station(tmp_path: Path):
    opened = Station.copied(tmp_path)
    yield opened
    assert opened.broken() == []
    opened.store.close()


def labelled(tmp_path: Path, size: str = "40x30", **more) -> Station:
    return Station(tmp_path, toml=LABELS.format(size=size), **more)


def labels_of(station: Station, parcel_id: int) -> list[int]:
    return [slip.id for slip in station.read(slips.of_subject, "parcel", parcel_id) if slip.template == PARCEL_LABEL]


def test_place_then_parcels_are_scanned_and_each_lies_there(station):
    a, b = (station.arrive(number, shelf="1-1").parcel_id for number in (ZTO, YTO))
    assert station.scan("~CMD:relocate").code == "mode.relocate"
    assert station.scan(ZTO).code == "relocate.no_place"
    assert station.scan("~SH:3-1").facts == {"place": "3-1"}
    code = station.row(b)["pickup_code"]
    assert station.scan(ZTO).facts["from"] == "1-1"
    assert station.scan(f"~PK:{code}").code == "parcel.relocated"
    assert station.scan(ZTO).code == "relocate.is_there"
    assert [(station.row(n)["shelf"], station.row(n)["pickup_code"][:3]) for n in (a, b)] == [
        ("3", "1-1"),
        ("3", "1-1"),
    ]
    assert station.scan("~SH:1-2").code == "relocate.place_set"
    assert station.scan(ZTO).code == "parcel.relocated"
    assert station.events(a) == ["checked_in", "relocated", "relocated"]
    assert station.scan("~CMD:home").code == "mode.home"
    assert station.desk().at_place == ""


@pytest.mark.parametrize("turns", [(), ("~CMD:home",)], ids=["relocate", "home"])
def test_what_somebody_moved_on_since_is_not_carried_back(station, turns):
    parcel_id = station.arrive(ZTO, shelf="1-1", desk_id=1).parcel_id
    for code in ("~CMD:relocate", "~SH:3-2", ZTO):
        station.scan(code)
    station.act(correct.relocate, parcel_id, "2-1")
    for code in turns:
        station.scan(code)
    assert station.scan("~CMD:undo").code in ("undo.nothing", "undo.check_in")
    assert (station.row(parcel_id)["shelf"], station.row(parcel_id)["layer"]) == ("2", 1)


def test_move_is_carried_back_one_by_one_and_nothing_else_is_undone(station):
    a, b = (station.arrive(number, shelf="1-1", desk_id=1).parcel_id for number in (ZTO, YTO))
    station.scan("~CMD:relocate")
    assert station.scan("~CMD:undo").code == "undo.nothing", "the check-ins before are not meant here"
    station.scan("~SH:3-1")
    station.scan(ZTO)
    station.scan(YTO)
    said = station.scan("~CMD:undo")
    assert (said.code, said.parcel_id, said.facts["place"]) == ("relocate.undone", b, "1-1")
    station.collect(a)
    assert station.scan("~CMD:undo").code == "undo.nothing", "what left is not carried back"
    assert (station.row(b)["shelf"], station.state(a)) == ("1", "handed_over")


@pytest.mark.parametrize(("code", "said"), [(PAYMENT, "scan.is_payment_code"), ("SF1234567890123", "parcel.not_found")])
def test_scan_that_names_no_parcel_here_moves_nothing(station, code, said):
    station.scan("~CMD:relocate")
    station.scan("~SH:3-1")
    assert station.scan(code).code == said


def test_parcel_that_left_is_not_moved_by_scan_nor_from_a_list(station):
    a = station.arrive(ZTO).parcel_id
    b = station.arrive(YTO).parcel_id
    station.collect(a)
    station.scan("~CMD:relocate")
    station.scan("~SH:3-1")
    assert station.scan(ZTO).code == "parcel.already_handed_over"
    done = station.act(relocate_here.relocate_many, [a, b, b], "3-2")
    assert [(one.parcel_id, one.is_moved) for one in done] == [(a, False), (b, True)]
    assert done[0].code == "parcel.already_handed_over"
    assert station.row(b)["layer"] == 2


def test_list_to_move_must_be_ticked_short_and_say_where(station):
    assert station.refusal(relocate_here.relocate_many, [], "3-2").code == "relocate.nothing_ticked"
    assert station.refusal(relocate_here.relocate_many, range(1, 99), "3-2").code == "relocate.too_many"
    assert station.refusal(relocate_here.relocate_many, [1], "x").code == "shelf.unreadable"


def test_sticker_is_printed_at_intake_and_anew_after_a_move_while_the_notice_stays(tmp_path):
    station = labelled(tmp_path)
    done = station.arrive(ZTO, phone="13800001234", name_hint="张三丰", shelf="1-1")
    (first,) = labels_of(station, done.parcel_id)
    paper = station.slip(first, 26)
    assert done.pickup_code in paper
    assert "尾号 **34" in paper
    assert "1234" not in paper and "张" not in paper, "everybody walks past a shelf"
    assert "放 1-1" in paper
    station.act(relocate_here.relocate_many, [done.parcel_id], "3-2")
    _, second = labels_of(station, done.parcel_id)
    assert "放 3-2" in station.slip(second, 26)
    assert done.pickup_code in station.slip(second, 26)
    with station.store.reading() as db:
        intake_slips = db.value("SELECT COUNT(*) FROM slips WHERE template = 'intake_slip'")
        assert intake_slips == 1, "the villager's notice names the code, and that stays"
    assert [station.read(jobs.find, n).printer for n in (1, 2, 3)] == ["小票机"] * 3
    station.store.close()


def test_move_without_stickers_prints_the_slip_anew_as_before(station):
    done = station.arrive(ZTO, print_mode="at_once", shelf="1-1")
    station.act(relocate_here.relocate_many, [done.parcel_id], "3-2")
    with station.store.reading() as db:
        assert db.value("SELECT COUNT(*) FROM slips WHERE template = 'intake_slip'") == 2


def test_sticker_from_the_page_is_printed_and_then_follows_every_move(station):
    done = station.arrive(ZTO, shelf="1-1")
    assert labels_of(station, done.parcel_id) == []
    told = station.act(label_paper.print_label, done.parcel_id)
    assert told.job_id is not None
    station.act(relocate_here.relocate_many, [done.parcel_id], "3-2")
    assert len(labels_of(station, done.parcel_id)) == 2
    station.collect(done.parcel_id)
    assert station.refusal(label_paper.print_label, done.parcel_id).code == "parcel.not_here_for_label"


def test_station_without_a_printer_takes_parcels_in_and_says_so_on_the_page(tmp_path):
    station = labelled(tmp_path, printer=False)
    done = station.arrive(ZTO)
    assert len(labels_of(station, done.parcel_id)) == 1
    refused = station.refusal(label_paper.print_label, done.parcel_id)
    assert refused.code == "printer.none" and "已保存" not in refused.message, (
        "nothing was kept: the act was taken back"
    )
    station.store.close()


def test_erased_recipient_is_gone_from_the_sticker_too(tmp_path):
    station = labelled(tmp_path)
    done = station.arrive(ZTO, phone="1234")
    (label,) = labels_of(station, done.parcel_id)
    station.collect(done.parcel_id)
    from kiosk.parcels.erasure import erase_person

    with station.store.transaction(station.actor, erasing=True) as tx:
        erase_person(tx, done.parcel_id, "test")
    assert "个人信息已按规定删除" in station.slip(label, 40)
    station.store.close()


def test_shelf_labels_name_place_and_code_and_only_shelves_that_there_are(station):
    station.arrive(ZTO, shelf="A3-2")
    (job,) = station.act(label_paper.print_shelf_labels, [parse_shelf("A3-2")])
    slip = station.slip(station.read(jobs.find, job).slip_id)
    assert "A3-2" in slip and "~SH:A3-2" in slip
    assert station.refusal(label_paper.print_shelf_labels, [parse_shelf("9-9")]).code == "shelf.unknown"
    assert station.refusal(label_paper.print_shelf_labels, []).code == "label.too_many"
    assert (
        station.refusal(label_paper.print_shelf_labels, [parse_shelf("A3-2")], actor=COURIER).code
        == "staff.not_allowed"
    )


@pytest.mark.parametrize("size", ["40x30", "60x40"])
@pytest.mark.parametrize("profile", PROFILES)
def test_sticker_is_exactly_as_tall_as_its_paper_on_every_printer(tmp_path, size, profile):
    station = labelled(tmp_path, size)
    done = station.arrive(ZTO, phone="13800001234", shelf="SF1-12")
    (label,) = labels_of(station, done.parcel_id)
    width, height = (int(part) * DOTS_PER_MM for part in size.split("x"))
    with station.store.reading() as db:
        document = slips.compose(db, label)
        copy = slips.compose(db, label, copy_no=2, copied_at="2026-11-22T01:00:00.000000Z")
    picture = draw_sticker(document, PROFILES[profile])
    assert (picture.rows, picture.row_bytes) == (height, PROFILES[profile].row_bytes)
    ink = [picture.data[at : at + picture.row_bytes] for at in range(0, len(picture.data), picture.row_bytes)]
    left = (picture.row_bytes * 8 - min(width, picture.row_bytes * 8)) // 2
    assert not any(int.from_bytes(row, "big") >> (picture.row_bytes * 8 - left) for row in ink if left), (
        "off the sticker"
    )
    assert not any(ink[-1]), "the last row is white: nothing was cut off"
    sent = encode(document, PROFILES[profile])
    assert sent.endswith(b"\x1bJ\x10") and b"\x1dV" not in sent, "no cut into the next sticker"
    assert "补打2" in station_text(copy)
    station.store.close()


def station_text(document) -> str:
    from kiosk.printing.render_text import render_text

    return render_text(document, 40)


def test_printer_that_finds_the_gap_is_told_to(tmp_path):
    station = labelled(tmp_path)
    done = station.arrive(ZTO)
    with station.store.reading() as db:
        document = slips.compose(db, labels_of(station, done.parcel_id)[0])
    assert encode(document, PrinterProfile(384, 32, has_gap_sensor=True)).endswith(NEXT_STICKER)
    station.store.close()


def test_desk_leaves_the_mode_for_another(station):
    station.act(relocate_here.begin, desk_id=1)
    station.act(relocate_here.leave, desk_id=1)
    assert station.read(desks.desk, 1).mode == "home"
    station.arrive(ZTO_2)
    assert station.scan(ZTO_2).code == "person.opened"
