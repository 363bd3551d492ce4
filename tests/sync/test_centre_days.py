"""Which days came on time, late or not at all; quickly, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect

from kiosk import clock
from kiosk.reports.envelope import thumbprint
from sync.centre import days, enrolment
from tests.sync.county import Centre, Signer


@pytest.fixture
def today(tmp_path: Path) -> Iterator[None]:
    """The county's clock stands at 2026-11-10, 16:00."""
    path = tmp_path / "clock.json"
    path.write_text('{"offset_seconds": 0, "speed": 0, "from_at": "2026-11-10T08:00:00.000000Z"}')
    clock.follow(path)
    yield
    clock.follow(None)


def states(centre: Centre, query: str) -> dict[str, str]:
    """State by date or station."""
    key = "business_on" if "station=" in query else "station"
    return {day[key]: day["state"] for day in centre.get(f"/api/v1/days?{query}")["items"]}


def test_days_of_a_station_are_on_time_late_missing_closed_and_awaited(
    centre: Centre, signer: Signer, today: None
) -> None:
    centre.post(signer.report(1, business_on="2026-11-04").envelope)
    centre.post(signer.report(2, business_on="2026-11-05", is_late=True).envelope)
    closing = {"reason": "holiday", "from_on": "2026-11-07", "to_on": "2026-11-08", "from_time": None, "to_time": None}
    hours = {
        "reason": "power_cut",
        "from_on": "2026-11-06",
        "to_on": "2026-11-06",
        "from_time": "09:00",
        "to_time": "10:00",
    }
    centre.post(signer.report(3, business_on="2026-11-09", closings=[closing, hours]).envelope)
    # A week's report tells of the days that had none, and why.
    missing = [{"business_on": "2026-11-03", "why": "not_opened", "closing": "weather"},
               {"business_on": "2026-11-06", "why": "not_opened", "closing": None}]  # fmt: skip
    week = {"first_on": "2026-11-02", "business_on": "2026-11-08", "revision": 0, "missing": missing}
    centre.post(signer.message("report.weekly", 4, week).envelope)
    centre.post(signer.report(5, business_on="2026-11-02").envelope)
    found = states(centre, "station=demo-001&from=2026-11-01&to=2026-11-30")
    assert found == {
        "2026-11-02": "on_time", "2026-11-03": "closed", "2026-11-04": "on_time", "2026-11-05": "late", "2026-11-06": "missing", "2026-11-07": "closed",
        "2026-11-08": "closed", "2026-11-09": "on_time", "2026-11-10": "awaited",
    }  # fmt: skip
    page = centre.page("days?station=demo-001&month=2026-11")
    for words in ("按时", "迟报", "缺报", "停业", "节假日", "待报", "6 天后送到"):
        assert words in page, words
    said = page.count("天后送到")
    told = {"business_on": "2026-11-04", "revision": 1, "supplements": "F20261101-0001", "report_no": "F20261104-0002"}
    centre.post(signer.report(6, **told).envelope)
    page = centre.page("days?station=demo-001&month=2026-11")
    assert "第 1 次补充" in page
    assert page.count("天后送到") == said - 1, "when a supplement came says nothing of when the day was reported"
    month = centre.page("days?month=2026-11")
    assert [part.split("<")[0] for part in month.split('class="number')[-5:]] == [
        '">8', '">3', ' tardy">1', '">3', ' late">1',
    ]  # fmt: skip


def test_one_date_of_all_stations_with_their_sums(centre: Centre, tmp_path: Path, today: None) -> None:
    signers = [Signer.make(tmp_path / f"s{n}", f"demo-{n:03d}") for n in range(3)]
    for number, signer in enumerate(signers):
        centre.post(signer.report(1, business_on="2026-11-08").envelope)
        if number:
            centre.post(signer.report(2, business_on="2026-11-09", is_late=number == 2).envelope)
    found = centre.get("/api/v1/days?on=2026-11-09")
    assert {day["station"]: day["state"] for day in found["items"]} == {
        "demo-000": "missing", "demo-001": "on_time", "demo-002": "late",
    }  # fmt: skip
    assert found["totals"] == {
        "reports": 2, "txn_count": 6, "txn_amount_fen": 25700, "commission_fen": 300, "service_fee_fen": 400,
    }  # fmt: skip
    assert states(centre, "on=2026-11-07") == {}, "before a station's first report nothing is expected"
    first = centre.get("/api/v1/days?on=2026-11-09&limit=2")
    assert [day["station"] for day in first["items"]] == ["demo-000", "demo-001"]
    assert [day["station"] for day in centre.get(first["next"])["items"]] == ["demo-002"]
    assert "缺报" in centre.page("days"), "the last day that is due"


def test_list_and_its_sums_tell_of_one_moment(centre: Centre, signer: Signer, today: None) -> None:
    """PostgreSQL shows each statement what was committed before it: a report that came meanwhile stood in the sums alone."""
    centre.post(signer.report(1, business_on="2026-11-08").envelope)
    with centre.office.database.reading() as db:
        assert days.sums(db, "2026-11-09")["reports"] == 0
        centre.post(signer.report(2, business_on="2026-11-09").envelope)
        (found,) = days.on_date(centre.office, db, "2026-11-09")
        assert (found.report_no, days.sums(db, "2026-11-09")["reports"]) == (None, 0)
    with centre.office.database.reading() as db:
        assert days.sums(db, "2026-11-09")["reports"] == 1, "and the next question sees it"


def test_enrolled_station_that_never_reported_is_missing(centre: Centre, signer: Signer, today: None) -> None:
    enrolment.enrol_key(centre.office, "demo-001", signer.public_key, thumbprint(signer.public_key), replace=False)
    enrolment.new_code(centre.office, "demo-002")
    assert states(centre, "on=2026-11-10") == {"demo-001": "awaited"}
    with centre.office.database.writing() as db:
        db.execute(sql("UPDATE stations SET enrolled_on = '2026-11-08' WHERE enrolled_on IS NOT NULL"))
    assert states(centre, "on=2026-11-09") == {"demo-001": "missing"}
    assert 'late">2<' in centre.page("days?month=2026-11")
    centre.post(signer.report(1, business_on="2026-11-10").envelope)
    assert states(centre, "on=2026-11-09") == {}, "it opened later than it was enrolled"


@pytest.mark.parametrize(
    "query", ["on=2026-13-01", "on=x", "station=demo-009", "month=2026", "month=0000-01", "on=1026-01-01",
              "station=demo-001&from=2020-01-01&to=2026-01-01"]
)  # fmt: skip
def test_question_that_is_none_is_refused(small_centre: Centre, signer: Signer, query: str) -> None:
    small_centre.post(signer.report().envelope)
    page = query.startswith("month")
    answer = small_centre.client.get(f"/days?{query}" if page else f"/api/v1/days?{query}")
    assert answer.status_code in (400, 404)


def fill(centre: Centre, stations: int, dates: list[str]) -> None:
    """Reports of many stations over many dates, as rows: what is tried here is how they are found."""
    with centre.office.database.writing() as db:
        known = [{"s": f"st-{n:04d}", "k": n + 1} for n in range(stations)]
        db.execute(sql(
            "INSERT INTO stations (station, name, added_at, since_on, highest_sequence, received)"
            f" VALUES (:s, '站', '-', '{dates[0]}', {len(dates)}, {len(dates)})"), known)  # fmt: skip
        db.execute(sql(
            "INSERT INTO station_keys (id, station, public_key, thumbprint, how, since_at, first_sequence)"
            " VALUES (:k, :s, '{}', '-', 'enrolled', '-', 1)"), known)  # fmt: skip
        number = 0
        for sequence, on in enumerate(dates, 1):
            made = [{**one, "id": number + one["k"], "on": on, "seq": sequence} for one in known]
            number += stations
            db.execute(sql(
                "INSERT INTO reports (id, acknowledgement_no, received_at, road, station, sequence, topic, hash,"
                " key_id, envelope, payload) VALUES (:id, 'C-' || :id, '2026-11-09T10:00:00.000000Z', 'https', :s, :seq,"
                " 'report.daily', '-', :k, '-', '{}')".replace("'C-' || :id", "CAST(:id AS TEXT)")), made)  # fmt: skip
            db.execute(sql(
                "INSERT INTO report_figures (report_id, station, form, first_on, business_on, report_no, revision,"
                " is_late, txn_count, txn_amount_fen, commission_fen, service_fee_fen, counts, disputed)"
                " VALUES (:id, :s, 'report.daily', :on, :on, 'F', 0, 0, 1, 100, 1, 1, 1, 0)"), made)  # fmt: skip


def plan(centre: Centre, query: Any) -> str:
    """How the database would answer."""
    is_sqlite = centre.office.database.is_sqlite
    dialect = sqlite_dialect.dialect() if is_sqlite else postgresql_dialect.dialect()
    words = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    with centre.office.database.writing() as db:
        if not is_sqlite:
            db.execute(sql("ANALYZE"))
            db.execute(sql("SET LOCAL enable_seqscan = off"))  # the table is small; the question is what can be used
        return "\n".join(str(row) for row in db.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' * is_sqlite}{words}").all())


def test_lists_are_found_by_their_indexes(make: Callable[..., Centre], today: None) -> None:
    centre = make()
    fill(centre, 30, [f"2026-10-{day:02d}" for day in range(1, 32)])
    named = [f"st-{n:04d}" for n in range(30)]
    for query in (
        days.date_query("2026-10-05", "st-0004", 20),
        days.station_query("st-0003", "2026-10-01", "2026-10-31"),
        days.span_query(named, "2026-10-01", "2026-10-31"),
    ):
        found = plan(centre, query)
        assert "SCAN report" not in found and "Seq Scan on report" not in found, found
        assert "report_figures_" in found, found
    first = centre.get("/api/v1/days?on=2026-10-05&limit=20")
    assert len(first["items"]) == 20 and first["next"]
    assert centre.page("days?month=2026-10").count('scope="row"') == 30


@pytest.mark.parametrize(
    "content",
    [{"business_on": "9999-12-31", "closings": [{"reason": "leave"}]},
     {"closings": [{"from_on": "0001-01-01", "to_on": "9999-12-31", "reason": "leave"}] * 50},
     {"closings": [{"from_on": "2026-11-09", "to_on": "2026-11-01", "reason": "leave"}]}],
    ids=["last-day-of-all", "two-thousand-years", "backwards"],
)  # fmt: skip
def test_report_with_senseless_days_off_is_taken_all_the_same(
    small_centre: Centre, signer: Signer, content: dict[str, object]
) -> None:
    """A report that fails here is sent for ever."""
    assert small_centre.post(signer.report(1, **content).envelope)[0] == 201
    with small_centre.office.database.reading() as db:
        assert db.execute(sql("SELECT count(*) FROM days_off")).scalar_one() <= 400
