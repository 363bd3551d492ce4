"""A clock that a test drives, as a demonstration does: by the file that ``kiosk.clock`` follows.

with driven(tmp_path) as hands:
    hands.stand_at("2026-07-01T08:30")   # on the station's wall clock; it stands until it is moved again
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk import clock

FROM = datetime(2026, 1, 1, tzinfo=UTC)
ZONE = "Asia/Shanghai"


class Hands:
    """The hands of one driven clock."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def write(self, **said: object) -> None:
        """Writes the file as a whole, as a program beside a running station must."""
        begun = self.file.with_suffix(".new")
        begun.write_text(json.dumps(said), "utf-8")
        begun.replace(self.file)

    def stand_at(self, moment: datetime | str) -> None:
        """Lets the clock stand at an instant, or at what the station's wall clock shows then."""
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment).replace(tzinfo=clock.zone(ZONE))
        self._moment = moment.astimezone(UTC)
        self.write(offset_seconds=(self._moment - FROM).total_seconds(), speed=0, from_at=clock.stamp(FROM))

    def pass_by(self, **time: float) -> None:
        """Moves a standing clock on: ``pass_by(minutes=5)``."""
        self.stand_at(self._moment + timedelta(**time))


@contextmanager
def driven(folder: Path) -> Iterator[Hands]:
    """Drives the clock of this process; afterwards it is the machine's again."""
    hands = Hands(folder / "clock.json")
    hands.stand_at(datetime(2026, 7, 1, tzinfo=UTC))
    clock.follow(hands.file)
    try:
        yield hands
    finally:
        clock.follow(None)
