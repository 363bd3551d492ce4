"""Takes scans out of runtime.db, one after another for each desk, does what each means and tells the desk's pages.

One thread, so that two quick scans are two acts in their order. A scan is done in its own transaction under a unique
``scan_id`` first and marked as taken afterwards: a crash in between neither loses nor doubles it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from contextlib import ExitStack

from kiosk import clock
from kiosk.counter.desk_scans import TROUBLE, ScanOutcome
from kiosk.counter.take_scan import take_scan
from kiosk.devices import Scan, Watch
from kiosk.people import desks, sessions
from kiosk.people.model import Desk
from kiosk.words import N_, say, use_locale
from web.access import TOUCH_SECONDS
from web.places import look_at, place_after
from web.station import Station

log = logging.getLogger("web.scans")
#: How long a wait for the next scan may last before the thread looks whether it should end.
WAIT_SECONDS = 1.0
PAUSE_AFTER_FAILURE_SECONDS = 0.5


class ScanTaker:
    """The thread."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scans", daemon=True)

    def start(self) -> None:
        """Begins to take scans."""
        self._thread.start()

    def stop(self) -> None:
        """Finishes the scan in hand and ends."""
        self._stop.set()
        self._thread.join(10)

    def take_waiting(self) -> int:
        """Takes what waits now; returns how many scans that were."""
        taken = self._station.runtime.take_scans()
        for scan in taken:
            try:
                with ExitStack() as broken:
                    broken.callback(self._say_broken, scan)
                    self._take(scan)
                    broken.pop_all()
            finally:  # a scan that breaks the program must not break it again for ever
                self._station.runtime.mark_taken([scan.scan_id])
        return len(taken)

    def _run(self) -> None:
        watch = Watch(self._station.runtime.path)
        try:
            while not self._stop.is_set():
                try:
                    while self.take_waiting():
                        pass
                except Exception:  # noqa: BLE001 - the outermost turn: the next scan may well be a good one
                    log.exception("taking a scan failed")
                    self._stop.wait(PAUSE_AFTER_FAILURE_SECONDS)
                    continue
                watch.wait(WAIT_SECONDS, self._stop)
        finally:
            watch.close()

    def _take(self, scan: Scan) -> None:
        desk = self._desk_of(scan)
        if desk is None:
            words = say(
                N_("扫码枪「{device}」没有分给哪个柜台，这次扫码没有处理；请安装人员改配置"), device=scan.device
            )
            self._station.hub.say(None, {"tone": TROUBLE, "words": words, "code": "scan.no_desk"})
            return
        with self._station.store.transaction() as tx:
            who = sessions.at_desk(tx, desk.id)
            use_locale(who.staff.locale if who is not None else self._station.settings.station.locale)
            outcome = take_scan(tx, desk.id, scan, under_way=self._under_way)
            if who is not None and clock.quiet_seconds(who.last_seen_at) > TOUCH_SECONDS:
                sessions.touch(tx, who.id)  # whoever scans is there, though nobody touches the page
        self._station.hub.say(desk.id, told(outcome, self._station.settings.station.zone))
        if "session" in outcome.changed:
            self._station.hub.publish("session", desk.id)

    def _desk_of(self, scan: Scan) -> Desk | None:
        with self._station.store.reading() as db:
            seats = desks.desks(db)
        if not scan.desk and len(seats) == 1:
            return seats[0]
        return next((desk for desk in seats if desk.name == scan.desk), None)

    def _under_way(self) -> Collection[int]:
        return [progress.job_id for progress in self._station.runtime.jobs_under_way()]

    def _say_broken(self, scan: Scan) -> None:
        desk = self._desk_of(scan)
        words = say(N_("程序出错，这次扫码没有处理，什么也没有改动；请再扫一次，还不行就手工办理"))
        self._station.hub.say(desk.id if desk else None, {"tone": TROUBLE, "words": words, "code": "scan.broken"})


def told(outcome: ScanOutcome, zone: str) -> dict[str, object]:
    """What the pages get of an outcome: words in the operator's language, tone, the page to show."""
    warnings = [str(warning) for warning in outcome.facts.get("warnings", ())]
    return {
        "id": outcome.id,
        "code": outcome.code,
        "tone": outcome.tone,
        "quiet": outcome.is_quiet,
        "words": "；".join([str(outcome), *warnings]),
        "at": clock.local(clock.now(), zone).strftime("%H:%M:%S"),
        "moment": clock.stamp(),
        "location": place_after(outcome),
        "link": look_at(outcome),
        "changed": list(outcome.changed),
    }
