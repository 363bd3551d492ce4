"""Money at the till that is not a line's price, on its three days: who may owe and how it is repaid, cash beside the
tickets, compensation."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line
from tests.journeys.days.till_steps import (
    at,
    bill,
    bill_line,
    compensate,
    compensation_line,
    forge,
    last_ticket,
    move_cash,
    reads,
    settle,
    stale,
    take_off,
)  # fmt: skip
from tests.journeys.unhappy_till import PATHS as LIST

ALLOW = "#allow"
NOBODY = 999_999


def _debtor(road: Counter | Line) -> int:
    """Whom the manager let in last."""
    return int(road.value("SELECT MAX(id) FROM debtors"))


def _allowed(counter: Counter) -> None:
    counter.go("/debts")
    assert counter.page.locator(ALLOW).count() == 0
    forge(counter, "form[action='/log-out']", "/debts/allow", name="赵老根", phone="6001", limit="100")
    reads(counter, "没有这项权限")
    counter.sit_down("王站长")
    counter.go("/debts")
    counter.send(ALLOW, name="赵老根", phone=" ", limit="100")
    counter.expect_refused("手机号或尾号四位，同名的人靠它分清")
    counter.send(ALLOW, phone="6001", limit="0")
    counter.expect_refused("没有保存")
    counter.send(ALLOW, limit="100")
    counter.expect_said("已准许赊账，上限 ￥100.00")
    counter.go("/debts")
    counter.send(ALLOW, name="赵老根", phone="6001", limit="200")
    counter.expect_refused("已在赊账名单上")


def _allowed_api(line: Line) -> None:
    villager = {"name": "赵老根", "phone": "6001", "limit_fen": 100_00}
    line.refused("/debts", villager, "staff.not_allowed")
    line.refused("/debts", villager | {"phone": " "}, "debtor.phone_missing", who=line.manager)
    line.refused("/debts", villager | {"limit_fen": 0}, "request.invalid", who=line.manager)
    line.post("/debts", villager, who=line.manager)
    line.refused("/debts", villager | {"limit_fen": 200_00}, "debtor.already_allowed", who=line.manager)


def _split(counter: Counter) -> None:
    debtor = str(_debtor(counter))
    bill(counter, "151")
    counter.go("/ticket")
    settle(counter, p1_method="account", p1_debtor=debtor)
    counter.expect_refused("就超过站长准许的 ￥100.00")
    forge(counter, "#settle-form", p1_debtor=str(NOBODY))
    counter.expect_refused("没有准许这位村民赊账")
    counter.page.locator("#split summary").click()
    settle(counter, p1_method="wechat", p1_amount="51", p1_seen=True, p2_method="account", p2_amount="60",
           p2_debtor=debtor, given="100")  # fmt: skip
    counter.expect_said("找零 ￥60.00")


def _split_api(line: Line) -> None:
    debtor = _debtor(line)
    ticket = line.new_ticket(bill_line(151_00))
    place = f"/tickets/{ticket['id']}/settle"

    def on_account(fen: int, who: int = debtor) -> dict[str, Any]:
        return {"method": "account", "amount_fen": fen, "debtor_id": who}

    line.refused(place, {"tenders": [on_account(151_00)]}, "debt.over_limit")
    line.refused(place, {"tenders": [on_account(60_00, NOBODY)], "given_fen": 91_00}, "debt.not_allowed")
    parts = [{"method": "wechat", "amount_fen": 51_00}, on_account(60_00)]
    assert line.post(place, {"tenders": parts, "given_fen": 100_00})["change_fen"] == 60_00


def _repaid(counter: Counter) -> None:
    debtor, charged = _debtor(counter), last_ticket(counter)
    form = f"#repay-{debtor}"
    counter.go(f"/debts/{debtor}")
    counter.send(form, amount="60.01")
    counter.expect_refused("只欠 ￥60.00")
    counter.send(form, amount="20")
    counter.expect_said("还款 ￥20.00 已加入本单")
    counter.go(f"/debts/{debtor}")
    counter.send(form, amount="1")
    counter.expect_refused("等着收款")
    counter.pay("20")
    counter.go(f"/tickets/{charged}")
    counter.page.locator("#void summary").click()
    counter.page.locator("#void button").first.click()
    reads(counter, "这单赊的账已经还过")
    counter.go(f"/debts/{debtor}")
    counter.press("打印对账单")
    counter.expect_said("对账单已送去打印")


def _repaid_api(line: Line) -> None:
    debtor, charged = _debtor(line), last_ticket(line)
    repay = {"service": "debt", "debtor_id": debtor, "amount_fen": 20_00}
    line.refused("/tickets", {"lines": [repay | {"amount_fen": 60_01}]}, "debt.more_than_owed")
    ticket = line.new_ticket(repay)
    line.refused("/tickets", {"lines": [repay | {"amount_fen": 1_00}]}, "debt.on_ticket")
    line.settle(ticket)
    line.refused(f"/tickets/{charged}/void", {}, "ticket.debt_repaid")
    assert line.get(f"/debts/{debtor}")["owed_fen"] == 40_00
    assert line.post(f"/debts/{debtor}/statement")["slip_id"]


def _set_off(counter: Counter) -> None:
    debtor = str(_debtor(counter))
    counter.sit_down("王站长")
    compensate(counter, "52")
    counter.expect_said("赔付 ￥52.00 已加入本单")
    settle(counter, p1_method="account", p1_debtor=debtor)
    counter.expect_refused("没有欠这么多")
    counter.page.locator("#split summary").click()
    settle(counter, p1_amount="30", p2_method="wechat")
    counter.expect_refused("已用微信转出")
    settle(counter, p2_seen=True)
    counter.expect_said("已付给村民 ￥52.00")


def _set_off_api(line: Line) -> None:
    debtor = _debtor(line)
    ticket = line.post("/tickets", {"lines": [compensation_line(52_00)]}, who=line.manager)
    place = f"/tickets/{ticket['id']}/settle"
    account = {"method": "account", "amount_fen": -52_00, "debtor_id": debtor}
    line.refused(place, {"tenders": [account]}, "debt.not_owed", who=line.manager)
    parts = [account | {"amount_fen": -30_00}, {"method": "wechat", "amount_fen": -22_00}]
    assert line.post(place, {"tenders": parts}, who=line.manager)["cash_fen"] == 0


def _stopped(counter: Counter) -> None:
    debtor = _debtor(counter)
    counter.sit_down("王站长")
    other = stale(counter, f"/debts/{debtor}")
    counter.go(f"/debts/{debtor}")
    counter.press("停止赊账")
    counter.expect_said("已停止赊账")
    with at(counter, other):
        counter.press("停止赊账")
        counter.expect_refused("已经停止赊账")
    bill(counter, "5")
    counter.go("/ticket")
    settle(counter, p1_method="account", p1_debtor=str(debtor))
    counter.expect_refused("没有准许这位村民赊账")
    settle(counter, p1_method="cash", given="5")
    counter.expect_said("找零 ￥0.00")


def _stopped_api(line: Line) -> None:
    debtor = _debtor(line)
    line.post(f"/debts/{debtor}/stop", who=line.manager)
    line.refused(f"/debts/{debtor}/stop", {}, "debtor.already_stopped", who=line.manager)
    ticket = line.new_ticket(bill_line(5_00))
    account = {"method": "account", "amount_fen": 5_00, "debtor_id": debtor}
    line.refused(f"/tickets/{ticket['id']}/settle", {"tenders": [account]}, "debt.not_allowed")
    line.settle(ticket)


def _cash(counter: Counter) -> None:
    move_cash(counter, "expense", "3.50")
    counter.expect_refused("写明这笔钱是做什么的")
    move_cash(counter, "from_bank", "0")
    counter.expect_refused("大于 0")
    move_cash(counter, "to_bank", "99999")
    counter.expect_refused("钱箱账上没有")
    assert counter.page.locator("[name=reason][value=owner_out]").count() == 0
    forge(counter, "#cash-form", reason="owner_out", amount="1")
    counter.expect_refused("没有这项权限")
    counter.sit_down("王站长")
    move_cash(counter, "carrier", "1")
    counter.expect_refused("和哪家快递公司结算")
    forge(counter, "#cash-form", reason="carrier", amount="99999", carrier="YTO")
    counter.expect_refused("账上只欠圆通")
    move_cash(counter, "owner_in", "99")
    counter.expect_said("请放进钱箱")
    other = stale(counter, "/cash")
    counter.go("/cash")
    counter.press("撤回")
    counter.expect_said("请从钱箱取出 ￥99.00")
    with at(counter, other):
        counter.press("撤回")
        counter.expect_refused("已经撤回过")
    move_cash(counter, "owner_in", "200")
    counter.expect_said("已记存入 ￥200.00")


def _cash_api(line: Line) -> None:
    place, manager = "/cash-moves", line.manager
    line.refused(place, {"reason": "expense", "amount_fen": 3_50}, "cash.note_missing")
    line.refused(place, {"reason": "from_bank", "amount_fen": 0}, "request.invalid")
    line.refused(place, {"reason": "to_bank", "amount_fen": 99_999_00}, "drawer.too_little")
    line.refused(place, {"reason": "owner_out", "amount_fen": 1_00}, "staff.not_allowed")
    line.refused(place, {"reason": "carrier", "amount_fen": 1_00}, "cash.carrier_missing", who=manager)
    settled = {"reason": "carrier", "amount_fen": 99_999_00, "carrier": "YTO"}
    line.refused(place, settled, "cash.not_owed", who=manager)
    wrong = line.post(place, {"reason": "owner_in", "amount_fen": 99_00}, who=manager)
    line.post(f"{place}/{wrong['id']}/put-back", who=manager)
    line.refused(f"{place}/{wrong['id']}/put-back", {}, "cash.already_put_back", who=manager)
    line.post(place, {"reason": "owner_in", "amount_fen": 200_00}, who=manager)


def _compensation(counter: Counter) -> None:
    counter.go("/compensation")
    reads(counter, "没有这项权限")
    counter.sit_down("王站长")
    compensate(counter, "30", note="", reason="other")
    counter.expect_refused("请写明为什么赔付")
    counter.send("form[action='/compensation/new']", about_kind="parcel", about_id=str(NOBODY), note="摔坏鸡蛋")
    reads(counter, f"{NOBODY}")
    compensate(counter, "99999")
    settle(counter)
    counter.expect_refused("钱箱账上没有 ￥99,?999.00 可付")
    take_off(counter)
    counter.expect_said("已从本单去掉一项")
    assert counter.value("SELECT state FROM compensations ORDER BY id DESC LIMIT 1") == "cancelled"
    compensate(counter, "6")
    settle(counter)
    counter.expect_said("请付给村民现金 ￥6.00")
    expect(counter.page.locator("main")).to_contain_text("￥6.00")
    _signed(counter)


def _compensation_api(line: Line) -> None:
    manager = line.manager
    line.refused("/tickets", {"lines": [compensation_line(30_00)]}, "staff.not_allowed")
    silent = compensation_line(30_00, reason="other", note="")
    line.refused("/tickets", {"lines": [silent]}, "compensation.note_missing", who=manager)
    about = compensation_line(30_00, about_kind="parcel", about_id=NOBODY)
    line.refused("/tickets", {"lines": [about]}, "parcel.unknown", who=manager)
    ticket = line.post("/tickets", {"lines": [compensation_line(99_999_00)]}, who=manager)
    place = f"/tickets/{ticket['id']}"
    line.refused(f"{place}/settle", {}, "drawer.too_little", who=manager)
    line.post(f"{place}/lines/{ticket['lines'][0]['id']}/remove", who=manager)
    assert line.value("SELECT state FROM compensations ORDER BY id DESC LIMIT 1") == "cancelled"
    line.post(f"{place}/lines", {"lines": [compensation_line(6_00)]}, who=manager)
    assert line.post(f"{place}/settle", who=manager)["change_fen"] == 6_00
    _signed(line)


def _signed(road: Counter | Line) -> None:
    """The slip that the villager signs is numbered, and on its way to the printer or kept to be shown."""
    paid = "SELECT compensation_no FROM compensations WHERE state = 'paid' AND slip_id IS NOT NULL ORDER BY id DESC LIMIT 1"
    assert str(road.value(paid)).startswith("C")


PATHS = (
    listed(LIST, "debt-allowed", _allowed, _allowed_api,
           also=("debt-allow-denied", "debt-no-phone", "debt-limit", "debt-allowed-twice")),
    listed(LIST, "till-split", _split, _split_api,
           {"wechat": 51_00, "debts": 60_00, "drawer": 40_00, "held_for_bills": -151_00},
           also=("till-account-limit", "till-account-not-allowed")),
    listed(LIST, "debt-repaid", _repaid, _repaid_api, {"drawer": 20_00, "debts": -20_00},
           also=("debt-repaid-more", "debt-repaid-twice", "till-void-debt-repaid", "debt-statement")),
    listed(LIST, "till-set-off", _set_off, _set_off_api, {"compensation": 52_00, "debts": -30_00, "wechat": -22_00},
           also=("till-set-off-too-much", "till-pay-out-wallet")),
    listed(LIST, "till-account-stopped", _stopped, _stopped_api, {"drawer": 5_00, "held_for_bills": -5_00},
           also=("debt-stopped-twice",)),
    listed(LIST, "cash-in", _cash, _cash_api, {"drawer": 200_00, "owner": -200_00},
           also=("cash-no-note", "cash-zero", "cash-out-too-much", "cash-denied", "cash-carrier-missing",
                 "cash-carrier-too-much", "cash-put-back", "cash-put-back-twice")),
    listed(LIST, "compensation-paid", _compensation, _compensation_api, {"compensation": 6_00, "drawer": -6_00},
           also=("compensation-denied", "compensation-why", "compensation-about", "compensation-taken-off",
                 "till-pay-out-empty", "till-pay-out")),
)  # fmt: skip
