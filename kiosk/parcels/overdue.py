"""What lies here too long: ages, which reminder is due, who has not come, and the text for the village's group. An age is
computed when asked, never stored; every look-up reads the stock by its index, whatever the history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from kiosk import clock
from kiosk.parcels import view
from kiosk.parcels.model import IN_STOCK_SQL
from kiosk.parcels.view import PersonView
from kiosk.settings import Reminders, Settings
from kiosk.storage import Reader
from kiosk.words import N_, say

MOST_SHOWN = 100
#: More families than this in one message nobody reads.
MOST_IN_TEXT = 200


@dataclass(frozen=True, slots=True)
class Ages:
    """How many parcels lie here since today, a day or two, until they are overdue, overdue, and to be sent back."""

    fresh: int
    overdue: int
    returnable: int

    @property
    def total(self) -> int:
        """Everything in stock."""
        return self.fresh + self.overdue + self.returnable


def reminder_due(checked_in_at: str, now: datetime, settings: Settings) -> int:
    """Which reminder is due by now: 0 for none yet, 1 the next morning, 2 after 48 hours, 3 as it becomes overdue
    (domain.md §4.1; the numbers are settings). Pure."""
    plan, zone = settings.reminders, clock.zone(settings.station.zone)
    came = clock.read(checked_in_at)
    came_on = clock.local(came, settings.station.zone).date()

    def morning(days: int) -> datetime:
        return datetime.combine(came_on + timedelta(days=days), _at(plan.morning), zone)

    first = max(morning(1), came + timedelta(hours=plan.first_after_hours))
    second = max(first, came + timedelta(hours=plan.second_after_hours))
    third = max(first, morning(settings.parcels.overdue_days))
    return 3 if now >= third else 2 if now >= second else 1 if now >= first else 0


def is_quiet(now: datetime, settings: Settings) -> bool:
    """Whether nobody is to be disturbed now. Pure."""
    plan: Reminders = settings.reminders
    at, begins, ends = clock.local(now, settings.station.zone).time(), _at(plan.quiet_from), _at(plan.quiet_to)
    if begins == ends:
        return False
    return begins <= at < ends if begins < ends else at >= begins or at < ends


def before_on(db: Reader, days: int) -> str:
    """The business date on or before which a parcel that is ``days`` old today came in."""
    return (clock.local_date(db.settings.station.zone) - timedelta(days=days)).isoformat()


def aged(
    db: Reader, at_least_days: int, *, after: tuple[str, int] | None = None, limit: int = MOST_SHOWN
) -> tuple[list[sqlite3.Row], tuple[str, int] | None]:
    """Parcels in stock since so many days, the oldest first, and the place to read on after (None at the end)."""
    begun_on, begun_id = after or ("", 0)
    rows = db.all(
        f"SELECT * FROM parcels INDEXED BY stock_by_age WHERE {IN_STOCK_SQL} AND checked_in_on <= ?"
        " AND (checked_in_on, id) > (?, ?) ORDER BY checked_in_on, id LIMIT ?",
        before_on(db, at_least_days),
        begun_on,
        begun_id,
        limit + 1,
    )
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last["checked_in_on"], last["id"]) if last is not None else None


def ages(db: Reader) -> Ages:
    """The stock by its age, counted in the index alone."""
    overdue_on = before_on(db, db.settings.parcels.overdue_days)
    return_on = min(overdue_on, before_on(db, db.settings.reminders.return_days))
    row = db.one(
        "SELECT COUNT(*) FILTER (WHERE checked_in_on > ?) AS fresh, COUNT(*) FILTER (WHERE checked_in_on <= ?"
        " AND checked_in_on > ?) AS overdue, COUNT(*) FILTER (WHERE checked_in_on <= ?) AS returnable"
        f" FROM parcels INDEXED BY stock_by_age WHERE {IN_STOCK_SQL}",
        overdue_on,
        overdue_on,
        return_on,
        return_on,
    )
    return Ages(*tuple(row)) if row is not None else Ages(0, 0, 0)


def waiting_since(db: Reader, at_least_days: int) -> list[sqlite3.Row]:
    """What waits on its shelf so long, oldest first; not what is set aside."""
    return db.all(
        f"SELECT * FROM parcels INDEXED BY stock_by_age WHERE {IN_STOCK_SQL} AND state = 'on_shelf'"
        " AND checked_in_on <= ? ORDER BY checked_in_on, id",
        before_on(db, at_least_days),
    )


def by_person(db: Reader, rows: Iterable[sqlite3.Row]) -> list[PersonView]:
    """Parcels by whose they are, in the order in which they were given; what names nobody stands by itself."""
    return [person for found in by_tail(rows).values() for person in view.show_groups(db, found)]


def by_tail(rows: Iterable[sqlite3.Row]) -> dict[str, list[sqlite3.Row]]:
    """Parcels by the tail under which they may be one person's, in the order in which they were given."""
    under: dict[str, list[sqlite3.Row]] = {}
    for row in rows:
        under.setdefault(row["phone_tail"] or row["waybill_no"] or str(row["id"]), []).append(row)
    return under


def group_text(db: Reader, persons: Iterable[PersonView]) -> str:
    """What is pasted into the village's group: station, hours, and for each person the masked name and the phone's last two
    digits with how many parcels wait. No code, no waybill, no whole tail: whoever reads it could collect them."""
    station = db.settings.station
    lines = [say(N_("【{station}】这些快件还在等您来取："), station=station.name)]
    nameless = unlisted = 0
    for number, person in enumerate(persons):
        if not (person.masked_name or person.masked_phone):
            nameless += len(person.parcels)
            continue
        if number >= MOST_IN_TEXT:
            unlisted += len(person.parcels)
            continue
        who = " ".join(filter(None, (person.masked_name, _tail(person.masked_phone))))
        oldest = max(parcel.days for parcel in person.parcels)
        days = say(N_("（已放 {days} 天）"), days=oldest) if oldest else ""
        lines.append(say(N_("{who}：{count} 件{days}"), who=who, count=len(person.parcels), days=days))
    if unlisted:
        lines.append(say(N_("另有 {count} 件没有一一列出，请来站里看看"), count=unlisted))
    if nameless:
        lines.append(say(N_("另有 {count} 件没有写清收件人，请来站里看看"), count=nameless))
    free = db.settings.parcels.free_storage_days
    lines.append(say(N_("营业时间 {hours}，{address}；{days} 天内免费保管，请带上取件码"), hours=station.hours, address=station.address, days=free))  # fmt: skip
    return "\n".join(lines)


def _tail(masked_phone: str) -> str:
    """Two digits, as on the board: the whole tail and a code together open the self-service screen, and a village knows its
    own by less."""
    return say(N_("尾号 **{two}"), two=masked_phone[-2:]) if masked_phone[-2:].isdecimal() else ""


def _at(text: str) -> time:
    return time.fromisoformat(text)
