"""What runtime.db holds, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class LampState(StrEnum):
    """``unknown`` is never shown as ``ok``: a printer that does not answer may be out of paper."""

    OK = "ok"
    PROBLEM = "problem"
    UNKNOWN = "unknown"
    ABSENT = "absent"


class Fault(StrEnum):
    """What a simulated device can be told to do; ``restore`` ends all of it, ``retry`` wakes a real device as well."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    NO_REPLY = "no_reply"
    LATE_REPLY = "late_reply"
    GARBAGE = "garbage"
    UNPLUG = "unplug"
    SWALLOW = "swallow"
    HALF_FRAME = "half_frame"
    DOUBLE_SCAN = "double_scan"
    OVERLOAD = "overload"
    UNSTEADY = "unsteady"
    #: With ``grams``: what lies on a simulated scale from now on.
    LOAD = "load"
    RESTORE = "restore"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Scan:
    """One framed and recognised scan. ``text`` is ``''`` for what must not be kept (payment codes, ID numbers)."""

    scan_id: str
    device: str
    desk: str
    kind: str
    text: str
    length: int
    facts: Mapping[str, Any]
    at: str
    age_seconds: float


@dataclass(frozen=True, slots=True)
class Lamp:
    """State of one device, with the reason's key in ``REASONS`` (``''`` when there is nothing to say)."""

    device: str
    kind: str  # 'scanner' | 'printer' | 'paper' | 'scale'
    state: LampState
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    since_at: str = ""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last sign of life of a process."""

    process: str
    pid: int
    started_at: str
    at: str
    age_seconds: float

    @property
    def is_silent(self) -> bool:
        """True when several beats in a row are missing."""
        return self.age_seconds > SILENT_AFTER_SECONDS


@dataclass(frozen=True, slots=True)
class Progress:
    """A print job under way: ``begun`` before its first byte, ``sent`` after its last."""

    job_id: int
    device: str
    stage: str
    at: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """Where a simulated device can be reached: its pty or TCP address, and the FIFO into which codes are put."""

    device: str
    kind: str
    road: str
    address: str
    inlet: str
    faults: tuple[str, ...]
    at: str


@dataclass(frozen=True, slots=True)
class Command:
    """Something a device was told to do; ``outcome`` is None until it has been taken, then ``done`` or a reason."""

    id: int
    device: str
    command: Fault
    arguments: Mapping[str, Any]
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class SimSlip:
    """One slip that a simulated printer has drawn; the picture itself is fetched by ``Runtime.sim_slip_png``."""

    id: int
    device: str
    facts: Mapping[str, Any]
    at: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One frame as it came, for the devices page: what became of it, its text unless secret, its length."""

    device: str
    what: str
    text: str
    length: int
    ending: str
    at: str


@dataclass(frozen=True, slots=True)
class Weight:
    """What lies on a scale right now; ``is_stable`` once it has come to rest."""

    device: str
    desk: str
    grams: int
    is_stable: bool
    at: str
    age_seconds: float


BEAT_EVERY_SECONDS = 2.0
SILENT_AFTER_SECONDS = 3.2 * BEAT_EVERY_SECONDS
SCANS_KEPT_SECONDS = 60.0
COMMANDS_KEPT_SECONDS = 120.0
SIM_SLIPS_KEPT = 20
TRACES_KEPT = 20
#: An older weight is no longer what lies on the scale.
WEIGHT_LIFE_SECONDS = 3.0
