"""The published fees on the three days: what the manager gets wrong when he writes the next list. The desk has one
operator, so the manager's log-in ends the operator's, who comes back afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import expect

from kiosk import clock
from tests.journeys.days import Unhappy
from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line

COPY = {
    "service": "convenience", "name_zh": "复印", "code": "convenience.copy", "unit": "页", "rule": "fixed_per_unit",
}  # fmt: skip


def _day(ahead: int) -> str:
    return (clock.local_date() + timedelta(days=ahead)).isoformat()


def _by_the_manager(do: Callable[[Counter], None]) -> Callable[[Counter], None]:
    def path(counter: Counter) -> None:
        _only(counter, "王站长")
        counter.go("/fees/draft")
        counter.send("#begin")
        do(counter)
        counter.go("/fees/draft")
        if counter.page.locator("#discard").count():
            counter.page.locator("#discard summary").click()
            counter.press("确定丢弃")
            counter.expect_said("草稿丢弃了")
        _only(counter, "李柜员")

    return path


def _only(counter: Counter, name: str) -> None:
    """Whoever sits at the only desk now; the other's browser is closed, as its session is over."""
    for page in counter._pages.values():
        page.context.close()
    counter._pages.clear()
    counter.sit_down(name)


def _head(counter: Counter, ahead: int) -> None:
    counter.go("/fees/draft")
    counter.send("#head", "button.main", effective_on=_day(ahead), basis="村民约定", approver="村民委员会")


def _unreadable(counter: Counter) -> None:
    counter.go("/fees/draft/items/new")
    counter.send(".rule-form", **COPY)
    counter.expect_said("还有 1 处要改")
    _head(counter, 3)
    expect(counter.page.locator("main")).to_contain_text("改好才能公示")
    assert counter.page.locator("#publish").count() == 0


def _backdated(counter: Counter) -> None:
    counter.go("/fees/draft")
    counter.page.locator("[name=effective_on]").evaluate("(field) => field.removeAttribute('min')")
    counter.send("#head", "button.main", effective_on=_day(-1), basis="村民约定", approver="村民委员会")
    expect(counter.page.locator("main")).to_contain_text("执行日期已经过去")
    expect(counter.page.locator("#publish button.main")).to_be_disabled()


def _two_windows(counter: Counter) -> None:
    counter.go("/fees/draft/items/new")
    counter.fill(".rule-form", **COPY)
    other = counter.page.context.new_page()
    other.goto(counter.page.url)
    other.fill("[name=name_zh]", "复印")
    for field in ("service", "rule"):
        other.select_option(f"[name={field}]", COPY[field])
    for field in ("code", "unit"):
        other.fill(f"[name={field}]", COPY[field])
    other.fill("[name=amount]", "0.50")
    other.click(".rule-form button.main")
    other.wait_for_url("**/fees/draft*")
    other.close()
    counter.page.wait_for_timeout(
        500
    )  # the station tells the first window, which must not take the new draft for its own
    counter.send(".rule-form", amount="0.80")
    counter.expect_refused("草稿刚被别的窗口改过")
    assert counter.page.input_value("[name=amount]") == "0.80"


def _to_come(counter: Counter) -> None:
    for number in (1, 2):
        if number > 1:
            counter.go("/fees/draft")
            counter.send("#begin")
        _head(counter, 30)
        counter.send("#publish")
        counter.expect_said("已公示")
    counter.go("/fees")
    expect(counter.page.locator("main")).to_contain_text(f"第 3 版已公示，{_day(30)} 起执行")
    expect(counter.page.locator("main h1")).to_contain_text("第 1 版")


def _operator(counter: Counter) -> None:
    counter.go("/fees/draft")
    expect(counter.page.locator("body")).to_contain_text("没有这项权限")


def _draft(*items: dict[str, Any], **head: Any) -> dict[str, Any]:
    return {"effective_on": _day(3), "basis": "村民约定", "approver": "村民委员会", "items": list(items), **head}


def _discard(line: Line) -> None:
    revision = line.get("/fees/draft", who=line.manager)["revision"]
    line.post("/fees/draft/discard", {"revision": revision}, who=line.manager)


def _unreadable_api(line: Line) -> None:
    saved = line.post("/fees/draft", _draft(COPY | {"amount": "两毛"}), who=line.manager)
    assert [mistake["place"] for mistake in saved["mistakes"]] == ["items[1].amount"]
    line.refused("/fees/publish", {"revision": saved["revision"]}, "fees.unreadable", who=line.manager)
    _discard(line)


def _backdated_api(line: Line) -> None:
    saved = line.post("/fees/draft", _draft(COPY | {"amount": "1"}, effective_on=_day(-1)), who=line.manager)
    line.refused("/fees/publish", {"revision": saved["revision"]}, "fees.backdated", who=line.manager)
    _discard(line)


def _two_windows_api(line: Line) -> None:
    line.post("/fees/draft", _draft(), who=line.manager)
    line.refused("/fees/draft", _draft(), "fees.draft_changed", who=line.manager)
    _discard(line)


def _to_come_api(line: Line) -> None:
    items = [
        COPY | {"amount": "0.50"},
    ]
    for number in (2, 3):
        saved = line.post("/fees/draft", _draft(*items, effective_on=_day(30)), who=line.manager)
        published = line.post("/fees/publish", {"revision": saved["revision"]}, who=line.manager)
        assert (published["number"], published["state"]) == (number, "upcoming")
    assert line.get("/fees/current")["number"] == 1


def _operator_api(line: Line) -> None:
    line.refused("/fees/draft", _draft(), "staff.not_allowed")


PATHS = (
    Unhappy("fees.unreadable", "The manager types an amount in words: it is kept, named, and not published.",
            _by_the_manager(_unreadable), _unreadable_api, code="fees.unreadable"),
    Unhappy("fees.backdated", "A list is to have been in force since yesterday: it is not published.",
            _by_the_manager(_backdated), _backdated_api, code="fees.backdated"),
    Unhappy("fees.two_windows", "Two windows write the draft: the older one saves nothing and loses nothing.",
            _by_the_manager(_two_windows), _two_windows_api, code="fees.draft_changed", day=2),
    Unhappy("fees.operator", "An operator wants to write the fees: he may not.", _operator, _operator_api,
            code="staff.not_allowed", day=2),
    Unhappy("fees.replaced", "A list to come was wrong: another of the same day takes its place, today's stays in force.",
            _by_the_manager(_to_come), _to_come_api, day=3),
)  # fmt: skip
