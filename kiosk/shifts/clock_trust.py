"""Whether the clock may date a day. A clock that was years ahead when a day was opened or closed would keep the station
shut until that date: a manager may accept the present time instead, with a reason, in a row that stays. Never silently."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from kiosk import audit, clock
from kiosk.errors import Refused
from kiosk.shifts.model import Acceptance, Day
from kiosk.shifts.store import acceptance_after, last_day, open_day
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: Days after hours run ahead of the calendar by one each; no station closes so often that it is a month ahead.
MOST_DAYS_AHEAD = 31

CLOCK_REASONS: Mapping[str, str] = {
    "was_ahead": N_("之前的时钟快了，现在已校准"),
    "battery": N_("主板电池没电，时间乱过"),
    "time_zone": N_("时区设错过"),
    "other": N_("其他原因"),
}


def refuse_unbelievable(tx: Tx, last: Day | None) -> Acceptance | None:
    """The acceptance by which the clock counts, None when it is believable by itself.

    Raises ``Refused('day.clock_wrong')`` when the clock is behind the last day's records or before any station (a dead
    clock battery must not date the figures), ``day.dated_ahead`` when the last day bears a date far in the future.
    """
    now = clock.read(tx.now)
    accepted = acceptance_after(tx, last.id) if last else None
    reference = accepted.accepted_at if accepted else _latest(last) if last else None
    if not clock.is_believable(now, reference):
        raise Refused(
            "day.clock_wrong",
            N_(
                "电脑时钟 {now} 不可信（上次记录到 {last}），没有开始营业；请先校准时间。如果现在的时间是对的，请站长在日结页确认时钟"
            ),
            now=_shown(tx, tx.now),
            last=_shown(tx, reference) if reference else "",
        )
    if last is not None and accepted is None and last.business_on > _ahead(tx).isoformat():
        raise Refused(
            "day.dated_ahead",
            N_("上一个营业日 {business_on} 在将来，那天的时钟不对，没有开始营业；请站长在日结页确认现在的时间 {now}"),
            business_on=last.business_on,
            now=_shown(tx, tx.now),
        )
    return accepted


def next_date(tx: Tx, last: Day | None, accepted: Acceptance | None) -> tuple[str, bool]:
    """The business date of a day that opens now, and whether it is 营业后: the date is taken already by a closed day."""
    here = clock.local_date(tx.settings.station.zone, clock.read(tx.now))
    first = here
    if last is not None and accepted is None and last.business_on >= here.isoformat():
        first = date.fromisoformat(last.business_on) + timedelta(days=1)
    found = first
    while tx.value("SELECT 1 FROM business_days WHERE business_on = ?", found.isoformat()):
        found += timedelta(days=1)
    return found.isoformat(), found != here


def doubt(db: Reader, now: str) -> str:
    """What stands against opening a day at this time: ``''``, ``clock_wrong`` or ``dated_ahead``. For pages."""
    last = last_day(db)
    if last is None or open_day(db) is not None:
        return "" if clock.is_believable(clock.read(now), None) else "clock_wrong"
    accepted = acceptance_after(db, last.id)
    if not clock.is_believable(clock.read(now), accepted.accepted_at if accepted else _latest(last)):
        return "clock_wrong"
    zone = db.settings.station.zone
    ahead = clock.local_date(zone, clock.read(now)) + timedelta(days=MOST_DAYS_AHEAD)
    return "dated_ahead" if accepted is None and last.business_on > ahead.isoformat() else ""


def accept_clock(tx: Tx, reason: str) -> Acceptance:
    """Keeps that the present time is right although the last day's records are later; the next day is dated by it.

    Raises ``Refused`` with ``clock.reason_unknown``, ``clock.day_open`` (that day is closed first), ``clock.too_early``
    (set the clock, nobody can vouch for it) or ``clock.not_in_doubt``.
    """
    if reason not in CLOCK_REASONS:
        raise Refused("clock.reason_unknown", N_("请从列表中选择时钟不对的原因；没有改动任何内容"))
    today = open_day(tx)
    if today is not None:
        raise Refused(
            "clock.day_open",
            N_("营业日 {business_on} 还开着；请先点钞日结，再确认时钟"),
            business_on=today.business_on,
        )
    last = last_day(tx)
    if clock.read(tx.now) < clock.EARLIEST:
        raise Refused(
            "clock.too_early", N_("电脑时钟 {now} 早得不可能，不能确认；请先校准时间"), now=_shown(tx, tx.now)
        )
    here = clock.local_date(tx.settings.station.zone, clock.read(tx.now)).isoformat()
    standing = acceptance_after(tx, last.id) if last else None
    is_accepted = standing is not None and clock.is_believable(clock.read(tx.now), standing.accepted_at)
    if last is None or is_accepted or (not doubt(tx, tx.now) and last.business_on <= here):
        raise Refused("clock.not_in_doubt", N_("现在的时间没有疑问，不需要确认；直接开始营业即可"))
    last_at = _latest(last)
    acceptance_id = tx.insert(
        "clock_acceptances", after_day_id=last.id, last_at=last_at, accepted_at=tx.now, reason=reason,
        accepted_by_kind=tx.actor.kind, accepted_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(tx, "clock.accepted", acceptance_id=acceptance_id, last_at=last_at, reason=reason)
    found = acceptance_after(tx, last.id)
    assert found is not None  # noqa: S101 - inserted above
    return found


def acceptances(db: Reader, limit: int = 20) -> list[Acceptance]:
    """Accepted clocks, newest first."""
    return [Acceptance.of(row) for row in db.all("SELECT * FROM clock_acceptances ORDER BY id DESC LIMIT ?", limit)]


def _latest(last: Day) -> str:
    return last.closed_at or last.opened_at


def _ahead(tx: Tx) -> date:
    return clock.local_date(tx.settings.station.zone, clock.read(tx.now)) + timedelta(days=MOST_DAYS_AHEAD)


def _shown(db: Reader, at: str) -> str:
    return clock.to_minute(at, db.settings.station.zone)
