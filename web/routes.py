"""The register of what a browser may ask for: pages (GET, with a title and a right), acts (POST) and parts of pages.

A view that is not registered here is answered with 404, so nothing is open by forgetting a line; ``PAGES`` is the route
table that screenshots and the layout test walk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint

from kiosk.people.rights import Right

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a view. ``is_open``: nobody need be logged in. ``while_locked``: also while the desk is locked."""

    right: Right
    is_open: bool = False
    while_locked: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the route table. ``key``: the F-key that opens it; ``is_counter``: scans are worked on it and its
    parts are swapped in place; ``place``: where the menu shows it ('keys' bottom bar, 'more' the 更多 page, '')."""

    endpoint: str
    rule: str
    title: str
    right: Right
    key: str
    place: str
    hint: str
    is_counter: bool

    @property
    def key_number(self) -> int:
        """The number of the F-key, by which keys stand in the bar; 0 without one."""
        return int(self.key[1:]) if self.key else 0


PAGES: dict[str, Page] = {}
#: F5, F11 and F12 belong to the browser.
KEYS = ("F1", "F2", "F3", "F4", "F6", "F7", "F8", "F9", "F10")


def page(
    blueprint: Blueprint,
    rule: str,
    title: str,
    *,
    right: Right = Right.READ,
    key: str = "",
    place: str = "",
    hint: str = "",
    is_counter: bool = False,
    is_open: bool = False,
) -> Callable[[View], View]:
    """Registers a page: ``title`` is its marked name (also on its F-key), ``hint`` one marked sentence for the menu."""
    if key and key not in KEYS:
        raise ValueError(f"{key} is not a key that pages may take")

    def bind(view: View) -> View:
        endpoint = f"{blueprint.name}.{view.__name__}"
        PAGES[endpoint] = Page(
            endpoint,
            (blueprint.url_prefix or "") + rule,
            title,
            right,
            key,
            place or ("keys" if key else ""),
            hint,
            is_counter,
        )
        return _bind(blueprint, rule, view, "GET", Access(right, is_open))

    return bind


def act(
    blueprint: Blueprint, rule: str, *, right: Right = Right.SERVE, is_open: bool = False, while_locked: bool = False
) -> Callable[[View], View]:
    """Registers what a form posts to."""
    return lambda view: _bind(blueprint, rule, view, "POST", Access(right, is_open, while_locked))


def part(
    blueprint: Blueprint, rule: str, *, right: Right = Right.READ, is_open: bool = False, while_locked: bool = False
) -> Callable[[View], View]:
    """Registers a GET that is no page: a stream, a picture, a piece of a page."""
    return lambda view: _bind(blueprint, rule, view, "GET", Access(right, is_open, while_locked))


def _bind(blueprint: Blueprint, rule: str, view: View, method: str, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    blueprint.add_url_rule(rule, view.__name__, view, methods=[method])
    return view
