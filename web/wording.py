"""Puts words, amounts and times into the reader's language and the station's wall clock; what templates may call."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask, g, request, url_for

from kiosk import clock, money
from kiosk.codes import holds_payment_code
from kiosk.codes.phone import mask
from kiosk.people.sessions import Session
from kiosk.words import LOCALES, N_, current_locale, say, use_locale
from web.station import station

LOCALE_COOKIE = "locale"
STATIC = Path(__file__).parent / "static"


def choose_locale(found: Session | None) -> None:
    """The person's own language, else the one chosen in this browser, else the station's."""
    if found is not None:
        use_locale(found.staff.locale)
        return
    chosen = request.cookies.get(LOCALE_COOKIE, "")
    use_locale(chosen if chosen in LOCALES else station().settings.station.locale)


def at(moment: str | None) -> str:
    """A stored instant on the station's clock: ``09:41`` today, ``11-21 18:03`` on another day of this year."""
    if not moment:
        return ""
    zone = station().settings.station.zone
    then, today = clock.local(moment, zone), clock.local_date(zone)
    if then.date() == today:
        return then.strftime("%H:%M")
    return then.strftime("%m-%d %H:%M") if then.year == today.year else then.strftime("%Y-%m-%d %H:%M")


def at_second(moment: str | None) -> str:
    """A stored instant with date and seconds, for records."""
    return clock.local(moment, station().settings.station.zone).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def ago(moment: str | None) -> str:
    """How long an instant lies back, in the largest whole unit: ``40 分钟``, ``3h12``, ``4 天``."""
    if not moment:
        return ""
    minutes = max(0, int((clock.now() - clock.read(moment)).total_seconds() // 60))
    if minutes < 60:
        return say(N_("{n} 分钟"), n=minutes)
    if minutes < 48 * 60:
        return f"{minutes // 60}h{minutes % 60:02d}"
    return say(N_("{n} 天"), n=minutes // 1440)


def asset(name: str) -> str:
    """The URL of a static file with its content's hash, so that a browser may keep it and never keeps an old one."""
    return request.script_root + _kept_as(name)


@lru_cache(maxsize=64)
def _kept_as(name: str) -> str:
    # Written out: ``url_for`` for the fourteen files of every page was an eighth of what the page costs.
    return f"/static/{quote(name)}?v={_version(name)}"


@lru_cache(maxsize=64)
def _version(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def init(app: Flask) -> None:
    """Gives templates ``_()``, the filters ``yuan``, ``in_yuan``, ``at``, ``at_second``, ``ago``, ``mask`` and ``asset()``;
    ``url_for`` remembers the address of a page without parameters."""
    app.jinja_env.globals.update(_=say, asset=asset, locale=current_locale, typed=typed, url_for=_addresses())
    app.jinja_env.filters.update(yuan=money.yuan, at=at, at_second=at_second, ago=ago, mask=mask, in_yuan=in_yuan)


def _addresses() -> Callable[..., str]:
    """Flask's ``url_for``, which builds the same two dozen addresses for the frame of every page, built once."""
    known: dict[tuple[str, str], str] = {}

    def address(endpoint: str, **values: Any) -> str:
        if values or endpoint.startswith("."):
            return url_for(endpoint, **values)
        place = (request.script_root, endpoint)
        if place not in known:
            known[place] = url_for(endpoint)
        return known[place]

    return address


def in_yuan(fen: int) -> str:
    """Fen as they are typed into a field again, ``''`` for nothing."""
    return money.show(fen) if fen else ""


def typed(name: str, default: object = "") -> object:
    """What was typed into a field, when its form was refused and is shown again; else ``default``."""
    if g.get("refused") is not None and name in request.form:
        text = request.form[name]
        # What is no account's number either is a customer's code.
        is_none = g.refused.code.endswith(".is_payment_code") or g.refused.code == "bill.account_wrong"
        return "" if is_none and holds_payment_code(text) else text
    return default
