"""A sale of goods: what it refuses, what the supplier is owed, how it is taken back, and that the supplier can be erased."""

from pathlib import Path

import pytest

from kiosk import vault
from kiosk.codes import carriers
from kiosk.consignment import actions, products, settlements, store, suppliers
from kiosk.counter.add_line import add_line
from kiosk.counter.consignment_online import refund_online, sell_online
from kiosk.counter.open_cases import open_cases
from kiosk.counter.refund import refund
from kiosk.reports.owner_words import party_words
from kiosk.words import say
from tests.services.counter_bench import FEES, SALE, Bench
from tests.services.goods_bench import EGGS, FLOAT_FEN, HONEY, Goods, in_days, today

ORDER = {"platform": "农货铺", "platform_order_no": "P20261122001", "online_shop": "枫林小店"}


@pytest.fixture
def bench(tmp_path: Path):
    opened = Goods(tmp_path / "station")
    yield opened
    assert opened.wrong() == []
    opened.store.close()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"item_name": ""}, "consignment.item_missing"),
        ({"supplier_name": " "}, "consignment.supplier_missing"),
        ({"quantity": 0}, "consignment.quantity_wrong"),
        ({"amount_fen": 0}, "consignment.amount_wrong"),
        ({"phone": "abc"}, "phone.unreadable"),
        ({"supplier_id": 99}, "supplier.unknown"),
    ],
)
def test_sale_that_lacks_something_is_refused_and_kept_nowhere(bench, changed, code):
    assert bench.code(add_line, bench.ticket(), "consignment", **(SALE | changed)) == code


@pytest.mark.parametrize(
    ("amount_fen", "commission_fen"), [(1, 0), (9, 0), (10, 1), (29, 1), (30, 2), (22_50, 1_13), (999_99, 50_00)]
)
def test_supplier_is_owed_the_price_less_the_commission(bench, amount_fen, commission_fen):
    bench.settle(bench.ticket(("consignment", SALE | {"amount_fen": amount_fen})), amount_fen)
    with bench.store.reading() as db:
        sale = store.sale(db, 1)
        assert (sale.state, sale.commission_fen, sale.owed_fen) == ("sold", commission_fen, amount_fen - commission_fen)
        assert store.owed_by_supplier(db) == {sale.supplier_id: sale.owed_fen}
        assert store.owed_sales(db) == [sale]
    wanted = {"drawer": amount_fen, "owed_to_consignors": commission_fen - amount_fen, "commission": -commission_fen}
    assert bench.balances() == {account: fen for account, fen in wanted.items() if fen}


def test_price_below_the_commission_is_refused(tmp_path):
    at_least = {"rule": "percent_with_min_max", "min": "1.00", "max": "9.00"}
    items = [item | (at_least if item["code"] == "consignment" else {}) for item in FEES["items"]]
    bench = Goods(tmp_path / "station", fee_list=FEES | {"items": items})
    ticket_id = bench.ticket()
    assert (
        bench.code(add_line, ticket_id, "consignment", **(SALE | {"amount_fen": 99})) == "consignment.below_commission"
    )
    bench.act(add_line, ticket_id, "consignment", **(SALE | {"amount_fen": 1_00}))
    bench.settle(ticket_id, 1_00)
    assert bench.balances() == {"drawer": 1_00, "commission": -1_00}
    assert bench.wrong() == []
    bench.store.close()


def test_product_is_sold_out_of_the_lot_that_runs_out_first(bench):
    eggs = bench.product()
    late = bench.receive(eggs, 20, expires_on=in_days(20))
    soon = bench.receive(eggs, 10, expires_on=in_days(3))
    sale_id = bench.sell(eggs, 12)
    with bench.store.reading() as db:
        assert [(part.lot_id, part.quantity) for part in store.parts_of(db, sale_id)] == [(soon, 10), (late, 2)]
        assert store.sale(db, sale_id).owed_fen == 18_00 - 90
    assert (bench.stock_of(eggs), bench.owed()) == (18, 17_10)
    assert bench.balances() == {"drawer": 18_00, "owed_to_consignors": -17_10, "commission": -90}


def test_weight_is_priced_by_the_unit_half_up(bench):
    honey = bench.weighed()
    bench.receive(honey, 5000)
    sale_id = bench.sell(honey, 333)  # 0.666 斤 at 40.00
    with bench.store.reading() as db:
        sale = store.sale(db, sale_id)
    assert (sale.amount_fen, sale.quantity, sale.unit, sale.unit_size) == (26_64, 333, "斤", 500)
    assert "代销 野蜂蜜 0.666 斤" in bench.text(bench.value("SELECT slip_id FROM tickets"))


@pytest.mark.obligation("JX-11", place="/consignment/products", reads="marked price; nothing is sold above it")
def test_nothing_is_sold_above_its_mark_or_under_the_floor_without_consent(bench):
    eggs = bench.product()
    bench.receive(eggs, 30)
    ticket_id = bench.ticket()
    ten = {"product_id": eggs, "quantity": 10}
    assert bench.code(add_line, ticket_id, "consignment", **ten, amount_fen=15_01) == "product.above_marked"
    assert bench.code(add_line, ticket_id, "consignment", **ten, amount_fen=11_99) == "product.below_floor"
    assert bench.code(products.consent, eggs, 1_20, "phone") == "consent.not_needed"
    assert bench.code(products.consent, eggs, 1_00, "smoke") == "consent.unreadable"
    assert bench.code(products.consent, eggs, 1_00, "phone", in_days(-1)) == "consent.unreadable"
    bench.act(products.consent, eggs, 1_00, "phone")
    assert bench.code(add_line, ticket_id, "consignment", **ten, amount_fen=9_99) == "product.below_floor"
    bench.act(add_line, ticket_id, "consignment", **ten, amount_fen=10_00)
    bench.settle(ticket_id, 10_00)
    assert bench.owed() == 9_50


def test_what_stands_on_a_ticket_is_held_for_it(bench):
    eggs = bench.product()
    bench.receive(eggs, 10)
    first, second = bench.ticket(), bench.act(_another_ticket)
    line = bench.act(add_line, first, "consignment", product_id=eggs, quantity=8)
    assert bench.code(add_line, second, "consignment", product_id=eggs, quantity=3) == "stock.short"
    from kiosk.counter.remove_line import remove_line

    bench.act(remove_line, line.line_id)
    bench.act(add_line, second, "consignment", product_id=eggs, quantity=10)
    assert bench.stock_of(eggs) == 10


def _another_ticket(tx):
    from kiosk.till import actions as till

    return till.open_ticket(tx)


def test_voided_sale_brings_goods_and_money_back(bench):
    eggs = bench.product()
    bench.receive(eggs, 10)
    bench.sell(eggs, 4)
    bench.void(1)
    assert (bench.stock_of(eggs), bench.owed(), bench.balances()) == (10, 0, {})


def test_sale_refunded_on_a_later_day_is_taken_off_what_is_owed(bench):
    eggs = bench.product()
    bench.receive(eggs, 60)
    bench.sell(eggs, 20)
    bench.pay_out()
    bench.close(bench.pieces_of(FLOAT_FEN + bench.balance("drawer")))
    ticket_id = bench.ticket()
    bench.act(refund, ticket_id, [bench.value("SELECT id FROM ticket_lines WHERE act = 'sell'")])
    bench.settle(ticket_id, 0)
    assert (bench.stock_of(eggs), bench.owed()) == (60, -28_50)  # the farmer was paid and owes it now
    assert bench.code(settlements.record, bench.farmer) == "settlement.nothing_owed"
    bench.sell(eggs, 40)
    assert bench.owed() == 57_00 - 28_50
    bench.pay_out()
    assert (bench.owed(), bench.balance("owed_to_consignors")) == (0, 0)


def test_farmer_is_paid_everything_at_once_and_signs_for_it(bench):
    eggs, honey = bench.product(), bench.weighed()
    bench.receive(eggs, 30)
    bench.receive(honey, 1000)
    bench.sell(eggs, 10)
    bench.sell(honey, 250)
    ticket_id = bench.ticket()
    line = bench.act(add_line, ticket_id, "settlement", supplier_id=bench.farmer)
    assert line.owed_fen == -(14_25 + 19_00)
    other = bench.act(_another_ticket)
    assert bench.code(add_line, other, "settlement", supplier_id=bench.farmer) == "settlement.under_way"
    bench.settle(ticket_id, 0)
    assert (bench.owed(), bench.balances()) == (0, {"drawer": 1_75, "commission": -1_75})
    text = bench.text(bench.value("SELECT slip_id FROM settlements"), 48)
    assert "代销结算单" in text
    assert "土鸡蛋 10 枚" in text
    assert "野蜂蜜 0.5 斤" in text
    assert "李**" in text
    assert "供货人签字" in text
    assert bench.value("SELECT GROUP_CONCAT(state) FROM consignment_sales") == "paid_out,paid_out"
    assert bench.value("SELECT GROUP_CONCAT(txn_count) FROM ticket_lines") == "1,1,0"


def test_settlement_taken_off_or_voided_owes_as_before(bench):
    bench.settle(bench.ticket(("consignment", SALE | {"supplier_id": bench.farmer})), 22_50)
    ticket_id = bench.ticket()
    line = bench.act(add_line, ticket_id, "settlement", supplier_id=bench.farmer)
    assert bench.code(actions.take_back, 1) == "consignment.in_settlement"
    from kiosk.counter.remove_line import remove_line

    bench.act(remove_line, line.line_id)
    assert bench.owed() == 21_37
    bench.act(add_line, ticket_id, "settlement", supplier_id=bench.farmer)
    bench.settle(ticket_id, 0)
    assert bench.owed() == 0
    bench.void(ticket_id)
    assert bench.owed() == 21_37
    assert bench.value("SELECT state FROM consignment_sales") == "sold"
    bench.pay_out()
    assert bench.owed() == 0


def test_nothing_owed_is_not_paid(bench):
    assert bench.code(add_line, bench.ticket(), "settlement", supplier_id=bench.farmer) == "settlement.nothing_owed"
    assert bench.code(add_line, bench.ticket(), "settlement", supplier_id=99) == "supplier.unknown"


@pytest.mark.parametrize("paid_into", ["wechat", "owner"])
@pytest.mark.obligation("JX-26", place="/consignment/sales", reads="online sales with platform, shop and order number")
def test_online_sale_and_its_refund(bench, paid_into):
    eggs = bench.product()
    bench.receive(eggs, 30)
    sold = bench.act(sell_online, eggs, 10, 20_00, paid_into=paid_into, waybill_no="yt8962646785389", **ORDER)
    assert bench.balances() == {
        "wechat" if paid_into == "wechat" else "owner": 20_00, "owed_to_consignors": -19_00, "commission": -1_00,
    }  # fmt: skip
    assert bench.value("SELECT waybill_no FROM consignment_sales") == "YT8962646785389"
    again = ORDER | {"paid_into": paid_into}
    assert bench.code(sell_online, eggs, 10, 20_00, **again) == "consignment.order_known"
    back = bench.act(refund_online, sold.sale_id)
    assert (back.amount_fen, bench.stock_of(eggs), bench.balances()) == (-20_00, 30, {})
    assert bench.code(refund_online, sold.sale_id) == "consignment.too_far"
    bench.act(sell_online, eggs, 10, 20_00, **again)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"platform": " "}, "consignment.platform_missing"),
        ({"platform_order_no": ""}, "consignment.order_no_missing"),
        ({"paid_into": "cash"}, "consignment.paid_into_unknown"),
        ({"amount_fen": 11_99}, "product.below_floor"),
        ({"quantity": 31}, "stock.short"),
    ],
)
def test_online_sale_that_lacks_something_is_refused(bench, changed, code):
    eggs = bench.product()
    bench.receive(eggs, 30)
    facts = ORDER | {"quantity": 10, "amount_fen": 20_00, "paid_into": "wechat"} | changed
    assert bench.code(sell_online, eggs, **facts) == code


def test_online_money_with_the_owner_is_not_refunded_line_by_line(bench):
    eggs = bench.product()
    bench.receive(eggs, 30)
    bench.act(sell_online, eggs, 10, 20_00, paid_into="owner", **ORDER)
    line_id = bench.value("SELECT id FROM ticket_lines WHERE act = 'sell'")
    assert bench.code(refund, bench.ticket(), [line_id]) == "consignment.refund_online"


def test_counter_sale_is_neither_shipped_nor_refunded_online(bench):
    eggs = bench.product()
    bench.receive(eggs, 30)
    sale_id = bench.sell(eggs, 1)
    assert bench.code(actions.ship, sale_id, "YT8962646785389") == "consignment.not_online"
    assert bench.code(refund_online, sale_id) == "consignment.not_online_sale"
    sold = bench.act(sell_online, eggs, 10, 20_00, paid_into="wechat", **ORDER)
    assert bench.code(actions.ship, sold.sale_id, " ") == "consignment.waybill_missing"


def test_expired_goods_are_not_sold_even_from_an_old_ticket(bench):
    eggs = bench.product()
    lot_id = bench.receive(eggs, 10, expires_on=today())
    ticket_id = bench.ticket()
    bench.act(add_line, ticket_id, "consignment", product_id=eggs, quantity=2)
    with bench.store.transaction(bench.actor) as tx:
        tx.change("lots", lot_id, produced_on=in_days(-9), expires_on=in_days(-1))
    with pytest.raises(Exception, match="过期"):
        bench.settle(ticket_id, 10_00)
    assert bench.code(add_line, ticket_id, "consignment", product_id=eggs, quantity=2) == "stock.expired"
    bench.void(ticket_id)


def test_sale_that_went_on_is_not_taken_further(bench):
    bench.settle(bench.ticket(("consignment", SALE)), 22_50)
    assert bench.code(actions.sell, 1, 0) == "consignment.too_far"
    assert bench.code(actions.cancel, 9) == "consignment.unknown"
    assert bench.code(actions.name_supplier, 1, bench.farmer) == "consignment.supplier_known"


def test_farmer_with_a_phone_is_one_farmer(bench):
    bench.ticket(("consignment", SALE | {"phone": "13912345678"}), ("consignment", SALE | {"phone": "13912345678"}))
    assert bench.value("SELECT COUNT(*) FROM suppliers") == 1
    bench.ticket(("consignment", SALE), ("consignment", SALE))  # two of one name without a phone may be two people
    assert bench.value("SELECT COUNT(*) FROM suppliers") == 3


def test_supplier_is_found_by_phone_and_can_be_erased(bench):
    bench.ticket(("consignment", SALE | {"phone": "13912345678"}))
    with bench.store.reading() as db:
        hashed = vault.phone_hash(db, "13912345678")
        assert [sale.id for sale in store.by_phone(db, hashed)] == [1]
        assert suppliers.name_of(db, bench.farmer) == "李四"
    with bench.store.transaction(erasing=True) as tx:
        assert actions.forget(tx, 1, "test.rule") == 1
        assert suppliers.forget(tx, bench.farmer, "test.rule") == 3
    with bench.store.reading() as db:
        assert store.by_phone(db, hashed) == []
        assert suppliers.name_of(db, bench.farmer) == ""


def test_role_without_the_right_sells_nothing(bench):
    eggs = bench.product()
    bench.receive(eggs, 5)
    inspector = bench.staff("inspector")
    from kiosk.counter import consignment_goods

    for act, args in (
        (consignment_goods.receive_goods, (eggs, 1)),
        (consignment_goods.give_goods_back, (eggs, 1)),
        (consignment_goods.print_label, (eggs,)),
        (consignment_goods.finish_stocktake, ()),
        (refund_online, (1,)),
    ):
        assert bench.code(act, *args, actor=inspector) == "staff.not_allowed"
    ticket_id = bench.ticket()
    for service, facts in (
        ("consignment", {"product_id": eggs, "quantity": 1}), ("settlement", {"supplier_id": bench.farmer}),
        ("buy_up", {"product_id": eggs, "quantity": 1, "amount_fen": 1}),
    ):  # fmt: skip
        assert bench.code(add_line, ticket_id, service, actor=inspector, **facts) == "staff.not_allowed"


def test_old_bench_without_goods_is_clean(tmp_path):
    bench = Bench(tmp_path / "station", printer=False)
    assert bench.problems() == []
    bench.store.close()


@pytest.mark.parametrize("field", ["name", "maker", "maker_address", "origin"])
def test_no_words_of_a_product_hold_an_id_number(bench, field):
    number = "11010519491231002X"
    assert bench.code(products.admit, bench.farmer, **(EGGS | {field: f"村民{number}"})) == "text.holds_id_number"


def test_goods_left_at_the_close_stand_by_name_in_their_own_unit(bench):
    bench.receive(bench.product(), 34)
    bench.receive(bench.weighed(), 1250)
    with bench.store.reading() as db:
        left = [say(case.label, **case.facts) for case in open_cases(db)["consignment_stock"]]
    assert left == [f"{EGGS['name']}：剩 34 {EGGS['unit']}", f"{HONEY['name']}：剩 2.5 斤"]


def test_carrier_stands_by_name_among_those_who_are_owed(bench):
    with bench.store.reading() as db:
        assert party_words(db, "carrier:YTO") == carriers.find("YTO").name()
