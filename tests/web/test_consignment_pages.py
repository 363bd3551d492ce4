"""The pages of goods over HTTP: a wish becomes goods, goods are received, sold, counted, paid for; and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kiosk.consignment import check
from kiosk.counter.open_day import open_day
from tests.services.goods_bench import USCC, in_days, today
from tests.web.browser import TestStation
from tests.web.counter import MANAGER, make_counter, said, value
from tests.web.forms import log_in, send
from web import create_app

ADMIT = {
    "ownership": "consignment", "supplier_name": "李四", "supplier_phone": "13912345678", "name": "土鸡蛋", "category": "egg",
    "by": "piece", "unit": "枚", "price": "1.50", "floor": "1.20", "origin": "枫林村", "ean": "6901234567892",
}  # fmt: skip
NEW, ONE, TAKE = "/consignment/products/new", "/consignment/products/1", "/consignment/stocktake"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[TestStation]:
    found = make_counter(tmp_path)
    with found.store.transaction(MANAGER) as tx:
        open_day(tx, 500_00)
    yield found
    with found.store.reading() as db:
        assert [problem.code for problem in check.problems(db)] == []
    found.close()


@pytest.fixture
def client(station: TestStation) -> FlaskClient:
    client = create_app(station.store, station.runtime).test_client()
    log_in(client, station)
    return client


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return unescape(answer.text)


def done(client: FlaskClient, at: str, path: str, **fields: object) -> str:
    """The page that an act leads to."""
    return unescape(said(client, send(client, at, path, **fields)))


def refused(client: FlaskClient, at: str, path: str, **fields: object) -> str:
    """The page that shows a refusal, with what was typed."""
    answer = send(client, at, path, **fields)
    assert answer.status_code == 422, answer.text[:300]
    return unescape(answer.text)


def stocked(client: FlaskClient, quantity: str = "30") -> None:
    """Eggs are admitted and in stock."""
    done(client, NEW, NEW, **ADMIT)
    done(client, ONE, ONE + "/receive", quantity=quantity, produced_on=today())


def test_every_page_shows_itself_empty(client):
    for path in ("/consignment/new", "/consignment/products", NEW, "/consignment/suppliers", "/consignment/requests",
                 "/consignment/sales", TAKE, "/consignment/offers"):  # fmt: skip
        assert "代销" in page(client, path)
    assert client.get(ONE).status_code == 404
    assert client.get("/consignment/suppliers/9").status_code == 404


@pytest.mark.obligation(
    "TC-28",
    "CUO-09",
    "CUO-13",
    place="/consignment/requests",
    reads="a wish to sell, what was agreed with its owner, the sale and the payout",
)
def test_wish_becomes_goods_that_are_sold_and_paid_for(client, station):
    wishes = "/consignment/requests"
    assert "尽快给村民答复" in done(client, wishes, wishes, words="三十枚土鸡蛋", name="李四", category="egg")
    assert "求售待答复 1 条" in page(client, "/consignment/new")
    done(client, wishes, wishes + "/1/negotiate")
    assert "三十枚土鸡蛋" in page(client, NEW + "?wish=1")
    assert "编号 000001" in done(client, NEW, NEW, **ADMIT, request_id="1")
    assert "收货单 GI" in done(
        client, ONE, ONE + "/receive", quantity="30", produced_on=today(), expires_on=in_days(20)
    )
    assert "已送去打印" in done(client, ONE, ONE + "/label")
    answer = done(
        client, "/consignment/new?product=1", "/consignment/new/goods?product=1", product_id="1", quantity="10"
    )
    assert "应收 ￥15.00" in answer
    assert "找零 ￥5.00" in done(client, "/ticket", "/tickets/1/settle", given="20")
    supplier = page(client, "/consignment/suppliers/1")
    assert "￥14.25" in supplier
    assert "李四" not in supplier
    done(client, "/consignment/suppliers/1", "/consignment/suppliers/1/settle")
    assert "收据 R" in done(client, "/ticket", "/tickets/2/settle", given="0")
    assert "结算单 GS" in page(client, "/consignment/suppliers/1")
    assert value(station, "SELECT state FROM sale_requests") == "at_counter"
    done(client, ONE, ONE + "/give-back", quantity="20")
    assert value(station, "SELECT state FROM sale_requests") == "returned"
    assert "已停卖" in done(client, ONE, ONE + "/end")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"origin": ""}, "缺少：产地"), ({"price": "x"}, "金额「x」看不懂"), ({"ean": "6901234567891"}, "商品条码不对"),
        ({"floor": "2"}, "底价不能高于标价"), ({"supplier_name": ""}, "请填写供货人姓名"),
        ({"by": "weight", "weight_unit": "袋"}, "按重量卖的商品，单位只能是"),
    ],
)  # fmt: skip
def test_admission_that_lacks_something_keeps_what_was_typed(client, station, changed, words):
    shown = refused(client, NEW, NEW, **(ADMIT | changed))
    assert words in shown
    assert 'value="土鸡蛋"' in shown
    assert value(station, "SELECT COUNT(*) FROM products") == 0


def test_what_is_refused_at_a_product_is_said_there(client):
    stocked(client)
    assert "请填写生产（采收）日期" in refused(client, ONE, ONE + "/receive", quantity="3", produced_on="")
    assert "只有 30 枚" in refused(client, ONE, ONE + "/give-back", quantity="31")
    assert "请从列表中选择损耗的原因" in refused(client, ONE, ONE + "/lose", quantity="1", reason="x")
    assert "数量「1.5」看不懂" in refused(client, ONE, ONE + "/lose", quantity="1.5", reason="broken")
    assert "还有 30 枚 在库" in refused(client, ONE, ONE + "/end")
    assert "请写明价格" in refused(client, ONE, ONE + "/consent", price="1", given_by="x")
    assert "货还是货主的" in refused(client, ONE, ONE + "/buy-up", quantity="1", amount="1", produced_on=today())
    sell = "/consignment/new?product=1"
    over = refused(client, sell, "/consignment/new/goods?product=1", product_id="1", quantity="10", amount="16")
    assert "不能在标价之外加价" in over
    under = refused(client, sell, "/consignment/new/goods?product=1", product_id="1", quantity="10", amount="9")
    assert "低于供货人的底价 ￥12.00" in under
    assert 'value="10"' in under


def test_price_consent_loss_steps_and_listing_are_kept(client, station):
    stocked(client)
    assert "已登记供货人同意" in done(client, ONE, ONE + "/consent", price="1.00", given_by="phone")
    assert "供货人已同意卖到 ￥1.00" in page(client, ONE)
    assert "请换上新价签" in done(client, ONE, ONE + "/price", price="1.60", floor="1.30")
    assert "已记损耗" in done(client, ONE, ONE + "/lose", quantity="2", reason="broken")
    assert "已登记这一步" in done(client, ONE, ONE + "/step", step="packed", lot_id="1")
    assert 'id="correct_lot-1"' in page(client, ONE)
    assert "批次已更正" in done(client, ONE, ONE + "/lot", lot_id="1", lot_no="A1", produced_on=today())
    assert "缺少：产地" in refused(client, ONE, ONE + "/change", name="山鸡蛋", origin="")
    assert "商品资料已更正" in done(client, ONE, ONE + "/change", name="山鸡蛋", origin="后山", low_stock="40")
    assert "该补货" in page(client, ONE)
    assert "已登记上架" in done(client, ONE, ONE + "/list", platform="农货铺", online_shop="小店", price="2")
    order = {"platform": "农货铺", "platform_order_no": "P1", "quantity": "10", "amount": "20", "paid_into": "owner"}
    assert "网销 ￥20.00 已入账" in done(client, ONE, ONE + "/sell-online", **order)
    assert "已经登记过" in refused(client, ONE, ONE + "/sell-online", **order)
    sales = "/consignment/sales"
    assert "已登记寄出" in done(client, sales, sales + "/1/ship", waybill_no="YT8962646785389")
    assert "已退 ￥20.00，货已回库" in done(client, sales, sales + "/1/refund", reason="other")
    assert "已下架" in done(client, ONE, ONE + "/unlist", listing_id="1")
    assert value(station, "SELECT SUM(quantity) FROM stock_moves") == 28


def test_bought_goods_are_paid_out_of_the_ticket(client, station):
    done(client, NEW, NEW, **(ADMIT | {"ownership": "buy_up", "floor": ""}))
    answer = done(client, ONE, ONE + "/buy-up", quantity="30", amount="30", produced_on=today())
    assert "付给村民 ￥30.00" in answer
    done(client, "/ticket", "/tickets/1/settle", given="0")
    assert "￥30.00" in page(client, ONE)
    assert value(station, "SELECT document_no FROM buy_ups").startswith("GB")


def test_supplier_shows_papers_and_what_is_wrong_with_them(client):
    all_of_them, first = "/consignment/suppliers", "/consignment/suppliers/1"
    assert "校验位不符" in refused(client, all_of_them, all_of_them, kind="company", name="食品坊", uscc="91")
    done(client, all_of_them, all_of_them, kind="company", name="食品坊", uscc=USCC)
    assert "缺营业执照" in page(client, all_of_them)
    expired = {"kind": "business_licence", "valid_until_on": in_days(-1)}
    assert "已经到期" in refused(client, first, first + "/document", **expired)
    assert "资料已登记" in done(client, first, first + "/document", kind="business_licence", document_no=USCC)
    assert "资料已作废" in done(client, first, first + "/withdraw", document_id="1")
    assert 'id="change-1"' in page(client, first)
    assert "已更正" in done(client, first, first + "/change", name="食品公司", uscc=USCC)
    assert "没有可付的货款" in refused(client, first, first + "/settle")


def test_wish_is_answered_or_stays_on_the_list(client):
    wishes = "/consignment/requests"
    assert "请填写是谁想卖" in refused(client, wishes, wishes, words="鸡蛋", name="")
    done(client, wishes, wishes, words="两只野鸡", name="李四", category="meat")
    assert "不接受必须说明原因" in refused(client, wishes, wishes + "/1/refuse", reason="")
    shown = done(client, wishes, wishes + "/1/refuse", reason="not_allowed")
    assert "不准卖的东西" in shown
    assert "两只野鸡" in shown
    done(client, wishes, wishes + "/1/reopen")
    assert "村民不卖了" in done(client, wishes, wishes + "/1/withdraw")


@pytest.mark.obligation(
    "CUO-18", place="/consignment/stocktake", reads="monthly sheet: book, counted, difference, reason"
)
def test_stocktake_is_counted_explained_and_finished(client, station):
    stocked(client)
    assert "本月还没有盘点" in page(client, "/consignment/new")
    assert "代销货品盘点" in page(client, "/more"), "parcels are counted too, and both stand there"
    assert "现在没有在盘点" in refused(client, TAKE, TAKE + "/finish")
    done(client, TAKE, TAKE + "/begin")
    assert "还没点的 1 种" in page(client, TAKE)
    assert "还有 1 种没有点：土鸡蛋" in refused(client, TAKE, TAKE + "/finish")
    assert "没有这个编号或条码的商品" in refused(client, TAKE, TAKE + "/count", product="999999", counted="1")
    assert "盘点「土鸡蛋」：28 枚" in done(client, TAKE, TAKE + "/count", product="000001", counted="28")
    assert "请选择原因" in refused(client, TAKE, TAKE + "/finish")
    assert "请从列表中选择差异的原因" in refused(client, TAKE, TAKE + "/explain", product_id="1", reason="x")
    done(client, TAKE, TAKE + "/explain", product_id="1", reason="broken")
    assert "盘点先放下" in done(client, TAKE, TAKE + "/leave")
    done(client, TAKE, TAKE + "/begin")
    assert "1 种有差异" in done(client, TAKE, TAKE + "/finish")
    assert "看盘点表" in page(client, TAKE)
    assert "本月还没有盘点" not in page(client, TAKE)
    assert value(station, "SELECT SUM(quantity) FROM stock_moves") == 28
    assert value(station, "SELECT SUM(amount_fen) FROM consignor_dues") == 2_40


def test_stocktake_that_is_given_up_changes_nothing(client, station):
    stocked(client)
    done(client, TAKE, TAKE + "/begin")
    done(client, TAKE, TAKE + "/count", product="6901234567892", counted="0")
    assert "库存没有改动" in done(client, TAKE, TAKE + "/give-up")
    assert value(station, "SELECT SUM(quantity) FROM stock_moves") == 30


def test_live_weight_is_taken_from_the_scale_and_from_nothing_else(client, station):
    done(client, NEW, NEW, **(ADMIT | {"by": "weight", "weight_unit": "斤", "price": "40", "floor": "", "ean": ""}))
    station.runtime.put_weight("秤", "柜台", 5000, is_stable=True)
    done(client, ONE, ONE + "/receive", quantity="", use_scale="1", produced_on=today())
    assert value(station, "SELECT SUM(quantity) FROM stock_moves") == 5000
    sell, act = "/consignment/new?product=1", "/consignment/new/goods?product=1"
    station.runtime.put_weight("秤", "柜台", 1250, is_stable=False)
    assert "没有稳定的重量" in refused(client, sell, act, product_id="1", use_scale="1")
    station.runtime.put_weight("秤", "柜台", 1250, is_stable=True)
    assert "2.5 斤" in page(client, sell)
    assert "应收 ￥100.00" in done(client, sell, act, product_id="1", use_scale="1")
    assert value(station, "SELECT quantity FROM consignment_sales") == 1250


@pytest.mark.obligation(
    "NORM-17", place="/consignment/offers", reads="what the village has to sell, as CSV for the county"
)
def test_offers_are_a_file_that_no_sheet_runs(client):
    stocked(client)
    wishes = "/consignment/requests"
    done(client, wishes, wishes, words="=1+1 斤花生", name="李四", category="grain")
    assert "土鸡蛋" in page(client, "/consignment/offers")
    answer = client.get("/consignment/offers.csv")
    assert answer.data.startswith("\ufeff".encode())
    text = answer.data.decode("utf-8-sig")
    assert '"土鸡蛋","","","枫林村","","30 枚","1.50","枚"' in text
    assert '"\'=1+1 斤花生"' in text
    assert "李" not in text


def test_free_sale_names_a_known_supplier_or_a_new_one(client, station):
    stocked(client)
    sale = {"item_name": "糍粑", "quantity": "1", "amount": "10"}
    done(client, "/consignment/new", "/consignment/new", **sale, supplier_id="1")
    done(client, "/consignment/new", "/consignment/new", **sale, supplier_name="王五")
    assert "请填写货主姓名" in refused(client, "/consignment/new", "/consignment/new", **sale)
    assert value(station, "SELECT GROUP_CONCAT(supplier_id) FROM consignment_sales") == "1,2"


def test_inspector_sees_goods_and_changes_nothing(client, station):
    stocked(client)
    viewer = create_app(station.store, station.runtime).test_client()
    log_in(viewer, station, "周检查")
    for path in ("/consignment/products", ONE, "/consignment/suppliers", "/consignment/suppliers/1",
                 "/consignment/requests", "/consignment/sales", "/consignment/offers"):  # fmt: skip
        answer = viewer.get(path)
        assert answer.status_code == 200, path
        assert not re.search(r'<form method="post"[^>]*action="/consignment', answer.text), path
    assert viewer.post(ONE + "/end").status_code in (400, 403)
    assert value(station, "SELECT state FROM products") == "on_sale"


@pytest.mark.obligation("JX-08", place="/", reads="goods that have run out stand among the duties of the day")
def test_home_page_names_what_goods_want_done(client, station):
    stocked(client)
    with station.store.transaction(MANAGER) as tx:
        tx.change("lots", 1, produced_on=in_days(-20), expires_on=in_days(-1))
    done(client, "/consignment/requests", "/consignment/requests", words="花生", name="李四", category="grain")
    shown = page(client, "/")
    for words in ("1 种商品已过期", "1 条村民求售还没答复", "本月盘点 <b>未完成</b>"):
        assert words in shown
    assert "已过期 1 种" in page(client, "/consignment/new")
    assert "土鸡蛋" in page(client, "/consignment/products?only=expired")
