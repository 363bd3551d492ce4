"""Price label, goods taken in and given back, purchase voucher, settlement and stocktake sheet at a set hour, as text, HTML
and bytes against the files beside this one, at 58 and 80 mm. `UPDATE_GOLDENS=1` writes them anew; look at the difference
before committing it."""

import os
import re
from pathlib import Path

import pytest

from kiosk.consignment import products, stock, stocktakes, suppliers
from kiosk.counter.add_line import add_line
from kiosk.counter.consignment_goods import finish_stocktake, give_goods_back, print_label, receive_goods
from kiosk.counter.open_day import open_day
from kiosk.counter.void import void
from kiosk.printing import slips
from kiosk.printing.encode import encode
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed
from tests.services.counter_bench import SALE, Bench

HERE = Path(__file__).parent
MORNING = "2026-03-05T01:24:00.000000Z"
LONG_ITEM = "高山散养䶮牌𠮷号土鸡蛋特级礼盒装加量三十枚"
NAMES = (
    "label", "label_bare", "goods_in", "goods_back", "voucher", "settlement", "sheet", "sheet_of_nothing", "erased",
)  # fmt: skip
assert len(LONG_ITEM) == 21


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Each slip's document, made by the acts that issue it."""
    bench = Bench(tmp_path_factory.mktemp("slips") / "station", printer=False)

    def act(do, *args, **facts):
        return bench.act(do, *args, at=MORNING, **facts)

    act(open_day, 5000_00)
    farmer = act(suppliers.register, name=LONG_NAME, phone="13912345678").id
    full = act(
        products.admit, farmer, name=LONG_ITEM, category="processed", unit="盒", price_fen=1234_56, floor_fen=0,
        origin="枫林村三组后山云雾岭", grade="特级", spec="30 枚/盒", quality_mark="organic", quality_mark_no="YJ-1",
        maker="枫林食品坊", maker_address="枫林村 8 号", licence_no="SC10000000000000",
    ).id  # fmt: skip
    bare = act(
        products.admit, farmer, name="葱", category="vegetable", unit="斤", by="weight", price_fen=1, origin="本村"
    ).id
    own = act(
        products.admit, farmer, name="干笋", category="dried", unit="斤", by="weight", price_fen=36_00, origin="后山",
        ownership="buy_up",
    ).id  # fmt: skip
    ids = {"sheet_of_nothing": _counted(act)}
    lot = {"produced_on": "2026-03-04", "expires_on": "2026-04-30", "lot_no": "20260304-A"}
    ids["goods_in"] = act(receive_goods, full, 30, **lot).slip_id
    act(receive_goods, bare, 1, produced_on="2026-03-05")
    ids["label"], ids["label_bare"] = act(print_label, full).slip_id, act(print_label, bare).slip_id
    facts = {"product_id": own, "quantity": 1250, "amount_fen": 62_50, "produced_on": "2026-03-05"}
    bench.settle(bench.ticket(("buy_up", facts), at=MORNING), 0, MORNING)
    ids["voucher"] = bench.value("SELECT slip_id FROM buy_ups")
    sold = bench.ticket(
        ("goods", {"product_id": full, "quantity": 2}), ("consignment", SALE | {"supplier_name": "", "supplier_id": farmer}),
        at=MORNING,
    )  # fmt: skip
    bench.settle(sold, 2500_00, MORNING)
    back = bench.ticket(("goods", {"product_id": full, "quantity": 1}), at=MORNING)
    bench.settle(back, 1300_00, MORNING)
    act(void, back)
    act(stock.lose, full, 1, "broken")
    line = act(add_line, act(_ticket), "settlement", supplier_id=farmer)
    bench.settle(line.ticket_id, 0, MORNING)
    ids["settlement"] = bench.value("SELECT slip_id FROM settlements")
    ids["goods_back"] = act(give_goods_back, full, 20).slip_id
    ids["sheet"] = _counted(act, (full, 5, "missing"), (bare, 1, ""), (own, 1249, "dried_out"))
    with bench.store.reading() as db:
        documents = {name: slips.compose(db, slip_id) for name, slip_id in ids.items()}
    with bench.store.transaction(erasing=True) as tx:
        suppliers.forget(tx, farmer, "test.rule")
    with bench.store.reading() as db:
        documents["erased"] = slips.compose(db, ids["settlement"])
    bench.store.close()
    return documents


def _ticket(tx):
    from kiosk.till import actions as till

    return till.open_ticket(tx)


def _counted(act, *counts):
    act(stocktakes.begin)
    for product_id, counted, reason in counts:
        act(stocktakes.count, product_id, counted, reason=reason)
    return act(finish_stocktake).slip_id


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
    texts = {name: "".join(render_text(document, 32).split()) for name, document in issued.items()}
    assert LONG_ITEM in texts["goods_in"]
    assert "￥0.00/盒" in texts["goods_in"]
    assert LONG_NAME not in "".join(texts.values())
    assert LONG_NAME[0] + "**" in texts["settlement"]
    assert "个人信息已按规定删除" in texts["erased"]
