"""By when something must have happened: asked of the entries when it is needed, never stored, since a clock changes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.registers.definitions import registers
from kiosk.registers.model import OPENED, Clock, Register
from kiosk.registers.store import Entry, form_of, still_open
from kiosk.registers.story import a_date
from kiosk.storage import Reader


@dataclass(frozen=True, slots=True)
class Due:
    """One clock that runs. ``title`` is its name in the reader's language; ``days_left`` below 0 is late; ``warns`` from
    its days of warning on."""

    register: str
    entry_id: int
    number: str
    clock: str
    title: str
    due_on: str
    days_left: int
    warns: bool

    @property
    def is_late(self) -> bool:
        """Whether the day has gone by."""
        return self.days_left < 0


def due(db: Reader, today: date) -> list[Due]:
    """Every clock that runs on ``today``, soonest first."""
    books = registers(db)
    found = [one for entry in still_open(db) for one in due_of(form_of(db, entry, books), entry, today)]
    return sorted(found, key=lambda one: (one.due_on, one.number))


def due_of(register: Register, entry: Entry, today: date) -> list[Due]:
    """The clocks of one entry that run, soonest first."""
    found = []
    for clock in register.clocks:
        due_on = _due_on(clock, entry) if entry.state in clock.runs_in else None
        if due_on is None:
            continue
        left = (due_on - today).days
        found.append(
            Due(
                entry.register, entry.id, entry.number, clock.code, clock.title(), due_on.isoformat(), left,
                left <= clock.warn_days,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: one.due_on)


def _due_on(clock: Clock, entry: Entry) -> date | None:
    begins = a_date({OPENED: entry.opened_on, "entered": entry.entered_on}.get(clock.begins, entry.content.get(clock.begins)))  # fmt: skip
    return None if begins is None else after(begins, clock.days, working_days=clock.working_days)


def after(day: date, days: int, *, working_days: bool) -> date:
    """The day so many days later; of working days Saturdays and Sundays are none (no calendar of holidays is kept)."""
    if not working_days:
        return day + timedelta(days=days)
    left = days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day
