"""Notices what other processes change (lamps, print jobs, acknowledgements, the day) and tells the open pages.

Looks once a second and only while a page listens; a page that polls asks for itself. Gives the web process's sign of life.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from kiosk import outbox, shifts
from kiosk.chores import last_backup_at
from kiosk.devices.model import BEAT_EVERY_SECONDS
from kiosk.printing import jobs
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
        is_failing, beat_at = False, 0.0
        while not self._stop.is_set():
            try:
                if time.monotonic() - beat_at >= BEAT_EVERY_SECONDS:
                    beat_at = time.monotonic()
                    self._station.runtime.beat("web")
                if self._station.hub.open_streams or last is None:  # the first page may be older than the first look
                    last = self._tell_news(last)
                is_failing = False
            except Exception:  # noqa: BLE001 - the outermost turn: the next look may well succeed
                if not is_failing:
                    log.exception("looking for news failed")
                is_failing = True
            self._stop.wait(EVERY_SECONDS)

    def _tell_news(self, last: Any) -> Any:
        with self._station.store.reading() as db:
            seen = self._look(db)
        if last is not None and seen != last:
            self._station.hub.publish("strip")
        return seen

    def _look(self, db: Reader) -> Any:
        day = shifts.open_day(db)
        lamps = tuple((lamp.device, lamp.kind, lamp.state, lamp.reason) for lamp in self._station.runtime.lamps())
        tray = tuple((job.id, job.state) for job in jobs.tray(db))
        return day.id if day else None, outbox.summary(db), lamps, tray, last_backup_at(db)
