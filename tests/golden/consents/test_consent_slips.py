"""未同意清单 and the pick list of returns, made by real acts at a set hour: as text, HTML and bytes against the files beside
this one, at 58 and 80 mm, and the A4 form of the first as what it says. `UPDATE_GOLDENS=1` writes them anew; look at the
difference before committing it."""

import json
import os
import re
from pathlib import Path

import pytest

from kiosk.counter import consent, consent_list, return_picks
from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.set_aside import mark_to_return
from kiosk.parcels.erasure import erase_person
from kiosk.printing import slips
from kiosk.printing.encode import encode
from kiosk.printing.pdf import plain
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from kiosk.printing.sheet import compose_sheet
from kiosk.storage import Actor
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed
from tests.services.parcel_bench import YTO, ZTO, ZTO_2, Station

HERE = Path(__file__).parent
MORNING, WEEK_LATER = "2026-03-05T01:24:00.000000Z", "2026-03-14T02:05:00.000000Z"
RARE = "䶮𠮷" + LONG_NAME[2:]
NAMES = ("courier_list", "courier_list_erased", "pick_list", "pick_list_of_one")
FORMS = NAMES[:2]


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Each slip's document, and the A4 forms."""
    station = Station(tmp_path_factory.mktemp("slips"), toml='[station]\nname = "䶮家湾𠮷祥服务站"\n\n', printer=False)
    actor = Actor("staff", station.manager_id, "manager", RARE, 1)

    def at(hour, act, *args, **facts):
        with station.store.transaction(actor) as tx:
            tx.now = hour
            return act(tx, *args, **facts)

    def arrive(waybill, **facts):
        return at(MORNING, check_in, waybill=waybill, carrier="ZTO", print_mode="never", **facts).parcel_id

    red = arrive(ZTO, phone="13800001234", name_hint=RARE, shelf="2-1")
    bare = arrive(ZTO_2, phone="5678", name_hint="𠮷三", shelf="12-10")
    arrive("73610555582884", shelf="1-1")
    agreed = arrive("73610555582885", phone="13800004321", shelf="1-1")
    at(MORNING, consent.give_consent, agreed, "standing", "phone")
    ids = {"courier_list": at(MORNING, consent_list.make_courier_list, carrier="ZTO").slip_id}
    other = at(MORNING, check_in, waybill=YTO, carrier="YTO", phone="9876", shelf="2-1", print_mode="never").parcel_id
    for parcel_id in (red, agreed, other):
        at(MORNING, mark_to_return, parcel_id, "overdue")
    ids["pick_list"] = at(WEEK_LATER, return_picks.print_picks).slip_id
    ids["pick_list_of_one"] = at(WEEK_LATER, return_picks.print_picks, "YTO").slip_id
    with station.store.reading() as db:
        documents = {name: slips.compose(db, slip_id) for name, slip_id in ids.items()}
        forms = {"courier_list": compose_sheet(db, ids["courier_list"])}
    at(WEEK_LATER, hand_over_one, bare, "code")
    with station.store.transaction(actor, erasing=True) as tx:
        erase_person(tx, bare, "retention")
    with station.store.reading() as db:
        documents["courier_list_erased"] = slips.compose(db, ids["courier_list"])
        forms["courier_list_erased"] = compose_sheet(db, ids["courier_list"])
    station.store.close()
    return documents, forms


def compare(name: str, got: str) -> None:
    file = HERE / name
    if os.environ.get("UPDATE_GOLDENS"):
        file.write_text(got, "utf-8")
    assert file.read_text("utf-8") == got


@pytest.mark.parametrize("paper", PRINTERS)
@pytest.mark.parametrize("slip", NAMES)
def test_slip_as_text(issued, slip, paper):
    compare(f"{slip}-{paper}.txt", render_text(issued[0][slip], PRINTERS[paper].columns))


@pytest.mark.parametrize("slip", NAMES)
def test_slip_as_html(issued, slip):
    compare(f"{slip}.html", re.sub(r"(</(?:p|figure|article)>|<hr[^>]*>)", r"\1\n", render_html(issued[0][slip])))


@pytest.mark.parametrize("paper", PRINTERS)
@pytest.mark.parametrize("slip", NAMES)
def test_slip_as_bytes(issued, slip, paper):
    compare(f"{slip}-{paper}.bytes.txt", listed(encode(issued[0][slip], PRINTERS[paper])))


@pytest.mark.parametrize("form", FORMS)
def test_form_as_what_it_says(issued, form):
    told = plain(issued[1][form])
    compare(f"{form}-a4.json", json.dumps(told | {"bars": len(told["bars"])}, ensure_ascii=False, indent=1) + "\n")


def test_lists_mask_whom_they_name_and_the_pick_list_names_nobody(issued):
    text = {name: render_text(issued[0][name], 48) for name in NAMES}
    assert "䶮**  尾号 1234" in text["courier_list"] and "没有收件人信息" in text["courier_list"]
    assert "13800" not in text["courier_list"] and "4321" not in text["courier_list"], "who agreed is on no list"
    assert "个人信息已按规定删除" in text["courier_list_erased"] and "5678" not in text["courier_list_erased"]
    assert "尾号" not in text["pick_list"] and ZTO not in text["pick_list"]
    places = re.findall(r"货架 (\S+)", text["pick_list"])
    assert places == ["1-1", "2-1"]
