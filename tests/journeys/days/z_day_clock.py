"""After the three days the battery of the clock is empty: it stands behind the last close, in 1970, years ahead, until the
manager says which time is right. The computer's clock is set, never what reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from playwright.sync_api import expect

from kiosk import clock, shifts
from kiosk.counter.close_day import close_day
from kiosk.storage import Actor
from tests.journeys.days import listed
from tests.journeys.days.counter import Counter
from tests.journeys.days.day_steps import api_count, count, date_on, forced, only, pieces
from tests.journeys.days.line import Line
from tests.journeys.unhappy_day import PATHS as LIST

HOURS_AHEAD, YEARS_AHEAD = timedelta(hours=3), timedelta(days=3000)


class _Battery(datetime):
    """What the computer's clock says when its battery is empty."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime(1970, 1, 1, 8, tzinfo=UTC).astimezone(tz)


@contextmanager
def _in_1970() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as computer:
        computer.setattr(clock, "datetime", _Battery)
        yield


def _ahead(road: Counter | Line, by: timedelta, *, closes: bool) -> str:
    """A day is opened, and perhaps closed, while the clock is ahead; returns its date."""
    with road.station.store.transaction(Actor("staff", 1, "manager", "王站长", 1)) as tx:
        tx.now = clock.stamp(clock.now() + by)
        opened = shifts.ensure_open(tx)
        if closes:
            close_day(tx, pieces=pieces(road.stands["drawer"]))
    return opened.business_on


def _behind(counter: Counter) -> None:
    _ahead(counter, HOURS_AHEAD, closes=True)
    counter.go("/day")
    expect(counter.page.locator("main")).to_contain_text("电脑时钟不可信，现在不能开始营业")
    expect(counter.page.locator("main")).to_contain_text("请站长登录后在这一页确认")
    forced(counter, "/day/clock", reason="battery").expect_refused("没有这项权限", 403)
    forced(counter, "/day/open").expect_refused("不可信")
    with _in_1970():
        forced(counter, "/day/open").expect_refused("电脑时钟 1970-01-01 16:00 不可信")
    assert counter.value("SELECT COUNT(*) FROM business_days WHERE state = 'open'") == 0


def _behind_api(line: Line) -> None:
    _ahead(line, HOURS_AHEAD, closes=True)
    line.refused("/days/open", None, "day.clock_wrong")
    line.refused("/days/clock", {"reason": "battery"}, "staff.not_allowed")
    with _in_1970():
        line.refused("/days/open", None, "day.clock_wrong")
    assert line.value("SELECT COUNT(*) FROM business_days WHERE state = 'open'") == 0


def _far(counter: Counter) -> None:
    only(counter, "王站长")
    far_on = _ahead(counter, YEARS_AHEAD, closes=False)
    counter.go("/day")
    expect(counter.page.locator("main")).to_contain_text(f"营业日 {far_on} 在将来")
    forced(counter, "/day/clock", reason="battery").expect_refused(f"营业日 {far_on} 还开着")
    count(counter, counter.stands["drawer"])
    counter.send("form[id^=close-form]")
    counter.expect_said("已日结")
    counter.go("/day")
    forced(counter, "/day/open").expect_refused(f"上一个营业日 {far_on} 在将来")
    counter.go("/day")
    counter.send("form[action='/day/clock']", reason="battery")
    counter.expect_said("现在的时间是对的")
    forced(counter, "/day/clock", reason="battery").expect_refused("没有疑问")
    counter.send("#open-form")
    counter.expect_said("已开始营业")
    _dated(counter)
    only(counter, "李柜员")


def _far_api(line: Line) -> None:
    _ahead(line, YEARS_AHEAD, closes=False)
    line.refused("/days/clock", {"reason": "battery"}, "clock.day_open", who=line.manager)
    line.post("/days/close", {"count_id": api_count(line, line.stands["drawer"])})
    line.refused("/days/open", None, "day.dated_ahead")
    line.post("/days/clock", {"reason": "battery"}, who=line.manager)
    line.refused("/days/clock", {"reason": "battery"}, "clock.not_in_doubt", who=line.manager)
    line.post("/days/open")
    _dated(line)


def _dated(road: Counter | Line) -> None:
    """The next day bears the first date from today on that no closed day has."""
    taken, days = road.value("SELECT group_concat(business_on) FROM business_days WHERE state = 'closed'"), 0
    while date_on(days) in taken:
        days += 1
    assert road.value("SELECT business_on FROM business_days WHERE state = 'open'") == date_on(days)


PATHS = (
    listed(LIST, "day-clock-behind", _behind, _behind_api, also=("day-clock-1970", "day-clock-operator"), day=3),
    listed(LIST, "day-clock-ahead", _far, _far_api,
           also=("day-clock-open", "day-clock-accepted", "day-clock-no-doubt"), day=3),
)  # fmt: skip
