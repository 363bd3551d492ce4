"""What a measure says: one figure with its target, how it stands, and the evidence that an inspector may follow to the rows
behind it. Figures only: points and grades are made of them elsewhere and never here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from kiosk import clock
from kiosk.storage import Reader
from kiosk.words import N_

Kept = TypeVar("Kept")


class Unit(StrEnum):
    """What a value counts."""

    COUNT = "count"
    DAYS = "days"
    MINUTES = "minutes"
    FEN = "fen"
    DONE = "done"  # 1 or 0


class Standing(StrEnum):
    """How a measure stands, the worst first: ``due`` is still in time, ``figure`` has nothing that it could miss."""

    PROBLEM = "problem"
    WARN = "warn"
    DUE = "due"
    OK = "ok"
    FIGURE = "figure"


WORST_FIRST = tuple(Standing)
STANDING_WORDS: Mapping[Standing, str] = {
    Standing.PROBLEM: N_("没做到"),
    Standing.WARN: N_("要留意"),
    Standing.DUE: N_("还来得及"),
    Standing.OK: N_("做到了"),
    Standing.FIGURE: N_("仅供参考"),
}
#: Told apart without colour.
STANDING_SHAPES: Mapping[Standing, str] = {
    Standing.PROBLEM: "▲",
    Standing.WARN: "！",
    Standing.DUE: "·",
    Standing.OK: "●",
    Standing.FIGURE: "○",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing behind a figure: a marked sentence, and the page on which it stands (``''`` for none)."""

    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure with its evidence. ``words`` is the marked sentence that says how it stands, ``source`` the one that says
    what was counted; ``target`` comes from the setting named beside it, None where none is set; ``asked_by`` are rows of
    the requirements (domain.md §5.3)."""

    name: str
    title: str
    standing: Standing
    words: str
    facts: Mapping[str, Any]
    source: str
    path: str
    value: int | None = None
    unit: Unit = Unit.COUNT
    target: int | None = None
    setting: str = ""
    asked_by: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    short: str = ""  # its title where there is room for two words only; '' keeps it off such places
    days_left: int | None = None  # until what is not done yet is due; negative: too late
    is_duty: bool = True  # somebody can do something about it now


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is asked: the instant as stored, and the calendar date and hour at the station."""

    now: str
    today: date
    at: str
    _kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, name: str, ask: Callable[[], Kept]) -> Kept:
        """What ``ask`` gives, asked at the first call only: several measures look at the same rows."""
        if name not in self._kept:
            self._kept[name] = ask()
        found: Kept = self._kept[name]
        return found

    @classmethod
    def of(cls, db: Reader, now: str | None = None) -> Moment:
        """This instant, or the one that is given."""
        stamp = now or clock.stamp()
        here = clock.local(stamp, db.settings.station.zone)
        return cls(stamp, here.date(), f"{here:%H:%M}")


def sorted_worst_first(found: list[Measure]) -> list[Measure]:
    """The measures by how they stand; those that stand alike keep their order."""
    return sorted(found, key=lambda one: WORST_FIRST.index(one.standing))


def hours_text(minutes: int) -> str:
    """Minutes as people read them on a clock: ``3:05``."""
    return f"{minutes // 60}:{minutes % 60:02d}"
