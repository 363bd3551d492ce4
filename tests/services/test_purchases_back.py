"""A proxy purchase that does not go as planned: called off at each stage, sent back, exchanged; who bears what the shop
keeps, and that it ends only when nobody owes anybody anything."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clock
from kiosk.chores import CHORES
from kiosk.counter import join_purchase, parcel_problems, purchase_goods
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.refund import refund
from kiosk.counter.undo import undo_parcel
from kiosk.purchases import actions, changes, orders, view
from tests.services.purchase_bench import ORDER, WISH, ZTO, Buying


@pytest.fixture
def buying(tmp_path: Path):
    opened = Buying(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


def at(days: float) -> str:
    """A stamp so many days from now."""
    return clock.stamp(clock.now() + timedelta(days=days))


# Called off ------------------------------------------------------------------------------------------------------------


def test_wish_is_called_off_without_money(buying):
    buying.act(actions.request, **WISH)
    buying.act(changes.cancel, 1, "too_dear")
    assert buying.state() == "cancelled"
    assert buying.code(changes.cancel, 1, "too_dear") == "purchase.too_far"


def test_advance_goes_back_with_its_fee_before_ordering(buying):
    buying.taken()
    line_id = buying.value("SELECT id FROM ticket_lines")
    ticket_id = buying.ticket()
    buying.act(refund, ticket_id, [line_id], "customer_withdrew")
    assert buying.code(orders.order, 1, **(ORDER | {"amount_fen": 300_00, "paid_from": "wechat"})) == (
        "purchase.line_pending"
    )
    assert buying.pay(ticket_id).total_fen == -309_00
    assert (buying.state(), buying.balances()) == ("cancelled", {})


def test_advance_goes_back_without_its_fee_when_the_price_had_changed(buying):
    buying.taken()
    buying.act(changes.change_price, 1, amount_fen=320_00, customer_agrees=True)
    buying.line("purchase_balance")
    line_id = buying.value("SELECT id FROM ticket_lines WHERE act = 'receive'")
    assert buying.code(refund, buying.ticket(), [line_id], "other") == "purchase.refund_on_its_page"
    buying.act(changes.cancel, 1, "no_reason")
    assert buying.state() == "quoted"
    assert buying.line("purchase_payout").total_fen == -320_00
    assert (buying.state(), buying.balances()) == ("cancelled", {"drawer": 9_00, "fee_income": -9_00})


def test_order_is_called_off_when_the_shop_has_given_back(buying):
    buying.taken()
    buying.ordered()
    buying.act(changes.cancel, 1, "not_available")
    assert buying.state() == "ordered"
    assert buying.code(changes.shop_refunded, 1, amount_fen=300_01, paid_to="wechat") == "purchase.shop_refund_wrong"
    buying.act(changes.shop_refunded, 1, amount_fen=300_00, paid_to="wechat")
    assert (buying.held(), buying.one().owed_fen) == (300_00, -300_00)
    settled = buying.line("purchase_payout")
    assert (buying.state(), buying.balance("wechat")) == ("cancelled", 0)
    buying.void(settled.ticket_id)
    assert (buying.state(), buying.held()) == ("ordered", 300_00)
    buying.line("purchase_payout")
    assert buying.state() == "cancelled"


def test_what_the_shop_keeps_is_the_customers_or_by_the_manager_the_stations(buying):
    for number, bears in ((1, False), (2, True)):
        buying.taken()
        buying.ordered(number)
        buying.arrived(number)
        buying.act(changes.begin_return, number, wants="refunded", reason="no_reason")
        if bears:
            operator = buying.staff("operator")
            facts = {"amount_fen": 288_00, "paid_to": "wechat", "station_bears": True}
            assert buying.code(changes.shop_refunded, number, actor=operator, **facts) == "staff.not_allowed"
        buying.act(changes.shop_refunded, number, amount_fen=288_00, paid_to="wechat", station_bears=bears)
        assert buying.line("purchase_payout", number).total_fen == (-300_00 if bears else -288_00)
        assert (buying.state(number), buying.held(number)) == ("refunded", 0)
    assert buying.balance("compensation") == 12_00


def test_goods_that_the_customer_refuses_unpaid_go_back_and_cost_nobody(buying):
    buying.taken(paid_by="station")
    buying.ordered(paid_from="owner")
    buying.arrived()
    buying.act(changes.begin_return, 1, wants="refunded", reason="damaged", waybill_back=ZTO)
    buying.act(changes.shop_refunded, 1, amount_fen=300_00, paid_to="owner")
    assert (buying.state(), buying.balances()) == ("refunded", {"drawer": 9_00, "fee_income": -9_00})


# Sent back and exchanged -----------------------------------------------------------------------------------------------


@pytest.mark.obligation("LY-13", place="/purchases", reads="goods received, notice given, returns and exchanges")
def test_days_for_sending_back_without_a_reason_end(buying):
    start = at(-9)
    buying.taken(at=start)
    buying.act(orders.order, 1, at=start, **(ORDER | {"amount_fen": 300_00, "paid_from": "wechat"}))
    buying.act(join_purchase.arrive, 1, at=start)
    buying.handed_over(at=start)
    buying.close(at=start)
    seventh, eighth = at(-2), at(-1)
    back = {"wants": "refunded", "reason": "no_reason"}
    with buying.store.transaction(buying.actor) as tx:
        tx.now = seventh
        tx.execute("SAVEPOINT seventh")
        assert changes.begin_return(tx, 1, **back).state == "returning"
        tx.execute("ROLLBACK TO seventh")
        tx.execute("RELEASE seventh")
    assert buying.code(changes.begin_return, 1, at=eighth, **back) == "purchase.return_too_late"
    assert buying.act(orders.close_due, at=eighth) == 1
    assert buying.state() == "closed"
    buying.act(changes.begin_return, 1, at=eighth, shop_agrees=True, **back)
    assert buying.state() == "returning"


def test_chore_closes_what_is_over_within_an_open_day(buying):
    chore = next(chore for chore in CHORES if chore.name == "purchases")
    start = at(-9)
    buying.taken(at=start)
    buying.act(orders.order, 1, at=start, **(ORDER | {"amount_fen": 300_00, "paid_from": "wechat"}))
    buying.act(join_purchase.arrive, 1, at=start)
    buying.handed_over(at=start)
    assert chore.turn(buying.store) == 0
    buying.close(at=start)
    assert chore.turn(buying.store) == 0
    assert buying.value("SELECT COUNT(*) FROM business_days") == 1, "a chore begins no day"
    fresh = buying.taken()
    buying.ordered(fresh, no_return_reason="perishable")
    buying.arrived(fresh)
    buying.handed_over(fresh)
    assert chore.turn(buying.store) == 1
    assert (buying.state(1), buying.state(fresh)) == ("closed", "handed_over")
    assert buying.value("SELECT actor_kind FROM purchase_events WHERE kind = 'closed'") == "system"
    with buying.store.reading() as db:
        assert view.one(db, 1)["story"][-1]["kind"] == "closed"


def test_what_the_law_leaves_out_is_not_sent_back_without_a_reason(buying):
    buying.taken()
    buying.ordered(no_return_reason="perishable")
    buying.arrived()
    buying.handed_over()
    assert buying.one().return_until_on is None
    back = {"wants": "refunded", "reason": "no_reason"}
    assert buying.code(changes.begin_return, 1, **back) == "purchase.return_excluded"
    buying.act(changes.begin_return, 1, wants="refunded", reason="quality")
    assert buying.state() == "returning"


def test_exchange_waits_for_its_own_parcel(buying):
    buying.taken()
    buying.ordered()
    buying.shipped()
    buying.collected(buying.came())
    buying.act(changes.begin_return, 1, wants="exchanged", reason="wrong_item")
    buying.shipped(waybill=ZTO)
    assert buying.code(changes.begin_return, 1, wants="refunded", reason="quality") == "purchase.replacement_under_way"
    assert buying.code(purchase_goods.hand_over_purchase, 1) == "purchase.replacement_missing"
    buying.collected(buying.came(ZTO))
    assert buying.state() == "exchanged"


def test_exchange_for_something_dearer_is_paid_before_it_leaves(buying):
    buying.taken()
    buying.ordered()
    buying.arrived()
    buying.handed_over()
    buying.act(changes.begin_return, 1, wants="exchanged", reason="quality")
    buying.act(changes.change_price, 1, amount_fen=330_00, customer_agrees=True, paid_from="wechat")
    buying.shipped(waybill=ZTO)
    parcel_id = buying.came(ZTO)
    assert buying.code(hand_over_one, parcel_id, "known_by_face", desk_id=1) == "purchase.balance_owed"
    settled = buying.line("purchase_balance", hand_over=True)
    assert (buying.state(), buying.held()) == ("exchanged", 0)
    buying.void(settled.ticket_id)
    assert (buying.state(), buying.held()) == ("returning", -30_00)


def test_goods_lost_with_the_wrong_person_are_the_customers_again_only_when_they_are_found(buying):
    buying.taken()
    buying.ordered()
    buying.shipped()
    parcel_id = buying.came()
    buying.collected(parcel_id)
    buying.act(parcel_problems.note_wrong_person, parcel_id)
    buying.act(parcel_problems.lose, parcel_id, "wrong_person")
    assert (buying.problems(), buying.state()) == ([], "handed_over")
    buying.act(parcel_problems.find_again, parcel_id)
    assert (buying.problems(), buying.state()) == ([], "arrived")
    buying.act(undo_parcel, parcel_id)
    assert (buying.problems(), buying.state()) == ([], "handed_over")
    buying.act(parcel_problems.find_again, parcel_id)
    buying.act(parcel_problems.lose, parcel_id)  # now from its shelf: the order goes nowhere
    buying.act(parcel_problems.find_again, parcel_id)
    buying.act(undo_parcel, parcel_id)
    assert (buying.problems(), buying.state()) == ([], "arrived")
