"""Proxy purchases on the three days: what goes wrong from the wish to the order, while a price is only told."""

from __future__ import annotations

import tomllib

from kiosk import fees
from kiosk.settings import CONFIG
from kiosk.storage import Store
from tests.journeys.days import listed
from tests.journeys.days.buying import (
    BOUGHT,
    FEE,
    PRICE,
    WISH,
    act,
    again,
    do,
    from_old_window,
    give_back,
    no,
    offers,
    order_of,
    ordered,
    pay_api,
    place,
    shows,
    state,
    taken,
    taken_api,
    wished,
)
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.journeys.unhappy_purchases import PATHS as LIST

ID_NUMBER = "11010519491231002X"
BARCODE = "6901234567892"
LINE = {"service": "purchase", "item_name": "水泵", "amount_fen": PRICE, "paid_by": "customer"}
PESTICIDE = {"item_name": "杀虫剂", "category": "farm_inputs"}
CHECKED = {
    "registration_no": "PD20260001", "has_producer_name": True, "has_producer_address": True, "has_certificate": True,
}  # fmt: skip


# The form --------------------------------------------------------------------------------------------------------------


def _form(counter: Counter) -> None:
    """One form, spoilt again and again; what was typed stays until it is right."""
    counter.go("/purchases/new")
    counter.fill("#purchase-form", **WISH, amount="300", paid_by="customer")
    for spoilt, words in (
        ({"item_name": " "}, "请填写要代购的品名"),
        ({"item_name": "水泵", "quantity": "0"}, "数量应在 1 到 9999 之间"),
        ({"quantity": "1", "amount": "0"}, "代购金额应大于 0"),
        ({"amount": "300", "advance": "300.01"}, "预收款应在 0 和代购金额之间"),
        ({"advance": "", "customer_name": ID_NUMBER}, "不留存"),
    ):
        counter.send("#purchase-form", "button[value=ticket]", **spoilt)
        counter.expect_refused(words)
    counter.fill("#purchase-form", customer_name="郑代购")
    counter.page.locator("[name=quantity]").evaluate("(field, code) => { field.value = code }", BARCODE)
    counter.send("#purchase-form", "button[value=ticket]")
    counter.expect_refused("数量应是整数")
    counter.send("#purchase-form", "button[value=request]", quantity="1", budget="0")
    counter.expect_refused("预算应大于 0")
    counter.page.locator("[name=paid_by] option").first.evaluate("(choice) => { choice.value = 'nobody' }")
    counter.send("#purchase-form", "button[value=ticket]", budget="", paid_by="nobody")
    counter.expect_refused("请选择由谁付款")
    assert counter.page.locator("[name=item_name]").input_value() == "水泵" and counter.ticket_id() is None


def _form_api(line: Line) -> None:
    for spoilt, code in (
        ({"item_name": " "}, "purchase.item_missing"),
        ({"quantity": int(BARCODE)}, "request.invalid"),
        ({"quantity": 10_000}, "request.invalid"),
        ({"amount_fen": 0}, "purchase.amount_wrong"),
        ({"advance_fen": PRICE + 1}, "purchase.advance_wrong"),
        ({"paid_by": ""}, "request.invalid"),
        ({"customer_name": ID_NUMBER}, "text.holds_id_number"),
    ):
        line.refused("/tickets", {"lines": [LINE | spoilt]}, code)
    line.refused("/purchases", dict(WISH) | {"budget_fen": 0}, "purchase.budget_wrong")


def _publish(store: Store, *, with_purchases: bool) -> None:
    """The list in force is followed by another one of the same day."""
    found = tomllib.loads((CONFIG / "fees.demo.toml").read_text("utf-8"))
    found["items"] = [item for item in found["items"] if with_purchases or item["service"] != "purchase"]
    with store.transaction() as tx:
        fees.publish(tx, found)


def _no_fee(counter: Counter) -> None:
    _publish(counter.station.store, with_purchases=False)
    counter.go("/purchases/new")
    counter.send("#purchase-form", "button[value=ticket]", **WISH, amount="300")
    counter.expect_refused("没有公示")
    assert counter.page.locator("[name=item_name]").input_value() == "水泵", "what was typed is kept"
    _publish(counter.station.store, with_purchases=True)


def _no_fee_api(line: Line) -> None:
    _publish(line.station.store, with_purchases=False)
    line.refused("/tickets", {"lines": [LINE]}, "fee.not_published")
    _publish(line.station.store, with_purchases=True)


# The wish and its price ------------------------------------------------------------------------------------------------


def _withdrawn(counter: Counter) -> None:
    wish = wished(counter, budget="350")
    do(counter, wish, "quote", amount="300")
    again(counter, wish, "accept")
    from_old_window(counter, wish, "quote", amount="280", paid_by="customer")
    counter.expect_refused("有一项在还没收款的单上")
    counter.go("/ticket")
    counter.press("去掉")
    counter.go(place(wish))
    assert state(counter, wish) == "quoted" and offers(counter, wish, "accept")
    again(counter, wish, "cancel", reason="no_reason")
    counter.expect_said("已取消")


def _withdrawn_api(line: Line) -> None:
    wish = int(line.post("/purchases", dict(WISH) | {"budget_fen": 350_00}, status=201)["id"])
    act(line, wish, "quote", {"amount_fen": PRICE, "paid_by": "customer"})
    ticket = line.new_ticket({"service": "purchase_quoted", "purchase_id": wish})
    no(line, wish, "quote", "purchase.line_pending", amount_fen=280_00, paid_by="customer")
    line.post(f"/tickets/{ticket['id']}/lines/{ticket['lines'][0]['id']}/remove", {})
    assert state(line, wish) == "quoted"
    act(line, wish, "cancel", {"reason": "no_reason"})
    line.post(f"/tickets/{ticket['id']}/void", {})


# The order -------------------------------------------------------------------------------------------------------------


def _order(counter: Counter) -> None:
    wish = wished(counter, **PESTICIDE)
    do(counter, wish, "quote", amount="300")
    assert not offers(counter, wish, "order")
    from_old_window(counter, wish, "order", platform="京东", amount="300", paid_from="wechat")
    counter.expect_refused("村民还没有确认报价")
    do(counter, wish, "accept")
    counter.pay()
    do(counter, wish, "order", platform=" ")
    counter.expect_refused("请填写在哪个平台下单")
    again(counter, wish, "order", platform="京东")
    counter.expect_refused("农资要先核对再下单")
    again(counter, wish, "correct", **CHECKED)
    counter.expect_said("农资核对已保存")
    again(counter, wish, "order", platform="京东", amount="310")
    counter.expect_refused("报价是 ￥300.00，现在要付 ￥310.00")
    again(counter, wish, "order", customer_agrees=True)
    counter.expect_refused("还差 ￥10.00")
    choice = counter.page.locator(f"#order-{wish} [name=paid_from] option").first
    assert "现金" not in counter.page.locator(f"#order-{wish} [name=paid_from]").inner_text()
    choice.evaluate("(choice) => { choice.value = 'drawer' }")
    again(counter, wish, "order", amount="300", customer_agrees=False, paid_from="drawer")
    counter.expect_refused("请选择钱从哪里付给商家")
    counter.page.locator("[name=expected_on]").evaluate("(field) => { field.type = 'text' }")
    again(counter, wish, "order", expected_on="三天后")
    counter.expect_refused("预计到货日期看不懂")
    assert state(counter, wish) == "quoted"
    again(counter, wish, "order", expected_on="")
    assert state(counter, wish) == "ordered"


def _order_api(line: Line) -> None:
    wish = int(line.post("/purchases", dict(WISH) | PESTICIDE, status=201)["id"])
    act(line, wish, "quote", {"amount_fen": PRICE, "paid_by": "customer"})
    no(line, wish, "order", "purchase.not_agreed", **order_of())
    pay_api(line, wish, "purchase_quoted")
    no(line, wish, "order", "purchase.platform_missing", **order_of(platform=" "))
    no(line, wish, "order", "purchase.three_nos", **order_of())
    act(line, wish, "check", CHECKED)
    no(line, wish, "order", "purchase.price_differs", **order_of(amount_fen=310_00))
    no(line, wish, "order", "purchase.advance_short", **order_of(amount_fen=310_00, customer_agrees=True))
    no(line, wish, "order", "request.invalid", **order_of("drawer"))
    no(line, wish, "order", "purchase.paid_from_unknown", **order_of(""))
    no(line, wish, "order", "purchase.date_unreadable", **order_of(expected_on="三天后"))
    assert state(line, wish) == "quoted"
    act(line, wish, "order", order_of())


def _price(counter: Counter) -> None:
    dearer = taken(counter)
    do(counter, dearer, "price", amount="320")
    counter.expect_refused("改价要先告诉村民并征得同意")
    again(counter, dearer, "price", amount="300", customer_agrees=True)
    counter.expect_refused("和原来的价格一样")
    again(counter, dearer, "price", amount="320", customer_agrees=True)
    counter.expect_said("还应付 ￥20.00")
    again(counter, dearer, "balance")
    counter.pay()
    ordered(counter, dearer)
    again(counter, dearer, "price", amount="280", customer_agrees=True, paid_from="wechat")
    counter.expect_said("要退给村民 ￥40.00")
    again(counter, dearer, "payout")
    give_back(counter)
    counter.go(place(dearer))
    shows(counter, "￥280.00")


def _price_api(line: Line) -> None:
    dearer = taken_api(line)
    no(line, dearer, "price", "purchase.customer_must_agree", amount_fen=320_00, customer_agrees=False)
    no(line, dearer, "price", "purchase.price_same", amount_fen=PRICE, customer_agrees=True)
    assert act(line, dearer, "price", {"amount_fen": 320_00, "customer_agrees": True})["owed_fen"] == 20_00
    pay_api(line, dearer, "purchase_balance")
    act(line, dearer, "order", order_of(amount_fen=320_00))
    cheaper = {"amount_fen": 280_00, "customer_agrees": True, "paid_from": "wechat"}
    assert act(line, dearer, "price", cheaper)["owed_fen"] == -40_00
    pay_api(line, dearer, "purchase_payout")


PATHS = (
    listed(LIST, "buy-no-item", _form, _form_api,
           also=("buy-many", "buy-no-price", "buy-budget", "buy-payer", "buy-advance", "buy-id-number")),
    listed(LIST, "buy-no-fee", _no_fee, _no_fee_api),
    listed(LIST, "buy-withdrawn", _withdrawn, _withdrawn_api, also=("buy-requote-on-ticket",)),
    listed(LIST, "buy-no-platform", _order, _order_api, BOUGHT,
           also=("buy-not-agreed", "buy-three-nos", "buy-other-price", "buy-advance-short", "buy-from-drawer",
                 "buy-bad-date")),
    listed(LIST, "buy-dearer", _price, _price_api,
           {"drawer": 280_00 + FEE, "wechat": -280_00, "fee_income": -FEE},
           also=("buy-cheaper", "buy-silent-price", "buy-same-price")),
)  # fmt: skip
