"""The life of a proxy purchase from the wish to the last day for sending it back, with every fen in the ledger after each
step, by the road that goes well and by those that don't."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.counter import join_purchase, purchase_goods
from kiosk.counter.add_line import add_line
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.remove_line import remove_line
from kiosk.counter.undo import undo_parcel
from kiosk.purchases import actions, changes, orders, store
from tests.services.purchase_bench import ORDER, WISH, YTO, ZTO, Buying

DAY = timedelta(days=1)


@pytest.fixture
def buying(tmp_path: Path):
    opened = Buying(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


@pytest.mark.obligation("LY-11", place="/purchases/new", reads="what the villager wishes, and the form to sign")
@pytest.mark.obligation(
    "CUO-12", place="/purchases", reads="request, order and payment, arrival and hand-over of each purchase"
)
def test_wish_becomes_an_order_and_is_closed(buying):
    buying.act(actions.request, budget_fen=350_00, customer_name="张大爷", phone="1234", **WISH)
    assert buying.state() == "requested"
    buying.act(actions.quote, 1, amount_fen=300_00, paid_by="customer", platform="京东")
    assert (buying.state(), buying.one().platform, buying.held()) == ("quoted", "jd", 0)
    settled = buying.line("purchase_quoted")
    assert settled.total_fen == 309_00
    assert (buying.held(), buying.balance("fee_income")) == (300_00, -9_00)
    buying.ordered()
    assert (buying.held(), buying.balance("wechat")) == (0, -300_00)
    assert buying.shipped().state == "shipped"
    parcel_id = buying.came()
    assert (buying.state(), buying.one().arrived_on is not None) == ("arrived", True)
    buying.collected(parcel_id)
    assert buying.state() == "handed_over"
    assert buying.code(orders.close, 1) == "purchase.still_returnable"
    buying.act(orders.close, 1, customer_is_content=True)
    assert buying.state() == "closed"
    assert buying.balances() == {"drawer": 309_00, "fee_income": -9_00, "wechat": -300_00}


@pytest.mark.obligation("LY-12", place="/purchases", reads="who paid the shop, from where, and what is still owed")
def test_station_that_advances_gets_its_money_with_the_goods(buying):
    buying.taken(paid_by="station")
    assert (buying.held(), buying.one().owed_fen) == (0, 300_00)
    buying.ordered(paid_from="owner")
    assert (buying.held(), buying.balance("purchases_advanced"), buying.balance("owner")) == (-300_00, 300_00, -300_00)
    buying.shipped()
    parcel_id = buying.came()
    assert buying.code(hand_over_one, parcel_id, "known_by_face", desk_id=1) == "purchase.balance_owed"
    assert buying.code(purchase_goods.hand_over_purchase, 1) == "purchase.balance_owed"
    settled = buying.line("purchase_balance", hand_over=True)
    assert (settled.total_fen, buying.state(), buying.held()) == (300_00, "handed_over", 0)
    assert buying.value("SELECT state FROM parcels WHERE id = ?", parcel_id) == "handed_over"
    assert buying.value("SELECT SUM(txn_count) FROM ticket_lines WHERE case_kind = 'purchase'") == 1


def test_deposit_is_spent_first_and_the_rest_collected_before(buying):
    buying.taken(paid_by="station", advance_fen=100_00)
    buying.ordered()
    assert buying.held() == -200_00
    buying.line("purchase_balance")
    assert (buying.held(), buying.one().owed_fen) == (0, 0)
    buying.arrived()
    assert buying.handed_over().state == "handed_over"


def test_customer_who_pays_on_the_platform_moves_no_money_here(buying):
    buying.taken(paid_by="direct")
    assert buying.code(orders.order, 1, **(ORDER | {"amount_fen": 300_00, "paid_from": "wechat"})) == (
        "purchase.paid_from_unknown"
    )
    buying.ordered(paid_from="")
    buying.arrived()
    buying.handed_over()
    assert buying.balances() == {"drawer": 9_00, "fee_income": -9_00}
    buying.act(changes.begin_return, 1, wants="refunded", reason="quality")
    buying.act(changes.shop_refunded, 1, amount_fen=0)
    assert buying.state() == "refunded"


def test_order_that_learns_its_waybill_finds_the_parcel_in_stock(buying):
    buying.taken()
    buying.ordered()
    parcel_id = buying.came()
    found, is_here = buying.act(join_purchase.learn_waybill, 1, YTO)
    assert (found.state, is_here) == ("arrived", True)
    buying.act(undo_parcel, parcel_id)
    assert buying.state() == "shipped"
    buying.collected(buying.came())
    assert buying.state() == "handed_over"


def test_order_in_two_parcels_has_arrived_with_the_second_and_left_with_the_last(buying):
    buying.taken()
    buying.ordered()
    buying.shipped(waybill=YTO)
    buying.shipped(waybill=ZTO)
    first = buying.came(YTO)
    assert buying.state() == "shipped"
    buying.collected(first)
    assert buying.state() == "shipped"
    second = buying.came(ZTO)
    assert buying.state() == "arrived"
    buying.collected(second)
    assert buying.state() == "handed_over"
    buying.act(undo_parcel, first)
    assert buying.state() == "arrived"
    buying.handed_over()
    assert buying.value("SELECT COUNT(*) FROM parcels WHERE state = 'handed_over'") == 2
    buying.act(purchase_goods.undo_hand_over, 1)
    assert buying.state() == "arrived"
    assert buying.value("SELECT COUNT(*) FROM parcels WHERE state = 'handed_over'") == 0


def test_two_orders_in_one_parcel_leave_together_when_both_are_paid(buying):
    buying.taken()
    buying.taken(paid_by="station", amount=50_00)
    buying.ordered(1)
    buying.ordered(2, amount=50_00, paid_from="owner")
    buying.shipped(1)
    buying.shipped(2)
    parcel_id = buying.came()
    assert buying.code(hand_over_one, parcel_id, "known_by_face", desk_id=1) == "purchase.balance_owed"
    buying.line("purchase_balance", 2, hand_over=True)
    assert (buying.state(1), buying.state(2)) == ("handed_over", "handed_over")


# Prices --------------------------------------------------------------------------------------------------------------


def test_dearer_before_ordering_is_agreed_and_collected(buying):
    buying.taken()
    assert buying.code(orders.order, 1, **(ORDER | {"amount_fen": 320_00, "paid_from": "wechat"})) == (
        "purchase.price_differs"
    )
    again = ORDER | {"amount_fen": 320_00, "paid_from": "wechat", "customer_agrees": True}
    assert buying.code(orders.order, 1, **again) == "purchase.advance_short"
    asked = {"amount_fen": 320_00}
    assert buying.code(changes.change_price, 1, customer_agrees=False, **asked) == "purchase.customer_must_agree"
    buying.act(changes.change_price, 1, customer_agrees=True, **asked)
    settled = buying.line("purchase_balance")
    assert (settled.total_fen, buying.held()) == (20_00, 320_00)
    buying.ordered(amount=320_00)
    assert buying.held() == 0


def test_cheaper_before_ordering_gives_the_difference_back(buying):
    buying.taken()
    buying.act(changes.change_price, 1, amount_fen=280_00, customer_agrees=True)
    settled = buying.line("purchase_payout")
    assert (settled.total_fen, buying.held()) == (-20_00, 280_00)
    buying.ordered(amount=280_00)
    assert buying.balances() == {"drawer": 289_00, "fee_income": -9_00, "wechat": -280_00}


def test_price_after_ordering_moves_the_wallet_and_then_the_customer(buying):
    buying.taken()
    buying.ordered()
    buying.act(changes.change_price, 1, amount_fen=310_00, customer_agrees=True, paid_from="alipay")
    assert (buying.held(), buying.one().owed_fen) == (-10_00, 10_00)
    buying.act(changes.change_price, 1, amount_fen=250_00, customer_agrees=True, paid_from="alipay")
    assert (buying.held(), buying.one().owed_fen) == (50_00, -50_00)
    buying.line("purchase_payout")
    assert buying.balances() == {"drawer": 259_00, "fee_income": -9_00, "wechat": -300_00, "alipay": 50_00}


def test_payer_is_changed_before_ordering_only(buying):
    buying.taken(advance_fen=100_00)
    buying.act(changes.change_price, 1, amount_fen=300_00, customer_agrees=True, paid_by="station")
    buying.ordered()
    facts = {"amount_fen": 300_00, "customer_agrees": True}
    assert buying.code(changes.change_price, 1, paid_by="customer", **facts) == "purchase.paid_by_unknown"
    assert buying.code(changes.change_price, 1, **facts) == "purchase.price_same"
    assert buying.held() == -200_00


# Tickets undone --------------------------------------------------------------------------------------------------------


def test_request_whose_line_is_taken_off_or_voided_stays_quoted(buying):
    buying.act(actions.request, **WISH)
    buying.act(actions.quote, 1, amount_fen=300_00, paid_by="customer")
    ticket_id = buying.ticket()
    added = buying.act(add_line, ticket_id, "purchase_quoted", purchase_id=1)
    assert buying.code(actions.quote, 1, amount_fen=1_00, paid_by="customer") == "purchase.line_pending"
    assert buying.code(add_line, ticket_id, "purchase_quoted", purchase_id=1) == "purchase.line_pending"
    buying.act(remove_line, added.line_id)
    assert buying.state() == "quoted"
    settled = buying.line("purchase_quoted")
    buying.void(settled.ticket_id)
    assert (buying.state(), buying.one().received_on, buying.balances()) == ("quoted", None, {})
    with buying.store.reading() as db:
        assert [p.id for p in store.open_purchases(db)] == [1]


def test_paid_hand_over_is_undone_with_its_ticket(buying):
    buying.taken(paid_by="station")
    buying.ordered(paid_from="owner")
    buying.shipped()
    parcel_id = buying.came()
    settled = buying.line("purchase_balance", hand_over=True)
    buying.void(settled.ticket_id)
    assert (buying.state(), buying.held()) == ("arrived", -300_00)
    assert buying.value("SELECT state FROM parcels WHERE id = ?", parcel_id) == "on_shelf"
    settled = buying.line("purchase_balance", hand_over=True)
    buying.act(orders.close, 1, customer_is_content=True)
    assert buying.code(_void, settled.ticket_id) == "purchase.too_far"


def _void(tx, ticket_id):
    from kiosk.counter.void import void

    return void(tx, ticket_id)


# Disputes and what is forgotten ----------------------------------------------------------------------------------------


@pytest.mark.obligation("TC-37", place="/purchases", reads="the dispute, what was said and how it was settled")
@pytest.mark.obligation(
    "TC-27", "CUO-08", place="/purchases", reads="a purchase in dispute stays open until the dispute is over"
)
def test_dispute_is_a_flag_that_keeps_a_purchase_open(buying):
    buying.taken()
    buying.ordered()
    buying.arrived()
    buying.handed_over()
    with buying.store.reading() as db:
        assert store.open_purchases(db) == []
    assert buying.code(actions.dispute, 1, " ") == "purchase.note_missing"
    buying.act(actions.dispute, 1, "少了一根水管")
    assert buying.code(actions.dispute, 1, "又") == "purchase.already_disputed"
    assert buying.code(orders.close, 1, customer_is_content=True) == "purchase.is_disputed"
    with buying.store.reading() as db:
        assert store.open_count(db) == 1
    buying.act(actions.settle_dispute, 1, "商家补发了水管")
    assert buying.code(actions.settle_dispute, 1, "又") == "purchase.not_disputed"
    buying.act(orders.close, 1, customer_is_content=True)


@pytest.mark.obligation("LY-06", place="/purchases/new", reads="category, and the checks of farm inputs")
@pytest.mark.obligation(
    "NORM-19",
    "TC-40",
    place="/purchases/new",
    reads="farm inputs as a category, with registration number and certificate",
)
def test_farm_inputs_are_not_ordered_without_their_checks(buying):
    three = {"has_producer_name": True, "has_producer_address": True, "has_certificate": True}
    buying.taken(category="farm_inputs", item_name="复合肥")
    order = ORDER | {"amount_fen": 300_00, "paid_from": "wechat"}
    assert buying.code(orders.order, 1, **order) == "purchase.three_nos"
    buying.act(actions.correct, 1, registration_no="", **three)
    assert buying.code(orders.order, 1, **order) == "purchase.three_nos"
    buying.act(actions.correct, 1, registration_no="农肥（2024）准字 12345 号", **three)
    assert buying.act(orders.order, 1, **order).state == "ordered"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"platform": " "}, "purchase.platform_missing"),
        ({"amount_fen": 0}, "purchase.amount_wrong"),
        ({"paid_from": ""}, "purchase.paid_from_unknown"),
        ({"paid_from": "cash"}, "purchase.paid_from_unknown"),
        ({"expected_on": "明天"}, "purchase.date_unreadable"),
        ({"no_return_reason": "whim"}, "purchase.exclusion_unknown"),
        ({"platform_order_no": "11010519491231002X"}, "text.holds_id_number"),
    ],
)
def test_order_that_lacks_something_is_refused_and_kept_nowhere(buying, changed, code):
    buying.taken()
    assert buying.code(orders.order, 1, **(ORDER | {"amount_fen": 300_00, "paid_from": "wechat"} | changed)) == code


def test_order_waits_until_the_customer_has_agreed(buying):
    buying.act(actions.request, **WISH)
    order = ORDER | {"amount_fen": 300_00, "paid_from": "wechat"}
    assert buying.code(orders.order, 1, **order) == "purchase.too_far"
    buying.act(actions.quote, 1, amount_fen=300_00, paid_by="station")
    assert buying.code(orders.order, 1, **order) == "purchase.not_agreed"


@pytest.mark.parametrize(
    ("waybill", "code"),
    [
        ("hello", "waybill.is_unreadable"),
        ("135112298638468293", "waybill.is_payment_code"),
        (YTO, "purchase.waybill_known"),
    ],
)
def test_waybill_that_is_none_or_known_is_refused(buying, waybill, code):
    buying.taken()
    buying.ordered()
    buying.shipped()
    assert buying.code(join_purchase.learn_waybill, 1, waybill) == code


def test_lines_that_owe_nothing_are_refused(buying):
    buying.taken()
    ticket_id = buying.ticket()
    assert buying.code(add_line, ticket_id, "purchase_balance", purchase_id=1) == "purchase.nothing_owed"
    assert buying.code(add_line, ticket_id, "purchase_payout", purchase_id=1) == "purchase.nothing_to_pay_back"
    assert buying.code(add_line, ticket_id, "purchase_quoted", purchase_id=1) == "purchase.too_far"


@pytest.mark.obligation(
    "CUO-15", place="/purchases", reads="how long each purchase has waited, those to hand over first"
)
def test_list_of_what_is_open_forgets_nothing(buying):
    buying.act(actions.request, **WISH)
    second = buying.taken()
    buying.ordered(second)
    third = buying.taken()
    buying.ordered(third)
    buying.arrived(third)
    buying.handed_over(third)
    fourth = buying.taken()
    buying.act(changes.change_price, fourth, amount_fen=1_00, customer_agrees=True)
    buying.ticket(("purchase", WISH | {"amount_fen": 1_00, "paid_by": "station"}))
    with buying.store.reading() as db:
        assert [found.id for found in store.open_purchases(db)] == [1, second, fourth]
        assert [found.id for found in store.listed(db, only="owed")[0]] == [fourth]
        assert [found.id for found in store.listed(db, only="returnable")[0]] == [third]
        assert [
            (row["platform"], row["count"]) for row in store.share_of_platforms(db, "2000-01-01", "2099-01-01")
        ] == [("taobao", 2)]
