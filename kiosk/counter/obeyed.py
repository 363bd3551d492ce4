"""What a command card or a desk's mode made of a scan; apart from both, so that undo may know lists and lists scans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.counter.desk_scans import DONE


@dataclass(frozen=True, slots=True)
class Obeyed:
    """What a command did, as a scan's outcome tells it."""

    code: str
    message: str
    tone: str = DONE
    facts: Mapping[str, Any] = field(default_factory=dict)
    parcel_id: int | None = None
    changed: tuple[str, ...] = ()
    go: str = ""
