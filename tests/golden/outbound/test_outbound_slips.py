"""Sticker, courier's list and receipts of sending, and the papers of cash on delivery, made by real acts at a set hour: as
text, HTML and bytes against the files beside this one, at 58 and 80 mm. `UPDATE_GOLDENS=1` writes them anew; look at the
difference before committing it."""

import os
import re
from pathlib import Path

import pytest

from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.outbound_manifest import give_manifest, give_waybill, open_manifest, put_on
from kiosk.printing import slips
from kiosk.printing.encode import encode
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed
from tests.services.outbound_bench import SENDING, WAYBILLS, OutboundBench

HERE = Path(__file__).parent
MORNING, EVENING = "2026-03-05T01:24:00.000000Z", "2026-03-05T10:05:00.000000Z"
RARE = "䶮𠮷" + LONG_NAME[2:]
NAMES = ("label", "label_collect", "manifest", "receipt", "receipt_collect", "intake_cod", "receipt_cod")


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Each slip's document."""
    bench = OutboundBench(tmp_path_factory.mktemp("slips") / "station", printer=False)

    def send(**facts):
        ticket_id = bench.ticket(("outbound", SENDING | facts), at=MORNING)
        settled = bench.settle(ticket_id, bench.view(ticket_id)["total_fen"], MORNING)
        return bench.parcel(bench.value("SELECT MAX(id) FROM outbound_parcels")), settled.slip_id

    first, receipt = send(
        recipient_name=RARE, sender_name=RARE, insured_value_fen=500_00, premium_fen=2_00, freight_fen=None,
        freight_zone="country",
    )  # fmt: skip
    second, receipt_collect = send(paid_by="recipient", freight_fen=None)
    listed_on = bench.act(open_manifest, "YTO", at=EVENING)
    for number, parcel in enumerate((first, second)):
        bench.act(put_on, listed_on.id, parcel.id, at=EVENING)
        bench.act(give_waybill, parcel.id, WAYBILLS[number], at=EVENING)
    given = bench.act(give_manifest, listed_on.id, "周䶮师傅", at=EVENING)
    taken = bench.act(
        check_in,
        waybill="YT7460266600081",
        phone="1234",
        name_hint=RARE,
        cod_fen=1234_56,
        freight_collect_fen=8_00,
        at=MORNING,
    )
    bench.act(hand_over_one, taken.parcel_id, "code", at=EVENING)
    ticket_id = bench.value("SELECT open_ticket_id FROM desks")
    paid = bench.settle(ticket_id, 1300_00, EVENING)
    ids = {
        "label": first.label_slip_id, "label_collect": second.label_slip_id, "manifest": given.slip_id,
        "receipt": receipt, "receipt_collect": receipt_collect, "intake_cod": taken.slip_id, "receipt_cod": paid.slip_id,
    }  # fmt: skip
    with bench.store.reading() as db:
        documents = {name: slips.compose(db, slip_id) for name, slip_id in ids.items()}
    assert bench.broken() == []
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


def test_slips_name_nobody_and_say_what_they_must(issued):
    for slip in NAMES:
        assert RARE[:4] not in render_text(issued[slip], 48), slip
    assert "￥0.00" in render_text(issued["receipt_collect"], 32)
    assert "运费到付" in render_text(issued["label_collect"], 32)
    assert "[QR ~OB:OB20260305-0001]" in render_text(issued["label"], 32)
    assert "~MF:MF20260305-0001" in render_text(issued["manifest"], 48)
    assert "周䶮师傅" in render_text(issued["manifest"], 48), "the courier is the carrier's man, who signs"
    assert "取件付货款 ￥1234.56" in render_text(issued["intake_cod"], 48)
