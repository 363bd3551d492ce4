"""The morning of the first day: yesterday was forgotten and is closed late, with the desk's other tab still showing it; its
report is corrected, its power cut entered; then today's float is counted. First of all rooms, as the day is."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from kiosk import clock, shifts
from kiosk.storage import Actor
from kiosk.storage.database import SYSTEM
from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import (
    PIN,
    api_bill,
    api_count,
    bill,
    count,
    date_on,
    forced,
    hire,
    only,
    unasked,
)
from tests.journeys.days.line import Line
from tests.journeys.unhappy_day import PATHS as LIST

YESTERDAY = -1
FLOAT_FEN, FIRST_BILL_FEN = 200_00, 50_00


def _opened_yesterday(road: Counter | Line, actor: Actor) -> None:
    """The day was opened yesterday by whoever came first, and nobody came again."""
    with road.station.store.transaction(actor) as tx:
        tx.now = clock.stamp(clock.now() - timedelta(days=1))
        shifts.ensure_open(tx)


def _forgotten(counter: Counter) -> None:
    _opened_yesterday(counter, Actor("staff", counter.station.staff_ids["李柜员"], "operator", "李柜员", 1))
    counter.go("/day")
    expect(counter.page.locator("main")).to_contain_text(f"{date_on(YESTERDAY)} 还没有日结")
    count(counter, 0)
    expect(counter.page.locator("main")).to_contain_text("没有留到明天的事项")
    slept = counter.page.locator("form[id^=close-form]").first.get_attribute("action") or ""
    count(counter, 0)
    counter.send("form[id^=close-form]")
    counter.expect_said(f"{date_on(YESTERDAY)} 已日结")
    for path in (slept, "/day/count", "/day/x"):
        forced(counter, path).expect_refused("还没有开始营业，或已经日结过了")
    counter.go("/day")
    expect(counter.page.locator("main")).to_contain_text("补结")


def _forgotten_api(line: Line) -> None:
    _opened_yesterday(line, SYSTEM)
    first, second = api_count(line, 0), api_count(line, 0)
    closed = line.post("/days/close", {"count_id": first})
    assert (closed["business_on"], closed["is_closed_late"], closed["difference_fen"]) == (date_on(YESTERDAY), True, 0)
    line.refused("/days/close", {"count_id": second}, "day.none_open", who=line.station.program("other operator"))
    line.refused("/days/counts", None, "day.none_open")
    line.refused("/days/x", None, "day.none_open")
    line.refused("/days/clock", {"reason": "battery"}, "clock.not_in_doubt", who=line.manager)


def _report(counter: Counter) -> str:
    report_id = counter.value("SELECT MIN(id) FROM reports WHERE business_on = ?", date_on(YESTERDAY))
    return f"/reports/{report_id}/correct"


def _corrected(counter: Counter) -> None:
    counter.go(_report(counter))
    expect(counter.page.locator("main")).to_contain_text("没有这项权限")
    only(counter, "王站长")
    place = _report(counter)
    counter.go(place)
    counter.send("form[id^=correct-]", reason="not_recorded", voucher="R17")
    counter.expect_refused("没有填要更正的数字")
    counter.send("form[id^=correct-]", **{"voucher": "收据", "count:bill:water": "1", "amount:bill:water": "35"})
    counter.expect_refused("请填凭证号")
    unasked(counter, "form[id^=correct-]")
    counter.send("form[id^=correct-]", voucher="")
    counter.expect_refused("请填凭证号")
    counter.send("form[id^=correct-]", voucher="R17")
    counter.expect_said(f"{date_on(YESTERDAY)} 的更正 .+ 已定稿并等待上报")
    expect(counter.page.locator("main")).to_contain_text("第 1 次补充")
    only(counter, "李柜员")


WATER = {"service_type": "bill", "kind": "water", "txn_count": 1, "txn_amount_fen": 35_00}


def _corrected_api(line: Line) -> None:
    body = {"business_on": date_on(YESTERDAY), "reason": "not_recorded", "voucher": "R17", "rows": [WATER]}
    line.refused("/days/correct", body, "staff.not_allowed")
    line.refused("/days/correct", body | {"rows": []}, "correction.nothing", who=line.manager)
    line.refused("/days/correct", body | {"voucher": "收据"}, "correction.voucher_unreadable", who=line.manager)
    assert line.post("/days/correct", body, who=line.manager)["revision"] == 1
    told = line.get("/reports/daily", business_on=date_on(YESTERDAY))
    assert (told["revision"], told["totals"]["txn_amount_fen"], told["message"]["state"]) == (1, 35_00, "waiting")


def _correct_nothing_frozen(line: Line) -> None:
    body = {"business_on": date_on(0), "reason": "not_recorded", "voucher": "R17", "rows": [WATER]}
    line.post("/days/open")
    line.refused("/days/correct", body, "correction.day_open", who=line.manager)
    line.refused("/days/correct", body | {"business_on": "2025-02-28"}, "correction.no_day", who=line.manager)


def _power_cut(counter: Counter) -> None:
    cut = {"from_on": date_on(YESTERDAY), "from_time": "14:00", "to_time": "16:30", "reason": "power_cut"}
    place = f"/hours?month={date_on(YESTERDAY)[:7]}"
    counter.go(place)
    counter.send("#closing-form", **cut | {"to_on": date_on(-3)})
    counter.expect_refused("止日不早于起日")
    counter.send("#closing-form", to_on=date_on(95), from_time="", to_time="")
    counter.expect_refused("一次最多登记 60 天")
    counter.send("#closing-form", **cut | {"to_on": "", "to_time": ""})
    counter.expect_refused("停业的时间不对")
    counter.send("#closing-form", to_time="16:30")
    expect(counter.page.locator("main table").first).to_contain_text("停电 14:00–16:30")
    counter.send("#closing-form", **cut)
    counter.expect_refused("已经登记过了")
    counter.go(place)
    withdraw = counter.page.locator("form[action$='/withdraw']").first.get_attribute("action") or ""
    counter.send(f"form[action='{withdraw}']", "button")
    counter.expect_said("已撤回停业登记")
    forced(counter, withdraw).expect_refused("已经撤回过了")
    assert "停电" not in counter.page.locator("main table").first.inner_text()
    forced(counter, "/hours/print", month="2026-13").expect_refused("月份应写成")


def _power_cut_api(line: Line) -> None:
    on = date_on(YESTERDAY)
    cut = {"from_on": on, "from_time": "14:00", "to_time": "16:30", "reason": "power_cut"}
    line.refused("/days/closings", cut | {"to_on": date_on(-3)}, "closing.dates_wrong")
    whole = {"from_on": on, "to_on": date_on(95), "reason": "holiday"}
    line.refused("/days/closings", whole, "closing.too_long")
    line.refused("/days/closings", {name: cut[name] for name in cut if name != "to_time"}, "closing.times_wrong")
    made = line.post("/days/closings", cut, status=201)
    line.refused("/days/closings", cut, "closing.twice")
    told = line.get("/days/details", business_on=on)["closings"]
    assert [(one["reason"], one["from_time"]) for one in told] == [("power_cut", "14:00")]
    line.post(f"/days/closings/{made['id']}/withdraw")
    line.refused(f"/days/closings/{made['id']}/withdraw", None, "closing.withdrawn")
    assert line.get("/days/details", business_on=on)["closings"] == []
    # Its form is part of the published document, so that the month is refused before the trade is asked.
    line.refused("/days/hours/print", {"month": "2026-13"}, "request.invalid")


def _float(counter: Counter) -> None:
    counter.go("/day")
    counter.send("#open-form", piece_10000="zwei")
    counter.expect_refused("面额 ￥100.00 的张数不对")
    counter.send("#open-form", piece_10000="2")
    counter.expect_said("备用金 ￥200.00")
    bill(counter, "7700000001", "50")
    counter.go("/day")
    assert counter.page.locator("#float-form").count() == 0
    forced(counter, "/day/open", piece_10000="1").expect_refused("今天已有现金进出，备用金不能再改")


def _float_api(line: Line) -> None:
    line.refused("/days/open", {"pieces": {"10000": -2}}, "request.invalid")
    line.post("/days/open", {"pieces": {"10000": 2}})
    # Programs opened this day: the drawer is given to the one who answers for it.
    hire(line.station.store, "王站长", "739204", "manager")
    holder = hire(line.station.store, "李柜员", PIN)
    line.post("/days/hand-over", {"pieces": {"10000": 2}, "to_staff_id": holder, "to_pin": PIN})
    api_bill(line, "7700000001", FIRST_BILL_FEN)
    line.refused("/days/open", {"pieces": {"10000": 1}}, "day.float_too_late")


PATHS = (
    listed(LIST, "day-close-late", _forgotten, _forgotten_api,
           also=("day-close-zero", "day-close-twice", "day-count-none", "day-x-none")),
    listed(LIST, "day-correct", _corrected, _corrected_api,
           also=("day-correct-operator", "day-correct-nothing", "day-correct-voucher")),
    listed(LIST, "day-closing-after", _power_cut, _power_cut_api,
           also=("day-closing-backwards", "day-closing-hours", "day-closing-long", "day-closing-twice",
                 "day-closing-withdrawn", "day-month-wrong")),
    listed(LIST, "day-float-late", _float, _float_api,
           {"drawer": FLOAT_FEN + FIRST_BILL_FEN, "owner": -FLOAT_FEN, "held_for_bills": -FIRST_BILL_FEN},
           also=("day-float-wrong",)),
    listed(LIST, "day-correct-open", None, _correct_nothing_frozen, also=("day-correct-never",),
           because="a page corrects a report that was frozen: a day that is open, or never was, has none to open"),
)  # fmt: skip
