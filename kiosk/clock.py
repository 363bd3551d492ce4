"""Instants and dates. An instant is aware UTC, stored as text with six decimals and ``Z`` so that text order is time
order; a business date is the open day's and not asked of this module.

A demonstration may drive the clock (``follow``, started by ``kiosk.settings.driven_clock``): every instant that is written
or shown is then the driven one, in all its processes alike. What is about real seconds (leases, pauses between tries)
asks ``span``, ``quiet_seconds`` or the monotonic clock, or a fast clock would let it run out before anything was done.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

#: No station existed before this; an earlier clock is a dead battery (lessons.md 25).
EARLIEST = datetime(2024, 1, 1, tzinfo=UTC)
_LENGTH = len("2026-11-22T00:24:40.123456Z")


#: Instants outside of these cannot be stored, or not be told from a mistake; a driven clock stays between them.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_FASTEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Drive:
    """How a driven clock goes: at the machine's instant ``from_at`` it reads ``offset_seconds`` later, and runs ``speed``
    times as fast from then on (0: it stands still)."""

    offset_seconds: float
    speed: float
    from_at: datetime

    def of(self, moment: datetime) -> datetime:
        """What the driven clock reads at an instant of the machine's clock."""
        since = (moment - self.from_at).total_seconds() * self.speed + self.offset_seconds
        span = (_FIRST - self.from_at).total_seconds(), (_LAST - self.from_at).total_seconds()
        return self.from_at + timedelta(seconds=min(max(since, span[0]), span[1]))


class _Driver:
    """Follows one file, which may be changed while the process runs. What cannot be read meanwhile changes nothing: an
    editor leaves a file empty for a moment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[bytes, int] = (b"", 0)
        self.drive = self._read()

    def look(self) -> Drive:
        with contextlib.suppress(OSError, ValueError):
            self.drive = self._read()
        return self.drive

    def _read(self) -> Drive:
        with self._path.open("rb") as handle:
            seen = handle.read(4096), os.fstat(handle.fileno()).st_mtime_ns
        if seen != self._seen:
            self.drive = read_drive(*seen)
            self._seen = seen
        return self.drive


_driver: _Driver | None = None


def read_drive(content: bytes, changed_at_ns: int) -> Drive:
    """The file of a driven clock: ``{"offset_seconds": 86400, "speed": 60, "from_at": "2026-11-22T00:00:00.000000Z"}``.

    ``speed`` is 1 and ``from_at`` the moment at which the file was last changed, unless they are given. Raises ValueError
    for anything else.
    """
    try:
        said = json.loads(content)
        offset, speed = said["offset_seconds"], said.get("speed", 1)
        named = said.get("from_at")
        from_at = datetime.fromtimestamp(changed_at_ns / 1e9, UTC) if named is None else read(named)
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError("not the file of a driven clock") from error
    for number in (offset, speed):
        if type(number) not in (int, float) or not math.isfinite(number):
            raise ValueError("offset_seconds and speed are numbers")
    if set(said) - {"offset_seconds", "speed", "from_at"} or not 0 <= speed <= _FASTEST or abs(offset) > 3e9:
        raise ValueError("offset_seconds, speed (0 to 1000000) and from_at are all that a driven clock knows")
    return Drive(offset, speed, from_at)


def follow(path: Path | None) -> None:
    """Lets this file drive the clock of the whole process from now on; None: the machine's clock again.

    Raises OSError or ValueError when the file cannot be read or says something else, and changes nothing.
    """
    global _driver
    _driver = None if path is None else _Driver(path)


def driven() -> Drive | None:
    """How the clock is driven now; None for the machine's own."""
    return None if _driver is None else _driver.look()


def machine_now() -> datetime:
    """The instant of the machine's own clock, driven or not: for leases and pauses, never for what people read."""
    return datetime.now(UTC)


def quiet_seconds(since: str) -> float:
    """How many real seconds went by since a stored instant, for what waits for a person or a device: of a clock that is
    driven fast only so many as the machine counted. Negative when the clock was set back."""
    drive, passed = driven(), (now() - read(since)).total_seconds()
    return passed if drive is None or drive.speed == 0 else passed / drive.speed


def span(seconds: float) -> timedelta:
    """How far this clock gets in so many real seconds: what a lease or a pause is written down with."""
    drive = driven()
    return timedelta(seconds=seconds * drive.speed if drive is not None and drive.speed else seconds)


def now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC) if _driver is None else _driver.look().of(datetime.now(UTC))


def stamp(moment: datetime | None = None) -> str:
    """An instant as stored: ``2026-11-22T00:24:40.123456Z``; the present one when none is given."""
    # Not strftime and strptime: each act asks for several instants, and they take three times as long.
    then = now() if moment is None else moment.astimezone(UTC)
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
