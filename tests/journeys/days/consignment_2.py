"""Farmers' goods on the three days, from the sale on: prices and commission, money and goods back, the farmer's payout,
what breaks, online orders, codes and the scale."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.goods_steps import (
    GOODS,
    admit,
    admit_api,
    bring,
    bring_api,
    commission,
    day,
    farmer_api,
    forced,
    give_back,
    misshapen,
    no_line,
    of_goods,
    pay_out,
    sell,
    send,
    sold,
    sold_api,
    stock_of,
    supplier_of,
    take_off,
    void,
)
from tests.journeys.days.line import Line
from tests.journeys.unhappy_consignment import PATHS as LIST

#: Fictitious article numbers; nobody sells the first.
UNKNOWN_EAN, HONEY_EAN = "6907460200039", "6907460200022"
FARMER = ("冯六叔", "19907460206")
PAID = ("褚七娘", "19907460207")
FREE = {"service": "consignment", "item_name": "糍粑", "amount_fen": 10_00, "supplier_name": "冯六叔"}


def _price(counter: Counter) -> None:
    goods = bring(counter, FARMER, "冯家鸡蛋", "30")
    sell(counter, goods, "10", amount="15.01", no="不能在标价之外加价")
    send(counter, f"#sell-{goods}", no="低于供货人的底价 ￥12.00", amount="11.99")
    counter.go(f"/consignment/products/{goods}")
    send(counter, f"#consent-{goods}", no="不需要供货人同意", price="1.20", given_by="phone")
    send(counter, f"#consent-{goods}", ok="已登记供货人同意", price="1", given_by="phone")
    sold(counter, goods, "10", amount="10")


def _price_api(line: Line) -> None:
    goods = bring_api(line, FARMER, "冯家鸡蛋", 30)
    no_line(line, of_goods(goods, 10, amount_fen=15_01), "product.above_marked")
    no_line(line, of_goods(goods, 10, amount_fen=11_99), "product.below_floor")
    consents = f"{GOODS}/{goods}/consents"
    line.refused(consents, {"price_fen": 1_20, "given_by": "phone"}, "consent.not_needed")
    line.post(consents, {"price_fen": 1_00, "given_by": "phone"})
    line.settle(line.new_ticket(of_goods(goods, 10, amount_fen=10_00)))


def _commission(counter: Counter) -> None:
    goods = bring(counter, FARMER, "冯家鸭蛋", "5")
    with commission(counter.station.store):
        sell(counter, goods, "1", no="没有公示")
    with commission(counter.station.store, rule="percent_with_min_max", min="2.00", max="20.00"):
        sell(counter, goods, "1", no="还不够公示的佣金 ￥2.00")
    sold(counter, goods, "1")


def _commission_api(line: Line) -> None:
    goods = bring_api(line, FARMER, "冯家鸭蛋", 5)
    with commission(line.station.store):
        no_line(line, of_goods(goods, 1), "fee.not_published")
    with commission(line.station.store, rule="percent_with_min_max", min="2.00", max="20.00"):
        no_line(line, of_goods(goods, 1), "consignment.below_commission")
    sold_api(line, goods, 1)


def _other_fee_api(line: Line) -> None:
    no_line(line, FREE | {"fee_fen": 49}, "fee.differs")


def _free(counter: Counter) -> None:
    counter.go("/consignment/new")
    cakes = {"item_name": "糍粑", "amount": "10", "supplier_name": ""}
    send(counter, "#consignment-form", no="请填写货主姓名", **cakes)
    send(counter, "#consignment-form", no="请填写代销的品名", item_name="", supplier_name="冯六叔")
    assert counter.ticket_id() is None


def _free_api(line: Line) -> None:
    no_line(line, FREE | {"supplier_name": " "}, "consignment.supplier_missing")
    no_line(line, FREE | {"item_name": " "}, "consignment.item_missing")


def _voided(counter: Counter) -> None:
    goods = bring(counter, FARMER, "冯家鹅蛋", "6")
    ticket_id = sold(counter, goods, "4")
    assert stock_of(counter, goods) == 2
    void(counter, ticket_id)
    counter.expect_said("已作废，请退给村民现金 ￥6.00")
    assert stock_of(counter, goods) == 6


def _voided_api(line: Line) -> None:
    goods = bring_api(line, FARMER, "冯家鹅蛋", 6)
    ticket_id = sold_api(line, goods, 4)
    assert stock_of(line, goods) == 2
    assert line.post(f"/tickets/{ticket_id}/void", {})["refund_fen"] == 6_00
    assert stock_of(line, goods) == 6


def _settle(counter: Counter, supplier: int, ok: str) -> None:
    counter.go(f"/consignment/suppliers/{supplier}")
    send(counter, f"#settle-{supplier}", ok=ok)


def _paid(counter: Counter) -> None:
    goods = bring(counter, PAID, "褚家鸡蛋", "40")
    supplier = supplier_of(counter, goods)
    sold(counter, goods, "10")
    _settle(counter, supplier, "应付货款 ￥14.25 已加入本单")
    pay_out(counter)
    counter.go(f"/consignment/suppliers/{supplier}")
    expect(counter.page.locator(f"#settle-{supplier} button")).to_be_disabled()
    forced(counter, f"/consignment/suppliers/{supplier}/settle", "没有可付的货款")


def _paid_api(line: Line) -> None:
    goods = bring_api(line, PAID, "褚家鸡蛋", 40)
    owed = {"service": "settlement", "supplier_id": supplier_of(line, goods)}
    sold_api(line, goods, 10)
    line.settle(line.new_ticket(owed))
    no_line(line, owed, "settlement.nothing_owed")


def _sale_of(road: Counter | Line) -> tuple[int, int]:
    """The goods that were sold and paid for on the first day, and the ticket of their sale."""
    goods = road.value("SELECT MAX(id) FROM products WHERE name = '褚家鸡蛋'")
    first = "SELECT MIN(id) FROM consignment_sales WHERE product_id = ?"
    ticket = "SELECT ticket_id FROM ticket_lines WHERE case_kind = 'consignment_sale' AND act = 'sell' AND case_id = ?"
    return int(goods), int(road.value(ticket, road.value(first, goods)))


def _late(counter: Counter) -> None:
    goods, ticket_id = _sale_of(counter)
    supplier = supplier_of(counter, goods)
    sold(counter, goods, "20")
    give_back(counter, ticket_id)
    pay_out(counter)
    assert stock_of(counter, goods) == 20
    _settle(counter, supplier, "应付货款 ￥14.25 已加入本单")
    pay_out(counter)


def _late_api(line: Line) -> None:
    goods, ticket_id = _sale_of(line)
    sold_api(line, goods, 20)
    sale_line = line.value("SELECT MIN(id) FROM ticket_lines WHERE ticket_id = ?", ticket_id)
    back = line.new_ticket()
    line.post(f"/tickets/{back['id']}/refund", {"line_ids": [sale_line]}, status=201)
    line.post(f"/tickets/{back['id']}/settle", {"given_fen": 0})
    assert stock_of(line, goods) == 20
    settled = line.new_ticket({"service": "settlement", "supplier_id": supplier_of(line, goods)})
    assert line.settle(settled)["total_fen"] == -14_25


def _twice(counter: Counter) -> None:
    goods = bring(counter, ("卫八爷", "19907460208"), "卫家鸡蛋", "10")
    supplier = supplier_of(counter, goods)
    sale = sold(counter, goods, "10")
    _settle(counter, supplier, "应付货款 ￥14.25 已加入本单")
    settlement = counter.ticket_id()
    assert settlement is not None
    counter.go(f"/consignment/suppliers/{supplier}")
    forced(counter, f"/consignment/suppliers/{supplier}/settle", "已在一张没收完的单上结算")
    void(counter, sale, no="正在一张没收完的单上结算")
    pay_out(counter)
    void(counter, settlement)
    counter.expect_said("请向村民收回付出的钱")
    counter.go(f"/consignment/suppliers/{supplier}")
    expect(counter.page.locator("main .owed")).to_contain_text("￥14.25")


def _twice_api(line: Line) -> None:
    goods = bring_api(line, ("卫八爷", "19907460208"), "卫家鸡蛋", 10)
    supplier = supplier_of(line, goods)
    owed = {"service": "settlement", "supplier_id": supplier}
    sale = sold_api(line, goods, 10)
    settlement = line.new_ticket(owed)
    no_line(line, owed, "settlement.under_way")
    line.refused(f"/tickets/{sale}/void", {}, "consignment.in_settlement")
    line.settle(settlement)
    line.post(f"/tickets/{settlement['id']}/void", {})
    assert line.get(f"/consignments/suppliers/{supplier}")["owed_fen"] == 14_25


def _broken(counter: Counter) -> None:
    goods = bring(counter, FARMER, "冯家腌菜", "5")
    place = f"/consignment/products/{goods}"
    send(counter, f"#lose-{goods}", no="请从列表中选择损耗的原因", quantity="1", reason="thrown")
    send(counter, f"#lose-{goods}", ok="已记损耗", quantity="1", reason="broken")
    forced(counter, f"{place}/end", "不能停卖")
    send(counter, f"#give_back-{goods}", ok="已退回供货人", quantity="4")
    send(counter, f"#end-{goods}", ok="已停卖")
    sell(counter, goods, "1", no="已经停卖")


def _broken_api(line: Line) -> None:
    goods = bring_api(line, FARMER, "冯家腌菜", 5)
    place = f"{GOODS}/{goods}"
    misshapen(line, f"{place}/lose", {"quantity": 1, "reason": "thrown"}, "reason")
    line.post(f"{place}/lose", {"quantity": 1, "reason": "broken"})
    line.refused(f"{place}/end", {}, "product.in_stock")
    line.post(f"{place}/give-back", {"quantity": 4})
    line.post(f"{place}/end", {})
    no_line(line, of_goods(goods, 1), "product.ended")


def _online(counter: Counter) -> None:
    goods = bring(counter, FARMER, "冯家笋干", "30")
    place, form = f"/consignment/products/{goods}", f"#sell_online-{goods}"
    send(counter, f"#put_up-{goods}", no="不低于底价", platform="农货铺", price="1.19")
    send(counter, f"#put_up-{goods}", ok="已登记上架", price="2")
    send(counter, f"#put_up-{goods}", no="已在 农货铺 上架", platform="农货铺", price="2")
    order = {"platform": "农货铺", "platform_order_no": f"P{goods}-1", "quantity": "10", "amount": "20"}
    send(counter, form, no="请填写在哪个平台卖出的", **order | {"platform": ""}, paid_into="alipay")
    send(counter, form, no="请填写平台订单号", platform="农货铺", platform_order_no="")
    send(counter, form, no="请选择货款到了哪里", **order, paid_into="cash")
    send(counter, form, ok="已入账", paid_into="alipay")
    send(counter, form, no="已经登记过", **order, paid_into="alipay")
    send(counter, form, ok="已入账", platform_order_no=f"P{goods}-2", paid_into="owner")
    by_owner = counter.value("SELECT MAX(id) FROM consignment_sales")
    give_back(counter, counter.value("SELECT MAX(id) FROM tickets"))
    counter.expect_refused("这是网销，货款在站主那里")
    sold(counter, goods, "2")
    counter.go("/consignment/sales")
    forced(counter, f"/consignment/sales/{by_owner + 1}/ship", "这是柜台卖出的，不用寄", waybill_no="YT7460266602001")
    for sale in (by_owner, by_owner - 1):
        send(counter, f"#refund-form-{sale}", ok="已退 ￥20.00，货已回库")
    counter.go(place)
    assert stock_of(counter, goods) == 28


def _online_api(line: Line) -> None:
    goods = bring_api(line, FARMER, "冯家笋干", 30)
    shop: dict[str, Any] = {"platform": "农货铺", "price_fen": 2_00}
    line.refused(f"{GOODS}/{goods}/listings", shop | {"price_fen": 1_19}, "listing.price_wrong")
    line.post(f"{GOODS}/{goods}/listings", shop)
    line.refused(f"{GOODS}/{goods}/listings", shop, "listing.already")
    online = "/consignments/online"
    order: dict[str, Any] = {
        "product_id": goods, "quantity": 10, "amount_fen": 20_00, "platform": "农货铺",
        "platform_order_no": f"P{goods}-1", "paid_into": "alipay",
    }  # fmt: skip
    line.refused(online, order | {"platform": " "}, "consignment.platform_missing")
    line.refused(online, order | {"platform_order_no": " "}, "consignment.order_no_missing")
    misshapen(line, online, order | {"paid_into": "cash"}, "paid_into")
    first = line.post(online, order, status=201)["id"]
    line.refused(online, order, "consignment.order_known")
    other = line.post(online, order | {"platform_order_no": f"P{goods}-2", "paid_into": "owner"}, status=201)
    sale_line = line.value("SELECT id FROM ticket_lines WHERE ticket_id = ? AND act = 'sell'", other["ticket_id"])
    back = line.new_ticket()
    line.refused(f"/tickets/{back['id']}/refund", {"line_ids": [sale_line]}, "consignment.refund_online")
    line.post(f"/tickets/{back['id']}/void", {})
    sold_api(line, goods, 2)
    line.refused(f"/consignments/{other['id'] + 1}/ship", {"waybill_no": "YT7460266602001"}, "consignment.not_online")
    for sale in (other["id"], first):
        assert line.post(f"/consignments/{sale}/refund", {})["amount_fen"] == -20_00
    assert stock_of(line, goods) == 28


HONEY: dict[str, Any] = {"category": "dried", "by": "weight", "ean": HONEY_EAN}


def _scan(counter: Counter) -> None:
    goods = admit(counter, FARMER, "冯家蜂蜜", weight_unit="斤", price="40", floor="35", **HONEY)
    send(counter, f"#receive-{goods}", ok="已收货", quantity="5", produced_on=day())
    counter.go("/consignment/new")
    counter.scan(UNKNOWN_EAN)
    counter.expect_said("本站没有在卖这种商品")
    counter.scan(HONEY_EAN)
    expect(counter.page.locator(f"#sell-{goods}")).to_be_visible()
    counter.expect_said("按重量卖，请称重")
    assert counter.ticket_id() is None


def _scan_api(line: Line) -> None:
    honey = HONEY | {"unit": "斤", "price_fen": 40_00, "floor_fen": 35_00}
    admit_api(line, farmer_api(line, FARMER), "冯家蜂蜜", **honey)
    seen = line.post("/scans", {"code": UNKNOWN_EAN})
    assert (seen["action"], seen["refusal"]["code"]) == ("refuse", "scan.is_goods")
    seen = line.post("/scans", {"code": HONEY_EAN})
    assert (seen["action"], seen["refusal"]) == ("goods", None)
    assert line.value("SELECT COUNT(*) FROM ticket_lines WHERE label LIKE '%冯家蜂蜜%'") == 0


def _scale(counter: Counter) -> None:
    goods = admit(counter, FARMER, "冯家槐蜜", category="dried", by="weight", weight_unit="斤", price="40", floor="35")
    send(counter, f"#receive-{goods}", ok="已收货", quantity="5", produced_on=day())
    weigh = counter.station.runtime.put_weight
    weigh("秤", "柜台", 1250, is_stable=False)
    counter.go(f"/consignment/new?product={goods}")
    send(counter, f"#sell-{goods}", button="[name=use_scale]", no="秤上没有稳定的重量")
    weigh("秤", "柜台", 1250, is_stable=True)
    send(counter, f"#sell-{goods}", button="[name=use_scale]", ok="应收 ￥100.00")
    take_off(counter)


PATHS = (
    # 10 at 1.00, of which a twentieth is the station's.
    listed(LIST, "goods-dearer", _price, _price_api, {"drawer": 10_00, "commission": -50, "owed_to_consignors": -9_50},
           also=("goods-under-floor", "goods-consent", "goods-consent-needless")),
    # 7.5 fen of 1.50 are rounded half-up.
    listed(LIST, "goods-no-fee", _commission, _commission_api,
           {"drawer": 1_50, "commission": -8, "owed_to_consignors": -1_42}, also=("goods-tiny-price",)),
    listed(LIST, "goods-other-fee", None, _other_fee_api,
           because="the page shows the published commission and sends none of its own"),
    listed(LIST, "goods-free-no-owner", _free, _free_api, also=("goods-free-no-item",)),
    listed(LIST, "goods-voided", _voided, _voided_api),
    # 15.00 came in, 14.25 went out: the commission stays.
    listed(LIST, "goods-nothing-owed", _paid, _paid_api, {"drawer": 75, "commission": -75}),
    listed(LIST, "goods-settled-twice", _twice, _twice_api,
           {"drawer": 15_00, "commission": -75, "owed_to_consignors": -14_25},
           also=("goods-refund-in-settlement", "goods-settlement-voided")),
    # One of five at its floor.
    listed(LIST, "goods-loss-reason", _broken, _broken_api, {"compensation": 1_20, "owed_to_consignors": -1_20},
           also=("goods-broken", "goods-end-in-stock", "goods-ended")),
    # Both orders went back; 2 at 1.50 were sold at the counter.
    listed(LIST, "goods-platform-none", _online, _online_api,
           {"drawer": 3_00, "commission": -15, "owed_to_consignors": -2_85},
           also=("goods-order-none", "goods-order-twice", "goods-into-drawer", "goods-online-refund", "goods-online-by-line",
                 "goods-ship-counter", "goods-listed-twice", "goods-listed-cheap")),
    listed(LIST, "goods-scan-unknown", _scan, _scan_api, also=("goods-scan-weight",)),
    listed(LIST, "goods-scale-silent", _scale, None,
           because="a program reads its own scale and sends the grams; the station's scale is asked at its desk only"),
    # 30.00 came in, 15.00 went back and the farmer got 28.50 - 14.25: what he had been paid was taken off.
    listed(LIST, "goods-refunded-late", _late, _late_api, {"drawer": 30_00 - 15_00 - 14_25, "commission": -1_50 + 75}, day=2),
)  # fmt: skip
