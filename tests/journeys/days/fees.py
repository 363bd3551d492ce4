"""The published fees on the three days: what the manager gets wrong when he writes the next list, and what the counter
may not charge. The desk has one operator, so the manager's log-in ends the operator's, who comes back afterwards."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from kiosk import fees
from kiosk.settings import CONFIG
from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import date_on, forced, only, second_tab
from tests.journeys.days.line import Line
from tests.journeys.days.outbound import FORM, FREIGHT_FEN, LINE, written
from tests.journeys.unhappy_fees import PATHS as LIST
from tests.web.counter import MANAGER, arrive

COPY = {
    "service": "convenience", "name_zh": "复印", "code": "convenience.copy", "unit": "页", "rule": "fixed_per_unit",
}  # fmt: skip
#: What both stations have published from the beginning.
ITEMS: list[dict[str, Any]] = tomllib.loads((CONFIG / "fees.demo.toml").read_text("utf-8"))["items"]
DEARER_FEN = 2_00


def items(outbound: str | None) -> list[dict[str, Any]]:
    """The list as it stands, with another fee for sending; None leaves that out."""
    others = [item for item in ITEMS if item["code"] != "outbound"]
    if outbound is None:
        return others
    return [*others, {"code": "outbound", "name_zh": "代寄快递", "service": "outbound", "unit": "件",
                      "rule": "fixed_per_unit", "amount": outbound}]  # fmt: skip


def day_of(road: Counter | Line) -> str:
    """The business date: of the open day, else today."""
    return str(road.value("SELECT business_on FROM business_days WHERE state = 'open'") or date_on(0))


def list_of(effective_on: str, *found: dict[str, Any]) -> dict[str, Any]:
    return {"effective_on": effective_on, "basis": "村民约定", "approver": "村民委员会", "items": list(found)}


def given(counter: Counter, effective_on: str, *found: dict[str, Any]) -> None:
    """A list that the manager published; how he does that is taken elsewhere."""
    with counter.station.store.transaction(MANAGER) as tx:
        fees.publish(tx, list_of(effective_on, *found))


def given_api(line: Line, effective_on: str, *found: dict[str, Any]) -> int:
    saved = line.post("/fees/draft", list_of(effective_on, *found), who=line.manager)
    return int(line.post("/fees/publish", {"revision": saved["revision"]}, who=line.manager)["number"])


def _by_the_manager(do: Callable[[Counter], None]) -> Callable[[Counter], None]:
    def path(counter: Counter) -> None:
        only(counter, "王站长")
        do(counter)
        only(counter, "李柜员")

    return path


def _begin(counter: Counter) -> None:
    counter.go("/fees/draft")
    counter.send("#begin", "button")


def _discard(counter: Counter) -> None:
    counter.go("/fees/draft")
    counter.page.locator("#discard summary").click()
    counter.press("确定丢弃")
    counter.expect_said("草稿丢弃了")


def _head(counter: Counter, effective_on: str) -> None:
    counter.go("/fees/draft")
    counter.page.locator("[name=effective_on]").evaluate("(field) => field.removeAttribute('min')")
    counter.send("#head", "button.main", effective_on=effective_on, basis="村民约定", approver="村民委员会")


def _published(counter: Counter, words: str, revision: int) -> None:
    """Publishing is sent although the page offers it no more."""
    answer = forced(counter, "/fees/draft/publish", revision=revision)
    assert answer.status == 422 and words in answer.text, answer.text[:1500]


def _revision(counter: Counter) -> int:
    return int(counter.value("SELECT revision FROM fee_drafts WHERE state = 'open'"))


def _writing(counter: Counter) -> None:
    in_force = counter.value("SELECT COUNT(*) FROM fee_versions")
    _begin(counter)
    counter.go("/fees/draft/items/new")
    counter.send(".rule-form", **COPY)
    counter.expect_said("还有 1 处要改")
    _head(counter, date_on(3))
    expect(counter.page.locator("main")).to_contain_text("改好才能公示")
    assert counter.page.locator("#publish").count() == 0
    _published(counter, "没有公示", _revision(counter))
    number = counter.value("SELECT json_array_length(content, '$.items') FROM fee_drafts WHERE state = 'open'")
    counter.go(f"/fees/draft/items/{number}")
    counter.send(".rule-form", amount="0.50")
    _head(counter, date_on(-1))
    expect(counter.page.locator("main")).to_contain_text("执行日期已经过去")
    expect(counter.page.locator("#publish button.main")).to_be_disabled()
    _published(counter, "已经过去", _revision(counter))
    counter.go("/fees/draft/items/new")
    with second_tab(counter):
        counter.go("/fees/draft")
        counter.send("#head", "button.main", effective_on=date_on(3))
    counter.page.wait_for_timeout(
        500
    )  # the station tells the first window, which must not take the new draft for its own
    counter.send(".rule-form", **COPY | {"code": "convenience.scan", "name_zh": "扫描"}, amount="0.80")
    counter.expect_refused("草稿刚被别的窗口改过")
    assert counter.page.input_value("[name=amount]") == "0.80"
    _discard(counter)
    with counter.station.store.transaction(MANAGER) as tx:
        fees.save_draft(tx, None, list_of(date_on(3), COPY | {"amount": "0.50"}))
    counter.go("/fees/draft")
    counter.page.locator("#remove-1 summary").click()
    counter.press("确定去掉")
    _head(counter, date_on(3))
    expect(counter.page.locator("main")).to_contain_text("至少要有一项")
    _published(counter, "没有公示", _revision(counter))
    _discard(counter)
    assert counter.value("SELECT COUNT(*) FROM fee_versions") == in_force


def _writing_api(line: Line) -> None:
    in_force = line.get("/fees/current")["number"]

    def save(revision: int | None, effective_on: str, *found: dict[str, Any]) -> int:
        body = list_of(effective_on, *found) | {"revision": revision}
        saved = line.post("/fees/draft", body, who=line.manager)
        return int(saved["revision"])

    def publish(revision: int, code: str) -> None:
        line.refused("/fees/publish", {"revision": revision}, code, who=line.manager)

    first = save(None, date_on(3), COPY | {"amount": "两毛"})
    draft = line.get("/fees/draft", who=line.manager)
    assert [mistake["place"] for mistake in draft["mistakes"]] == ["items[1].amount"]
    publish(first, "fees.unreadable")
    second = save(first, date_on(-1), COPY | {"amount": "1"})
    publish(second, "fees.backdated")
    line.refused("/fees/draft", list_of(date_on(3)) | {"revision": first}, "fees.draft_changed", who=line.manager)
    third = save(second, date_on(3))
    publish(third, "fees.unreadable")
    line.post("/fees/draft/discard", {"revision": third}, who=line.manager)
    assert line.get("/fees/current")["number"] == in_force


def _too_many(counter: Counter) -> None:
    most = [COPY | {"code": f"convenience.n{number}", "amount": "1"} for number in range(80)]
    with counter.station.store.transaction(MANAGER) as tx:
        fees.save_draft(tx, None, list_of(date_on(3), *most))
    counter.go("/fees/draft/items/new")
    counter.send(".rule-form", **COPY, amount="1")
    counter.expect_refused("价目表最多 80 项")
    _discard(counter)
    answer = counter.page.goto("/fees/9999")
    assert answer is not None and answer.status == 404


def _too_many_api(line: Line) -> None:
    most = [COPY | {"code": f"convenience.n{number}", "amount": "1"} for number in range(81)]
    # Its published shape refuses it before the room is asked (fees.draft_too_large).
    line.refused("/fees/draft", list_of(date_on(3), *most), "request.invalid", who=line.manager)
    answer = line.operator.get("/fees/9999")
    assert (answer.status_code, answer.json()["code"]) == (404, "fees.unknown_version")


def _to_come(counter: Counter) -> None:
    in_force = counter.value("SELECT COUNT(*) FROM fee_versions")
    _begin(counter)
    counter.go("/fees/draft")
    counter.page.locator("tr", has_text="代收快递").locator("a.button", has_text="改").click()
    counter.page.wait_for_url("**/fees/draft/items/*")
    counter.send(".rule-form", rule="fixed_per_unit", amount="1.00")
    _head(counter, date_on(30))
    warning = str(fees.INBOUND_WARNING)
    expect(counter.page.locator("main")).to_contain_text("请再想一想")
    expect(counter.page.locator("main")).to_contain_text(warning)
    revision = _revision(counter)
    counter.send("#publish")
    counter.expect_said("已公示")
    _published(counter, "草稿刚被别的窗口改过、公示或丢弃了", revision)
    _begin(counter)
    _head(counter, date_on(30))
    counter.send("#publish")
    counter.expect_said("已公示")
    counter.go("/fees")
    expect(counter.page.locator("main")).to_contain_text(f"第 {in_force + 2} 版已公示，{date_on(30)} 起执行")
    assert f"第 {in_force + 1} 版已公示" not in counter.page.locator("main").inner_text(), "it was replaced"


def _to_come_api(line: Line) -> None:
    in_force = line.get("/fees/current")["number"]
    pickup = next(item for item in ITEMS if item["code"] == "parcel.pickup")
    costs = pickup | {"rule": "fixed_per_unit", "amount": "1.00"}
    saved = line.post("/fees/draft", list_of(date_on(30), costs), who=line.manager)
    wrong = line.post("/fees/publish", {"revision": saved["revision"]}, who=line.manager)
    assert wrong["state"] == "upcoming" and wrong["items"][0]["warning"]
    line.refused("/fees/publish", {"revision": saved["revision"]}, "fees.draft_changed", who=line.manager)
    assert given_api(line, date_on(30), pickup) == wrong["number"] + 1
    assert line.get("/fees/current")["number"] == in_force


def _operator(counter: Counter) -> None:
    counter.go("/fees/draft")
    expect(counter.page.locator("body")).to_contain_text("没有这项权限")
    counter.go("/fees")
    answer = forced(counter, "/fees/draft/publish", revision=1)
    assert answer.status == 403


def _operator_api(line: Line) -> None:
    line.refused("/fees/draft", list_of(date_on(3)), "staff.not_allowed")
    line.refused("/fees/publish", {"revision": 1}, "staff.not_allowed")


def _told(counter: Counter) -> None:
    arrive(counter.station, "YT7460266600401", phone="0401", print_mode="never")
    counter.go("/conveniences/new")
    assert counter.page.locator("main form [name=fee]").count() == 0, "a clerk tells no fee, the list does"
    counter.go("/find?q=0401")
    assert counter.page.locator("main", has_text="保管费").count() == 0, "no page charges for keeping a parcel"


def _told_api(line: Line) -> None:
    line.refused("/tickets", {"lines": [LINE | {"fee_fen": 1_00}]}, "fee.differs")
    parcel = line.post("/parcels", {"waybill_no": "YT7460266600401", "print_mode": "never"}, status=201)
    line.refused("/tickets", {"lines": [{"service": "parcel", "parcel_id": parcel["id"]}]}, "parcel.storage_free")


def _midday(counter: Counter) -> None:
    today = day_of(counter)
    written(counter)
    assert counter.total() == FREIGHT_FEN
    given(counter, today, *items("2.00"))
    written(counter)
    assert counter.total() == 2 * FREIGHT_FEN, "the open ticket keeps its list"
    counter.pay()
    written(counter)
    expect(counter.page.locator("main")).to_contain_text("￥14.00")
    counter.pay()
    given(counter, today, *items(None))
    counter.go("/outbound/new")
    expect(counter.page.locator("main")).to_contain_text("还没有公示收费标准，不能收费")
    counter.send("#outbound-form", **FORM)
    counter.expect_refused("没有公示的收费标准")
    assert counter.total() == 0
    given(counter, today, *ITEMS)


def _midday_api(line: Line) -> None:
    today = day_of(line)
    ticket = line.new_ticket(LINE)
    given_api(line, today, *items("2.00"))
    line.post(f"/tickets/{ticket['id']}/lines", {"lines": [LINE]})
    line.settle(line.get(f"/tickets/{ticket['id']}"))
    dearer = line.new_ticket(LINE)
    assert dearer["total_fen"] == FREIGHT_FEN + DEARER_FEN
    line.settle(dearer)
    given_api(line, today, *items(None))
    line.refused("/tickets", {"lines": [LINE]}, "fee.not_published")
    given_api(line, today, *ITEMS)


PATHS = (
    listed(LIST, "fee-unreadable", _by_the_manager(_writing), _writing_api,
           also=("fee-backdated", "fee-two-writers", "fee-no-items", "fee-discarded")),
    listed(LIST, "fee-operator", _operator, _operator_api),
    listed(LIST, "fee-told-other", _told, _told_api, also=("fee-storage-early",)),
    listed(LIST, "fee-too-many", _by_the_manager(_too_many), _too_many_api, day=2, also=("fee-version-gone",)),
    listed(LIST, "fee-replaced", _by_the_manager(_to_come), _to_come_api, day=2,
           also=("fee-parcel", "fee-published-twice")),
    listed(LIST, "fee-midday", _midday, _midday_api, day=3, also=("fee-none", "send-no-fee"),
           moves={"drawer": 3 * FREIGHT_FEN + DEARER_FEN, "owed_to_carriers": -3 * FREIGHT_FEN,
                  "fee_income": -DEARER_FEN}),
)  # fmt: skip
