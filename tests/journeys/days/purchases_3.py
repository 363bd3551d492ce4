"""Proxy purchases on the three days: called off, sent back, exchanged, and the eighth day."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.days import listed
from tests.journeys.days.buying import (
    BOUGHT,
    ONLY_FEE,
    act,
    again,
    check_in,
    check_in_api,
    days_pass,
    do,
    from_old_window,
    give_back,
    no,
    order_of,
    ordered,
    pay_api,
    place,
    shows,
    state,
    taken,
    taken_api,
)
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.journeys.unhappy_purchases import PATHS as LIST

NOBODYS = 424_242
REPLACEMENT = "YT7460277660105"


def _before(counter: Counter) -> None:
    """Called off before it was ordered; and what is asked of a purchase that is none."""
    wish = taken(counter)
    from_old_window(counter, wish, "payout")
    counter.expect_refused("没有要退给村民的钱")
    again(counter, wish, "cancel", reason="too_dear")
    counter.expect_said("-￥309.00")
    give_back(counter)
    assert state(counter, wish) == "cancelled"
    counter.go(place(NOBODYS))
    expect(counter.page.locator("main")).to_contain_text(f"没有编号为 {NOBODYS} 的代购")


def _before_api(line: Line) -> None:
    wish = taken_api(line)
    payout = {"service": "purchase_payout", "purchase_id": wish}
    line.refused("/tickets", {"lines": [payout]}, "purchase.nothing_to_pay_back")
    back = act(line, wish, "cancel", {"reason": "too_dear"})
    line.post(f"/tickets/{back['ticket_id']}/settle", {"given_fen": 0})
    assert state(line, wish) == "cancelled"
    no(line, NOBODYS, "note", "purchase.unknown", words="谁的？")


def _after(counter: Counter) -> None:
    """Called off after ordering: not on its receipt, and not before the shop has given back what it got."""
    wish = taken(counter)
    receipt = counter.value("SELECT ticket_id FROM ticket_lines WHERE case_kind = 'purchase' AND case_id = ?", wish)
    ordered(counter, wish)
    counter.go(f"/tickets/{receipt}")
    counter.page.locator("#refund summary").click()
    counter.send("#give-back", "button.bad", line=True)
    counter.expect_refused("已经往下办了，不能整项退")
    do(counter, wish, "cancel", reason="not_available")
    counter.expect_said("商家退款到账后请在这里登记")
    assert state(counter, wish) == "ordered"
    again(counter, wish, "shop_refund", amount="300.01")
    counter.expect_refused("商家退回的不能多于付给商家的")
    assert counter.page.locator("[name=station_bears]").count() == 0
    from_old_window(counter, wish, "shop-refund", amount="290", paid_to="wechat", station_bears="1")
    counter.expect_refused("没有这项权限")
    do(counter, wish, "shop_refund", amount="300", paid_to="wechat")
    counter.expect_said("请退给村民 ￥300.00")
    again(counter, wish, "payout")
    give_back(counter)
    assert state(counter, wish) == "cancelled"


def _after_api(line: Line) -> None:
    wish = taken_api(line)
    receipt_line = line.value("SELECT id FROM ticket_lines WHERE case_kind = 'purchase' AND case_id = ?", wish)
    act(line, wish, "order", order_of())
    ticket = line.new_ticket()
    line.refused(f"/tickets/{ticket['id']}/refund", {"line_ids": [receipt_line]}, "purchase.refund_on_its_page")
    line.post(f"/tickets/{ticket['id']}/void", {})
    act(line, wish, "cancel", {"reason": "not_available"})
    assert state(line, wish) == "ordered"
    no(line, wish, "shop-refund", "purchase.shop_refund_wrong", amount_fen=300_01, paid_to="wechat")
    bears = {"amount_fen": 290_00, "paid_to": "wechat", "station_bears": True}
    no(line, wish, "shop-refund", "staff.not_allowed", **bears)
    act(line, wish, "shop-refund", {"amount_fen": 300_00, "paid_to": "wechat"})
    pay_api(line, wish, "purchase_payout")
    assert state(line, wish) == "cancelled"


def _exchanged(counter: Counter) -> None:
    """Fresh goods go back with a reason only; they are the wrong ones, and the right ones come."""
    wish = taken(counter, phone="19977660103")
    ordered(counter, wish, no_return_reason="perishable")
    again(counter, wish, "arrive")
    again(counter, wish, "hand_over")
    again(counter, wish, "send_back", wants="exchanged", reason="no_reason")
    counter.expect_refused("这类商品不适用七日无理由退货")
    again(counter, wish, "send_back", wants="exchanged", reason="wrong_item")
    counter.expect_said("已登记退换")
    again(counter, wish, "waybill", waybill=REPLACEMENT)
    again(counter, wish, "hand_over")
    counter.expect_refused("换的货还没有到齐")
    check_in(counter, REPLACEMENT, "0103")
    do(counter, wish, "hand_over")
    shows(counter, "已换货")


def _exchanged_api(line: Line) -> None:
    wish = taken_api(line)
    act(line, wish, "order", order_of(no_return_reason="perishable"))
    act(line, wish, "arrive")
    act(line, wish, "hand-over")
    no(line, wish, "return", "purchase.return_excluded", wants="exchanged", reason="no_reason")
    act(line, wish, "return", {"wants": "exchanged", "reason": "wrong_item"})
    act(line, wish, "waybills", {"waybill_no": REPLACEMENT})
    no(line, wish, "hand-over", "purchase.replacement_missing")
    check_in_api(line, REPLACEMENT)
    act(line, wish, "hand-over")
    assert state(line, wish) == "exchanged"


def _late(counter: Counter) -> None:
    wish = taken(counter, "direct")
    ordered(counter, wish)
    again(counter, wish, "arrive")
    again(counter, wish, "hand_over")
    days_pass(counter, 8)
    do(counter, wish, "send_back", wants="refunded", reason="no_reason")
    counter.expect_refused("七日无理由退货到 .* 已经过了")
    counter.go("/purchases?show=returnable")
    counter.press("全部结案")
    counter.expect_said(r"已结案 \d+ 单")
    assert state(counter, wish) == "closed"


def _late_api(line: Line) -> None:
    wish = taken_api(line, "direct")
    act(line, wish, "order", order_of(""))
    act(line, wish, "arrive")
    act(line, wish, "hand-over")
    days_pass(line, 8)
    no(line, wish, "return", "purchase.return_too_late", wants="refunded", reason="no_reason")
    line.post("/purchases/close-due", {}, status=200)
    assert state(line, wish) == "closed"


PATHS = (
    listed(LIST, "buy-cancel-before", _before, _before_api, {}, also=("buy-nothing-back", "buy-unknown"), day=2),
    listed(LIST, "buy-cancel-ordered", _after, _after_api, ONLY_FEE,
           also=("buy-refund-receipt", "buy-shop-more", "buy-station-bears"), day=2),
    listed(LIST, "buy-exchange", _exchanged, _exchanged_api, BOUGHT,
           also=("buy-perishable", "buy-exchange-missing"), day=3),
    listed(LIST, "buy-late-return", _late, _late_api, ONLY_FEE, day=3),
)  # fmt: skip
