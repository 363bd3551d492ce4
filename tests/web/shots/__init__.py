"""Pictures of pages: what a shot is, and one module a room with its ``SHOTS`` (endpoint → shots)."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from kiosk.storage import Actor, Reader, Store

MANAGER, NOBODY, EMPTY = "manager", "", "empty station"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: how to come to the page (a path, or a function of the database), in which state of the desk.

    ``sees`` names (CSS) what must be in sight at once, uncovered and without scrolling, on every screen of a counter."""

    path: str | Callable[[Reader], str]
    name: str = ""
    who: str = MANAGER
    before: Callable[[Store, Actor], None] | None = None
    then: Callable[[Page], None] | None = None
    sees: tuple[str, ...] = ()


def row(path: str, sql: str) -> Callable[[Reader], str]:
    """The page of the first row that ``sql`` finds."""

    def of(db: Reader) -> str:
        number = db.value(sql)
        assert number is not None, f"the demonstration has nothing for {path}"
        return path.format(number)

    return of


def of_every_room() -> dict[str, tuple[Shot, ...]]:
    """The shots of all modules of this package."""
    found: dict[str, tuple[Shot, ...]] = {}
    for module in pkgutil.iter_modules(__path__):
        found |= importlib.import_module(f"{__name__}.{module.name}").SHOTS
    return found
