"""Notices what other processes change (lamps, print jobs, acknowledgements, the day) and tells the open pages.

Looks once a second and only while a page listens; a page that polls asks for itself.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from kiosk import outbox, shifts
from kiosk.storage import Reader
from web.station import Station

log = logging.getLogger("web.lookout")
EVERY_SECONDS = 1.0


class Lookout:
    """The thread. Publishes ``strip`` when anything that the strip says has changed."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lookout", daemon=True)

    def start(self) -> None:
        """Begins to look."""
        self._thread.start()

    def stop(self) -> None:
        """Ends within a second."""
        self._stop.set()
        self._thread.join(5)

    def _run(self) -> None:
        last: Any = None
        is_failing = False
        while not self._stop.wait(EVERY_SECONDS):
            if not self._station.hub.open_streams:
                continue
            try:
                with self._station.store.reading() as db:
                    seen = self._look(db)
                is_failing = False
            except Exception:  # noqa: BLE001 - the outermost turn: the next look may well succeed
                if not is_failing:
                    log.exception("looking for news failed")
                is_failing = True
                continue
            if last is not None and seen != last:
                self._station.hub.publish("strip")
            last = seen

    def _look(self, db: Reader) -> Any:
        day = shifts.open_day(db)
        lamps = tuple((lamp.device, lamp.kind, lamp.state, lamp.reason) for lamp in self._station.runtime.lamps())
        return day.id if day else None, outbox.summary(db), lamps, db.value("SELECT MAX(last_run_at) FROM chores")
