"""Farmers' goods on the three days, until they are on sale: the wish, the supplier's papers, admission, what is brought and
bought, the count of what is there."""

from __future__ import annotations

from typing import Any

from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.goods_steps import (
    GOODS,
    admit,
    admit_api,
    bring,
    bring_api,
    day,
    eggs,
    farmer_api,
    forced,
    misshapen,
    no_line,
    of_goods,
    pay_out,
    sell,
    send,
    set_aside,
    sold,
    sold_api,
    stock_of,
    take_off,
    take_off_api,
    take_up,
    void,
)
from tests.journeys.days.line import Line
from tests.journeys.unhappy_consignment import PATHS as LIST

#: Fictitious, each with a check digit that is right.
USCC, EAN = "91330000MA0KM7A773", "6907460200015"
ID_NUMBER = "11010519491231002X"
WISHES, FIRMS, TAKE = "/consignment/requests", "/consignment/suppliers", "/consignment/stocktake"


def _wish(counter: Counter) -> None:
    counter.go(WISHES)
    send(counter, "#note-request", no="请填写村民想卖什么", words="", name="钱大娘", category="egg")
    send(counter, "#note-request", no="请填写是谁想卖", words="三十枚鸡蛋", name="")
    send(counter, "#note-request", ok="尽快给村民答复", name="钱大娘")
    wish = counter.value("SELECT MAX(id) FROM sale_requests")
    forced(counter, f"{WISHES}/{wish}/refuse", "不接受必须说明原因", reason="")
    send(counter, f"#refuse-{wish}", button="button[value=out_of_season]", ok="仍留在名单里")
    assert "三十枚鸡蛋" in counter.page.locator("main").inner_text()
    send(counter, f"#reopen-{wish}", ok="已重新洽谈")
    admit(counter, ("钱大娘", "19907460201"), "钱家鸡蛋", wish=f"?wish={wish}")
    counter.go(WISHES)
    forced(counter, f"{WISHES}/{wish}/refuse", "不能这样改", reason="price")


def _wish_api(line: Line) -> None:
    wishes = "/consignments/requests"
    line.refused(wishes, {"words": " ", "name": "钱大娘"}, "sale_request.words_missing")
    line.refused(wishes, {"words": "三十枚鸡蛋"}, "sale_request.nobody")
    wish = line.post(wishes, {"words": "三十枚鸡蛋", "name": "钱大娘", "category": "egg"}, status=201)["id"]
    misshapen(line, f"{wishes}/{wish}/refuse", {"reason": ""}, "reason")
    line.post(f"{wishes}/{wish}/refuse", {"reason": "out_of_season"})
    assert line.get(f"{wishes}/{wish}")["state"] == "refused"
    line.post(f"{wishes}/{wish}/reopen", {})
    admit_api(line, farmer_api(line, ("钱大娘", "19907460201")), "钱家鸡蛋", request_id=wish)
    line.refused(f"{wishes}/{wish}/refuse", {"reason": "price"}, "sale_request.too_far")


def _firm(counter: Counter) -> None:
    counter.go(FIRMS)
    send(counter, "#register-form", no="请填写供货人姓名", kind="company", name="", uscc=USCC)
    send(counter, "#register-form", no="请填写统一社会信用代码", name="枫林食品坊", uscc="")
    send(counter, "#register-form", no="校验位不符", uscc=USCC[:-1] + "4")
    send(counter, "#register-form", ok="已登记供货人", uscc=USCC)
    firm = counter.value("SELECT MAX(id) FROM suppliers")
    counter.go(FIRMS)
    send(counter, "#register-form", no=f"已登记为供货人 {firm}", kind="company", name="枫林食品坊", uscc=USCC)
    admit(counter, ("", ""), "坊里的鸭蛋", supplier_id=firm, no="还没有查验这个供货商的营业执照")
    counter.go(f"{FIRMS}/{firm}")
    paper = f"#document-{firm}"
    send(counter, paper, no="已经到期", kind="business_licence", valid_until_on=day(-1))
    send(counter, paper, no="身份证", document_no=ID_NUMBER, valid_until_on="")
    send(counter, paper, ok="资料已登记", kind="business_licence", document_no=USCC)
    admit(counter, ("", ""), "坊里的鸭蛋", supplier_id=firm)


def _firm_api(line: Line) -> None:
    firms, firm = "/consignments/suppliers", {"kind": "company", "name": "枫林食品坊", "uscc": USCC}
    line.refused(firms, firm | {"name": " "}, "supplier.name_missing")
    line.refused(firms, firm | {"uscc": ""}, "supplier.uscc_missing")
    line.refused(firms, firm | {"uscc": USCC[:-1] + "4"}, "supplier.uscc_wrong")
    firm_id = line.post(firms, firm, status=201)["id"]
    line.refused(firms, firm, "supplier.uscc_taken")
    line.refused(GOODS, eggs(firm_id, "坊里的鸭蛋"), "supplier.documents_missing")
    place, licence = f"{firms}/{firm_id}/documents", {"kind": "business_licence"}
    line.refused(place, licence | {"valid_until_on": day(-1)}, "document.run_out")
    line.refused(place, licence | {"document_no": ID_NUMBER}, "text.holds_id_number")
    line.post(place, licence | {"document_no": USCC}, status=201)
    admit_api(line, firm_id, "坊里的鸭蛋")


def _admission(counter: Counter) -> None:
    farmer = ("孙二叔", "19907460202")
    admit(counter, farmer, "野蜂蜜", category="dried", origin="", no="缺少：产地")
    for no, facts in (
        ("缺少：生产者", {"category": "processed", "name": "辣酱"}),
        ("请从列表中选择商品类别", {"category": "weapons", "name": "野蜂蜜", "origin": "后山"}),
        ("按重量卖的商品，单位只能是", {"category": "dried", "by": "weight", "weight_unit": "袋"}),
        ("底价不能高于标价", {"weight_unit": "斤", "floor": "1.51"}),
        ("商品条码不对", {"floor": "1.20", "ean": EAN[:-1] + "6"}),
    ):
        send(counter, "#admit", no=no, button="button.main", **facts)
    send(counter, "#admit", ok="已登记，编号", button="button.main", ean=EAN)
    admit(counter, farmer, "另一种蜂蜜", ean=EAN, no="这个码已经是商品")


def _admission_api(line: Line) -> None:
    farmer = farmer_api(line, ("孙二叔", "19907460202"))
    honey = {"category": "dried", "by": "weight", "unit": "斤"}
    line.refused(GOODS, eggs(farmer, "野蜂蜜", **honey, origin=""), "product.three_nos")
    line.refused(GOODS, eggs(farmer, "辣酱", category="processed"), "product.three_nos")
    misshapen(line, GOODS, eggs(farmer, "野蜂蜜", category="weapons"), "category")
    line.refused(GOODS, eggs(farmer, "野蜂蜜", **honey | {"unit": "袋"}), "product.unit_wrong")
    line.refused(GOODS, eggs(farmer, "野蜂蜜", **honey, floor_fen=1_51), "product.price_wrong")
    line.refused(GOODS, eggs(farmer, "野蜂蜜", **honey, ean=EAN[:-1] + "6"), "product.code_wrong")
    admit_api(line, farmer, "野蜂蜜", **honey, ean=EAN)
    line.refused(GOODS, eggs(farmer, "另一种蜂蜜", ean=EAN), "product.code_taken")


def _lot(counter: Counter) -> None:
    goods = admit(counter, ("孙二叔", "19907460202"), "孙家鸡蛋")
    lot = f"#receive-{goods}"
    send(counter, lot, no="请填写生产（采收）日期", quantity="10", produced_on="")
    send(counter, lot, no="生产日期不能晚于今天", produced_on=day(1))
    send(counter, lot, no="已经过期，不能收", produced_on=day(-9), expires_on=day(-1))
    send(counter, lot, no="数量应在 1 到", quantity="0", expires_on="")
    forced(counter, f"/consignment/products/{goods}/buy-up", "货还是货主的", quantity=1, amount=1, produced_on=day())
    assert stock_of(counter, goods) == 0


def _lot_api(line: Line) -> None:
    goods = admit_api(line, farmer_api(line, ("孙二叔", "19907460202")), "孙家鸡蛋")
    lot = f"{GOODS}/{goods}/receive"
    line.refused(lot, {"quantity": 10}, "lot.dates_missing")
    line.refused(lot, {"quantity": 10, "produced_on": day(1)}, "lot.dates_wrong")
    line.refused(lot, {"quantity": 10, "produced_on": day(-9), "expires_on": day(-1)}, "lot.expired")
    misshapen(line, lot, {"quantity": 0, "produced_on": day()}, "quantity")
    buy_up = {"service": "buy_up", "product_id": goods, "quantity": 1, "amount_fen": 1_00, "produced_on": day()}
    no_line(line, buy_up, "buy_up.not_own")
    assert stock_of(line, goods) == 0


def _bought(counter: Counter) -> None:
    goods = admit(counter, ("周三婶", "19907460203"), "周家鸡蛋", ownership="buy_up", price="2", floor="")
    place, lot = f"/consignment/products/{goods}", f"#buy_up-{goods}"
    forced(counter, f"{place}/receive", "这是收购的商品", quantity=30, produced_on=day())
    send(counter, lot, no="收购金额应大于 0", quantity="30", amount="0", produced_on=day())
    send(counter, lot, amount="9000000")
    pay_out(counter)
    counter.expect_refused("钱箱")
    take_off(counter)
    counter.go(place)
    send(counter, lot, ok="付给村民", quantity="30", amount="30", produced_on=day())
    bought = counter.ticket_id()
    pay_out(counter, p1_method="wechat", p1_seen=True)
    assert bought is not None
    sold(counter, goods, "10")
    void(counter, bought, no="已经卖出、损耗或在单上，不能退")
    forced(counter, f"{place}/give-back", "没有可退的货主", quantity=1)
    assert stock_of(counter, goods) == 20


def _bought_api(line: Line) -> None:
    farmer = farmer_api(line, ("周三婶", "19907460203"))
    goods = admit_api(line, farmer, "周家鸡蛋", ownership="buy_up", price_fen=2_00, floor_fen=0)
    line.refused(f"{GOODS}/{goods}/receive", {"quantity": 30, "produced_on": day()}, "stock.bought_goods")
    lot: dict[str, Any] = {"service": "buy_up", "product_id": goods, "quantity": 30, "produced_on": day()}
    no_line(line, lot | {"amount_fen": 0}, "buy_up.amount_wrong")
    dear = line.new_ticket(lot | {"amount_fen": 9_000_000_00})
    line.refused(f"/tickets/{dear['id']}/settle", {"given_fen": 0}, "drawer.too_little")
    take_off_api(line, dear)
    bought = line.new_ticket(lot | {"amount_fen": 30_00})
    line.settle(bought, tenders=[{"method": "wechat", "amount_fen": -30_00}])
    sold_api(line, goods, 10)
    line.refused(f"/tickets/{bought['id']}/void", {}, "buy_up.goods_gone")
    line.refused(f"{GOODS}/{goods}/give-back", {"quantity": 1}, "stock.own_goods")
    assert stock_of(line, goods) == 20


def _count_the_rest(counter: Counter, own: int) -> None:
    """Whatever else stands on the shelves is counted as the book has it."""
    rest = counter.page.locator(f"form[id^='count-']:not(#count-{own})")
    while rest.count():
        goods = int(rest.first.get_attribute("id").rpartition("-")[2])  # type: ignore[union-attr]
        size = counter.value("SELECT unit_size FROM products WHERE id = ?", goods)
        send(counter, f"#count-{goods}", counted=f"{stock_of(counter, goods) / size:g}")


def _stocktake(counter: Counter) -> None:
    goods = bring(counter, ("吴四爷", "19907460204"), "吴家鸡蛋", "10")
    counter.go(TAKE)
    forced(counter, f"{TAKE}/finish", "现在没有在盘点")
    send(counter, "#begin", ok="盘点开始")
    _count_the_rest(counter, goods)
    send(counter, "#finish", no="还有 1 种没有点：吴家鸡蛋")
    send(counter, f"#count-{goods}", counted="8")
    send(counter, "#finish", no="请选择原因")
    send(counter, f"#explain-{goods}", reason="miscounted")
    sell(counter, goods, "10")
    counter.go(TAKE)
    send(counter, "#finish", no="正在没收完的单上")
    take_off(counter)
    counter.go(TAKE)
    send(counter, "#give-up", ok="库存没有改动")
    assert stock_of(counter, goods) == 10
    send(counter, "#begin", ok="盘点开始")
    _count_the_rest(counter, goods)
    send(counter, f"#count-{goods}", counted="10")
    sold(counter, goods, "4")
    counter.go(TAKE)
    send(counter, "#finish", ok="0 种有差异")
    assert stock_of(counter, goods) == 6


def _stocktake_api(line: Line) -> None:
    take, goods = "/consignments/stocktakes", bring_api(line, ("吴四爷", "19907460204"), "吴家鸡蛋", 10)

    def count(counted: int, **more: Any) -> None:
        for other in line.post(take, {}, status=201)["missing"]:
            if other != goods:
                line.post(f"{take}/count", {"product_id": other, "counted": stock_of(line, other)})
        if counted:
            line.post(f"{take}/count", {"product_id": goods, "counted": counted, **more})

    line.refused(f"{take}/finish", {}, "stocktake.none")
    count(0)
    line.refused(f"{take}/finish", {}, "stocktake.not_all_counted")
    count(8)
    line.refused(f"{take}/finish", {}, "stocktake.reason_missing")
    held = line.new_ticket(of_goods(goods, 10))
    count(8, reason="miscounted")
    line.refused(f"{take}/finish", {}, "stocktake.held")
    take_off_api(line, held)
    line.post(f"{take}/give-up", {})
    assert stock_of(line, goods) == 10
    count(10)
    sold_api(line, goods, 4)
    done = line.post(f"{take}/finish", {})
    assert [one["difference"] for one in done["counts"] if one["product_id"] == goods] == [0]
    assert stock_of(line, goods) == 6


def _held(counter: Counter) -> None:
    goods = bring(counter, ("郑五婆", "19907460205"), "郑家鸡蛋", "10")
    sell(counter, goods, "11", no="只有 10 枚，不够 11 枚")
    sell(counter, goods, "8")
    set_aside(counter)
    sell(counter, goods, "3", no="只有 2 枚，不够 3 枚")
    take_up(counter)
    take_off(counter)
    counter.expect_said("已从本单去掉一项")
    sell(counter, goods, "3")
    take_off(counter)
    counter.go(f"/consignment/products/{goods}")
    send(counter, f"#correct_lot-{goods}", ok="批次已更正", produced_on=day(-9), expires_on=day(-1))
    sell(counter, goods, "1", no="这批已经过期，不能卖")
    counter.go(f"/consignment/products/{goods}")
    send(counter, f"#give_back-{goods}", ok="已退回供货人", quantity="10")


def _held_api(line: Line) -> None:
    goods = bring_api(line, ("郑五婆", "19907460205"), "郑家鸡蛋", 10)
    no_line(line, of_goods(goods, 11), "stock.short")
    first = line.new_ticket(of_goods(goods, 8))
    no_line(line, of_goods(goods, 3), "stock.short")
    take_off_api(line, first)
    take_off_api(line, line.new_ticket(of_goods(goods, 3)))
    lot_id = line.get(f"{GOODS}/{goods}")["lots"][0]["id"]
    line.post(f"{GOODS}/{goods}/lots/{lot_id}/correct", {"produced_on": day(-9), "expires_on": day(-1)})
    no_line(line, of_goods(goods, 1), "stock.expired")
    line.post(f"{GOODS}/{goods}/give-back", {"quantity": 10})


PATHS = (
    listed(LIST, "goods-wish-silent", _wish, _wish_api,
           also=("goods-wish-nobody", "goods-wish-no-reason", "goods-wish-refused", "goods-wish-late")),
    listed(LIST, "goods-no-name", _firm, _firm_api,
           also=("goods-firm-no-code", "goods-firm-bad-code", "goods-firm-twice", "goods-firm-no-papers",
                 "goods-old-paper", "goods-id-number")),
    listed(LIST, "goods-three-nos", _admission, _admission_api,
           also=("goods-no-category", "goods-bad-unit", "goods-floor-high", "goods-bad-ean", "goods-same-code")),
    listed(LIST, "goods-no-dates", _lot, _lot_api,
           also=("goods-made-tomorrow", "goods-stale-lot", "goods-none", "goods-buy-consigned")),
    listed(LIST, "goods-bought-received", _bought, _bought_api,
           {"wechat": -30_00, "goods": 30_00 - 10_00, "drawer": 20_00, "goods_sales": -20_00, "goods_cost": 10_00},
           also=("goods-buy-free", "goods-buy-empty-drawer", "goods-buy-back", "goods-return-own")),
    # 4 at 1.50, of which a twentieth is the station's.
    listed(LIST, "goods-count-none", _stocktake, _stocktake_api,
           {"drawer": 6_00, "commission": -30, "owed_to_consignors": -5_70},
           also=("goods-count-part", "goods-count-why", "goods-count-held", "goods-count-selling", "goods-count-dropped")),
    listed(LIST, "goods-short", _held, _held_api, also=("goods-held", "goods-taken-off", "goods-expired")),
)  # fmt: skip
