"""Request form and arrival notice of real purchases at a set hour, as text, HTML and bytes against the files beside this
one, at 58 and 80 mm. `UPDATE_GOLDENS=1` writes them anew; look at the difference before committing it."""

import os
import re
from pathlib import Path

import pytest

from kiosk.counter.add_line import add_line
from kiosk.counter.join_purchase import arrive, learn_waybill
from kiosk.printing import slips
from kiosk.printing.encode import encode
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text
from kiosk.purchases import actions, orders
from kiosk.purchases.slips import ARRIVAL_NOTICE
from tests.golden.printing.test_slip_goldens import LONG_NAME, PRINTERS, listed
from tests.services.purchase_bench import YTO, Buying

HERE = Path(__file__).parent
MORNING = "2026-03-05T01:24:00.000000Z"
LONG_ITEM = "三相潜水泵䶮牌𠮷号铜芯加长线带浮球开关"
CHECKED = {"has_producer_name": True, "has_producer_address": True, "has_certificate": False}
NAMES = ("wish", "wish_of_nobody", "quoted_farm_inputs", "arrival_with_parcel", "arrival_paid", "erased")


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Each slip's document, made by the acts that issue it."""
    bench = Buying(tmp_path_factory.mktemp("slips") / "station", printer=False)

    def form(purchase_id):
        return bench.act(actions.print_request_form, purchase_id, at=MORNING)[0]

    def notice(purchase_id):
        with bench.store.reading() as db:
            return next(s.id for s in slips.of_subject(db, "purchase", purchase_id) if s.template == ARRIVAL_NOTICE)

    ids = {}
    wish = {"item_name": LONG_ITEM, "spec": "2.2 千瓦", "quantity": 2, "category": "production", "budget_fen": 1234_56}
    bench.act(actions.request, at=MORNING, customer_name=LONG_NAME, phone="19900001234", **wish)
    ids["wish"] = form(1)
    bench.act(actions.request, at=MORNING, item_name="雨靴")
    ids["wish_of_nobody"] = form(2)
    bench.act(actions.request, at=MORNING, item_name="复合肥", category="farm_inputs", phone="1234", **CHECKED)
    bench.act(actions.quote, 3, at=MORNING, amount_fen=200_00, paid_by="direct", platform="jd")
    ids["quoted_farm_inputs"] = form(3)
    order = {"platform": "jd", "amount_fen": 300_00, "paid_from": "wechat"}
    for number, paid_by in ((4, "station"), (5, "customer")):
        ticket_id = bench.ticket(at=MORNING)
        facts = {"item_name": LONG_ITEM, "amount_fen": 300_00, "paid_by": paid_by, "customer_name": LONG_NAME}
        bench.act(add_line, ticket_id, "purchase", at=MORNING, phone="19900006688", **facts)
        bench.pay(ticket_id, at=MORNING)
        bench.act(orders.order, number, at=MORNING, **order)
    bench.act(learn_waybill, 4, YTO, at=MORNING)
    bench.came(YTO, shelf="3-2", at=MORNING)
    bench.act(arrive, 5, at=MORNING)
    ids["arrival_with_parcel"], ids["arrival_paid"] = notice(4), notice(5)
    with bench.store.reading() as db:
        documents = {name: slips.compose(db, slip_id) for name, slip_id in ids.items()}
    with bench.store.transaction(erasing=True) as tx:
        actions.forget(tx, 4, "test.rule")
    with bench.store.reading() as db:
        documents["erased"] = slips.compose(db, ids["arrival_with_parcel"])
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
def test_slip_of_a_purchase_as_text(issued, slip, paper):
    compare(f"{slip}-{paper}.txt", render_text(issued[slip], PRINTERS[paper].columns))


@pytest.mark.parametrize("slip", NAMES)
def test_slip_of_a_purchase_as_html(issued, slip):
    compare(f"{slip}.html", re.sub(r"(</(?:p|figure|article)>|<hr[^>]*>)", r"\1\n", render_html(issued[slip])))


@pytest.mark.parametrize("paper", PRINTERS)
@pytest.mark.parametrize("slip", NAMES)
def test_slip_of_a_purchase_as_bytes(issued, slip, paper):
    compare(f"{slip}-{paper}.bytes.txt", listed(encode(issued[slip], PRINTERS[paper])))


def test_slips_of_purchases_show_what_they_must(issued):
    def read(name):
        return "".join(render_text(issued[name], 32).split())

    assert LONG_ITEM in read("wish") and "￥1234.56" in read("wish")
    for name in NAMES:
        assert LONG_NAME not in read(name) and "19900001234" not in read(name)
    assert "取货时应付￥300.00" in read("arrival_with_parcel") and "凭取件码" in read("arrival_with_parcel")
    assert "取货时应付￥0.00" in read("arrival_paid")
    assert "个人信息已按规定删除" in read("erased")
