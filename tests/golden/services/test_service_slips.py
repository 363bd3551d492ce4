"""The proof of a bill and the slips of convenience services at a set hour, as text, HTML and bytes against the files beside
this one, at 58 and 80 mm. `UPDATE_GOLDENS=1` writes them anew; look at the difference before committing it."""

import os
import re
from pathlib import Path

import pytest

from kiosk.bills import outcome, store
from kiosk.bills.slips import freeze_proof
from kiosk.conveniences import actions
from kiosk.counter.convenience_lines import print_slip
from kiosk.counter.open_day import open_day
from kiosk.printing import slips
from kiosk.printing.encode import encode
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed
from tests.services.counter_bench import BILL, Bench

HERE = Path(__file__).parent
MORNING, EVENING = "2026-03-05T01:24:00.000000Z", "2026-03-05T10:05:00.000000Z"
LONG_PLACE = "湘江边䶮家𠮷祥大酒店火车站东广场分店二期"
SENT = {"channel": "wechat", "paid_from": "wechat", "account_holder": LONG_NAME, "holder_confirmed": True}
STATION = '[conveniences]\nbank_contract = "演示〔2026〕1号"\n'
HOTEL = {
    "city": "长沙", "hotel": LONG_PLACE, "arrives_on": "2026-03-09", "nights": "2", "rooms": "1", "guest": LONG_NAME,
    "phone": "19900001234", "price": "560",
}  # fmt: skip
CASH = {
    "bank": "农商银行", "terminal": "T-0071", "amount": "300", "card_last4": "0071", "slip_no": "000123", "id_shown": "1",
}  # fmt: skip
LOAN = {"bank": "农商银行", "product": "惠农贷", "amount_range": "1–5 万元", "person": "𠮷田", "phone": "19900001234"}
NAMES = ("proof", "proof_card", "hotel", "hotel_done", "hotel_receipt", "withdrawal", "loan")
assert len(LONG_PLACE) == 20 and len(LONG_NAME) == 20


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Each slip's document, made by the acts that issue it."""
    state = tmp_path_factory.mktemp("slips") / "station"
    state.mkdir()
    (state / "station.toml").write_text(STATION, "utf-8")
    bench = Bench(state, printer=False)
    bench.act(open_day, 5000_00, at=MORNING)

    def case(service, values):
        line = ("convenience", {"convenience": service, "values": values})
        ticket_id = bench.ticket(line, at=MORNING)
        total_fen = bench.view(ticket_id)["total_fen"]
        bench.settle(ticket_id, max(total_fen, 0), MORNING)
        return bench.value("SELECT MAX(id) FROM conveniences")

    def proof(facts, **confirmed):
        bench.settle(bench.ticket(("bill", facts), at=MORNING), facts["amount_fen"], MORNING)
        bill_id = bench.value("SELECT MAX(id) FROM bills")
        bench.act(outcome.submit, bill_id, at=MORNING, **SENT)
        bench.act(outcome.confirm, bill_id, at=EVENING, **confirmed)
        return bench.act(lambda tx: freeze_proof(tx, store.bill(tx, bill_id)), at=EVENING)

    card = {"biller": "power-card-demo", "account_no": "0602123456500", "amount_fen": 100_00}
    ids = {
        "proof": proof(
            BILL | {"bill_period": "2026-03", "late_fee_fen": 1_20}, serial_no="4200001998202603051234567890"
        ),
        "proof_card": proof(card, voucher_no="A-0007", is_card_written=False, balance_after_fen=0),
    }
    hotel = case("hotel", HOTEL)
    ids["hotel"] = bench.act(print_slip, hotel, at=MORNING)
    ids["hotel_receipt"] = bench.value("SELECT MAX(slip_id) FROM tickets")
    bench.act(actions.finish, hotel, values={"order_no": "H8837201"}, paid_from="alipay", at=EVENING)
    ids["hotel_done"] = bench.act(print_slip, hotel, at=EVENING)
    ids["withdrawal"] = bench.act(print_slip, case("withdrawal", CASH), at=EVENING)
    ids["loan"] = bench.act(print_slip, case("loan", LOAN), at=EVENING)
    with bench.store.reading() as db:
        documents = {name: slips.compose(db, slip_id) for name, slip_id in ids.items()}
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


def test_slips_show_what_they_must(issued):
    proof = "".join(render_text(issued["proof_card"], 32).split())
    assert "￥0.00" in proof and "还没有写到卡上" in proof and LONG_NAME not in proof
    hotel = "".join(render_text(issued["hotel"], 32).split())
    assert LONG_PLACE in hotel and LONG_NAME not in hotel and "￥560.00" in hotel
    receipt = "".join(render_text(issued["hotel_receipt"], 32).split())
    assert f"便民酒店（1）：2026-03-09长沙{LONG_PLACE[:15]}" in receipt and LONG_NAME not in receipt
    assert "本人签字" in render_text(issued["withdrawal"], 48) and "本人签字" not in render_text(issued["loan"], 48)
