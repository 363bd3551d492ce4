"""Three whole days of a station with everything that goes wrong in them, written down first: one ``Unhappy`` a path, its
sentence, what it moves on the accounts by hand, and how a person meets it at the counter and a program over the API.

One module a room, ``PATHS`` in the order in which they happen. ``test_three_days`` takes every one of them on both
roads and asks ``kiosk check`` and the accounts after each.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line


@dataclass(frozen=True, slots=True)
class Unhappy:
    """One path. ``moves``: what stands on each account afterwards that did not before, in fen, debit positive, worked
    out by hand. ``code`` is the refusal that the API gives ('' where nothing is refused). ``day`` 1 to 3."""

    name: str
    sentence: str
    browser: Callable[[Counter], None]
    api: Callable[[Line], None]
    moves: Mapping[str, int] = field(default_factory=dict)
    code: str = ""
    day: int = 1


def of_every_room() -> list[Unhappy]:
    """Every path in the order of the days; within a day room by room, the closes last."""
    found: list[Unhappy] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        paths = getattr(importlib.import_module(f"{__name__}.{module.name}"), "PATHS", ())
        found.extend(paths)
    names = [path.name for path in found]
    assert len(names) == len(set(names)), "a path is listed twice"
    return sorted(found, key=lambda path: path.day)
