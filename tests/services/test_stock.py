"""Goods in stock: admission, lots, losses, returns, buying-up at cost, and what must never be on the shelf."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.consignment import listings, measure, products, requests, stock, suppliers
from kiosk.counter.add_line import add_line
from kiosk.counter.consignment_goods import give_goods_back, print_label, receive_goods
from kiosk.counter.refund import refund
from kiosk.errors import Refused
from tests.services.goods_bench import EGGS, HONEY, USCC, Goods, in_days, today

JAM = {
    "name": "山楂酱", "category": "processed", "unit": "瓶", "price_fen": 15_00, "ean": "", "maker": "枫林食品坊",
    "maker_address": "枫林村 8 号", "licence_no": "SC10000000000000",
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path):
    opened = Goods(tmp_path / "station")
    yield opened
    assert opened.wrong() == []
    opened.store.close()


# Quantities -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size", "quantity"),
    [("3", 1, 3), ("1.25", 500, 625), ("０．３３３", 500, 167), ("0.001", 500, 1), ("2.", 500, None), ("1.5", 1, None),
     ("0", 1, None), ("", 1, None), ("-1", 1, None), ("1e3", 1, None), ("99999999", 1, None), ("0.0001", 500, None)],
)  # fmt: skip
def test_quantity_is_read_as_typed_or_refused(text, size, quantity):
    if quantity is None:
        with pytest.raises(Refused):
            measure.read_quantity(text, size)
    else:
        assert measure.read_quantity(text, size) == quantity


@given(st.integers(1, measure.MOST), st.sampled_from([1, 50, 500, 1000]))
def test_quantity_shown_is_read_back(quantity, size):
    shown = measure.show_quantity(quantity, "", size)
    if quantity // size <= 9_999_999:
        assert measure.read_quantity(shown, size) == quantity


@given(st.integers(1, 10_000_00), st.integers(1, 100_000), st.sampled_from([1, 500, 1000]))
def test_price_of_a_quantity_is_half_up(price_fen, quantity, size):
    fen = measure.amount_fen(price_fen, quantity, size)
    assert abs(fen * size - price_fen * quantity) * 2 <= size
    assert measure.amount_fen(price_fen, quantity * size, size) == price_fen * quantity


# Who supplies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": ""}, "supplier.name_missing"),
        ({"kind": "bank"}, "supplier.kind_unknown"),
        ({"kind": "company"}, "supplier.uscc_missing"),
        ({"kind": "company", "uscc": USCC[:-1] + "8"}, "supplier.uscc_wrong"),
        ({"kind": "company", "uscc": USCC}, "supplier.uscc_taken"),
        ({"phone": "abc"}, "phone.unreadable"),
    ],
)
def test_supplier_who_is_not_known_well_enough_is_refused(bench, facts, code):
    bench.act(suppliers.register, name="枫林合作社", kind="cooperative", uscc=USCC)
    assert bench.code(suppliers.register, **({"name": "王五"} | facts)) == code


@pytest.mark.obligation("JX-07", place="/consignment/suppliers", reads="documents with number and date until they hold")
def test_goods_of_a_firm_are_taken_only_while_its_licence_holds(bench):
    firm = bench.act(suppliers.register, name="枫林食品坊", kind="company", uscc=" " + USCC.lower()).id
    assert bench.code(products.admit, firm, **(EGGS | JAM)) == "supplier.documents_missing"
    assert bench.code(suppliers.see_document, firm, "passport") == "document.kind_unknown"
    assert bench.code(suppliers.see_document, firm, "business_licence", valid_until_on="never") == "document.date_wrong"
    run_out = {"valid_until_on": in_days(-1)}
    assert bench.code(suppliers.see_document, firm, "business_licence", **run_out) == "document.run_out"
    assert bench.code(suppliers.see_document, 99, "business_licence") == "supplier.unknown"
    seen = bench.act(suppliers.see_document, firm, "business_licence", document_no=USCC, valid_until_on=today())
    jam = bench.product(firm, **JAM)
    bench.act(suppliers.withdraw_document, firm, seen.id)
    assert bench.code(suppliers.withdraw_document, firm, seen.id) == "document.unknown"
    lot = {"produced_on": today(), "expires_on": in_days(90)}
    assert bench.code(receive_goods, jam, 5, **lot) == "supplier.documents_missing"
    bench.act(suppliers.see_document, firm, "business_licence")
    bench.act(receive_goods, jam, 5, **lot)
    bench.act(suppliers.change, firm, name="枫林食品有限公司", uscc=USCC, phone="13800138000")
    with bench.store.reading() as db:
        assert suppliers.name_of(db, firm) == "枫林食品有限公司"
        assert [one.id for one in suppliers.suppliers(db, text="8000")] == [firm]


def test_number_of_a_person_is_no_document_number(bench):
    assert bench.code(suppliers.see_document, bench.farmer, "other", document_no="11010519491231002X") == (
        "text.holds_id_number"
    )


# Admission ------------------------------------------------------------------------------------------------------------


@pytest.mark.obligation(
    "JX-08", place="/consignment/products/new", reads="maker, address, licence and dates are required"
)
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": " "}, "product.name_missing"),
        ({"category": "weapons"}, "product.category_unknown"),
        ({"unit": ""}, "product.unit_wrong"),
        ({"by": "weight", "unit": "袋", "ean": ""}, "product.unit_wrong"),
        ({"by": "hope"}, "product.kind_unknown"),
        ({"ownership": "gift"}, "product.kind_unknown"),
        ({"price_fen": 0}, "product.price_wrong"),
        ({"floor_fen": 1_51}, "product.price_wrong"),
        ({"origin": ""}, "product.three_nos"),
        (JAM | {"maker": ""}, "product.three_nos"),
        (JAM | {"maker_address": ""}, "product.three_nos"),
        (JAM | {"licence_no": ""}, "product.three_nos"),
        ({"quality_mark": "organic"}, "product.three_nos"),
        ({"quality_mark": "homemade"}, "product.mark_unknown"),
        ({"ean": "6901234567891"}, "product.code_wrong"),
        ({"plu": "12"}, "product.code_wrong"),
    ],
)
def test_goods_that_lack_something_are_not_admitted(bench, facts, code):
    assert bench.code(products.admit, bench.farmer, **(EGGS | facts)) == code


def test_code_belongs_to_one_product_on_sale(bench):
    eggs, honey = bench.product(), bench.weighed()
    assert bench.code(products.admit, bench.farmer, **EGGS) == "product.code_taken"
    assert bench.code(products.admit, bench.farmer, **(HONEY | {"plu": "00012"})) == "product.code_taken"
    with bench.store.reading() as db:
        assert products.by_code(db, "6901234567892").id == eggs
        assert products.by_code(db, "000001").id == eggs
        assert products.by_plu(db, "00012").id == honey
        assert products.by_code(db, "0000") is None
    bench.act(products.end, eggs)
    assert bench.code(products.end, eggs) == "product.ended"
    bench.product()


def test_upc_and_ean_of_one_article_are_one(bench):
    eggs = bench.product(ean="036000291452")
    with bench.store.reading() as db:
        assert products.by_code(db, "0036000291452").id == eggs


def test_what_is_told_of_goods_can_be_corrected_and_priced_anew(bench):
    eggs = bench.product()
    bench.act(products.change, eggs, name="散养土鸡蛋", origin="后山", quality_mark="green", quality_mark_no="LB-1")
    assert bench.code(products.change, eggs, name="散养土鸡蛋") == "product.three_nos"
    bench.act(products.reprice, eggs, 1_80, 1_50)
    assert bench.code(products.reprice, eggs, 1_80, 1_90) == "product.price_wrong"
    with bench.store.reading() as db:
        found = products.product(db, eggs)
    assert (found.name, found.ean, found.price_fen, found.floor_fen) == ("散养土鸡蛋", None, 1_80, 1_50)


def test_label_shows_the_marked_price_and_our_own_code(bench):
    honey = bench.weighed(grade="一级")
    bench.receive(honey, 1000, expires_on=in_days(90))
    text = bench.text(bench.act(print_label, honey).slip_id)
    for words in ("野蜂蜜", "￥40.00/斤", "后山", "一级", in_days(90), "000001"):
        assert words in text


@pytest.mark.obligation(
    "NORM-11", place="/consignment/products", reads="origin, grade, lot, dates and steps of the goods"
)
@pytest.mark.obligation("TC-12", place="/consignment/products", reads="collected, processed, packed: date and clerk")
def test_steps_of_the_goods_are_kept(bench):
    eggs, honey = bench.product(), bench.weighed()
    lot_id = bench.receive(eggs, 10)
    for step in ("collected", "processed", "packed"):
        bench.act(products.step, eggs, step, lot_id)
    assert bench.code(products.step, eggs, "eaten") == "product.step_unknown"
    assert bench.code(products.step, honey, "packed", lot_id) == "product.step_unknown"
    assert bench.value("SELECT COUNT(*) FROM product_events") == 3


# Lots -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"produced_on": ""}, "lot.dates_missing"),
        ({"expires_on": ""}, "lot.dates_missing"),
        ({"produced_on": in_days(1)}, "lot.dates_wrong"),
        ({"expires_on": in_days(-3)}, "lot.dates_wrong"),
        ({"produced_on": in_days(-9), "expires_on": in_days(-1)}, "lot.expired"),
        ({"produced_on": "yesterday"}, "document.date_wrong"),
    ],
)
def test_lot_without_its_dates_is_not_taken(bench, facts, code):
    jam = bench.product(**JAM)
    lot = {"produced_on": today(), "expires_on": in_days(90)} | facts
    assert bench.code(receive_goods, jam, 5, **lot) == code


def test_quantity_that_is_none_is_refused(bench):
    eggs = bench.product()
    assert bench.code(receive_goods, eggs, 0, produced_on=today()) == "quantity.wrong"
    assert bench.code(receive_goods, 99, 1, produced_on=today()) == "product.unknown"
    assert bench.code(give_goods_back, eggs, 1) == "stock.short"


def test_lot_is_corrected_and_may_turn_out_to_be_run_out(bench):
    eggs = bench.product()
    lot_id = bench.receive(eggs, 5)
    bench.act(stock.correct_lot, eggs, lot_id, lot_no="A1", produced_on=in_days(-30), expires_on=in_days(-2))
    assert bench.code(stock.correct_lot, eggs, 99) == "lot.unknown"
    ticket_id = bench.ticket()
    assert bench.code(add_line, ticket_id, "consignment", product_id=eggs, quantity=1) == "stock.expired"


def test_goods_that_came_in_can_be_given_back_and_both_sign(bench):
    eggs = bench.product()
    lot_id = bench.receive(eggs, 30, lot_no="A1")
    slip = bench.text(bench.value("SELECT MAX(id) FROM slips"), 48)
    assert "代销收货单" in slip
    assert "30 枚" in slip
    assert "底价" in slip
    done = bench.act(give_goods_back, eggs, 30)
    assert (done.number[:2], bench.stock_of(eggs)) == ("GR", 0)
    assert "代销退货单" in bench.text(done.slip_id)
    assert lot_id == 1
    bench.act(products.end, eggs)


def test_goods_on_a_ticket_are_not_given_back(bench):
    eggs = bench.product()
    bench.receive(eggs, 10)
    bench.act(add_line, bench.ticket(), "consignment", product_id=eggs, quantity=6)
    assert bench.code(give_goods_back, eggs, 5) == "stock.short"
    assert bench.code(products.end, eggs) == "product.in_stock"


@pytest.mark.parametrize(
    ("reason", "owed_fen"), [("dried_out", 0), ("spoiled", 0), ("broken", 6_00), ("missing", 6_00)]
)
def test_loss_is_the_owners_unless_the_station_answers_for_it(bench, reason, owed_fen):
    eggs = bench.product()
    bench.receive(eggs, 10)
    bench.act(stock.lose, eggs, 5, reason)
    assert (bench.stock_of(eggs), bench.owed()) == (5, owed_fen)
    assert bench.balance("compensation") == owed_fen
    if owed_fen:
        bench.pay_out()
        assert "赔付" in bench.text(bench.value("SELECT slip_id FROM settlements"))
    assert bench.code(stock.lose, eggs, 1, "bored") == "stock.reason_unknown"


# Buying up ------------------------------------------------------------------------------------------------------------


@pytest.mark.obligation("LY-06", place="/consignment/products", reads="goods bought up: cost, sales and what is left")
def test_bought_goods_stand_at_cost_and_sell_with_their_cost(bench):
    eggs = bench.product(ownership="buy_up")
    bench.buy(eggs, 30, 30_00)
    assert bench.balances() == {"goods": 30_00, "drawer": -30_00}
    assert "收购凭证" in bench.text(bench.value("SELECT slip_id FROM buy_ups"))
    bench.sell(eggs, 7)
    assert bench.balances() == {
        "goods": 23_00, "drawer": -30_00 + 10_50, "goods_sales": -10_50, "goods_cost": 7_00,
    }  # fmt: skip
    bench.act(stock.lose, eggs, 3, "broken")
    assert (bench.balance("goods"), bench.balance("goods_cost"), bench.balance("compensation")) == (20_00, 10_00, 0)
    bench.sell(eggs, 20, amount_fen=1)  # our own goods have no floor but our own sense
    assert (bench.balance("goods"), bench.stock_of(eggs)) == (0, 0)


def test_bought_goods_come_back_with_their_cost(bench):
    eggs = bench.product(ownership="buy_up")
    bench.buy(eggs, 3, 1_00)  # a third of a yuan apiece
    bench.sell(eggs, 1)
    assert bench.balance("goods") == 67
    bench.void(bench.value("SELECT MAX(id) FROM tickets"))
    assert bench.balance("goods") == 1_00
    bench.sell(eggs, 2)
    line_id = bench.value("SELECT MAX(id) FROM ticket_lines WHERE act = 'sell'")
    ticket_id = bench.ticket()
    bench.act(refund, ticket_id, [line_id])
    bench.settle(ticket_id, 0)
    assert bench.balances() == {"goods": 1_00, "drawer": -1_00}


def test_bought_goods_go_back_only_whole(bench):
    eggs = bench.product(ownership="buy_up")
    bench.buy(eggs, 30, 30_00)
    ticket_id = bench.value("SELECT MAX(id) FROM tickets")
    sold = bench.ticket()
    bench.act(add_line, sold, "consignment", product_id=eggs, quantity=1)
    from kiosk.counter.void import void

    assert bench.code(void, ticket_id) == "buy_up.goods_gone"
    bench.void(sold)
    bench.void(ticket_id)
    assert (bench.stock_of(eggs), bench.balances()) == (0, {})


def test_ownership_decides_how_goods_come_in_and_go_out(bench):
    own, others = bench.product(ownership="buy_up"), bench.weighed()
    assert bench.code(receive_goods, own, 1, produced_on=today()) == "stock.bought_goods"
    assert bench.code(give_goods_back, own, 1) == "stock.own_goods"
    ticket_id = bench.ticket()
    facts = {"product_id": others, "quantity": 1, "amount_fen": 1_00, "produced_on": today()}
    assert bench.code(add_line, ticket_id, "buy_up", **facts) == "buy_up.not_own"
    facts = {"product_id": own, "quantity": 1, "amount_fen": 0, "produced_on": today()}
    assert bench.code(add_line, ticket_id, "buy_up", **facts) == "buy_up.amount_wrong"


# Wishes to sell -------------------------------------------------------------------------------------------------------


@pytest.mark.obligation(
    "JX-13", place="/consignment/requests", reads="every wish to sell, refused ones with the reason"
)
@pytest.mark.obligation(
    "LY-14", place="/consignment/requests", reads="recommended, negotiated, listed or at the counter"
)
@pytest.mark.obligation("TC-38", place="/consignment/requests", reads="recommended, negotiated, sold")
@pytest.mark.obligation("CUO-13", place="/consignment/requests", reads="recommended, negotiated, sold")
@pytest.mark.obligation(
    "TC-28", place="/consignment/offers", reads="what the village has to sell, and where it is listed"
)
def test_wish_to_sell_goes_its_way_and_is_never_dropped(bench):
    wish = bench.act(requests.note, words="四十枚土鸡蛋", name="李四", phone="13912345678", category="egg").id
    bench.act(requests.negotiate, wish)
    eggs = bench.product(request_id=wish)
    state = "SELECT state FROM sale_requests"
    assert bench.value(state) == "at_counter"
    bench.receive(eggs, 40)
    up = bench.act(listings.put_up, eggs, "农货铺", "枫林小店", 2_00)
    assert bench.value(state) == "listed"
    assert bench.code(listings.put_up, eggs, "农货铺", "枫林小店", 2_00) == "listing.already"
    assert bench.code(listings.put_up, eggs, " ", "", 2_00) == "listing.platform_missing"
    assert bench.code(listings.put_up, eggs, "别处", "", 1_00) == "listing.price_wrong"
    bench.act(listings.take_down, eggs, up.id)
    assert bench.code(listings.take_down, eggs, up.id) == "listing.unknown"
    assert bench.value(state) == "at_counter"
    assert bench.code(requests.refuse, wish, "price") == "sale_request.too_far"
    bench.sell(eggs, 40)
    assert bench.value(state) == "sold"
    bench.void(bench.value("SELECT MAX(id) FROM tickets"))
    assert bench.value(state) == "at_counter"
    bench.act(give_goods_back, eggs, 40)
    assert bench.value(state) == "returned"
    assert bench.value("SELECT COUNT(*) FROM sale_request_events") == 8


def test_refused_wish_says_why_and_stays_listed(bench):
    wish = bench.act(requests.note, words="两只野鸡", name="李四").id
    assert bench.code(requests.refuse, wish, "") == "sale_request.reason_missing"
    bench.act(requests.refuse, wish, "not_allowed")
    with bench.store.reading() as db:
        assert [(one.id, one.state, one.refused_because) for one in requests.requests(db)] == [
            (wish, "refused", "not_allowed")
        ]
        assert requests.requests(db, only_open=True) == []
    bench.act(requests.reopen, wish)
    bench.act(requests.withdraw, wish)
    bench.product(request_id=wish)  # the goods were brought after all
    assert bench.value("SELECT state FROM sale_requests") == "at_counter"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"words": ""}, "sale_request.words_missing"),
        ({"name": ""}, "sale_request.nobody"),
        ({"phone": "x"}, "phone.unreadable"),
        ({"supplier_id": 99}, "supplier.unknown"),
    ],
)
def test_wish_of_nobody_or_for_nothing_is_refused(bench, facts, code):
    assert bench.code(requests.note, **({"words": "鸡蛋", "name": "李四"} | facts)) == code
    assert bench.code(requests.negotiate, 99) == "sale_request.unknown"


def test_wish_is_forgotten_whole(bench):
    wish = bench.act(requests.note, words="鸡蛋", name="李四", phone="13912345678").id
    with bench.store.transaction(erasing=True) as tx:
        assert requests.forget(tx, wish, "test.rule") == 3
    with bench.store.reading() as db:
        assert requests.words_of(db, wish) == ""
