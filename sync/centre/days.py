"""Which days' reports came on time, late, or not at all: for all stations on one date, for one station over its dates, and
counted for a month. A day is expected from the first that a station ever reported, unless it said that it was closed.

Late is what the station itself signed: closed after the county's hour. When it arrived is shown beside it; a line that was
down makes no report late.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, literal_column, select

from kiosk import clock
from kiosk.words import N_
from sync.centre import stations
from sync.centre.keeping import DAILY
from sync.centre.office import Centre
from sync.centre.tables import days_off, report_figures, reports
from sync.centre.tables import stations as stations_table

STATES = {
    "on_time": N_("按时"),
    "late": N_("迟报"),
    "missing": N_("缺报"),
    "closed": N_("停业"),
    "awaited": N_("待报"),
}
#: A page of one station's dates, and the longest span that a month's counts are asked for.
MOST_DAYS = 400
SUMS = ("txn_count", "txn_amount_fen", "commission_fen", "service_fee_fen")

_figure, _report = report_figures.c, reports.c
#: Literal, so that the planners see that the index of what counts is meant.
_COUNTED = literal_column("report_figures.counts = 1")
_COLUMNS = (
    _figure.report_id, _figure.report_no, _figure.revision, _figure.is_late, *(_figure[name] for name in SUMS),
    _report.acknowledgement_no, _report.received_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """One station's day. ``days_to_arrive``: how many dates after its own the report came, 0 for the same."""

    station: str
    name: str
    business_on: str
    state: str
    reason: str | None = None
    report_id: int | None = None
    report_no: str | None = None
    revision: int | None = None
    txn_count: int | None = None
    txn_amount_fen: int | None = None
    commission_fen: int | None = None
    service_fee_fen: int | None = None
    acknowledgement_no: str | None = None
    received_at: str | None = None
    days_to_arrive: int = 0
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """How a station reported over some dates."""

    station: str
    name: str
    expected: int
    on_time: int
    late: int
    closed: int
    missing: int


def on_date(centre: Centre, db: Connection, on: str, after: str = "", limit: int = 100) -> list[Day]:
    """The day of every station that was there, by code, those after ``after``."""
    rows = db.execute(date_query(on, after, limit)).all()
    disputed = _disputed(db, [row.station for row in rows], on, on)
    return [_day(centre, row, row.station, row.name, on, row.reason, disputed) for row in rows]


def of_station(centre: Centre, db: Connection, station: str, first_on: str, last_on: str) -> list[Day]:
    """The days of one station between two dates, both included, newest first; at most ``MOST_DAYS``."""
    here = stations.find(db, station)
    if here is None or here.expected_from is None:
        return []
    first = max(here.expected_from, first_on)
    last = min(last_on, centre.today.isoformat())
    told = {row.business_on: row for row in db.execute(station_query(station, first, last)).all()}
    query = select(days_off).where(days_off.c.station == station, days_off.c.business_on.between(first, last))
    reasons = {row.business_on: row.reason for row in db.execute(query).all()}
    disputed = _disputed(db, [station], first, last)
    days = sorted({*told, *dates(first, last)}, reverse=True)[:MOST_DAYS]
    return [_day(centre, told.get(day), station, here.name, day, reasons.get(day), disputed) for day in days]


def spans(centre: Centre, db: Connection, first_on: str, last_on: str, after: str = "", limit: int = 100) -> list[Span]:
    """How each station reported between two dates, by code, those after ``after``."""
    due = min(last_on, centre.last_due_on)
    known = stations.known(db, after, limit)
    named = [here.station for here in known]
    counted = {row.station: row for row in db.execute(span_query(named, first_on, due)).all()}
    off = _days_off_without_report(db, named, first_on, due)
    found = []
    for here in known:
        expected = len(dates(max(here.expected_from, first_on), due)) if here.expected_from else 0
        row = counted.get(here.station)
        reported, late = (row.reported, row.late) if row else (0, 0)
        closed = off.get(here.station, 0)
        missing = max(0, expected - reported - closed)
        found.append(Span(here.station, here.name, expected, reported - late, late, closed, missing))
    return found


def disputes(db: Connection, station: str = "", limit: int = 50) -> list[Row[Any]]:
    """Reports that cannot be right beside the one that counts for their period, each with that one: newest first."""
    counting = report_figures.alias("counting")
    shown = ("report_no", "revision", "txn_count", "txn_amount_fen")
    query = (
        select(
            _figure.report_id, _figure.station, _figure.form, _figure.business_on,
            *(_figure[name] for name in shown), _report.received_at, _report.sequence,
            *(counting.c[name].label(f"counting_{name}") for name in shown),
        )
        .join(reports, _report.id == _figure.report_id)
        .outerjoin(
            counting,
            and_(
                counting.c.station == _figure.station, counting.c.form == _figure.form, counting.c.counts == 1,
                counting.c.business_on == _figure.business_on, counting.c.first_on == _figure.first_on,
            ),
        )
        .where(literal_column("report_figures.disputed = 1"))
        .order_by(_figure.report_id.desc())
        .limit(limit)
    )  # fmt: skip
    return list(db.execute(query.where(_figure.station == station) if station else query).all())


def sums(db: Connection, on: str) -> dict[str, int]:
    """What all stations reported of one date, with how many they are."""
    query = select(
        func.count().label("reports"), *(func.coalesce(func.sum(_figure[name]), 0).label(name) for name in SUMS)
    )
    row = db.execute(query.where(_figure.form == DAILY, _figure.business_on == on, _COUNTED)).one()
    return {name: int(value) for name, value in row._mapping.items()}


def dates(first_on: str, last_on: str) -> list[str]:
    """The dates between two, both included; none when they are the wrong way round."""
    first, last = date.fromisoformat(first_on), date.fromisoformat(last_on)
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


# The questions themselves; the tests ask the databases how they would answer them. -------------------------------------


def date_query(on: str, after: str, limit: int) -> Select[Any]:
    """The stations of one date with what counts of it."""
    station = stations_table.c
    joined = (
        stations_table.outerjoin(
            report_figures,
            and_(_figure.station == station.station, _figure.form == DAILY, _figure.business_on == on, _COUNTED),
        )
        .outerjoin(reports, _report.id == _figure.report_id)
        .outerjoin(days_off, and_(days_off.c.station == station.station, days_off.c.business_on == on))
    )
    return (
        select(station.station, station.name, days_off.c.reason, *_COLUMNS)
        .select_from(joined)
        .where(station.station > after, func.coalesce(station.since_on, station.enrolled_on) <= on)
        .order_by(station.station)
        .limit(limit)
    )


def station_query(station: str, first_on: str, last_on: str) -> Select[Any]:
    """What counts of one station's dates."""
    return (
        select(_figure.business_on, *_COLUMNS)
        .join(reports, _report.id == _figure.report_id)
        .where(_figure.station == station, _figure.form == DAILY, _figure.business_on.between(first_on, last_on), _COUNTED)
        .order_by(_figure.business_on.desc())
        .limit(MOST_DAYS)
    )  # fmt: skip


def span_query(named: Sequence[str], first_on: str, last_on: str) -> Select[Any]:
    """How many reports of some dates count, by station."""
    return (
        select(_figure.station, func.count().label("reported"), func.sum(_figure.is_late).label("late"))
        .where(_figure.form == DAILY, _figure.business_on.between(first_on, last_on), _COUNTED)
        .where(_figure.station.in_(named))
        .group_by(_figure.station)
    )


def _days_off_without_report(db: Connection, named: Sequence[str], first_on: str, last_on: str) -> dict[str, int]:
    has_report = (
        select(literal_column("1"))
        .where(
            _figure.form == DAILY, _figure.business_on == days_off.c.business_on, _figure.station == days_off.c.station,
            _COUNTED,
        )
        .exists()
    )  # fmt: skip
    query = (
        select(days_off.c.station, func.count().label("days"))
        .where(days_off.c.business_on.between(first_on, last_on), days_off.c.station.in_(named), ~has_report)
        .group_by(days_off.c.station)
    )
    return {row.station: row.days for row in db.execute(query).all()}


def _disputed(db: Connection, named: Sequence[str], first_on: str, last_on: str) -> set[tuple[str, str]]:
    query = select(_figure.station, _figure.business_on).where(
        _figure.station.in_(named), _figure.form == DAILY, _figure.business_on.between(first_on, last_on),
        _figure.disputed == 1,
    )  # fmt: skip
    return {(row.station, row.business_on) for row in db.execute(query).all()}


def _day(
    centre: Centre, row: Row[Any] | None, station: str, name: str, on: str, reason: str | None,
    disputed: Iterable[tuple[str, str]],
) -> Day:  # fmt: skip
    is_disputed = (station, on) in disputed
    if row is None or row.report_id is None:
        state = "closed" if reason else "missing" if on <= centre.last_due_on else "awaited"
        return Day(station, name, on, state, reason, is_disputed=is_disputed)
    arrived = clock.local(row.received_at, centre.zone).date()
    return Day(
        station, name, on, "late" if row.is_late else "on_time", reason, row.report_id, row.report_no, row.revision,
        *(getattr(row, column) for column in SUMS), row.acknowledgement_no, row.received_at,
        max(0, (arrived - date.fromisoformat(on)).days), is_disputed,
    )  # fmt: skip
