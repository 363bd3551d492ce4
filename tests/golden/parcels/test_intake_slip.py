"""The slip of intake as it leaves a real check-in at a set hour, as text, HTML and bytes against the files beside this one,
at 58 and 80 mm. `UPDATE_GOLDENS=1` writes them anew; look at the difference before committing it."""

import os
import re
from pathlib import Path

import pytest

from kiosk.counter.check_in import check_in
from kiosk.counter.correct import correct
from kiosk.parcels.erasure import erase_person
from kiosk.printing import jobs, slips
from kiosk.printing.encode import encode
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed
from tests.services.parcel_bench import JD_1, JD_2, YTO, ZTO, Station

HERE = Path(__file__).parent
MORNING = "2026-03-05T01:24:00.000000Z"
STATION = """[station]
name = "枫林村䶮家湾𠮷祥电子商务服务站（二站）"
address = "枫林村村委会东侧三十米䶮家祠堂对面"
hours = "8:30–18:30"
phone = "0731-83600000"

"""
NAMES = ("plain", "long", "corrected", "nobody", "erased")


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Each slip's document, made by the acts that issue it."""
    station = Station(tmp_path_factory.mktemp("slips"), toml=STATION + "[parcels]\nfree_storage_days = 0\n")
    short = Station(tmp_path_factory.mktemp("slips"))

    def at_hour(bench, act, *args, **facts):
        with bench.store.transaction(bench.actor) as tx:
            tx.now = MORNING
            return act(tx, *args, **facts)

    plain = at_hour(short, check_in, waybill=ZTO, phone="13800001234", shelf="3-2")
    nobody = at_hour(short, check_in, waybill=YTO, shelf="SF12-10")
    gone = at_hour(short, check_in, waybill="DPK202252612836", phone="1234", name_hint="赵四")
    long = at_hour(station, check_in, waybill=JD_1, phone="5678", name_hint="䶮" + LONG_NAME[1:], shelf="12-10")
    wrong = at_hour(station, check_in, waybill=JD_2, phone="5678", name_hint="吉三", shelf="12-10")
    at_hour(station, jobs.finish, wrong.job_id, "confirmed")
    fixed = at_hour(station, correct, wrong.parcel_id, name_hint="𠮷三", shelf="2-1")
    short.collect(gone.parcel_id)
    with short.store.transaction(short.actor, erasing=True) as tx:
        erase_person(tx, gone.parcel_id, "retention")
    documents = {}
    for bench, found in (
        (short, {"plain": plain.slip_id, "nobody": nobody.slip_id, "erased": gone.slip_id}),
        (station, {"long": long.slip_id, "corrected": fixed.told.slip_id}),
    ):
        with bench.store.reading() as db:
            documents |= {name: slips.compose(db, slip_id) for name, slip_id in found.items()}
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


def test_slips_say_what_phones_and_villagers_look_for(issued):
    text = render_text(issued["plain"], 32)
    assert re.search(r"凭取件码 3-2-5001 取件", text)
    assert "[QR ~PK:3-2-5001]" in text
    assert "尾号 1234" in text and "13800001234" not in text and "138" not in text
    assert "个人信息已按规定删除" in render_text(issued["erased"], 32)
    assert "䶮**" in render_text(issued["long"], 32) and LONG_NAME[1:3] not in render_text(issued["long"], 32)
