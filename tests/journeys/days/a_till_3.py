"""What comes back to the till on its three days: receipts voided and lines given back, today and after the close, a ticket
carried over to other fees, the villager's screen."""

from __future__ import annotations

from contextlib import closing

from playwright.sync_api import expect

from kiosk.people import tokens
from tests.journeys.days import Unhappy, listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.journeys.days.till_steps import (
    MANAGER,
    at,
    bill,
    bill_line,
    forge,
    last_ticket,
    line_of,
    move_cash,
    on_a_later_day,
    print_costs,
    print_line,
    prints,
    reads,
    settle,
    stale,
    take_off,
)
from tests.journeys.unhappy_till import PATHS as LIST
from tests.web.browser import open_context

#: What stays of the first day for the next ones: no other ticket has these sums.
PAGES, PUMP_FEN, PUMP_FEE_FEN, PARKED_PAGES = 91, 140_00, 4_20, 11
FOREIGN = "R2611229998"


def _void(counter: Counter, ticket_id: int) -> None:
    counter.go(f"/tickets/{ticket_id}")
    counter.page.locator("#void summary").click()
    counter.page.locator("#void button", has_text="录错了").click()
    counter.page.wait_for_load_state()


def _give_back(counter: Counter, *line_ids: int, keeps_fee: bool = False) -> None:
    for line_id in line_ids:
        counter.page.locator(f"#give-back [name=line][value='{line_id}']").check(force=True)
    if not counter.page.locator("#refund").evaluate("details => details.open"):
        counter.page.locator("#refund summary").click()
    counter.send("#give-back", "button.bad", keeps_fee=keeps_fee)


def _voided(counter: Counter) -> None:
    bill(counter, "10")
    ticket_id = last_ticket(counter)
    counter.go("/ticket")
    settle(counter, p1_method="wechat", p1_amount="4", p1_seen=True, given="6")
    other = stale(counter, f"/tickets/{ticket_id}")
    counter.go(f"/tickets/{ticket_id}")
    forge(counter, "#void form", reason="whim")
    reads(counter, "列表中选择作废或退款的原因")
    _void(counter, ticket_id)
    counter.expect_said("请退给村民现金 ￥6.00，另按原路退 微信 ￥4.00")
    with at(counter, other):
        counter.page.locator("#void summary").click()
        counter.page.locator("#void button").first.click()
        reads(counter, "这单已经作废")
    counter.go("/")
    counter.scan(f"~RC:{FOREIGN}")
    reads(counter, "没有这张收据")


def _voided_api(line: Line) -> None:
    ticket = line.new_ticket(bill_line(10_00))
    place = f"/tickets/{ticket['id']}"
    line.post(f"{place}/settle", {"given_fen": 6_00, "tenders": [{"method": "wechat", "amount_fen": 4_00}]})
    line.refused(f"{place}/void", {"reason": "whim"}, "request.invalid")
    assert line.post(f"{place}/void", {"reason": "mistake"})["by_method"] == {"cash": 6_00, "wechat": 4_00}
    line.refused(f"{place}/void", {"reason": "mistake"}, "ticket.voided")
    assert line.get("/tickets", receipt_no=FOREIGN)["items"] == []


def _given_back(counter: Counter) -> None:
    bill(counter, "20")
    prints(counter, 3)
    first = last_ticket(counter)
    counter.pay("23")
    other = stale(counter, f"/tickets/{first}")
    counter.go(f"/tickets/{first}")
    _give_back(counter)
    counter.expect_refused("没有勾选要退的项目")
    _give_back(counter, line_of(counter, first))
    counter.expect_said("1 项退款 ￥20.00 已加入本单")
    with at(counter, other):
        _give_back(counter, line_of(counter, first))
        counter.expect_refused("没有重复退")
    second = last_ticket(counter)
    counter.go("/ticket")
    settle(counter)
    counter.expect_said("请付给村民现金 ￥20.00")
    _void(counter, second)
    reads(counter, "这单里有退款，不能整单作废")
    _void(counter, first)
    reads(counter, "已有项目退过款，不能整单作废")
    bill(counter, "5")
    third = last_ticket(counter)
    counter.go(f"/tickets/{first}")
    forge(counter, "#give-back", f"/tickets/{third}/refund", line=str(line_of(counter, third)))
    counter.expect_refused("没有收过款或已作废")
    take_off(counter)


def _given_back_api(line: Line) -> None:
    first = line.new_ticket(bill_line(20_00), print_line(3))
    bill_id = first["lines"][0]["id"]
    line.settle(first)
    second = line.new_ticket()
    place = f"/tickets/{second['id']}/refund"
    line.refused(place, {"line_ids": []}, "request.invalid")
    line.post(place, {"line_ids": [bill_id]})
    line.refused(place, {"line_ids": [bill_id]}, "refund.already")
    assert line.post(f"/tickets/{second['id']}/settle")["change_fen"] == 20_00
    line.refused(f"/tickets/{second['id']}/void", {}, "ticket.gave_back")
    line.refused(f"/tickets/{first['id']}/void", {}, "ticket.given_back")
    third = line.new_ticket(bill_line(5_00))
    asked = {"line_ids": [third["lines"][0]["id"]]}
    line.refused(f"/tickets/{third['id']}/refund", asked, "refund.not_settled")
    line.post(f"/tickets/{third['id']}/void")


def _drawer_empty(counter: Counter) -> None:
    bill(counter, "30")
    ticket_id = last_ticket(counter)
    counter.pay("30")
    held = f"{counter.balances()['drawer'] / 100:.2f}"
    move_cash(counter, "to_bank", held)
    counter.expect_said("请从钱箱取走")
    _void(counter, ticket_id)
    reads(counter, "钱箱账上没有 ￥30.00")
    counter.go(f"/tickets/{ticket_id}")
    _give_back(counter, line_of(counter, ticket_id))
    settle(counter)
    counter.expect_refused("钱箱账上没有 ￥30.00")
    take_off(counter)
    move_cash(counter, "from_bank", held)
    counter.expect_said("请放进钱箱")


def _drawer_empty_api(line: Line) -> None:
    ticket = line.new_ticket(bill_line(30_00))
    line.settle(ticket)
    held = {"amount_fen": line.balances()["drawer"]}
    line.post("/cash-moves", {"reason": "to_bank"} | held)
    line.refused(f"/tickets/{ticket['id']}/void", {}, "drawer.too_little")
    back = line.new_ticket()
    line.post(f"/tickets/{back['id']}/refund", {"line_ids": [ticket["lines"][0]["id"]]})
    line.refused(f"/tickets/{back['id']}/settle", {}, "drawer.too_little")
    line.post(f"/tickets/{back['id']}/void")
    line.post("/cash-moves", {"reason": "from_bank"} | held)


def _screen(counter: Counter) -> None:
    token = _screen_token(counter)
    with closing(open_context(counter._browser, counter._url)) as context:
        screen = context.new_page()
        screen.goto("/display")
        screen.fill("[name=token]", token)
        screen.locator("button.main").click()
        bill(counter, "17")
        expect(screen.locator("#main")).to_contain_text("￥17.00")
        _revoke(counter)
        take_off(counter)
        expect(screen.locator("[name=token]")).to_be_visible()
        assert "￥17.00" not in screen.content()


def _screen_api(line: Line) -> None:
    program = line.station.with_token(_screen_token(line))
    assert line.get("/fees/current", who=program)["number"]
    _revoke(line)
    answer = program.get("/fees/current")
    assert (answer.status_code, answer.json()["code"]) == (401, "token.invalid")


def _screen_token(road: Counter | Line) -> str:
    """As `kiosk token create` makes it."""
    with road.station.store.transaction(MANAGER) as tx:
        return tokens.create_token(tx, "顾客屏", "screen")


def _revoke(road: Counter | Line) -> None:
    """As `kiosk token revoke` ends it."""
    with road.station.store.transaction(MANAGER) as tx:
        tokens.revoke_token(tx, tx.value("SELECT MAX(id) FROM tokens"))


def _left_for_later(counter: Counter) -> None:
    counter.go("/purchases/new")
    counter.send(
        "#purchase-form", "button.main", item_name="水泵", amount="140", paid_by="customer", customer_name="钱二婶"
    )
    counter.pay("144.20")
    prints(counter, PAGES)
    counter.pay()
    receipt_no = counter.value("SELECT receipt_no FROM tickets ORDER BY id DESC LIMIT 1")
    prints(counter, PARKED_PAGES)
    counter.go("/ticket")
    counter.page.locator("#set-aside summary").click()
    counter.send("#set-aside form", "button")
    counter.expect_said("已挂起")
    counter.go(f"/tickets?receipt_no={receipt_no[-4:]}")
    expect(counter.page.locator("main")).to_contain_text(receipt_no)


def _left_for_later_api(line: Line) -> None:
    line.settle(line.new_ticket({"service": "purchase", "item_name": "水泵", "amount_fen": PUMP_FEN, "paid_by": "customer",
                                 "customer_name": "钱二婶"}))  # fmt: skip
    line.settle(line.new_ticket(print_line(PAGES)))
    parked = line.new_ticket(print_line(PARKED_PAGES))
    line.post(f"/tickets/{parked['id']}/park")


def _receipts(road: Counter | Line) -> tuple[int, int]:
    """The tickets of the first day: the printed pages, the pump."""
    found = "SELECT id FROM tickets WHERE total_fen = ? AND state = 'settled' ORDER BY id LIMIT 1"
    pages, pump = int(road.value(found, PAGES * 100)), int(road.value(found, PUMP_FEN + PUMP_FEE_FEN))
    on_a_later_day(road, pages)
    return pages, pump


def _later(counter: Counter) -> None:
    pages, pump = _receipts(counter)
    counter.go(f"/tickets/{pages}")
    assert counter.page.locator("#void").count() == 0
    forge(counter, "#give-back", f"/tickets/{pages}/void", reason="mistake")
    reads(counter, "已经日结的 .*请逐项办退款")
    counter.go(f"/tickets/{pages}")
    _give_back(counter, line_of(counter, pages))
    counter.expect_said("1 项退款 ￥91.00 已加入本单")
    counter.go(f"/tickets/{pump}")
    _give_back(counter, line_of(counter, pump), keeps_fee=True)
    counter.expect_said("1 项退款 ￥140.00 已加入本单")
    settle(counter, p1_method="wechat", p1_seen=True)
    counter.expect_said("已付给村民 ￥231.00")


def _later_api(line: Line) -> None:
    pages, pump = _receipts(line)
    line.refused(f"/tickets/{pages}/void", {}, "ticket.day_closed")
    back = line.new_ticket()
    place = f"/tickets/{back['id']}"
    line.post(f"{place}/refund", {"line_ids": [line_of(line, pages)], "reason": "customer_withdrew"})
    line.post(f"{place}/refund", {"line_ids": [line_of(line, pump)], "keeps_fee": True})
    line.post(f"{place}/settle", {"tenders": [{"method": "wechat", "amount_fen": -231_00}]})


def _other_fees(counter: Counter) -> None:
    _receipts(counter)
    print_costs(counter, "0.80")
    counter.go("/tickets/parked")
    counter.page.locator("tr", has_text="￥11.00").locator("button").click()
    counter.expect_said("已取回")
    settle(counter, given="11")
    counter.expect_refused("价目已更新；没有收款")
    counter.press("按现行公示价重新计算")
    counter.expect_said("1 项有变化")
    settle(counter, given="8.80")
    counter.expect_said("找零 ￥0.00")


def _other_fees_api(line: Line) -> None:
    _receipts(line)
    print_costs(line, "0.80")
    ticket_id = line.value("SELECT id FROM tickets WHERE parked_at IS NOT NULL AND state = 'open' ORDER BY id LIMIT 1")
    place = f"/tickets/{ticket_id}"
    line.refused(f"{place}/settle", {"given_fen": 11_00}, "ticket.fees_changed")
    assert line.post(f"{place}/requote")["total_fen"] == 8_80
    line.post(f"{place}/settle", {"given_fen": 8_80})


def _move_of_yesterday(road: Counter | Line) -> int:
    _receipts(road)
    return int(
        road.value("SELECT id FROM cash_moves WHERE amount_fen = 20000 AND reason = 'owner_in' ORDER BY id LIMIT 1")
    )


def _put_back_late(counter: Counter) -> None:
    move_id = _move_of_yesterday(counter)
    counter.sit_down("王站长")
    business_on = counter.value("SELECT business_on FROM cash_moves WHERE id = ?", move_id)
    counter.go(f"/cash?business_on={business_on}")
    assert counter.page.locator("button", has_text="撤回").count() == 0
    forge(counter, "#cash-form", f"/cash/{move_id}/put-back")
    counter.expect_refused(f"属于已经日结的 {business_on}，不能撤回")


def _put_back_late_api(line: Line) -> None:
    line.refused(f"/cash-moves/{_move_of_yesterday(line)}/put-back", {}, "cash.day_closed", who=line.manager)


PATHS = (
    listed(LIST, "till-void", _voided, _voided_api, also=("till-void-reason", "till-void-twice", "till-receipt-foreign")),
    listed(LIST, "till-refund-twice", _given_back, _given_back_api, {"drawer": 3_00, "fee_income": -3_00},
           also=("till-refund-nothing", "till-refund-open", "till-void-refund", "till-void-given-back")),
    listed(LIST, "till-void-cash-gone", _drawer_empty, _drawer_empty_api, {"drawer": 30_00, "held_for_bills": -30_00},
           also=("till-refund-empty",)),
    listed(LIST, "display-revoked", _screen, _screen_api),
    Unhappy("till-left", "Two receipts and a parked ticket are left for the days that follow.", _left_for_later,
            _left_for_later_api, {"drawer": 235_20, "held_for_purchases": -140_00, "fee_income": -95_20}),
    listed(LIST, "till-refund", _later, _later_api, {"wechat": -231_00, "fee_income": 91_00, "held_for_purchases": 140_00},
           also=("till-refund-keeps-fee", "till-void-late"), day=2),
    listed(LIST, "till-fees-changed", _other_fees, _other_fees_api, {"drawer": 8_80, "fee_income": -8_80}, day=2),
    listed(LIST, "cash-put-back-late", _put_back_late, _put_back_late_api, day=2),
)  # fmt: skip
