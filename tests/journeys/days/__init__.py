"""Three whole days of a station with everything that goes wrong in them. What goes wrong was written down first, in
``tests/journeys/unhappy_*.py``: id, sentence, refusal. Here it happens: how a person meets it at the counter, how a
program meets it over the API, and what it moves on the accounts, worked out by hand.

One module a room, ``PATHS`` in the order in which they happen. ``test_three_days`` takes every one on both roads and
asks ``kiosk check`` and the accounts after each.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.journeys.days.counter import Counter
from tests.journeys.days.line import Line


@dataclass(frozen=True, slots=True)
class Unhappy:
    """One path. ``moves``: what stands on each account afterwards that did not before, in fen, debit positive, worked
    out by hand, or a rule that works it out from what should stand before (a close loses what is less than a coin).
    ``code`` is the refusal that the API gives ('' where nothing is refused). ``day`` 1 to 3. ``covers``
    are the ids of the rooms' lists that happen in it. A road that does not exist is None, and ``because`` says why."""

    name: str
    sentence: str
    browser: Callable[[Counter], None] | None
    api: Callable[[Line], None] | None
    moves: Mapping[str, int] | Callable[[Mapping[str, int]], Mapping[str, int]] = field(default_factory=dict)
    code: str = ""
    day: int = 1
    covers: tuple[str, ...] = ()
    because: str = ""
    room: str = ""


Listed = tuple[str, str, str]


def listed(paths: Sequence[Listed], name: str, *steps: Any, also: tuple[str, ...] = (), **more: Any) -> Unhappy:
    """The path of this id of a room's list, with its sentence and code; ``also`` are further ids that happen in it."""
    sentence, code = next((sentence, code) for known, sentence, code in paths if known == name)
    return Unhappy(name, sentence, *steps, code=code, covers=(name, *also), **more)


def of_every_room() -> list[Unhappy]:
    """Every path in the order of the days; within a day room by room. ``z_`` rooms, which close the day, come last."""
    found: list[Unhappy] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        paths = getattr(importlib.import_module(f"{__name__}.{module.name}"), "PATHS", ())
        found += [replace(path, room=module.name) for path in paths]
    names = [path.name for path in found]
    assert len(names) == len(set(names)), "a path is listed twice"
    return sorted(found, key=lambda path: path.day)


def lists() -> dict[str, Listed]:
    """Everything that the rooms' lists name, by id."""
    found: dict[str, Listed] = {}
    for path in sorted(Path(__file__).parents[1].glob("unhappy_*.py")):
        for listed_path in importlib.import_module(f"tests.journeys.{path.stem}").PATHS:
            found[listed_path[0]] = listed_path
    return found


def seen_elsewhere() -> dict[str, str]:
    """Paths that a room's list leaves to tests of its own (``SEEN``): id → file under ``tests/`` and test."""
    found: dict[str, str] = {}
    for path in sorted(Path(__file__).parents[1].glob("unhappy_*.py")):
        found |= getattr(importlib.import_module(f"tests.journeys.{path.stem}"), "SEEN", {})
    return found


def form(
    page: str, selector: str, words: str, *, button: str = "button.main", who: str = "", **fields: str | bool
) -> Callable[[Counter], None]:
    """Steps at the counter: the page is opened, its form filled and sent, and refused with ``words`` (a pattern)."""

    def steps(counter: Counter) -> None:
        if who:
            counter.sit_down(who)
        counter.go(page)
        counter.send(selector, button, **fields)
        counter.expect_refused(words)

    return steps


def call(path: str, body: Any, code: str, *, by_manager: bool = False) -> Callable[[Line], None]:
    """Steps over the API: one POST that is refused with ``code``."""

    def steps(line: Line) -> None:
        line.refused(path, body, code, who=line.manager if by_manager else None)

    return steps
