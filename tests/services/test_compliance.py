"""The compliance clock: every line of it moves when what it counts moves, and names the rows behind it."""

from datetime import datetime
from pathlib import Path

import pytest

from kiosk import clock, outbox, registers
from kiosk.assessment import measures
from kiosk.assessment.model import Measure, Standing, sorted_worst_first
from kiosk.counter import submit
from kiosk.counter.check_in import check_in
from kiosk.counter.closings import enter_closing
from kiosk.counter.correct_day import correct_day
from kiosk.counter.freeze_period import freeze_period
from kiosk.counter.open_day import open_day
from kiosk.registers.actions import take_step
from kiosk.reports.corrections import Change, RowChange
from kiosk.reports.periods import read_period
from tests.services.counter_bench import BILL, Bench
from tests.services.register_bench import CLOSING, COMPLAINT


@pytest.fixture
def bench(tmp_path: Path):
    opened = Bench(tmp_path / "station", printer=False)
    yield opened
    assert opened.problems() == []
    opened.store.close()


def at(text: str) -> str:
    """A stamp from the station's wall clock."""
    on, time = text.split()
    return clock.stamp(datetime.fromisoformat(f"{on}T{time}").replace(tzinfo=clock.zone("Asia/Shanghai")))


def day(bench: Bench, on: str, begins: str = "08:30", ends: str = "18:00", *fens: int) -> None:
    bench.act(open_day, at=at(f"{on} {begins}"))
    for fen in fens:
        ticket = bench.ticket(("bill", BILL | {"amount_fen": fen, "pays_again": True}), at=at(f"{on} {begins}"))
        bench.settle(ticket, fen, at=at(f"{on} {begins}"))
    bench.close(at=at(f"{on} {ends}"))


def look(bench: Bench, name: str, now: str) -> Measure:
    with bench.store.reading() as db:
        found = measures.measure(db, name, at(now))
    said = found.words.format(**found.facts)  # every fact that the sentence names is there
    assert "{" not in said and all("{" not in one.words.format(**one.facts) for one in found.evidence)
    assert found.path.startswith("/")
    return found


@pytest.mark.obligation(
    "LY-22", "TC-21", place="/compliance", reads="how long the station has been open today, of 8 hours"
)
def test_hours_run_until_they_are_full(bench):
    assert look(bench, "hours_today", "2026-03-03 08:00").standing is Standing.DUE
    assert look(bench, "hours_today", "2026-03-03 09:00").standing is Standing.WARN
    bench.act(open_day, at=at("2026-03-03 08:30"))
    found = look(bench, "hours_today", "2026-03-03 12:00")
    assert (found.value, found.target, found.standing, found.facts["until"]) == (210, 480, Standing.DUE, "16:30")
    assert look(bench, "hours_today", "2026-03-03 16:30").standing is Standing.OK
    bench.close(at=at("2026-03-03 12:10"))
    assert look(bench, "hours_today", "2026-03-03 12:20").standing is Standing.PROBLEM


def test_hours_that_begin_late_say_until_when(bench):
    bench.act(open_day, at=at("2026-03-03 11:00"))
    found = look(bench, "hours_today", "2026-03-03 12:00")
    assert (found.standing, found.facts["until"]) == (Standing.WARN, "19:00")


@pytest.mark.obligation("LY-21", place="/compliance", reads="on how many days of this week the station was open, of 5")
def test_week_counts_its_days_and_sees_when_they_cannot_be_reached(bench):
    day(bench, "2026-02-27")
    for on in ("2026-03-02", "2026-03-04"):  # Monday, Wednesday
        day(bench, on)
    found = look(bench, "days_this_week", "2026-03-05 08:00")
    assert (found.value, found.target, found.standing) == (2, 5, Standing.DUE)
    assert look(bench, "days_this_week", "2026-03-07 08:00").standing is Standing.PROBLEM
    bench.act(enter_closing, "2026-03-05", "2026-03-06", "holiday", at=at("2026-03-05 08:00"))
    assert look(bench, "days_this_week", "2026-03-07 08:00").standing is Standing.FIGURE
    assert look(bench, "days_unexplained", "2026-03-07 08:00").facts == {"n": 2}  # the 1st and the 3rd


@pytest.mark.obligation(
    "LY-23", "TC-20", place="/compliance", reads="whether today's report has reached the county, and its receipt"
)
def test_todays_report_goes_from_open_to_acknowledged(bench):
    now = "2026-03-03 17:00"
    assert look(bench, "daily_report", now).standing is Standing.FIGURE
    bench.act(open_day, at=at("2026-03-03 08:30"))
    assert look(bench, "daily_report", now).standing is Standing.DUE
    assert look(bench, "daily_report", "2026-03-03 18:30").standing is Standing.WARN
    assert look(bench, "daily_report", "2026-03-04 08:00").standing is Standing.PROBLEM  # not closed
    bench.close(at=at("2026-03-03 17:00"))
    assert look(bench, "daily_report", now).standing is Standing.DUE
    message = bench.value("SELECT id FROM outbox")
    bench.act(outbox.refuse, message, "测试")
    assert look(bench, "daily_report", now).standing is Standing.PROBLEM
    earlier = look(bench, "earlier_reports", "2026-03-04 09:00")
    assert (earlier.value, earlier.standing) == (1, Standing.PROBLEM)
    bench.act(outbox.release, message)
    assert look(bench, "earlier_reports", "2026-03-04 09:00").standing is Standing.WARN
    bench.act(outbox.acknowledge, message, "A-1")
    done = look(bench, "daily_report", now)
    assert (done.standing, done.facts["receipt"], done.path) == (Standing.OK, "A-1", "/reports/1")
    assert look(bench, "earlier_reports", "2026-03-04 09:00").standing is Standing.OK


def test_report_that_was_refused_and_went_anew_or_was_replaced_is_left_to_nobody(bench):
    """It goes under another number, or its correction goes instead: neither is a second report, and none is forgotten."""
    later = "2026-03-04 09:00"
    day(bench, "2026-03-03", "08:30", "17:00", 50_00)
    first = bench.value("SELECT id FROM outbox")
    bench.act(outbox.refuse, first, "测试", code="content")
    anew = bench.act(submit.send_anew, first, at=at(later))
    found = look(bench, "earlier_reports", later)
    assert (found.value, found.standing, found.facts["refused"]) == (1, Standing.WARN, 0)
    assert [one.path for one in found.evidence] == ["/reports/1"]
    bench.act(outbox.refuse, anew, "测试", code="content")
    assert look(bench, "earlier_reports", later).standing is Standing.PROBLEM
    change = Change("wrong_amount", "A1", [RowChange("bill", "power", txn_amount_fen=-10_00)])
    corrected = bench.act(correct_day, "2026-03-03", change, at=at(later))
    found = look(bench, "earlier_reports", later)
    assert (found.value, found.standing) == (1, Standing.WARN)
    assert [one.path for one in found.evidence] == [f"/reports/{corrected.report.id}"]
    bench.act(outbox.acknowledge, corrected.message_id, "A-2")
    assert look(bench, "earlier_reports", later).standing is Standing.OK


@pytest.mark.obligation(
    "JX-16", "JX-24", place="/compliance", reads="last week's and last month's report, due the 5th, days left"
)
def test_periods_say_how_many_days_are_left(bench):
    day(bench, "2026-03-02")
    month = look(bench, "monthly_report", "2026-04-02 09:00")
    assert (month.standing, month.days_left, month.value) == (Standing.DUE, 3, 0)
    assert look(bench, "monthly_report", "2026-04-06 09:00").standing is Standing.PROBLEM
    last = look(bench, "weekly_report", "2026-03-09 09:00")
    assert last.days_left == 0 and "今天要报" in last.words, "0 days left would be read as too late"
    assert look(bench, "monthly_report", "2026-03-05 09:00").standing is Standing.FIGURE  # February: not begun
    made = bench.act(freeze_period, read_period("month", "2026-03"), at=at("2026-04-02 09:00"))
    assert look(bench, "monthly_report", "2026-04-02 10:00").path == f"/reports/{made.report.id}"
    bench.act(outbox.acknowledge, made.message_id, "M-1")
    assert look(bench, "monthly_report", "2026-04-20 10:00").standing is Standing.OK


@pytest.mark.obligation(
    "LY-18", "TC-14", place="/compliance", reads="the turnover of the month and of the three before"
)
@pytest.mark.obligation("CUO-22", place="/compliance", reads="how many transactions the half-year has so far")
def test_turnover_is_that_of_the_reports_with_their_corrections(bench):
    day(bench, "2026-02-03", "08:30", "18:00", 70_00)
    day(bench, "2026-03-03", "08:30", "18:00", 50_00, 30_00)
    change = Change("wrong_amount", "A1", [RowChange("bill", "power", txn_amount_fen=-10_00)])
    bench.act(correct_day, "2026-03-03", change, at=at("2026-03-04 09:00"))
    found = look(bench, "month_turnover", "2026-03-04 10:00")
    assert (found.value, found.facts["n"]) == (70_00, 2)
    assert [one.facts["amount"] for one in found.evidence] == ["￥70.00"]
    assert look(bench, "half_year_count", "2026-03-04 10:00").value == 3


@pytest.mark.obligation("TC-33", place="/compliance", reads="open complaints and the days left of their term")
def test_complaint_runs_out_of_its_days(bench):
    assert look(bench, "complaints_open", "2026-11-20 10:00").standing is Standing.OK
    entry = bench.act(registers.open_entry, "complaints", COMPLAINT, at=at("2026-11-20 10:00"))
    found = look(bench, "complaints_open", "2026-11-21 10:00")
    assert (found.value, found.standing, found.facts["left"]) == (1, Standing.DUE, 6)
    assert found.evidence[0].path == f"/registers/complaints/{entry.id}"
    assert look(bench, "complaints_open", "2026-11-26 10:00").standing is Standing.WARN
    assert look(bench, "complaints_open", "2026-11-29 10:00").standing is Standing.PROBLEM
    bench.act(take_step, entry.id, "close", registers.Typed(CLOSING), at=at("2026-11-29 11:00"))
    assert look(bench, "complaints_open", "2026-11-29 12:00").standing is Standing.OK


def test_parcels_grow_overdue_and_nobody_was_told(bench):
    bench.act(check_in, waybill="YT8962646785389", phone="19900001234", name_hint="张建国", desk_id=None)
    now = f"{clock.local_date():%Y-%m-%d} 12:00"
    assert look(bench, "parcels_overdue", now).standing is Standing.OK
    assert look(bench, "parcels_not_told", now).value == 1  # no printer: no paper came out
    assert look(bench, "parcels_not_agreed", now).value == 1


def test_every_measure_says_where_it_comes_from_and_worst_stands_first(bench):
    with bench.store.reading() as db:
        found = [one for some in measures.by_section(db).values() for one in some]
        assert [one.name for one in found] == list(measures.MEASURES)
        glance = measures.at_a_glance(db)
    assert all(one.source and one.path.startswith("/") for one in found)
    assert {one.name for one in glance} <= set(measures.MEASURES)
    order = [one.standing for one in sorted_worst_first(found)]
    assert order == sorted(order, key=list(Standing).index)
