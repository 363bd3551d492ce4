"""When the station was open, what explains the rest, and a clock that was years ahead."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from kiosk import clock, shifts
from kiosk.counter.check_in import check_in
from kiosk.counter.closings import enter_closing, withdraw_closing
from kiosk.counter.day_sheets import print_hours
from kiosk.counter.open_day import accept_clock, open_day
from kiosk.errors import Refused
from kiosk.reports.figures import daily_figures
from kiosk.reports.hours import MonthOfHours, month_of
from kiosk.shifts import clock_trust
from tests.services.counter_bench import Bench

NOON = "T04:00:00.000000Z"  # in Shanghai


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


def at(text: str) -> str:
    """A stamp from the station's wall clock, ``2026-03-05 08:30``."""
    on, time = text.split()
    local = datetime.fromisoformat(f"{on}T{time}").replace(tzinfo=clock.zone("Asia/Shanghai"))
    return clock.stamp(local)


def day(bench: Bench, begins: str, ends: str) -> None:
    bench.act(open_day, at=at(begins))
    bench.close({}, at=at(ends))


def hours(bench: Bench, month: str = "2026-03", now: str = "2026-04-01 12:00") -> MonthOfHours:
    with bench.store.reading() as db:
        return month_of(db, month, at(now))


# Hours ----------------------------------------------------------------------------------------------------------------


@pytest.mark.obligation(
    "LY-22", place="/hours", reads="from when to when the station was open each day, and for how long"
)
@pytest.mark.obligation("TC-21", place="/hours", reads="the hours of each day beside 8:30–18:30 and eight hours")
def test_hours_are_those_of_the_acts(bench):
    day(bench, "2026-03-02 08:30", "2026-03-02 18:30")
    day(bench, "2026-03-03 09:00", "2026-03-03 16:59")
    found = hours(bench)
    first, second, third = found.days[:3]
    assert (first.from_time, first.to_time, first.minutes) == ("08:30", "18:30", 600)
    assert first.is_long_enough and first.keeps_hours
    assert (second.minutes, second.is_long_enough, second.keeps_hours) == (479, False, False)
    assert not third.was_open and not third.is_excused
    assert (found.days_open, found.days_long_enough, found.minutes) == (2, 1, 1079)
    assert found.days[0].on == "2026-03-02", "what was before the station's first day is nobody's absence"


def test_day_that_was_forgotten_is_open_until_its_last_business(bench):
    bench.act(open_day, at=at("2026-03-02 08:30"))
    bench.act(check_in, at=at("2026-03-02 17:15"), waybill="YT8962646785301", phone="13800001234")
    closed = bench.close({}, at=at("2026-03-03 07:50"))
    assert closed.day.is_closed_late and closed.day.closed_at == at("2026-03-03 07:50")
    found = hours(bench).days[0]
    assert (found.from_time, found.to_time, found.is_closed_late) == ("08:30", "17:15", True)


def test_day_begun_after_hours_counts_from_its_own_morning(bench):
    day(bench, "2026-03-02 08:30", "2026-03-02 18:30")
    bench.act(open_day, at=at("2026-03-02 19:00"))
    bench.act(check_in, at=at("2026-03-03 09:10"), waybill="YT8962646785301", phone="13800001234")
    bench.close({}, at=at("2026-03-03 18:10"))
    found = hours(bench)
    assert [(one.on, one.from_time, one.to_time) for one in found.days[:2]] == [
        ("2026-03-02", "08:30", "18:30"), ("2026-03-03", "09:10", "18:10"),
    ]  # fmt: skip


def test_open_day_counts_until_now(bench):
    bench.act(open_day, at=at("2026-03-02 08:30"))
    found = hours(bench, now="2026-03-02 10:45").days
    assert [(one.on, one.minutes, one.is_open_now) for one in found] == [("2026-03-02", 135, True)]


@pytest.mark.obligation("LY-21", place="/hours", reads="on how many days of each week the station was open")
def test_weeks_are_counted_monday_to_sunday(bench):
    for number in range(2, 7):  # Monday the second to Friday
        day(bench, f"2026-03-0{number} 08:30", f"2026-03-0{number} 18:30")
    day(bench, "2026-03-09 08:30", "2026-03-09 18:30")
    weeks = hours(bench, now="2026-03-12 12:00").weeks
    assert [(week.from_on, week.days_open, week.is_enough, week.is_over) for week in weeks] == [
        ("2026-03-02", 5, True, True), ("2026-03-09", 1, False, False),
    ]  # fmt: skip


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "2026-00", "1999-01", "2026-1", "202６-01", "2026-01-01"])
def test_month_that_is_none_is_refused(bench, month):
    with pytest.raises(Refused) as caught:
        hours(bench, month)
    assert caught.value.code == "hours.month_wrong"
    assert bench.code(print_hours, month) == "hours.month_wrong"


def test_sheet_of_the_month_says_what_the_page_says(bench):
    day(bench, "2026-03-02 08:30", "2026-03-02 18:30")
    day(bench, "2026-03-03 09:00", "2026-03-03 12:00")
    bench.act(enter_closing, "2026-03-04", "2026-03-05", "holiday")
    slip_id, _ = bench.act(print_hours, "2026-03", at=at("2026-03-06 12:00"))
    paper = bench.text(slip_id)
    for words in ("营业时间表", "08:30–18:30", "10:00", "3:00*", "节假日", "03-06"):
        assert words in paper
    assert bench.code(print_hours, "2026-03", actor=bench.token("courier")) == "staff.not_allowed"


# Closings -------------------------------------------------------------------------------------------------------------


@pytest.mark.obligation(
    "NORM-15", place="/hours", reads="days and hours on which the station was closed, each with its reason"
)
def test_closing_is_entered_before_or_after_and_explains(bench):
    day(bench, "2026-03-02 08:30", "2026-03-02 18:30")
    bench.act(enter_closing, "2026-03-03", "2026-03-04", "holiday", at=at("2026-03-01 12:00"))
    after = bench.act(enter_closing, "2026-03-05", "2026-03-05", "power_cut", at=at("2026-03-06 12:00"))
    found = hours(bench, now="2026-03-06 12:00")
    assert [one.is_excused for one in found.days[1:4]] == [True, True, True]
    assert found.days_unexplained == 0
    bench.act(withdraw_closing, after.id)
    assert hours(bench, now="2026-03-06 12:00").days_unexplained == 1
    assert bench.code(withdraw_closing, after.id) == "closing.withdrawn"
    assert bench.code(withdraw_closing, 99) == "closing.unknown"


def test_hours_of_a_closing_are_no_opening_hours_and_stand_in_the_report(bench):
    bench.act(open_day, at=at("2026-03-02 08:30"))
    bench.act(enter_closing, "2026-03-02", "2026-03-02", "network", "14:00", "15:30")
    closed = bench.close({}, at=at("2026-03-02 18:30"))
    assert hours(bench).days[0].minutes == 510
    assert json.loads(closed.report.content)["closings"] == [
        {"reason": "network", "from_time": "14:00", "to_time": "15:30"}
    ]
    assert "停业：断网 14:00–15:30" in bench.text(closed.slip_id)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (("2026-03-03", "2026-03-02", "holiday"), "closing.dates_wrong"),
        (("2026-02-30", "2026-03-02", "holiday"), "closing.dates_wrong"),
        (("tomorrow", "", "holiday"), "closing.dates_wrong"),
        (("2026-03-01", "2026-04-30", "holiday"), "closing.too_long"),
        (("2026-03-01", "2026-03-01", "tired"), "closing.reason_unknown"),
        (("2026-03-01", "2026-03-01", "network", "14:00"), "closing.times_wrong"),
        (("2026-03-01", "2026-03-01", "network", "14:00", "13:00"), "closing.times_wrong"),
        (("2026-03-01", "2026-03-02", "network", "14:00", "15:00"), "closing.times_wrong"),
        (("2026-03-01", "2026-03-01", "network", "24:00", "25:00"), "closing.times_wrong"),
    ],
)
def test_closing_that_is_none_is_refused(bench, facts, code):
    assert bench.code(enter_closing, *facts) == code


def test_closing_is_entered_once_and_by_who_may(bench):
    bench.act(enter_closing, "2026-03-03", "2026-03-04", "holiday")
    assert bench.code(enter_closing, "2026-03-03", "2026-03-04", "holiday") == "closing.twice"
    assert bench.code(enter_closing, "2026-03-05", "", "holiday", actor=bench.token("inspector")) == "staff.not_allowed"


# The clock ------------------------------------------------------------------------------------------------------------


def test_day_closed_while_the_clock_was_years_ahead_does_not_shut_the_station(bench):
    """2036 on a dead battery; the clock is put right; without a manager's word the station stays shut."""
    day(bench, "2026-03-02 08:30", "2026-03-02 18:30")
    bench.act(open_day, at=f"2036-05-01{NOON}")
    parcel = bench.act(check_in, at=f"2036-05-01{NOON}", waybill="YT8962646785301", phone="13800001234")
    bench.close({}, at=f"2036-05-01{NOON}")
    now = at("2026-03-03 08:30")
    assert bench.code(open_day, at=now) == "day.clock_wrong"
    assert bench.code(accept_clock, "was_ahead", at=now, actor=bench.staff("operator")) == "staff.not_allowed"
    assert bench.code(accept_clock, "magic", at=now) == "clock.reason_unknown"
    made = bench.act(accept_clock, "was_ahead", at=now)
    assert (made.last_at, made.accepted_at) == (f"2036-05-01{NOON}", now)
    assert bench.value("SELECT facts FROM audit WHERE action = 'clock.accepted'") is not None
    opened = bench.act(open_day, at=now)
    assert (opened.business_on, opened.is_after_hours) == ("2026-03-03", False)
    with bench.store.reading() as db:
        assert daily_figures(db, "2026-03-03").parcels.in_stock == 1, f"parcel {parcel.parcel_id} came before"
        assert daily_figures(db, "2036-05-01").parcels.received == 1
        assert daily_figures(db, "2026-03-02").parcels.in_stock == 0
    bench.close({}, at=at("2026-03-03 18:30"))
    assert bench.act(open_day, at=at("2026-03-04 08:30")).business_on == "2026-03-04"
    bench.close({}, at=at("2026-03-04 18:30"))


def test_day_opened_years_ahead_and_closed_with_the_right_clock_asks_too(bench):
    bench.act(open_day, at=f"2036-05-01{NOON}")
    now = at("2026-03-03 08:30")
    assert bench.code(accept_clock, "battery", at=now) == "clock.day_open"
    bench.close({}, at=now)
    later = at("2026-03-03 09:00")
    assert bench.code(open_day, at=later) == "day.dated_ahead"
    with bench.store.reading() as db:
        assert clock_trust.doubt(db, later) == "dated_ahead"
    bench.act(accept_clock, "battery", at=later)
    assert bench.act(open_day, at=later).business_on == "2026-03-03"


def test_accepted_date_that_is_taken_goes_to_the_next(bench):
    day(bench, "2026-03-02 08:30", "2026-03-02 18:30")
    day(bench, "2036-05-01 08:30", "2036-05-01 18:30")
    evening = at("2026-03-02 20:00")
    bench.act(accept_clock, "battery", at=evening)
    opened = bench.act(open_day, at=evening)
    assert (opened.business_on, opened.is_after_hours) == ("2026-03-03", True)


def test_clock_without_a_doubt_or_too_early_is_not_accepted(bench):
    day(bench, "2026-03-02 08:30", "2026-03-02 18:30")
    assert bench.code(accept_clock, "other", at=at("2026-03-03 08:30")) == "clock.not_in_doubt"
    assert bench.code(accept_clock, "other", at=f"1970-01-01{NOON}") == "clock.too_early"
    assert bench.code(open_day, at=f"1970-01-01{NOON}") == "day.clock_wrong"


def test_clock_that_goes_back_again_after_it_was_accepted_is_refused_again(bench):
    day(bench, "2036-05-01 08:30", "2036-05-01 18:30")
    bench.act(accept_clock, "battery", at=at("2026-03-03 08:30"))
    assert bench.code(accept_clock, "battery", at=at("2026-03-03 08:31")) == "clock.not_in_doubt"
    assert bench.code(open_day, at=at("2025-01-01 08:30")) == "day.clock_wrong"
    with bench.store.reading() as db:
        assert clock_trust.doubt(db, at("2025-01-01 08:30")) == "clock_wrong"
        assert clock_trust.doubt(db, at("2026-03-03 08:30")) == ""
        assert len(clock_trust.acceptances(db)) == 1


def test_clock_set_back_by_minutes_is_no_overlap(bench):
    day(bench, "2026-03-02 08:30", "2026-03-02 18:30")
    bench.act(open_day, at=at("2026-03-02 18:27"))
    with bench.store.reading() as db:
        assert shifts.open_day(db).business_on == "2026-03-03"
