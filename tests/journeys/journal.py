"""What the station has acknowledged: each 2xx is on disk before its client sends the next request, so whatever the journal
holds was said to somebody and must be true for ever."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One act that the station said was done."""

    client: int
    act: str
    key: str
    path: str
    sent: dict[str, Any]
    status: int
    answer: dict[str, Any]
    #: True when the first reply was lost and this one came for the same key after a restart.
    is_second_try: bool = False
    #: True when the act had been committed before its reply was lost.
    was_done_before: bool = False


@dataclass(slots=True)
class Journal:
    """One client's file."""

    path: Path
    _descriptor: int = field(init=False)

    def __post_init__(self) -> None:
        self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def keep(self, act: Acknowledged) -> None:
        """Writes one act and returns when it is on disk."""
        os.write(self._descriptor, json.dumps(asdict(act), ensure_ascii=False).encode() + b"\n")
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Closes the file."""
        os.close(self._descriptor)


def read(folder: Path) -> list[Acknowledged]:
    """Every act of every client's file."""
    found = []
    for path in sorted(folder.glob("client-*.jsonl")):
        found += [Acknowledged(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    return found
