"""Lists as they are closed and signed, made by real acts at a set hour: as text, HTML and bytes against the files beside this
one, at 58 and 80 mm, and the A4 form of each as what it says. `UPDATE_GOLDENS=1` writes them anew; look at the difference
before committing it."""

import json
import os
import re
from pathlib import Path

import pytest

from kiosk import vault
from kiosk.counter.check_in import check_in
from kiosk.counter.close_batch import close_batch
from kiosk.counter.list_manifest import add_to_list, close_list, open_list
from kiosk.counter.open_batch import open_batch
from kiosk.counter.set_aside import mark_to_return
from kiosk.counter.sign_manifest import sign_list
from kiosk.manifests import store
from kiosk.manifests.erasure import erase_list
from kiosk.manifests.signing import read_signature
from kiosk.printing import slips
from kiosk.printing.encode import encode
from kiosk.printing.pdf import plain
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from kiosk.printing.sheet import compose_sheet
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed
from tests.services.counter_bench import Bench
from tests.services.manifest_bench import drawn

HERE = Path(__file__).parent
MORNING, EVENING = "2026-03-05T01:24:00.000000Z", "2026-03-05T10:05:00.000000Z"
RARE = "䶮𠮷" + LONG_NAME[2:]
WAYBILLS = ("YT7460266600081", "YT7460266600082", "YT7460266600083", "SF1023574470215")
NAMES = ("intake", "intake_signed", "return", "transfer", "door", "erased")


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Each list's document and A4 form."""
    bench = Bench(tmp_path_factory.mktemp("slips") / "station", printer=False)
    batch = bench.act(open_batch, carrier="YTO", courier=RARE, declared=5, print_mode="never", at=MORNING)
    for number, waybill in enumerate(WAYBILLS[:3]):
        bench.act(check_in, waybill=waybill, batch_id=batch.id, phone=f"123{number}", name_hint=RARE, at=MORNING)
    bench.act(check_in, waybill=WAYBILLS[3], phone="9876", at=MORNING)
    intake_id = bench.act(close_batch, batch.id, at=EVENING).manifest_id

    def made(kind, *parcels, **whose):
        found = bench.act(open_list, kind, at=EVENING, **whose)
        for parcel_id, note in parcels:
            bench.act(add_to_list, found.id, parcel_id, note, at=EVENING)
        return bench.act(close_list, found.id, at=EVENING)

    bench.act(mark_to_return, 1, "refused", at=EVENING)
    ids = {
        "return": made("return", (1, "damaged"), carrier="YTO", receiver="周师傅").slip_id,
        "transfer": made("transfer", (2, ""), (4, "wet"), receiver="河东服务站").slip_id,
        "door": made("door", (3, ""), receiver="赵送货").slip_id,
    }
    picture = read_signature(drawn())
    with bench.store.reading() as db:
        ids["intake"] = store.manifest(db, intake_id).slip_id
    bench.act(sign_list, intake_id, picture, accepts_difference=True, at=EVENING)
    with bench.store.reading() as db:
        ids["intake_signed"] = store.signature(db, "manifest", intake_id).slip_id
        documents = {name: slips.compose(db, slip_id) for name, slip_id in ids.items()}
        forms = {name: compose_sheet(db, slip_id) for name, slip_id in ids.items()}
    with bench.store.transaction(bench.actor, erasing=True) as tx:
        erase_list(tx, intake_id, "asked")
    with bench.store.reading() as db:
        documents["erased"] = slips.compose(db, ids["intake_signed"])
        forms["erased"] = compose_sheet(db, ids["intake_signed"])
    bench.store.close()
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


@pytest.mark.parametrize("slip", NAMES)
def test_form_as_what_it_says(issued, slip):
    form = plain(issued[1][slip])
    for part in form["parts"]:
        for place in part.get("places", ()):
            place["picture"] = place["picture"] is not None  # the strokes depend on the version of the library
    compare(f"{slip}-a4.json", json.dumps(form | {"bars": len(form["bars"])}, ensure_ascii=False, indent=1) + "\n")


def test_lists_name_only_who_must_be_found(issued):
    documents, forms = issued
    text = {name: render_text(documents[name], 48) for name in NAMES}
    assert RARE in text["intake"], "who brought it signs with his name"
    assert all(RARE not in text[name] for name in ("return", "transfer", "door"))
    assert "尾号 1232" in text["door"] and "尾号" not in text["transfer"] + text["return"]
    assert "少 2 件" in text["intake"] and "双方确认差额：少 2 件" in text["intake_signed"]
    assert vault.ERASED in text["erased"] and RARE not in text["erased"]
    assert forms["erased"].parts[-1].places[1].picture is None
    assert "~MF:MI20260305-0001" in text["intake"]
