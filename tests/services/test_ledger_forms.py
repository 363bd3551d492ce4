"""Each ledger against acts as the counter does them: what stands in its columns is compared with hand-written values, in a
station whose whole check is clean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk import clock
from kiosk.bills import outcome
from kiosk.consignment import stocktakes, suppliers
from kiosk.conveniences import actions as conveniences
from kiosk.counter.consignment_goods import finish_stocktake
from kiosk.counter.consignment_online import sell_online
from kiosk.counter.outbound_refusal import note_refusal
from kiosk.counter.void import void
from kiosk.parcels import erasure
from kiosk.purchases import actions as purchases
from kiosk.purchases import changes
from kiosk.reports.ledgers import LEDGERS, ledger, rows
from kiosk.reports.ledgers.cells import Cells, shown
from kiosk.reports.ledgers.model import Kind, filters
from tests.services.convenience_bench import paid, train
from tests.services.counter_bench import BILL, Bench
from tests.services.goods_bench import USCC, Goods, in_days, today
from tests.services.outbound_bench import OutboundBench
from tests.services.parcel_bench import JD_1, ZTO, Station
from tests.services.purchase_bench import WISH, Buying

SENT = {"channel": "wechat", "paid_from": "wechat", "account_holder": "张*国", "holder_confirmed": True}


def read(store: Any, form: str, *, in_full: bool = False, **asked: Any) -> list[dict[str, str]]:
    """The rows of a ledger, newest first, as people read them."""
    found = ledger(form)
    with store.reading() as db:
        cells = Cells(db, found, in_full=in_full)
        seen, _more = rows.page(db, found, filters(found, today=clock.local_date(), **asked))
        return [{column.name: shown(cells.cell(column, row)) for column in found.columns} for row in seen]


def sums(store: Any, form: str, **asked: Any) -> dict[str, int]:
    found = ledger(form)
    with store.reading() as db:
        return rows.totals(db, found, filters(found, today=clock.local_date(), **asked))


def part(row: dict[str, str], *names: str) -> tuple[str, ...]:
    return tuple(row[name] for name in names)


@pytest.fixture
def goods(tmp_path: Path):
    bench = Goods(tmp_path / "station")
    yield bench
    assert bench.wrong() == []
    bench.store.close()


@pytest.mark.obligation(
    "JX-25", place="/ledgers/F3", reads="each proxy purchase from the wish to the hand-over, with who paid and how"
)
@pytest.mark.obligation(
    "JX-25", "TC-47", place="/ledgers", reads="the ledger of proxy purchases, each with all its dates"
)
def test_purchase_stands_in_its_ledger_from_the_wish_to_the_hand_over(tmp_path):
    bench = Buying(tmp_path / "station", printer=False)
    bench.act(purchases.request, budget_fen=350_00, customer_name="张大爷", phone="13800001234", **WISH)
    (row,) = read(bench.store, "F3")
    assert part(row, "purchase_id", "recorded_on", "state", "amount_fen", "fee_fen") == (
        "1",
        today(),
        "待报价",
        "",
        "￥0.00",
    )
    bench.act(purchases.quote, 1, amount_fen=300_00, paid_by="customer", platform="京东")
    bench.line("purchase_quoted")
    bench.ordered(platform_order_no="2026112200001")
    bench.shipped()
    parcel_id = bench.came()
    bench.collected(parcel_id)
    (row,) = read(bench.store, "F3")
    assert part(row, "customer_name", "phone", "item_name", "spec", "category") == (
        "张**", "138****1234", "水泵", "三相 2.2 千瓦", "生产用品",
    )  # fmt: skip
    assert part(row, "budget_fen", "amount_fen", "received_fen", "fee_fen", "paid_by") == (
        "￥350.00", "￥300.00", "￥300.00", "￥9.00", "村民付款",
    )  # fmt: skip
    assert part(row, "platform", "platform_order_no", "waybills", "state") == ("淘宝", "20…0001", "YT…5389", "已交付")
    assert part(row, "ordered_on", "arrived_on", "handed_over_on") == (today(),) * 3
    assert row["told_at"].startswith(today())
    assert read(bench.store, "F3", in_full=True)[0]["phone"] == "13800001234"
    assert sums(bench.store, "F3") == {"rows": 1, "amount_fen": 300_00, "received_fen": 300_00, "fee_fen": 9_00}
    bought = read(bench.store, "F2")
    assert [part(row, "way", "item", "quantity", "amount_fen", "platform", "online_shop") for row in bought] == [
        ("网购", "水泵", "1", "￥300.00", "淘宝", "枫林水泵店")
    ]
    assert bench.problems() == []
    bench.store.close()


def test_purchase_ledger_says_disputes_and_what_was_called_off(tmp_path):
    bench = Buying(tmp_path / "station", printer=False)
    bench.taken(phone="13800001234")
    bench.act(purchases.request, **WISH)
    bench.act(changes.cancel, 2)
    bench.act(purchases.dispute, 1, "说好的颜色不对")
    assert [row["is_disputed"] for row in read(bench.store, "F3", state="disputed")] == ["有纠纷"]
    assert "颜色" not in str(read(bench.store, "F3", in_full=True))
    assert [row["state"] for row in read(bench.store, "F3", state="cancelled")] == ["已取消"]
    assert [row["purchase_id"] for row in read(bench.store, "F3", state="open")] == ["1"]
    assert [row["purchase_id"] for row in read(bench.store, "F3", tail="1234")] == ["1"]
    with bench.store.transaction(erasing=True) as tx:
        purchases.forget(tx, 2, "test.rule")
    assert part(read(bench.store, "F3", state="cancelled")[0], "item_name", "customer_name", "phone") == ("已删除",) * 3
    bench.store.close()


@pytest.mark.obligation(
    "JX-07", place="/ledgers/F8", reads="购销台账 with supplier, lot, dates; /ledgers/F8-DOCS: 索证索票"
)
@pytest.mark.obligation(
    "NORM-11", place="/ledgers", reads="supplier, origin, lot, dates and documents of consigned produce"
)
def test_goods_stand_in_their_ledgers_with_supplier_lot_and_documents(goods):
    eggs = goods.product(spec="散装", grade="一级", quality_mark="organic", quality_mark_no="OR-1")
    goods.receive(eggs, 10, lot_no="A1", expires_on=in_days(3))
    goods.receive(eggs, 20, lot_no="B2", expires_on=in_days(20))
    goods.sell(eggs, 13)
    goods.pay_out()
    assert part(read(goods.store, "F4")[0], "farmer", "phone", "name", "grade", "origin", "quality_mark") == (
        "李**", "139****5678", "土鸡蛋", "一级", "枫林村", "有机农产品",
    )  # fmt: skip
    assert part(read(goods.store, "F4")[0], "came", "sold", "given_back", "left") == ("30 枚", "13 枚", "0 枚", "17 枚")
    assert part(read(goods.store, "F4")[0], "floor_fen", "sold_fen", "commission_fen") == (
        "￥1.20",
        "￥19.50",
        "￥0.98",
    )
    (sale,) = read(goods.store, "F4-SALES")
    assert part(sale, "item", "farmer", "quantity", "amount_fen", "commission_fen", "owed_fen", "paid_on", "state") == (
        "土鸡蛋", "李**", "13 枚", "￥19.50", "￥0.98", "￥18.52", today(), "已结算",
    )  # fmt: skip
    moves = read(goods.store, "F8")
    assert [part(move, "kind", "lot_no", "quantity", "sold_fen") for move in moves] == [
        ("售出", "B2", "-3 枚", "￥4.50"), ("售出", "A1", "-10 枚", "￥15.00"),
        ("收货", "B2", "20 枚", ""), ("收货", "A1", "10 枚", ""),
    ]  # fmt: skip
    assert part(moves[0], "produced_on", "expires_on", "name") == (today(), in_days(20), "土鸡蛋")
    assert sums(goods.store, "F8") == {"rows": 4, "cost_fen": 0, "sold_fen": 19_50}
    firm = goods.act(suppliers.register, name="枫林果业有限公司", kind="company", uscc=USCC).id
    goods.act(suppliers.see_document, firm, "business_licence", document_no="L-1", valid_until_on=in_days(90))
    (document,) = read(goods.store, "F8-DOCS", state="valid")
    assert part(document, "firm", "farmer", "supplier_kind", "uscc", "kind", "document_no", "valid_until_on") == (
        "枫林果业有限公司", "", "公司", USCC, "营业执照", "L-1", in_days(90),
    )  # fmt: skip
    assert read(goods.store, "F8-DOCS", state="expired") == []


def test_parts_of_a_sale_add_up_to_the_fen_whatever_the_lots(goods):
    honey = goods.weighed(price_fen=33_33, floor_fen=1)
    for number, grams in enumerate((170, 230, 101)):
        goods.receive(honey, grams, lot_no=f"L{number}", expires_on=in_days(number + 1))
    goods.sell(honey, 501)
    taken = goods.value("SELECT amount_fen FROM consignment_sales")
    assert len(read(goods.store, "F8", state="out")) == 3
    assert sums(goods.store, "F8")["sold_fen"] == taken
    ticket_id = goods.value("SELECT MAX(id) FROM tickets WHERE state = 'settled'")
    goods.act(void, ticket_id)
    assert sums(goods.store, "F8")["sold_fen"] == 0


def test_bought_up_goods_have_their_cost_in_the_ledger(goods):
    eggs = goods.product(ownership="buy_up", ean="")
    goods.buy(eggs, 30, 27_00)
    goods.sell(eggs, 10)
    moves = read(goods.store, "F8")
    assert [part(move, "kind", "quantity", "cost_fen", "sold_fen") for move in moves] == [
        ("售出", "-10 枚", "", "￥15.00"), ("收购", "30 枚", "￥27.00", ""),
    ]  # fmt: skip
    assert sums(goods.store, "F8") == {"rows": 2, "cost_fen": 27_00, "sold_fen": 15_00}
    assert part(read(goods.store, "F4-SALES")[0], "ownership", "owed_fen", "paid_on") == ("收购", "￥0.00", "")


@pytest.mark.obligation(
    "JX-15", place="/ledgers/F2", reads="品名, 数量, 销售额, 网店, 平台 of what was bought and sold online"
)
@pytest.mark.obligation(
    "JX-15", "TC-48", place="/ledgers", reads="item, quantity, amount, shop and platform of the month's online trade"
)
def test_online_sale_stands_in_the_list_of_online_trade(goods):
    eggs = goods.product()
    goods.receive(eggs, 30)
    goods.act(
        sell_online, eggs, 10, 20_00, paid_into="wechat", platform="农货铺", platform_order_no="P20261122001",
        online_shop="枫林小店",
    )  # fmt: skip
    goods.sell(eggs, 2)
    (row,) = read(goods.store, "F2")
    assert part(row, "way", "item", "quantity", "amount_fen", "platform", "online_shop", "platform_order_no") == (
        "网销", "土鸡蛋", "10 枚", "￥20.00", "农货铺", "枫林小店", "P2…2001",
    )  # fmt: skip
    assert sums(goods.store, "F2") == {"rows": 1, "amount_fen": 20_00}
    assert read(goods.store, "F2", text="小店") != []
    assert read(goods.store, "F2", text="大店") == []


@pytest.mark.obligation(
    "CUO-18", place="/ledgers/F13", reads="each monthly stocktake: book, counted, difference, reason"
)
def test_stocktake_stands_in_its_sheet(goods):
    eggs, honey = goods.product(), goods.weighed()
    goods.receive(eggs, 30)
    goods.receive(honey, 1000)
    goods.act(stocktakes.begin)
    goods.act(stocktakes.count, eggs, 28, reason="broken")
    goods.act(stocktakes.count, honey, 1000)
    goods.act(finish_stocktake)
    sheet = {row["name"]: part(row, "book", "counted", "difference", "reason") for row in read(goods.store, "F13")}
    assert sheet == {"土鸡蛋": ("30 枚", "28 枚", "-2 枚", "破损"), "野蜂蜜": ("2 斤", "2 斤", "0 斤", "")}
    assert [row["name"] for row in read(goods.store, "F13", state="differs")] == ["土鸡蛋"]


@pytest.mark.obligation("JX-27", place="/ledgers/F5", reads="收寄物品台账; /ledgers/F5-BATCHES: 交接清单")
def test_parcels_stand_in_their_ledger_until_their_people_are_erased(tmp_path):
    station = Station(tmp_path / "station")
    batch_id = station.batch("ZTO", courier="周师傅", declared=2)
    station.arrive(ZTO, batch_id, phone="13800001234", name_hint="张三")
    second = station.arrive(JD_1, phone="1234").parcel_id
    station.collect(1)
    new, old = read(station.store, "F5")
    assert part(old, "carrier", "waybill_no", "batch_id", "name", "phone", "state", "method", "taken_in_by") == (
        "中通快递", "73…2883", "1", "张**", "138****1234", "已出库", "凭取件码", "王芳",
    )  # fmt: skip
    assert old["handed_over_by"] == "王芳"
    assert part(new, "phone", "state", "out_at") == ("****1234", "在库", "")
    assert [row["waybill_no"] for row in read(station.store, "F5", state="in_stock")] == [new["waybill_no"]]
    assert [row["carrier"] for row in read(station.store, "F5", text="中通")] == ["中通快递"]
    assert len(read(station.store, "F5", tail="1234")) == 2
    (batch,) = read(station.store, "F5-BATCHES")
    assert part(batch, "courier", "declared", "counted", "difference") == ("周**", "2", "1", "-1")
    assert second == 2
    with station.store.transaction(erasing=True) as tx:
        erasure.erase_person(tx, 1, "test.rule")
    gone = read(station.store, "F5", in_full=True)[1]
    assert part(gone, "waybill_no", "name", "phone", "state") == ("已删除", "已删除", "已删除", "已出库")
    station.store.close()


def test_sent_parcels_their_lists_and_what_was_refused(tmp_path):
    bench = OutboundBench(tmp_path / "station")
    sent = bench.send()
    manifest = bench.give(sent)
    (row,) = read(bench.store, "F5-OUT")
    assert part(row, "sender_name", "sender_phone", "recipient_name", "item_kind", "weight_grams", "id_document") == (
        "赵**", "199****1234", "赵**", "食品", "2300", "居民身份证",
    )  # fmt: skip
    assert part(row, "carrier", "freight_fen", "paid_by", "state", "manifest_no") == (
        "圆通速递", "￥12.00", "寄付（寄件人付运费）", "已交快递员", manifest.manifest_no,
    )  # fmt: skip
    (listed,) = read(bench.store, "F5-MANIFESTS")
    assert part(listed, "manifest_no", "carrier", "courier", "pieces") == (
        manifest.manifest_no,
        "圆通速递",
        "周**",
        "1",
    )
    bench.act(note_refusal, "inspection_refused", "returned", item="纸箱，不让打开", carrier="圆通速递")
    (refused,) = read(bench.store, "F5-REFUSED")
    assert part(refused, "reason", "action", "carrier") == ("拒绝开箱验视", "当面退回", "圆通速递")
    assert "纸箱" not in str(read(bench.store, "F5-REFUSED", in_full=True))
    assert sums(bench.store, "F5-OUT")["freight_fen"] == 12_00
    bench.store.close()


@pytest.mark.obligation("TC-05", place="/ledgers/F6", reads="serial and voucher number of each bill")
def test_bills_stand_in_their_ledger_by_biller_account_and_outcome(tmp_path):
    bench = Bench(tmp_path / "station", printer=False)
    facts = BILL | {"customer_name": "张建国", "phone": "13800001234"}
    bench.settle(bench.ticket(("bill", facts)), 50_00)
    (row,) = read(bench.store, "F6")
    assert part(row, "kind", "account_no", "topped_up", "bill_period", "amount_fen", "state", "channel") == (
        "电费", "0602…500", "", "2026-11", "￥50.00", "已收款，待缴", "",
    )  # fmt: skip
    bench.act(outcome.submit, 1, **SENT)
    bench.act(outcome.confirm, 1, serial_no="S202611220001", voucher_no="V20261122-1")
    (row,) = read(bench.store, "F6")
    assert row["voucher_no"] == "V20261122-1"
    assert part(row, "state", "channel", "serial_no", "account_holder", "customer_name") == (
        "已缴成", "微信生活缴费", "S202611220001", "张**", "张**",
    )  # fmt: skip
    assert read(bench.store, "F6", text="S2026")[0]["bill_id"] == "1"
    assert read(bench.store, "F6", state="water") == []
    assert sums(bench.store, "F6")["amount_fen"] == 50_00
    assert bench.problems() == []
    bench.store.close()


def test_bill_that_was_taken_off_before_any_money_stands_in_no_ledger(tmp_path):
    bench = Bench(tmp_path / "station", printer=False)
    bench.ticket(("bill", BILL))
    assert read(bench.store, "F6") == []
    assert sums(bench.store, "F6") == {"rows": 0, "amount_fen": 0, "late_fee_fen": 0, "fee_fen": 0}
    bench.store.close()


@pytest.mark.obligation(
    "JX-28", "CUO-10", "TC-26", place="/ledgers", reads="bills, tickets, bookings and enquiries of the month"
)
def test_convenience_service_is_in_its_ledger_without_what_was_typed(tmp_path):
    bench = Bench(tmp_path / "station", printer=False)
    number = paid(bench, train())
    bench.act(conveniences.finish, number, values={"order_no": "E123456789"}, paid_from="wechat")
    (row,) = read(bench.store, "F7")
    assert part(row, "held_fen", "paid_out_fen", "fee_fen", "state", "phone_tail") == (
        "￥1298.00", "", "￥10.00", "已办成", "****5678",
    )  # fmt: skip
    assert row["service"]
    everything = str(read(bench.store, "F7", in_full=True))
    assert "张建国" not in everything
    assert "G80" not in everything
    assert sums(bench.store, "F7") == {"rows": 1, "held_fen": 1298_00, "paid_out_fen": 0, "fee_fen": 10_00}
    assert bench.problems() == []
    bench.store.close()


@pytest.mark.obligation("TC-31", place="/ledgers", reads="统计（交易、服务）台账: one ledger a service")
@pytest.mark.obligation("TC-47", place="/ledgers", reads="each business in the ledger of its service")
@pytest.mark.obligation(
    "LY-20",
    "CUO-17",
    place="/ledgers",
    reads="the ledgers of trade and service that an inspector asks for, by month and service",
)
def test_every_ledger_can_be_asked_everything_on_an_empty_station(tmp_path):
    bench = Bench(tmp_path / "station", printer=False)
    for form, found in LEDGERS.items():
        assert read(bench.store, form) == []
        for state in found.states:
            assert read(bench.store, form, state=state, operator_id=1, text="100%_", tail="1234") == []
        assert sums(bench.store, form)["rows"] == 0
    bench.store.close()


def test_columns_are_declared_so_that_every_form_of_a_ledger_can_take_them():
    for found in LEDGERS.values():
        names = [column.name for column in found.columns]
        assert len(names) == len(set(names)), found.form
        assert {column.under for column in found.columns} - {""} <= {
            column.name for column in found.columns if not column.under
        }, found.form
        for column in found.columns:
            assert not column.has_total or column.is_number, (found.form, column.name)
            assert column.mask == "" or column.kind is Kind.PERSON, (found.form, column.name)
            assert "id_number" not in column.sql
            if "phone" in column.name or "name')" in column.sql or "waybill" in column.name:
                assert column.kind is Kind.PERSON, (found.form, column.name)
        for sql in found.texts:
            assert not any(word in sql for word in ("phone", "vault", "waybill", "hint")), (found.form, sql)


def test_every_place_that_a_row_leads_to_is_a_page_of_the_counter():
    from web.routes import PAGES
    from web.views import blueprints

    blueprints()
    rules = {page.rule.partition("<")[0] for page in PAGES.values()}
    for found in LEDGERS.values():
        for place in found.place.split("'")[1::2]:
            assert place in rules | {""}, (found.form, place)
