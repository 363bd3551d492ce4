"""Stickers of parcels and shelves in both sizes of paper and the report of a shelf count, made by real acts at a set hour: as
text, HTML and bytes against the files beside this one, at 58 and 80 mm. `UPDATE_GOLDENS=1` writes them anew; look at the
difference before committing it."""

import os
import re
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk.codes import parse_shelf, recognise
from kiosk.counter import count_shelves as counting
from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.shelves import add_layers, plan_shelf
from kiosk.parcels import store as parcels
from kiosk.parcels.erasure import erase_person
from kiosk.parcels.shelf_map import PlacePlan
from kiosk.parcels.slips import freeze_parcel_label, freeze_shelf_label
from kiosk.printing import slips
from kiosk.printing.encode import encode
from kiosk.printing.profile import PROFILES
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from kiosk.printing.sticker import draw_sticker
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed
from tests.services.parcel_bench import JD_1, YTO, ZTO, ZTO_2, Station

HERE = Path(__file__).parent
MORNING, EVENING = "2026-03-05T01:24:00.000000Z", "2026-03-05T10:05:00.000000Z"
SIZES = ("40x30", "60x40")
NOTE = "䶮𠮷" + LONG_NAME[2:]  # twenty characters, two of them rare
STICKERS = tuple(f"{name}_{size}" for size in SIZES for name in ("parcel", "parcel_erased", "shelf", "shelf_long"))
NAMES = (*STICKERS, "report", "report_clean")


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Each slip's document."""
    documents = {}
    for size in SIZES:
        documents |= _stickers(Station(tmp_path_factory.mktemp("slips"), toml=_toml(size)), size)
    return documents | _reports(Station(tmp_path_factory.mktemp("slips"), toml=_toml("40x30")))


def _toml(size: str) -> str:
    return f'[station]\nname = "枫林村䶮家湾𠮷祥电子商务服务站（二站）"\n\n[labels]\nsize = "{size}"\n\n'


def _at(bench, at, act, *args, **facts):
    with bench.store.transaction(bench.actor) as tx:
        tx.now = at
        return act(tx, *args, **facts)


def _stickers(bench, size):
    arrived = [
        _at(
            bench,
            MORNING,
            check_in,
            waybill=waybill,
            phone=f"1380000{tail}",
            name_hint="䶮" + LONG_NAME[1:],
            shelf=shelf,
        )
        for waybill, tail, shelf in ((JD_1, "1234", "SF12-10"), (ZTO, "5678", "3-2"))
    ]
    bench.collect(arrived[1].parcel_id)
    _at(bench, MORNING, plan_shelf, "SF12-10", PlacePlan(note=NOTE))

    def freeze(tx):
        return {
            f"parcel_{size}": freeze_parcel_label(tx, parcels.parcel(tx, arrived[0].parcel_id)),
            f"parcel_erased_{size}": freeze_parcel_label(tx, parcels.parcel(tx, arrived[1].parcel_id)),
            f"shelf_{size}": freeze_shelf_label(tx, parse_shelf("3-2"), ""),
            f"shelf_long_{size}": freeze_shelf_label(tx, parse_shelf("SF12-10"), NOTE),
        }

    ids = _at(bench, MORNING, freeze)
    with bench.store.transaction(bench.actor, erasing=True) as tx:
        erase_person(tx, arrived[1].parcel_id, "retention")
    return _composed(bench, ids)


def _reports(bench):
    _at(bench, MORNING, add_layers, "3", 1, 2, PlacePlan())
    _missing, wrong, gone, _found = (
        _at(bench, MORNING, check_in, waybill=waybill, phone="1234", shelf="3-1").parcel_id
        for waybill in (ZTO, YTO, ZTO_2, "SF1234567890123")
    )
    _at(bench, MORNING, hand_over_one, gone, "code")
    count = _at(bench, MORNING, counting.begin_count, desk_id=1).id
    for waybill, place in ((YTO, "3-2"), (ZTO_2, "3-1"), ("SF1234567890123", "3-1"), ("JT0011223344556", "3-1")):
        _at(bench, MORNING, counting.count_scan, recognise(waybill), parse_shelf(place))
    ids = {"report": _at(bench, EVENING, counting.close_count, count).slip_id}
    assert _at(bench, EVENING, counting.move_all, count) == (1, 0)
    assert bench.read(parcels.parcel, wrong)["layer"] == 2
    count = _at(bench, EVENING, counting.begin_count, "3", desk_id=1).id
    for waybill, place in ((ZTO, "3-1"), (YTO, "3-2"), ("SF1234567890123", "3-1")):
        _at(bench, EVENING, counting.count_scan, recognise(waybill), parse_shelf(place))
    return _composed(bench, ids | {"report_clean": _at(bench, EVENING, counting.close_count, count).slip_id})


def _composed(bench, ids):
    with bench.store.reading() as db:
        documents = {name: slips.compose(db, slip_id) for name, slip_id in ids.items()}
    assert bench.problems() == []
    bench.store.close()
    return documents


def compare(name: str, got: str) -> None:
    file = HERE / name
    if os.environ.get("UPDATE_GOLDENS"):
        file.write_text(got, "utf-8")
    assert file.read_text("utf-8") == got


@pytest.mark.parametrize("paper", PRINTERS)
@pytest.mark.parametrize("slip", NAMES)
def test_slip_as_text(issued, slip, paper):
    compare(f"{slip}-{paper}.txt", render_text(issued[slip], PRINTERS[paper].columns))


@pytest.mark.parametrize("slip", NAMES)
def test_slip_as_html(issued, slip):
    compare(f"{slip}.html", re.sub(r"(</(?:p|figure|article)>|<hr[^>]*>)", r"\1\n", render_html(issued[slip])))


@pytest.mark.parametrize("paper", PRINTERS)
@pytest.mark.parametrize("slip", NAMES)
def test_slip_as_bytes(issued, slip, paper):
    compare(f"{slip}-{paper}.bytes.txt", listed(encode(issued[slip], PRINTERS[paper])))


@pytest.mark.parametrize("slip", STICKERS)
def test_code_of_a_sticker_is_read_from_its_picture(issued, slip):
    """By a reader of the kind that scanners have; the erased parcel still has its code."""
    drawn = draw_sticker(issued[slip], PROFILES["80mm-gb"])
    picture = Image.frombytes("1", (drawn.row_bytes * 8, drawn.rows), bytes(byte ^ 0xFF for byte in drawn.data))
    (found,) = zxingcpp.read_barcodes(picture.convert("L").resize((picture.width * 2, picture.height * 2)))
    assert found.text.startswith("~SH:" if slip.startswith("shelf") else "~PK:")


def test_sticker_shows_two_digits_of_the_tail_and_no_name(issued):
    words = render_text(issued["parcel_60x40"], 40)
    assert "**34" in words and "1234" not in words and "䶮" not in words
