"""What the centre writes down of a message beside the message itself: the station's sequence and clock, the figures of the
report, the days off that it tells of, and which report of a period counts.

A period's first report is the one that came first with revision 0. A later revision counts when it names that report's
number as what it supplements; of those that follow, the highest. Another first report for a known period, or a revision
that names something else, is kept as sent, counts nowhere, and a person is told; who may say that it counts (``choose``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Text, bindparam, case, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from kiosk import clock
from kiosk.reports.envelope import canonical, digest
from sync.centre import anomalies, stations
from sync.centre.figures import Figures
from sync.centre.prepared import Prepared
from sync.centre.stations import Station
from sync.centre.tables import days_off, report_figures
from sync.centre.tables import reports as reports_table
from sync.centre.tables import stations as stations_table

DAILY = "report.daily"

_figure = report_figures.c
_OF_PERIOD = (
    (_figure.station == bindparam("named"))
    & (_figure.form == bindparam("topic"))
    & (_figure.business_on == bindparam("last_on"))
    & (_figure.first_on == bindparam("from_on"))
)
#: Built once: they are asked for every report that comes. A report whose period has no other counts at once.
_IS_ALONE = case(
    (bindparam("last_on", type_=Text) == "", 0), (select(_figure.report_id).where(_OF_PERIOD).exists(), 0), else_=1
)
_ADD = Prepared(
    insert(report_figures).values(counts=_IS_ALONE).returning(_figure.counts),
    columns=[column.name for column in report_figures.c if column.name not in ("counts", "chosen_at")],
)
_PERIOD = (
    select(
        _figure.report_id, reports_table.c.sequence, reports_table.c.hash, _figure.report_no, _figure.revision,
        _figure.supplements, _figure.chosen_at, reports_table.c.payload,
    )
    .join(reports_table, reports_table.c.id == _figure.report_id)
    .where(_OF_PERIOD)
    .order_by(_figure.report_id)
)  # fmt: skip
_STATION = Prepared(
    update(stations_table).where(stations_table.c.station == bindparam("named")),
    columns=("received", "seen_at", "since_on", "highest_sequence", "name", "made_at"),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A report of a period as the rule sees it."""

    report_id: int
    sequence: int
    hash: str
    report_no: str | None
    revision: int
    supplements: str | None
    chosen_at: str | None
    payload: str

    @property
    def content_hash(self) -> str:
        """Two that say the same dispute nothing. Worked out only where two are held against each other."""
        return digest(canonical(json.loads(self.payload)["content"]))


def keep(db: Connection, report_id: int, here: Station, sequence: int, at: str, found: Figures) -> None:
    """Keeps what one stored message says, received ``at``. Called once for each, in the transaction that stored it;
    ``here`` is the station as it was before."""
    _keep_station(db, here, sequence, at, found)
    if not (found.topic or "").startswith("report."):
        return
    for day, reason in found.days_off:
        made = insert_sqlite(days_off) if db.dialect.name == "sqlite" else insert_postgresql(days_off)
        row = {"station": here.station, "business_on": day, "reason": reason, "report_id": report_id}
        db.execute(made.values(row).on_conflict_do_nothing())
    period = {
        "named": here.station, "topic": found.topic, "last_on": found.business_on or "",
        "from_on": found.first_on or "",
    }  # fmt: skip
    counts = _keep_figures(db, report_id, here.station, found, period)
    if found.business_on is None or counts:
        return
    for kind, kept in _count_again(db, period):
        if kept.report_id == report_id or (kind == "revision_unfounded" and not found.revision):
            anomalies.note(
                db, kind, here.station, kept.sequence, kept.hash, business_on=found.business_on,
                report_no=kept.report_no or "",
            )  # fmt: skip


def choose(db: Connection, report_id: int) -> None:
    """A person says that this report is the one that counts for its period, from now on."""
    row = db.execute(select(report_figures).where(_figure.report_id == report_id)).one_or_none()
    if row is None or not row.business_on:
        return
    stations.find(db, row.station, hold=True)
    db.execute(update(report_figures).where(_figure.report_id == report_id).values(chosen_at=clock.stamp()))
    period = {"named": row.station, "topic": row.form, "last_on": row.business_on, "from_on": row.first_on}
    _count_again(db, period)


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


def _count_again(db: Connection, period: dict[str, str | None]) -> list[tuple[str, Kept]]:
    kept = [Kept(*row) for row in db.execute(_PERIOD, period).all()]
    counting, wrong = judge(kept)
    disputed = [one.report_id for _, one in wrong]
    told = case((_figure.report_id.in_(disputed), 1), else_=0)
    # One after the other: the database allows one that counts at any moment.
    db.execute(update(report_figures).where(_OF_PERIOD).values(counts=0, disputed=told), period)
    db.execute(update(report_figures).where(_figure.report_id == counting).values(counts=1))
    return wrong


def _keep_figures(
    db: Connection, report_id: int, station: str, found: Figures, period: dict[str, str | None]
) -> bool:  # fmt: skip
    """Adds the row of lists; whether it counts already."""
    row = {
        "report_id": report_id, "station": station, "form": found.topic, "first_on": found.first_on or "",
        "business_on": found.business_on or "", "report_no": found.report_no, "revision": found.revision or 0,
        "supplements": found.supplements, "is_late": int(found.is_late), "closed_at": found.closed_at,
        "txn_count": found.txn_count, "txn_amount_fen": found.txn_amount_fen, "commission_fen": found.commission_fen,
        "service_fee_fen": found.service_fee_fen, "disputed": 0,
    }  # fmt: skip
    ((counts,),) = _ADD.rows(db, row | period)
    return bool(counts)


def _keep_station(db: Connection, here: Station, sequence: int, at: str, found: Figures) -> None:
    made_at = _instant(found.made_at)
    is_newest = sequence > here.highest_sequence
    days = [day for day in (here.since_on, found.first_on if found.topic == DAILY else None) if day]
    changed = {
        "received": here.received + 1, "seen_at": at, "since_on": min(days, default=None),
        "highest_sequence": sequence if is_newest else here.highest_sequence,
        "name": (found.station_name if is_newest else None) or here.name,
        "made_at": (made_at if is_newest else None) or here.made_at,
    }  # fmt: skip
    _STATION.rows(db, {"named": here.station, **changed})
    if made_at is None:
        return
    ahead = (clock.read(made_at) - clock.read(at)).total_seconds()
    if ahead > stations.CLOCK_TOLERANCE_SECONDS:  # one in the past has only waited for the line
        stations.told_time(db, here.station, made_at, at)
    if is_newest and here.made_at is not None:
        back = (clock.read(here.made_at) - clock.read(made_at)).total_seconds()
        if back > stations.CLOCK_TOLERANCE_SECONDS:
            anomalies.note(db, "clock_went_back", here.station, minutes=round(back / 60))


def _instant(text: str | None) -> str | None:
    try:
        return clock.stamp(clock.read(text or ""))
    except ValueError:
        return None
