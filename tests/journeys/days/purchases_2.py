"""Proxy purchases on the three days: what goes wrong with waybills, parcels and the goods at the counter."""

from __future__ import annotations

from tests.journeys.days import listed
from tests.journeys.days.buying import (
    FEE,
    ONLY_FEE,
    PRICE,
    act,
    again,
    check_in,
    check_in_api,
    do,
    from_old_window,
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
    without_printer,
)
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.journeys.unhappy_purchases import PATHS as LIST

#: A wallet's payment code, as a villager holds it before the scanner.
PAYMENT_CODE = "134567890123456789"
FIRST, SECOND, THIRD, OWED = "YT7460277660101", "YT7460277660102", "YT7460277660103", "YT7460277660104"


# Waybills --------------------------------------------------------------------------------------------------------------


def _waybill(counter: Counter) -> None:
    """Of two parcels one is on the shelf before its number is known; it was checked in by mistake, too."""
    wish = taken(counter, "direct", phone="19977660101")
    ordered(counter, wish)
    for code, words in (("！！", "运单"), (PAYMENT_CODE, "付款码")):
        again(counter, wish, "waybill", waybill=code)
        counter.expect_refused(words)
    parcel_id = check_in(counter, FIRST)
    do(counter, wish, "waybill", waybill=FIRST)
    counter.expect_said("快件已经在库，和这一单对上了")
    assert state(counter, wish) == "arrived"
    again(counter, wish, "waybill", waybill=FIRST)
    counter.expect_refused("已经登记在这一单上")
    counter.go(f"/parcels/{parcel_id}")
    counter.press("撤销入库")
    assert state(counter, wish) == "shipped"
    do(counter, wish, "waybill", waybill=SECOND)
    from_old_window(counter, wish, "cancel", reason="no_reason")
    counter.expect_refused("这一步不能办")
    assert not offers(counter, wish, "cancel")
    check_in(counter, SECOND)
    assert state(counter, wish) == "shipped"
    check_in(counter, FIRST)
    assert state(counter, wish) == "arrived"
    do(counter, wish, "hand_over")
    assert state(counter, wish) == "handed_over"


def _waybill_api(line: Line) -> None:
    wish = taken_api(line, "direct")
    act(line, wish, "order", order_of(""))
    no(line, wish, "waybills", "waybill.is_unreadable", waybill_no="！！")
    no(line, wish, "waybills", "waybill.is_payment_code", waybill_no=PAYMENT_CODE)
    parcel_id = check_in_api(line, FIRST)
    assert act(line, wish, "waybills", {"waybill_no": FIRST})["state"] == "arrived"
    no(line, wish, "waybills", "purchase.waybill_known", waybill_no=FIRST)
    line.post(f"/parcels/{parcel_id}/undo", {})
    assert state(line, wish) == "shipped"
    act(line, wish, "waybills", {"waybill_no": SECOND})
    no(line, wish, "cancel", "purchase.too_far", reason="no_reason")
    check_in_api(line, SECOND)
    assert state(line, wish) == "shipped"
    check_in_api(line, FIRST)
    assert state(line, wish) == "arrived"
    act(line, wish, "hand-over")


def _no_printer(counter: Counter) -> None:
    wish = taken(counter, "direct")
    ordered(counter, wish)
    with without_printer(counter.station.store):
        do(counter, wish, "arrive")
        assert state(counter, wish) == "arrived"
        shows(counter, "没有配置打印机")
    again(counter, wish, "hand_over")


def _no_printer_api(line: Line) -> None:
    wish = taken_api(line, "direct")
    act(line, wish, "order", order_of(""))
    with without_printer(line.station.store):
        assert act(line, wish, "arrive")["state"] == "arrived"
    notice = "SELECT result FROM notices WHERE subject_kind = 'purchase' AND subject_id = ?"
    assert line.value(notice, wish) == "no_printer"
    act(line, wish, "hand-over")


# The goods and their money -----------------------------------------------------------------------------------------------


def _owed(counter: Counter) -> None:
    """The station has paid the shop; the goods don't leave before the customer has."""
    wish = taken(counter, "station", phone="19977660102")
    ordered(counter, wish)
    assert not offers(counter, wish, "hand_over")
    from_old_window(counter, wish, "hand-over", method="known_by_face")
    counter.expect_refused("这一步不能办")
    do(counter, wish, "waybill", waybill=OWED)
    parcel_id = check_in(counter, OWED, "0102")
    code = counter.value("SELECT pickup_code FROM parcels WHERE id = ?", parcel_id)
    counter.go(f"/find?q={code}")
    counter.press("勾选的一起出库")
    shows(counter, "村民还应付 ￥300.00")
    do(counter, wish, "hand_over")
    counter.pay("299.99")
    counter.expect_refused("还差 ￥0.01")
    assert state(counter, wish) == "arrived"
    ticket_id = counter.ticket_id()
    counter.pay()
    assert state(counter, wish) == "handed_over"
    from_old_window(counter, wish, "balance")
    counter.expect_refused("村民不欠钱")
    counter.go(f"/tickets/{ticket_id}")
    counter.page.locator("#void summary").click()
    counter.press("录错了")
    counter.go(place(wish))
    assert state(counter, wish) == "arrived" and offers(counter, wish, "hand_over")
    assert counter.value("SELECT state FROM parcels WHERE id = ?", parcel_id) == "on_shelf"


def _owed_api(line: Line) -> None:
    wish = taken_api(line, "station")
    act(line, wish, "order", order_of())
    no(line, wish, "hand-over", "purchase.too_far")
    act(line, wish, "waybills", {"waybill_no": OWED})
    parcel_id = check_in_api(line, OWED)
    line.refused(f"/parcels/{parcel_id}/hand-over", {"method": "known_by_face"}, "purchase.balance_owed")
    no(line, wish, "hand-over", "purchase.balance_owed")
    ticket_id = pay_api(line, wish, "purchase_balance", hand_over=True)
    assert state(line, wish) == "handed_over"
    balance = {"service": "purchase_balance", "purchase_id": wish}
    line.refused("/tickets", {"lines": [balance]}, "purchase.nothing_owed")
    line.post(f"/tickets/{ticket_id}/void", {})
    assert state(line, wish) == "arrived"
    assert line.value("SELECT state FROM parcels WHERE id = ?", parcel_id) == "on_shelf"


# Afterwards --------------------------------------------------------------------------------------------------------------


def _closed_early(counter: Counter) -> None:
    """Handed over; before the days for sending back are over nobody closes it, nor while there is a dispute."""
    wish = taken(counter, "direct")
    ordered(counter, wish)
    again(counter, wish, "arrive")
    again(counter, wish, "hand_over")
    again(counter, wish, "close")
    counter.expect_refused("七日无理由退货到")
    again(counter, wish, "dispute", words=" ")
    counter.expect_refused("请写几个字说明")
    again(counter, wish, "dispute", words="说好的赠品没有")
    counter.expect_said("已登记纠纷")
    assert not offers(counter, wish, "close")
    from_old_window(counter, wish, "close", customer_is_content="1")
    counter.expect_refused("有纠纷没有处理完")
    again(counter, wish, "settle_dispute", words="店家补发了")
    again(counter, wish, "close", customer_is_content=True)
    counter.expect_said("已结案")


def _closed_early_api(line: Line) -> None:
    wish = taken_api(line, "direct")
    act(line, wish, "order", order_of(""))
    act(line, wish, "arrive")
    act(line, wish, "hand-over")
    no(line, wish, "close", "purchase.still_returnable")
    no(line, wish, "dispute", "purchase.note_missing", words=" ")
    act(line, wish, "dispute", {"words": "说好的赠品没有"})
    no(line, wish, "close", "purchase.is_disputed", customer_is_content=True)
    act(line, wish, "settle-dispute", {"words": "店家补发了"})
    act(line, wish, "close", {"customer_is_content": True})


PATHS = (
    listed(LIST, "buy-waybill-none", _waybill, _waybill_api, ONLY_FEE,
           also=("buy-waybill-payment", "buy-waybill-twice", "buy-parcel-first", "buy-undo-intake", "buy-two-parcels",
                 "buy-cancel-shipped")),
    listed(LIST, "buy-no-printer", _no_printer, _no_printer_api, ONLY_FEE),
    listed(LIST, "buy-owed-parcel", _owed, _owed_api,
           {"drawer": FEE, "fee_income": -FEE, "wechat": -PRICE, "purchases_advanced": PRICE},
           also=("buy-owed-order", "buy-too-early", "buy-nothing-owed", "buy-void-handover")),
    listed(LIST, "buy-closed-early", _closed_early, _closed_early_api, ONLY_FEE,
           also=("buy-dispute", "buy-empty-dispute"), day=2),
)  # fmt: skip
