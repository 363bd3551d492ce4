"""The till on its three days: what goes wrong between a line and its receipt. Accounts and the drawer are in ``a_till_2``,
what is voided, given back and carried over in ``a_till_3``."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import expect

from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.journeys.days.till_steps import (
    PAYMENT_CODE,
    at,
    bill,
    bill_line,
    forge,
    last_ticket,
    line_of,
    print_line,
    prints,
    reads,
    settle,
    stale,
)  # fmt: skip
from tests.journeys.unhappy_till import PATHS as LIST

BILL = {"biller": "power-demo", "account_no": "6029023500", "amount": "50", "bill_period": "2026-11"}


def _cash_short(counter: Counter) -> None:
    counter.go("/bills/new")
    counter.send("#bill-form", **BILL)
    counter.pay("49.99")
    counter.expect_refused("还差 ￥0.01")
    counter.pay("100")
    counter.expect_said("找零 ￥50.00")


def _cash_short_api(line: Line) -> None:
    ticket = line.new_ticket(bill_line(50_00))
    line.refused(f"/tickets/{ticket['id']}/settle", {"given_fen": 49_99}, "ticket.cash_short")
    assert line.settle(ticket, 100_00)["change_fen"] == 50_00


def _wallet(counter: Counter) -> None:
    bill(counter, "51")
    counter.go("/ticket")
    settle(counter, p1_method="wechat")
    counter.expect_refused("已看到微信")
    settle(counter, p1_seen=True, p1_reference=PAYMENT_CODE)
    counter.expect_refused("付款码，本机不收款也没有保存")
    assert PAYMENT_CODE not in counter.page.content()
    settle(counter, p1_seen=True, p1_reference="张建国")
    counter.expect_refused("流水号只能是字母和数字")
    settle(counter, p1_seen=True, p1_reference="42000020261122", p1_amount="0")
    counter.expect_refused("付款金额填得不对")
    settle(counter, p1_amount="60")
    counter.expect_refused("多于应收")
    settle(counter, p1_amount="", given="51")
    counter.expect_refused("不用再收现金")
    settle(counter, p1_method="account", given="")
    counter.expect_refused("记在谁的账上")
    other = stale(counter, "/ticket")
    settle(counter, p1_method="wechat", p1_seen=True, p1_reference="42000020261122")
    counter.expect_said("不用找零")
    with at(counter, other):
        settle(counter, given="51")
        counter.expect_refused("没有重复收取")


def _wallet_api(line: Line) -> None:
    ticket = line.new_ticket(bill_line(51_00))
    place = f"/tickets/{ticket['id']}/settle"
    wechat = {"method": "wechat", "amount_fen": 51_00}

    def refused(code: str, given_fen: int = 0, **more: object) -> None:
        line.refused(place, {"given_fen": given_fen, "tenders": [wechat | more]}, code)

    refused("payment.is_payment_code", reference=PAYMENT_CODE)
    refused("payment.reference_wrong", reference="张建国")
    refused("payment.amount_wrong", amount_fen=0)
    refused("payment.amount_wrong", amount_fen=-51_00)
    refused("payment.too_much", amount_fen=60_00)
    refused("ticket.cash_not_asked", given_fen=51_00)
    refused("payment.debtor_missing", method="account")
    line.post(place, {"tenders": [wechat | {"reference": "42000020261122"}]})
    line.refused(place, {"tenders": [wechat]}, "ticket.already_settled")


def _emptied(counter: Counter) -> None:
    bill(counter, "52")
    ticket_id = counter.ticket_id()
    paying, parking, removing, dropping = (stale(counter, "/ticket") for _ in range(4))
    counter.go("/ticket")
    counter.press("去掉")
    counter.expect_said("没有收费")
    with at(counter, removing):
        counter.page.locator("button", has_text="去掉").first.click()
        reads(counter, "已经办完或已去掉")
    with at(counter, paying):
        settle(counter, given="52")
        counter.expect_refused("还没有项目，不能收款")
    with at(counter, parking):
        counter.page.locator("#set-aside summary").click()
        counter.send("#set-aside form", "button", label="蓝衣服")
        counter.expect_refused("不用挂起")
    with at(counter, dropping):
        counter.page.locator("#drop summary").click()
        counter.send("#drop form", "button")
        counter.expect_said("本单已作废，没有收款")
    assert counter.value("SELECT state FROM tickets WHERE id = ?", ticket_id) == "voided"


def _emptied_api(line: Line) -> None:
    ticket = line.new_ticket(bill_line(52_00))
    place = f"/tickets/{ticket['id']}"
    remove = f"{place}/lines/{ticket['lines'][0]['id']}/remove"
    assert line.post(remove)["total_fen"] == 0
    line.refused(remove, {}, "ticket.line_fixed")
    line.refused(f"{place}/settle", {}, "ticket.empty")
    line.refused(f"{place}/park", {}, "ticket.nothing_to_park")
    line.post(f"{place}/void")
    assert line.get(place)["state"] == "voided"


def _fee(counter: Counter) -> None:
    prints(counter, 7)
    counter.go("/ticket")
    assert "改收服务费" not in counter.page.content()
    line_id = line_of(counter, last_ticket(counter))
    place = f"/ticket/lines/{line_id}/fee"
    forge(counter, "#set-aside form", place, to="2", reason="hardship")
    counter.expect_refused("没有这项权限")
    counter.sit_down("王站长")
    counter.go("/ticket")
    forge(counter, f"#less-{line_id} form", to="2", reason="pity")
    counter.expect_refused("减收的原因")
    counter.page.locator(f"#less-{line_id} summary").click()
    counter.send(f"#less-{line_id} form", "button", to="8")
    counter.expect_refused("只能减收")
    if not counter.page.locator(f"#less-{line_id}").evaluate("details => details.open"):
        counter.page.locator(f"#less-{line_id} summary").click()
    counter.send(f"#less-{line_id} form", "button", to="2", reason="hardship")
    counter.expect_said("由 ￥7.00 减为 ￥2.00")
    counter.pay("2")


def _fee_api(line: Line) -> None:
    ticket = line.new_ticket(print_line(7))
    place = f"/tickets/{ticket['id']}/lines/{ticket['lines'][0]['id']}/reduce"
    line.refused(place, {"to_fen": 2_00, "reason": "hardship"}, "staff.not_allowed")
    line.refused(place, {"to_fen": 2_00, "reason": "pity"}, "request.invalid", who=line.manager)
    line.refused(place, {"to_fen": 8_00, "reason": "hardship"}, "fee.not_lower", who=line.manager)
    line.post(place, {"to_fen": 2_00, "reason": "hardship"}, who=line.manager)
    line.settle(ticket, 2_00)


def _parked(counter: Counter) -> None:
    prints(counter, 3)
    first = counter.ticket_id()
    counter.go("/ticket")
    counter.page.locator("#set-aside summary").click()
    counter.send("#set-aside form", "button", label="蓝衣服大爷")
    counter.expect_said("已挂起")
    prints(counter, 4)
    counter.pay("4")
    other = stale(counter, "/tickets/parked")
    counter.go("/tickets/parked")
    expect(counter.page.locator("main")).to_contain_text("蓝衣服大爷")
    counter.press("取回办理")
    counter.expect_said("已取回")
    assert counter.ticket_id() == first
    counter.pay("3")
    with at(counter, other):
        counter.press("取回办理")
        counter.expect_refused("已收过款")


def _parked_api(line: Line) -> None:
    first = line.new_ticket(print_line(3))
    line.post(f"/tickets/{first['id']}/park", {"label": "蓝衣服大爷"})
    line.settle(line.new_ticket(print_line(4)))
    line.post(f"/tickets/{first['id']}/resume", {"desk_id": 1})
    line.settle(first)
    line.refused(f"/tickets/{first['id']}/resume", {"desk_id": 1}, "ticket.already_settled")


def _rounding(road: Counter | Line, rule: str) -> None:
    """The station is started anew with this in its station.toml."""
    store = road.station.store
    store.settings = replace(store.settings, till=replace(store.settings.till, rounding=rule))


def _rounded(counter: Counter) -> None:
    _rounding(counter, "jiao")
    bill(counter, "53.07")
    counter.go("/ticket")
    expect(counter.page.locator("main")).to_contain_text("现金抹零 ￥0.07")
    settle(counter, given="53")
    counter.expect_said("找零 ￥0.00")
    _rounding(counter, "none")


def _rounded_api(line: Line) -> None:
    _rounding(line, "jiao")
    ticket = line.new_ticket(bill_line(53_07))
    line.refused(f"/tickets/{ticket['id']}/settle", {"given_fen": 52_99}, "ticket.cash_short")
    assert line.settle(ticket, 53_00)["total_fen"] == 53_00
    _rounding(line, "none")


PATHS = (
    listed(LIST, "till-short", _cash_short, _cash_short_api, {"drawer": 50_00, "held_for_bills": -50_00}),
    listed(LIST, "till-not-seen", _wallet, _wallet_api, {"wechat": 51_00, "held_for_bills": -51_00},
           also=("till-payment-code", "till-reference-name", "till-amount-wrong", "till-too-much", "till-cash-not-asked",
                 "till-account-nobody", "till-twice")),
    listed(LIST, "till-empty", _emptied, _emptied_api,
           also=("till-line-off", "till-line-fixed", "till-park-empty", "till-dropped")),
    listed(LIST, "till-fee-less", _fee, _fee_api, {"drawer": 2_00, "fee_income": -2_00},
           also=("till-fee-less-denied", "till-fee-more", "till-fee-reason")),
    listed(LIST, "till-parked", _parked, _parked_api, {"drawer": 7_00, "fee_income": -7_00}, also=("till-park-settled",)),
    listed(LIST, "till-rounded", _rounded, _rounded_api, {"drawer": 53_00, "rounding": 7, "held_for_bills": -53_07}),
)  # fmt: skip
