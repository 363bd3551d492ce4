"""Instants and dates. An instant is aware UTC, stored as text with six decimals and ``Z`` so that text order is time
order; a business date is the open day's and not asked of this module."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

#: No station existed before this; an earlier clock is a dead battery (lessons.md 25).
EARLIEST = datetime(2024, 1, 1, tzinfo=UTC)
_LENGTH = len("2026-11-22T00:24:40.123456Z")


def now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime | None = None) -> str:
    """An instant as stored: ``2026-11-22T00:24:40.123456Z``; the present one when none is given."""
    # Not strftime and strptime: each act asks for several instants, and they take three times as long.
    then = datetime.now(UTC) if moment is None else moment.astimezone(UTC)
    return then.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read(text: str) -> datetime:
    """A stored instant back as an aware datetime; raises ValueError for anything that is not one."""
    if len(text) != _LENGTH or text[10] != "T" or text[19] != "." or text[-1] != "Z" or not text.isascii():
        raise ValueError(f"not a stored instant: {text[:40]!r}")
    return datetime.fromisoformat(text)


@lru_cache(maxsize=8)
def zone(name: str) -> ZoneInfo:
    """The named time zone, from the tzdata package where the system has none."""
    return ZoneInfo(name)


def local(moment: datetime | str, zone_name: str = "Asia/Shanghai") -> datetime:
    """An instant (aware or as stored) on the station's wall clock."""
    return (read(moment) if isinstance(moment, str) else moment).astimezone(zone(zone_name))


def to_minute(moment: datetime | str, zone_name: str = "Asia/Shanghai") -> str:
    """An instant as papers write it out: ``2026-11-22 08:24`` on the station's wall clock."""
    return f"{local(moment, zone_name):%Y-%m-%d %H:%M}"


def local_date(zone_name: str = "Asia/Shanghai", moment: datetime | None = None) -> date:
    """The calendar date at the station."""
    return local(moment or now(), zone_name).date()


def is_believable(moment: datetime, last_record_at: str | None) -> bool:
    """False for a clock before the first possible station or behind the last record by more than five minutes."""
    if moment < EARLIEST:
        return False
    return last_record_at is None or (read(last_record_at) - moment).total_seconds() < 300
