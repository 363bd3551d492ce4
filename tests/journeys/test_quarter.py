"""A driven quarter of three stations and one centre on PostgreSQL, with everything that goes wrong on the way. The driver
keeps its own sums of the acts it sent; at the end they, the stations and the centre agree to the fen, and whatever was
wrong stands on a page that a person reads.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from kiosk.check import problems
from kiosk.reports import store
from kiosk.reports.periods import Kind, Period, holding
from sync.centre.anomalies import WORDS
from tests.driven import driven
from tests.journeys.quarter_road import Fault
from tests.journeys.quarter_station import QuarterStation, figures_of
from tests.journeys.quarter_story import FIRST, LAST, LATE_ON, RESTORED, STATIONS, Quarter
from tests.journeys.quarter_sums import COLUMNS, Day
from tests.sync.postgres import running_server

A, B, C = STATIONS
#: The whole quarter is one story, told once for all tests here.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Quarter]:
    """The quarter when it is over."""
    folder = tmp_path_factory.mktemp("quarter")
    seed = os.environ.get("QUARTER_SEED") or str(request.config.getoption("hypothesis_seed"))
    print(f"QUARTER_SEED={seed}")
    with running_server() as server, driven(folder) as hands:
        hands.stand_at(f"{FIRST - timedelta(days=1)}T20:00")
        found = Quarter(folder, server.new_database(), hands, random.Random(seed))
        found.county.hands.stand_at(f"{FIRST - timedelta(days=1)}T20:00")
        with found.county:
            try:
                found.open()
                found.pass_through()
                yield found
            finally:
                found.close()


def lost(quarter: Quarter, station: QuarterStation, first: date = FIRST, last: date = LAST) -> list[date]:
    """The days that the station lost with its disk."""
    return [day for day in quarter.lost_days if station.code == A and first <= day <= last]


def lost_of(quarter: Quarter, station: QuarterStation, day: date) -> Day:
    """What of a day that the station still has was lost with its disk: corrections made after the back-up."""
    return quarter.lost_corrections.days.get(day, Day()) if station.code == A else Day()


def test_every_day_agrees_to_the_fen(quarter: Quarter) -> None:
    for station in quarter.stations.values():
        county = quarter.county.days(station.code, FIRST, LAST)
        for day, sent in station.sums.days.items():
            here = station.said(day)
            if day in lost(quarter, station):
                assert here is None
            else:
                assert here is not None
                known = sent.without(lost_of(quarter, station, day))
                assert figures_of(here) == known.figures(), (station.code, day)
                assert here["totals"] == known.totals()
                moved = {name: here["parcels"][name] for name in ("received", "handed_over")}
                assert moved == {name: sent.parcels[name] for name in moved}
            there = county[day.isoformat()]
            assert {name: there[name] for name in COLUMNS} == sent.totals(), (station.code, day, there)


def periods() -> list[Period]:
    """Every week, month and half-year that ended in the quarter."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    found = {holding(kind, day) for day in days for kind in (Kind.WEEK, Kind.MONTH, Kind.HALF_YEAR)}
    return sorted(
        (one for one in found if one.last_on <= LAST.isoformat()), key=lambda one: (one.last_on, one.first_on)
    )


def test_weeks_months_and_the_half_year_agree_to_the_fen(quarter: Quarter) -> None:
    for station in quarter.stations.values():
        received = quarter.county.items(f"/api/v1/stations/{station.code}/reports")
        for period in periods():
            first, last = date.fromisoformat(period.first_on), date.fromisoformat(period.last_on)
            with station.bench.store.reading() as db:
                found = store.latest_of(db, period)
            assert found is not None, (station.code, period)
            said = json.loads(found.content)
            wanted = station.sums.between(first, last)
            gone = lost(quarter, station, first, last)
            for day in gone:
                wanted = {name: fen - station.sums.on(day).totals()[name] for name, fen in wanted.items()}
            if station.code == A:
                corrected = quarter.lost_corrections.between(first, last)
                wanted = {name: fen - corrected[name] for name, fen in wanted.items()}
            assert said["totals"] == wanted, (station.code, period)
            assert said["is_clock_driven"] is True
            assert {one["business_on"] for one in said["missing"]} >= {day.isoformat() for day in gone}
            assert said in [item["content"] for item in received], (station.code, period)


@pytest.mark.obligation(
    "NORM-02", place="/submission", reads="each report with the county's number: its platform has the same figures"
)
def test_county_has_every_message_of_every_station_once(quarter: Quarter) -> None:
    for station in quarter.stations.values():
        received = quarter.county.items(f"/api/v1/stations/{station.code}/reports")
        numbers = {item["sequence"]: item for item in received}
        assert sorted(numbers) == list(range(1, len(received) + 1))
        assert station.standing() == []
        for one in station.messages():
            assert one.state in ("acknowledged", "refused")
            if one.state == "acknowledged":
                assert numbers[one.sequence]["hash"] == one.hash
                assert numbers[one.sequence]["acknowledgement_no"] == one.acknowledgement_no
        found = {problem.code for problem in problems(station.bench.store)}
        assert found == ({"report.message_differs"} if station.code == C else set()), station.code


def test_road_did_everything_that_a_road_does(quarter: Quarter) -> None:
    done = sum((road.done for road in quarter.roads), start=Counter[Fault]())
    assert not [fault for fault in Fault if not done[fault]], done


def test_forged_replayed_and_rewritten_reports_are_answered_as_they_deserve(quarter: Quarter) -> None:
    status, said = quarter.answers["forged"]
    assert (status, said["code"]) == (403, "station.key_differs")
    status, said = quarter.answers["replayed"]
    assert (status, said["sequence"]) == (200, 1)
    status, said = quarter.answers["rewritten"]
    assert (status, said["code"]) == (409, "report.day_rewritten")


def test_every_anomaly_stands_before_a_person_at_the_county(quarter: Quarter) -> None:
    page = quarter.county.page("/attention")
    for code, kind, told in (
        (B, "key_differs", {}), (C, "day_rewritten", {}), (A, "station_restored", {}), (A, "replayed", {}),
        (C, "clock_differs", {"minutes": 59}),
    ):  # fmt: skip
        assert f"{WORDS[kind].format(**told)}" in page, kind
        assert code in page
    assert "同一天有两份不同的报告" in page
    assert quarter.rewritten_on.isoformat() in page
    late = quarter.county.page(f"/days?on={LATE_ON}")
    assert f"{A} " in late
    assert "迟报" in late
    assert "缺报" in quarter.read["missing"]
    assert quarter.county.days(B, date(2026, 5, 20), date(2026, 5, 20))["2026-05-20"]["state"] == "on_time"


def test_station_says_what_is_wrong_and_what_to_do(quarter: Quarter) -> None:
    refused = quarter.read["refused"]
    assert "网关拦截" in refused
    assert "被退回" in refused
    assert "备份" in quarter.read["restored"]
    waiting = len(
        [one for one in quarter.stations[B].messages() if "2026-05-04" <= one.created_at[:10] <= "2026-05-29"]
    )
    assert waiting >= 20
    assert "等待上报" in quarter.read["offline"]
    assert "59" in quarter.read["clock at the station"]
    lost_on = quarter.lost_days[0]
    shown = quarter.page(quarter.stations[A], f"/reports/periods/month/{lost_on:%Y-%m}")
    assert "没有日报的日子" in shown
    assert f"{lost_on:%m-%d}" in shown
    for station in quarter.stations.values():
        assert "六月培训" in quarter.page(station, "/messages")
    assert RESTORED not in quarter.lost_days
