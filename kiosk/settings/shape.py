"""Which sections and keys there are, and what each may be. A value outside is refused before anything starts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from kiosk.settings.model import (
    Conveniences,
    Counter,
    County,
    Goods,
    Hours,
    Labels,
    Parcels,
    Photos,
    Printing,
    Reminders,
    Reports,
    Station,
    Till,
)
from kiosk.words import LOCALES

Check = Callable[[Any], bool]


def _text(limit: int = 200, pattern: str | None = None) -> Check:
    shape = re.compile(pattern) if pattern else None
    return lambda v: (
        isinstance(v, str) and len(v) <= limit and "\x1b" not in v and (not shape or bool(shape.fullmatch(v)))
    )


def _whole(low: int, high: int) -> Check:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def _number(low: float, high: float) -> Check:
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and low <= v <= high


def _one_of(*values: str) -> Check:
    return lambda v: v in values


def _zone(value: Any) -> bool:
    from kiosk.clock import zone

    try:
        zone(value)
    except (KeyError, ValueError, TypeError, OSError):
        return False
    return isinstance(value, str)


def _names(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 8 and all(_text(20, r"\w[\w -]*")(v) for v in value)


def _near_address(value: Any) -> bool:
    """Nothing, ``lan``, or an address that nobody outside the local network can call."""
    if value in ("", "lan"):
        return True
    try:
        found = ipaddress.ip_address(value) if isinstance(value, str) else None
    except ValueError:
        return False
    return found is not None and not (found.is_global or found.is_unspecified or found.is_multicast)


def _host_names(value: Any) -> bool:
    name = _text(253, r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
    return isinstance(value, list) and len(value) <= 16 and all(name(v) for v in value)


def _scale_codes(value: Any) -> bool:
    """Forms of in-store codes: 13 places that begin with 2, digits as they stand, ``F`` any digit, ``P`` number of the
    goods, ``W`` grams or ``M`` fen, ``C`` the check digit at the end. Every scale has its own (domain.md §2.2)."""
    form = _text(13, r"2[0-9F]*P{1,6}[0-9F]*(W+|M+)[0-9F]*C")
    return isinstance(value, list) and len(value) <= 8 and all(form(v) and len(v) == 13 for v in value)


#: One plain address or none; no name before it and no second one, so that a setting cannot write a mail's header.
_MAIL = r"([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*)?"
#: What a road cannot do without.
ROAD_KEYS: dict[str, tuple[str, ...]] = {"folder": ("folder",), "mail": ("mail_host", "mail_from", "mail_to")}
#: Section → its class and what each of its keys may be.
SCHEMA: dict[str, tuple[type, dict[str, Check]]] = {
    "station": (
        Station,
        {
            "code": _text(32, r"[A-Za-z0-9_-]+"),
            "name": _text(40, r".+"),
            "address": _text(80),
            "hours": _text(40),
            "phone": _text(20, r"[0-9 +-]*"),
            "complaint_phone": _text(20, r"[0-9 +-]*"),
            "zone": _zone,
            "locale": _one_of(*LOCALES),
        },
    ),
    "parcels": (
        Parcels,
        {
            "slip_at_intake": _one_of("at_once", "batch_end", "never"),
            "first_shelf": _text(4, r"[A-Z]?\d{1,3}"),
            "first_layer": _whole(1, 99),
            "slots_per_layer": _whole(1, 9999),
            "code_cooldown_days": _whole(0, 90),
            "overdue_days": _whole(1, 60),
            "free_storage_days": _whole(0, 365),
        },
    ),
    "reminders": (
        Reminders,
        {
            "morning": _text(5, r"([01]\d|2[0-3]):[0-5]\d"),
            "first_after_hours": _whole(1, 72),
            "second_after_hours": _whole(1, 240),
            "return_days": _whole(1, 90),
            "quiet_from": _text(5, r"([01]\d|2[0-3]):[0-5]\d"),
            "quiet_to": _text(5, r"([01]\d|2[0-3]):[0-5]\d"),
        },
    ),
    "labels": (
        Labels,
        {
            "at_intake": lambda v: isinstance(v, bool),
            "size": _one_of("40x30", "60x40"),
            "printer": _text(40),
        },
    ),
    "counter": (
        Counter,
        {
            "idle_lock_seconds": _whole(30, 86400),
            "same_code_seconds": _number(0, 30),
            "scan_life_seconds": _number(1, 60),
            "wrong_pins": _whole(3, 20),
            "lockout_seconds": _whole(10, 86400),
            "desks": _names,
            "host_names": _host_names,
        },
    ),
    "photos": (Photos, {"listen": _near_address, "port": _whole(0, 65535)}),
    "till": (Till, {"rounding": _one_of("none", "jiao"), "operators_reduce_fees": lambda v: isinstance(v, bool)}),
    "hours": (
        Hours,
        {
            "open_from": _text(5, r"([01]?\d|2[0-3]):[0-5]\d"),
            "open_to": _text(5, r"([01]?\d|2[0-3]):[0-5]\d"),
            "least_hours": _whole(0, 24),
            "least_days_per_week": _whole(0, 7),
        },
    ),
    "goods": (Goods, {"scale_codes": _scale_codes, "expiry_warning_days": _whole(0, 365)}),
    "conveniences": (Conveniences, {"bank_contract": _text(40, r"[\w（）()〔〕号/-]*")}),
    "county": (
        County,
        {
            "address": _text(300, r"https://.*|http://(127\.0\.0\.1|localhost)(:\d{1,5}(/[^@]*)?|/[^@]*)|"),
            "trusted_certificate": _text(300),
            "daily_report_by": _text(5, r"([01]\d|2[0-3]):[0-5]\d"),
            "pause_seconds": _number(0.05, 3600),
            "longest_pause_seconds": _number(0.05, 86400),
            "timeout_seconds": _number(0.5, 300),
            "messages_every_seconds": _number(0.05, 86400),
            "road": _one_of("https", "folder", "mail", "phone"),
            "folder": _text(300, r"(/[^\0]+)?"),
            "folder_is_stick": lambda v: isinstance(v, bool),
            "mail_host": _text(253, r"[A-Za-z0-9.:-]*"),
            "mail_port": _whole(1, 65535),
            "mail_security": _one_of("tls", "starttls"),
            "mail_user": _text(120, r"[!-~]*"),
            "mail_password_file": _text(300, r"(/[^\0]+)?"),
            "mail_from": _text(254, _MAIL),
            "mail_to": _text(254, _MAIL),
        },
    ),
    "reports": (
        Reports,
        {
            "counting_rule": _one_of("one_per_order_less_refunds", "orders_and_pickups", "one_per_visit"),
            "week_due_days": _whole(1, 14),
            "month_due_day": _whole(1, 28),
            "half_year_due_day": _whole(1, 28),
        },
    ),
    "printing": (Printing, {"default_printer": _text(40)}),
}
DEVICE_KEYS: dict[str, Check] = {
    "name": _text(40, r"[\w -]+"),
    "kind": _one_of("scanner", "printer", "scale"),
    "driver": _text(20, r"[a-z_]+"),
    "desk": _text(20),
}
