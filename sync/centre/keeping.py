"""What the centre writes down of a message beside the message itself: the station's sequence and clock, the figures of the
report, the days off that it tells of, and which report of a period counts.

A period's first report is the one that came first with revision 0. A later revision counts when it names that report's
number as what it supplements; of those that follow, the highest. Another first report for a known period, or a revision
that names something else, is kept as sent, counts nowhere, and a person is told; who may say that it counts (``choose``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, case, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from kiosk import clock
from kiosk.reports.envelope import canonical, digest
from sync.centre import anomalies, stations
from sync.centre.figures import Figures, figures
from sync.centre.tables import days_off, report_figures
from sync.centre.tables import reports as reports_table
from sync.centre.tables import stations as stations_table

DAILY = "report.daily"


@dataclass(frozen=True, slots=True)
class Kept:
    """A report of a period as the rule sees it."""

    report_id: int
    sequence: int
    hash: str
    report_no: str | None
    revision: int
    supplements: str | None
    content_hash: str
    chosen_at: str | None


def keep(db: Connection, report_id: int, station: str, sequence: int, received_at: str, payload: str) -> None:
    """Keeps what one stored message says. Called once for each, in the transaction that stored it."""
    found = figures(payload)
    _keep_station(db, station, sequence, received_at, found)
    if not (found.topic or "").startswith("report."):
        return
    for day, reason in found.days_off:
        made = insert_sqlite(days_off) if db.dialect.name == "sqlite" else insert_postgresql(days_off)
        row = {"station": station, "business_on": day, "reason": reason, "report_id": report_id}
        db.execute(made.values(row).on_conflict_do_nothing())
    _keep_figures(db, report_id, station, found, payload)
    if found.business_on is not None:
        told_wrong = _count_again(db, station, found.topic or "", found.first_on or "", found.business_on)
        for kind, kept in told_wrong:
            if kept.report_id == report_id or kind == "revision_unfounded":
                anomalies.note(
                    db, kind, station, kept.sequence, kept.hash, business_on=found.business_on,
                    report_no=kept.report_no or "",
                )  # fmt: skip


def choose(db: Connection, report_id: int) -> None:
    """A person says that this report is the one that counts for its period, from now on."""
    row = db.execute(select(report_figures).where(report_figures.c.report_id == report_id)).one_or_none()
    if row is None or not row.business_on:
        return
    stations.find(db, row.station, hold=True)
    db.execute(update(report_figures).where(report_figures.c.report_id == report_id).values(chosen_at=clock.stamp()))
    _count_again(db, row.station, row.form, row.first_on, row.business_on)


def judge(period: Sequence[Kept]) -> tuple[int | None, list[tuple[str, Kept]]]:
    """Which report of a period counts, and what is wrong with the others. ``period`` is in the order in which they came."""
    base = _base(period)
    if base is None:
        return None, []
    first_no = base.report_no if base.revision == 0 else base.supplements
    standing: dict[int, Kept] = {base.revision: base}
    wrong: list[tuple[str, Kept]] = []
    for kept in period:
        if kept is base:
            continue
        if kept.revision and kept.supplements != first_no:
            wrong.append(("revision_unfounded", kept))
        elif kept.revision > base.revision and kept.revision not in standing:
            standing[kept.revision] = kept
        elif kept.content_hash != standing.get(kept.revision, base).content_hash and not base.chosen_at:
            wrong.append(("day_rewritten", kept))
    return standing[max(standing)].report_id, wrong


def _base(period: Sequence[Kept]) -> Kept | None:
    """The report from which the others of its period follow: what a person chose last, or the first that came."""
    chosen = [kept for kept in period if kept.chosen_at]
    if chosen:
        return max(chosen, key=lambda kept: kept.chosen_at or "")
    firsts = [kept for kept in period if kept.revision == 0]
    return firsts[0] if firsts else min(period, key=lambda kept: kept.revision, default=None)


def _count_again(
    db: Connection, station: str, form: str, first_on: str, business_on: str
) -> Iterable[tuple[str, Kept]]:
    figure = report_figures.c
    of_period = (
        (figure.station == station)
        & (figure.form == form)
        & (figure.business_on == business_on)
        & (figure.first_on == first_on)
    )
    query = (
        select(
            figure.report_id, reports_table.c.sequence, reports_table.c.hash, figure.report_no, figure.revision,
            figure.supplements, figure.content_hash, figure.chosen_at,
        )
        .join(reports_table, reports_table.c.id == figure.report_id)
        .where(of_period)
        .order_by(figure.report_id)
    )  # fmt: skip
    counting, wrong = judge([_kept(row) for row in db.execute(query).all()])
    # One after the other: the database allows one that counts at any moment.
    disputed = [kept.report_id for _, kept in wrong]
    db.execute(
        update(report_figures)
        .where(of_period)
        .values(counts=0, disputed=case((figure.report_id.in_(disputed), 1), else_=0))
    )
    db.execute(update(report_figures).where(figure.report_id == counting).values(counts=1))
    return wrong


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    return Kept(**row._mapping)  # type: ignore[arg-type]


def _keep_figures(db: Connection, report_id: int, station: str, found: Figures, payload: str) -> None:
    import json

    row = {
        "report_id": report_id, "station": station, "form": found.topic, "first_on": found.first_on or "",
        "business_on": found.business_on or "", "report_no": found.report_no, "revision": found.revision or 0,
        "supplements": found.supplements, "content_hash": digest(canonical(json.loads(payload)["content"])),
        "is_late": int(found.is_late), "closed_at": found.closed_at, "txn_count": found.txn_count,
        "txn_amount_fen": found.txn_amount_fen, "commission_fen": found.commission_fen,
        "service_fee_fen": found.service_fee_fen, "counts": 0, "disputed": 0,
    }  # fmt: skip
    db.execute(insert(report_figures).values(row))


def _keep_station(db: Connection, station: str, sequence: int, received_at: str, found: Figures) -> None:
    here = stations.find(db, station)
    assert here is not None  # noqa: S101 - a foreign key
    changed: dict[str, object] = {"received": here.received + 1, "seen_at": received_at}
    made_at = _instant(found.made_at)
    if sequence > here.highest_sequence:
        changed["highest_sequence"] = sequence
        changed["name"] = found.station_name or here.name
        changed["made_at"] = made_at or here.made_at
    days = [day for day in (here.since_on, found.first_on if found.topic == DAILY else None) if day]
    changed["since_on"] = min(days, default=None)
    db.execute(update(stations_table).where(stations_table.c.station == station).values(changed))
    if made_at is None:
        return
    ahead = (clock.read(made_at) - clock.read(received_at)).total_seconds()
    if ahead > stations.CLOCK_TOLERANCE_SECONDS:  # one in the past has only waited for the line
        stations.told_time(db, station, made_at, received_at)
    if sequence > here.highest_sequence and here.made_at is not None:
        back = (clock.read(here.made_at) - clock.read(made_at)).total_seconds()
        if back > stations.CLOCK_TOLERANCE_SECONDS:
            anomalies.note(db, "clock_went_back", station, minutes=round(back / 60))


def _instant(text: str | None) -> str | None:
    try:
        return clock.stamp(clock.read(text or ""))
    except ValueError:
        return None
