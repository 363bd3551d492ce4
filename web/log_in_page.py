"""The log-in page, shown by the door itself and in place of any page whose session has ended."""

from __future__ import annotations

import json

from flask import render_template, request

from kiosk.people import desks, staff
from kiosk.settings import DEMO_MARK
from kiosk.storage import Reader
from web.paths import local_path
from web.station import station

DESK_COOKIE = "desk"


def show_log_in(carried: str = "") -> str:
    """The log-in page, holding what a POST brought that came without a running session."""
    with station().store.reading() as db:
        people, seats = staff.staff_list(db), desks.desks(db)
        pins = _demo_pins(db)
    return render_template(
        "door/log_in.html",
        people=people,
        desks=seats,
        desk_name=_remembered_desk(),
        pins=pins,
        next=local_path(request.args.get("next") or request.form.get("next") or "/"),
        carried=carried or request.form.get("carried", ""),
    )


def _demo_pins(db: Reader) -> dict[str, str]:
    """The PINs of a demonstration by name, but of those who were given another since; a real station has no such
    file."""
    try:
        pins = json.loads((station().store.state / DEMO_MARK).read_text("utf-8")).get("pins", {})
    except (OSError, ValueError):
        return {}
    if not isinstance(pins, dict):
        return {}
    gone = staff.with_another_pin(db)
    names = {person.name for person in staff.staff_list(db) if person.id not in gone}
    return {str(name): str(pin) for name, pin in pins.items() if name in names}


def _remembered_desk() -> str:
    """The name of the desk at which this browser stands (hexadecimal in the cookie: it may be Chinese)."""
    try:
        return bytes.fromhex(request.cookies.get(DESK_COOKIE, "")).decode("utf-8")
    except (ValueError, UnicodeDecodeError):
        return ""
