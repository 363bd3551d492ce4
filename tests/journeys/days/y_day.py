"""The first day goes on: the drawer is counted while money moves, closed without a word, without a look at the phone, and
handed from one to the other by PIN, with what the two of them do wrong."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import expect

from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import (
    COIN_FEN,
    PIN,
    api_bill,
    api_count,
    begin_count,
    bill,
    body_of_pieces,
    by_wechat,
    count,
    forced,
    hire,
    only,
    unasked,
)
from tests.journeys.days.line import Line
from tests.journeys.unhappy_day import PATHS as LIST
from tests.web.browser import PEOPLE

#: Each of the four bills of the count and of the hand-over, in cash or by WeChat.
BILL_FEN = 20_00
RELIEF, CLUMSY = "孙替班", "钱多试"
SHORT_FEN = 5_00


def _place(counter: Counter, form: str) -> str:
    return counter.page.locator(form).first.get_attribute("action") or ""


def _moved(counter: Counter) -> None:
    begin_count(counter)
    finish = _place(counter, "form[data-count]")
    close = finish.replace("/count/", "/close/").removesuffix("/finish")
    forced(counter, close).expect_refused("还没有填写点钞结果")
    bill(counter, "7700000011", "20")
    counter.go(finish.removesuffix("/finish"))
    counter.send("form[data-count]", piece_10000="2")
    counter.expect_refused("点钞期间有收付款，这次点的数没有记")
    fen = counter.stands["drawer"] + BILL_FEN
    count(counter, fen - 50_00)
    finished = _place(counter, "form[id^=close-form]")
    unasked(counter, "form[id^=close-form]")
    counter.send("form[id^=close-form]")
    counter.expect_refused("现金有差额，请选择原因")
    forced(counter, finished.replace("/close/", "/count/") + "/finish", piece_100="1").expect_refused(
        "已经记下，不能改"
    )
    bill(counter, "7700000012", "20")
    counter.go(finished.replace("/close/", "/count/"))
    unasked(counter, "form[id^=close-form]")
    counter.send("form[id^=close-form]", reason="unexplained")
    counter.expect_refused("点钞之后又有收付款，没有保存")
    assert counter.value("SELECT COUNT(*) FROM business_days WHERE state = 'open'") == 1


def _moved_api(line: Line) -> None:
    count_id = line.post("/days/counts", status=201)["count_id"]
    line.refused("/days/close", {"count_id": count_id}, "count.not_finished")
    api_bill(line, "7700000011", BILL_FEN)
    line.refused(f"/days/counts/{count_id}/finish", {"pieces": {"10000": 2}}, "count.money_moved")
    second = api_count(line, line.stands["drawer"] + BILL_FEN - 50_00)
    line.refused("/days/close", {"count_id": second}, "day.reason_missing")
    line.refused(f"/days/counts/{second}/finish", {"pieces": {}}, "count.finished")
    api_bill(line, "7700000012", BILL_FEN)
    line.refused("/days/close", {"count_id": second, "reason": "unexplained"}, "count.money_moved")


def _unseen(counter: Counter) -> None:
    bill(counter, "7700000013", "20", **by_wechat())
    count(counter, counter.stands["drawer"])
    reason = {"reason": "wrong_change"} if counter.page.locator("[name=reason]").count() else {}
    counter.send("form[id^=close-form]", **reason)
    counter.expect_refused("请填上.+今天实际到账多少")
    counter.send("form[id^=close-form]", seen_wechat="0.01")
    counter.expect_refused("与账上不一样，请选择原因")
    assert counter.page.locator("[name=seen_wechat]").input_value() == "0.01", "what was typed is kept"


def _unseen_api(line: Line) -> None:
    api_bill(line, "7700000013", BILL_FEN, wallet="wechat")
    body = {"count_id": api_count(line, line.stands["drawer"]), "reason": "wrong_change"}
    line.refused("/days/close", body, "day.wallet_not_seen")
    line.refused("/days/close", body | {"wallets": {"wechat": {"seen_fen": 1}}}, "day.wallet_reason_missing")


def _misfits(counter: Counter) -> None:
    station = counter.station
    relief, clumsy = hire(station.store, RELIEF, PIN), hire(station.store, CLUMSY, PIN)
    count(counter, counter.stands["drawer"] - SHORT_FEN, "/day/hand-over")
    form = "form[id^=hand-over-]"
    take = _place(counter, form)
    unasked(counter, form)
    counter.send(form, reason="unexplained")
    counter.expect_refused("请选接班的人")
    counter.send(form, to=str(relief), pin="000000")
    counter.expect_refused("还可以试 4 次")
    at_fault = {"to": station.staff_ids["李柜员"], "reason": "unexplained"}
    forced(counter, take, **at_fault | {"pin": PEOPLE["李柜员"][1]}).expect_refused("抽屉现在就由这位负责")
    inspector = {"to": station.staff_ids["周检查"], "pin": PEOPLE["周检查"][1]}
    forced(counter, take, **at_fault | inspector).expect_refused("接班的人要能收款和日结")
    for _ in range(4):
        forced(counter, take, to=clumsy, pin="000000").expect_refused("还可以试")
    forced(counter, take, to=clumsy, pin="000000").expect_refused("PIN 输错太多次")
    forced(counter, take, to=clumsy, pin=PIN).expect_refused("PIN 输错太多次")
    forced(counter, take, to=relief, pin=PIN).expect_refused("现金有差额，请选择原因")
    bill(counter, "7700000014", "20")
    counter.go(take.removesuffix("/take"))
    counter.send(form, to=str(relief), pin=PIN, reason="unexplained")
    counter.expect_refused("点钞之后又有收付款，没有保存")
    assert counter.value("SELECT COUNT(*) FROM drawer_hand_overs") == 0


def _misfits_api(line: Line) -> None:
    store = line.station.store
    holder = line.value("SELECT id FROM staff WHERE name = '李柜员'")
    relief, clumsy = hire(store, RELIEF, PIN), hire(store, CLUMSY, PIN)
    inspector = hire(store, "周检查", PIN, "inspector")
    count_id = api_count(line, line.stands["drawer"] - SHORT_FEN)
    body = {"count_id": count_id, "from_pin": PIN, "to_pin": PIN, "to_staff_id": relief}
    line.refused("/days/hand-over", body | {"to_pin": "000000"}, "staff.wrong_pin")
    # The document asks for a taker before the trade does.
    nobody = {name: value for name, value in body.items() if name != "to_staff_id"}
    line.refused("/days/hand-over", nobody, "request.invalid")
    silly = body | {"reason": "unexplained"}
    line.refused("/days/hand-over", silly | {"to_staff_id": holder}, "drawer.same_person")
    line.refused("/days/hand-over", silly | {"to_staff_id": inspector}, "drawer.taker_unfit")
    for code in 4 * ["staff.wrong_pin"] + ["staff.locked_out"]:
        line.refused("/days/hand-over", silly | {"to_staff_id": clumsy, "to_pin": "000000"}, code)
    line.refused("/days/hand-over", silly | {"to_staff_id": clumsy}, "staff.locked_out")
    line.refused("/days/hand-over", body, "day.reason_missing")
    api_bill(line, "7700000014", BILL_FEN)
    line.refused("/days/hand-over", silly, "count.money_moved")


def _short(counter: Counter) -> None:
    relief = counter.value("SELECT id FROM staff WHERE name = ?", RELIEF)
    form = "form[id^=hand-over-]"
    count(counter, counter.stands["drawer"] - SHORT_FEN, "/day/hand-over")
    counter.send(form, to=str(relief), pin=PIN, reason="unexplained")
    counter.expect_said(f"抽屉已交给 {RELIEF}")
    expect(counter.page.locator("main")).to_contain_text("短款")
    # It is another's drawer now.
    count(counter, counter.stands["drawer"] - SHORT_FEN, "/day/hand-over")
    own = {"to": counter.station.staff_ids["李柜员"], "pin": PEOPLE["李柜员"][1], "reason": "unexplained"}
    counter.send(form, **{name: str(value) for name, value in own.items() if name in _offered(counter, form)})
    counter.expect_refused(f"抽屉现在由 {RELIEF} 负责")
    # And that other went home.
    only(counter, "王站长")
    count(counter, counter.stands["drawer"] - SHORT_FEN, "/day/hand-over")
    counter.send(form, **{name: str(value) for name, value in own.items() if name in _offered(counter, form)})
    counter.expect_said("抽屉已交给 李柜员")
    only(counter, "李柜员")


def _offered(counter: Counter, form: str) -> set[str]:
    names = counter.page.locator(f"{form} [name]").evaluate_all("fields => fields.map(field => field.name)")
    return set(names)


def _short_api(line: Line) -> None:
    relief = line.value("SELECT id FROM staff WHERE name = ?", RELIEF)
    holder = line.value("SELECT id FROM staff WHERE name = '李柜员'")
    left_fen = line.stands["drawer"] - SHORT_FEN
    body = {"count_id": api_count(line, left_fen), "reason": "unexplained"}
    onwards = body | {"to_staff_id": relief, "to_pin": PIN, "from_pin": PIN}
    made = line.post("/days/hand-over", onwards)
    assert made["from_staff_id"] == holder
    back = {"pieces": body_of_pieces(left_fen), "to_staff_id": holder, "to_pin": PIN}
    line.refused("/days/hand-over", back, "drawer.not_yours")
    made = line.post("/days/hand-over", back, who=line.manager)
    assert (made["from_staff_id"], made["to_staff_id"], made["difference_fen"]) == (relief, holder, 0)


def _odd(stands: Mapping[str, int]) -> int:
    """What no coin can pay: it stands in the book and lies in no drawer."""
    return stands["drawer"] % COIN_FEN


def _short_moves(stands: Mapping[str, int]) -> dict[str, int]:
    short_fen = SHORT_FEN + _odd(stands)
    return {"drawer": -short_fen, "over_short": short_fen}


def _owner(counter: Counter) -> None:
    counter.go("/owner")
    expect(counter.page.locator("body")).to_contain_text("没有这项权限")


def _owner_api(line: Line) -> None:
    answer = line.operator.get("/days/owner")
    assert (answer.status_code, answer.json()["code"]) == (403, "staff.not_allowed")


PATHS = (
    listed(LIST, "day-owner-operator", _owner, _owner_api),
    listed(LIST, "day-count-moved", _moved, _moved_api, {"drawer": 2 * BILL_FEN, "held_for_bills": -2 * BILL_FEN},
           also=("day-count-unfinished", "day-count-twice", "day-count-overtaken", "day-close-silent")),
    listed(LIST, "day-wallet-unseen", _unseen, _unseen_api, {"wechat": BILL_FEN, "held_for_bills": -BILL_FEN},
           also=("day-wallet-silent",)),
    listed(LIST, "day-hand-wrong-pin", _misfits, _misfits_api, {"drawer": BILL_FEN, "held_for_bills": -BILL_FEN},
           also=("day-hand-locked", "day-hand-nobody", "day-hand-same", "day-hand-unfit", "day-hand-silent",
                 "day-hand-moved")),
    listed(LIST, "day-hand-short", _short, _short_api, _short_moves, also=("day-hand-not-yours", "day-hand-gone")),
)  # fmt: skip
