"""What happens in the quarter: three stations work through every open day, the road does what roads do, and now and then
something goes badly wrong. What people would read at that moment is kept for the tests."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kiosk import outbox
from kiosk.counter.enrol import ask_enrolment
from kiosk.counter.freeze_period import freeze_due
from kiosk.counter.submit import rotate_key
from kiosk.reports import envelope, sending
from kiosk.storage.backup import restore_backup, write_backup
from sync.centre import downlink
from sync.centre.office import Centre
from tests.driven import Hands
from tests.journeys.quarter_centre import County, words_of
from tests.journeys.quarter_road import Fault, Road
from tests.journeys.quarter_station import QuarterStation, faults, kind_of
from tests.journeys.quarter_sums import Sums
from tests.sync.county import Signer
from tests.web.browser import TestStation
from tests.web.forms import log_in
from web import create_app

FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)
#: The month without a line, the fortnight with a wrong clock, the back-up and the day on which it is put back.
OFFLINE = date(2026, 5, 4), date(2026, 5, 29)
AHEAD = date(2026, 4, 13), date(2026, 4, 24)
BACKUP, RESTORED = date(2026, 5, 14), date(2026, 5, 19)
LATE_ON, REWRITTEN_ON, FORGED_ON, ROTATED_ON = (
    date(2026, 4, 9), date(2026, 6, 10), date(2026, 6, 11), date(2026, 6, 16),
)  # fmt: skip
WEIGHTS = {
    Fault.NONE: 60, Fault.LOST: 6, Fault.REPLY_LOST: 8, Fault.DOUBLED: 8, Fault.BUSY: 6, Fault.BROKEN: 4, Fault.LATE: 6,
    Fault.TURNED_DOWN: 2,
}  # fmt: skip
STATIONS = {"county-101": "枫林村服务站", "county-102": "石桥村服务站", "county-103": "柳湾村服务站"}
PIN = "4826"


class Quarter:
    """The county with its stations, and the days as they pass. ``read`` holds the pages that somebody looked at."""

    def __init__(self, folder: Path, address: str, hands: Hands, chance: random.Random) -> None:
        self.folder, self.hands, self.chance = folder, hands, chance
        self.county = County(folder / "county", address)
        self.stations: dict[str, QuarterStation] = {}
        self.roads: list[Road] = []
        self.lost_days: list[date] = []
        #: Corrections that the disk took with it: the county has them, the station knows nothing of them any more.
        self.lost_corrections = Sums()
        self.read: dict[str, str] = {}
        self.answers: dict[str, tuple[int, dict[str, Any]]] = {}

    def open(self) -> None:
        """Stations are set up and enrolled by their codes before the first day."""
        for code, name in STATIONS.items():
            road = Road(self.county.port, faults(random.Random(self.chance.random()), WEIGHTS))
            road.__enter__()
            self.roads.append(road)
            station = QuarterStation(self.folder / code, code, name, self.hands, road)
            self.stations[code] = station
            station.bench.act(ask_enrolment, self.county.code(code))
            station.uplink.turn()

    def close(self) -> None:
        """Ends what was begun."""
        for station in self.stations.values():
            station.close()
            station.runtime.close()
        for road in self.roads:
            road.__exit__(None, None, None)

    def pass_through(self) -> None:
        """Every day of the quarter, and the morning after."""
        a, b, c = self.stations.values()
        backup, shelf = self.folder / "old.zip", list[int]()
        day = FIRST
        while day <= LAST:
            b.road.is_cut = OFFLINE[0] <= day <= OFFLINE[1]
            c.ahead = timedelta(hours=1) if AHEAD[0] <= day <= AHEAD[1] else timedelta(0)
            if day == RESTORED:
                a.close()
                restore_backup(a.folder, backup)
                a.reopen()
                a.shelf = shelf
            if day.weekday() < 5:
                for station in (a, b, c):
                    self._day(station, day)
                self._events(day, a, b, c)
                if BACKUP < day < RESTORED:
                    self.lost_days.append(day)
            if day == BACKUP:
                write_backup(a.bench.store, backup)
                shelf = list(a.shelf)
            day += timedelta(days=1)
        self.hands.stand_at(f"{day}T09:00")
        self.county.hands.stand_at(f"{day}T09:00")
        for station in (a, b, c):
            self._evening(station)
            station.listen()

    # One day ---------------------------------------------------------------------------------------------------------

    def _day(self, station: QuarterStation, day: date) -> None:
        station.work(day, self.chance)
        is_late = day == LATE_ON and station.code == "county-101"
        station.finish(day, "20:40" if is_late else "18:30")
        if self.chance.random() < 0.08 and day > FIRST + timedelta(days=7):
            a = next(iter(self.stations.values()))
            gone = self.lost_corrections.days if station is a else {}
            earlier = self.chance.choice(
                [on for on in station.sums.days if on < day and on not in gone and station.said(on)]
            )
            service, fen = self.chance.choice(["bill", "purchase"]), self.chance.randrange(1, 500) * 10
            station.correct(earlier, service, 1, fen)
            if station is a and earlier <= BACKUP < day < RESTORED:
                self.lost_corrections.on(earlier).add(service, kind_of(service), fen)
        self.county.hands.stand_at(f"{day}T{'20:41' if is_late else '18:31'}")
        self._evening(station)
        if day.weekday() == 4 and not station.road.is_cut:
            station.listen()

    def _evening(self, station: QuarterStation) -> None:
        """What is due is frozen, what waits is sent, and a person looks after what was turned down."""
        freeze_due(station.bench.store)
        station.send()
        for _ in range(10):
            refused = station.standing()
            if not refused:
                return
            self._look_after(station, refused)
            station.send()
        raise AssertionError(f"{station.code}: {[(one.sequence, one.reason) for one in refused]}")

    def _look_after(self, station: QuarterStation, refused: list[outbox.Message]) -> None:
        """As the page 上报 proposes: go on behind the county's numbers after a restore, else send again as it is."""
        with station.bench.store.reading() as db:
            highest = sending.restored_to(db)
        self.read.setdefault("refused" if highest is None else "restored", self.page(station, "/submission"))
        with station.bench.store.transaction(station.bench.actor) as tx:
            if highest is not None:
                sending.go_on_after(tx, highest)
            else:
                for one in refused:
                    outbox.release(tx, one.id)

    # What goes wrong -------------------------------------------------------------------------------------------------

    def _events(self, day: date, a: QuarterStation, b: QuarterStation, c: QuarterStation) -> None:
        if day == AHEAD[1]:
            self.read["clock at the station"] = self.page(c, "/submission")
        if day == OFFLINE[1]:
            self.read["missing"] = self.county.page(f"/days?on={day - timedelta(days=1)}")
            self.read["offline"] = self.page(b, "/submission")
        if day == ROTATED_ON:
            b.bench.act(rotate_key)
            self._evening(b)
        if day == REWRITTEN_ON:
            self._rewrite(c, day)
        if day == FORGED_ON:
            thief = Signer.make(self.folder / "thief", b.code)
            following = b.messages()[-1].sequence + 1
            self.answers["forged"] = self.county.post(thief.report(following).envelope)
            old = next(one.body.decode() for one in a.road.carried if one.path.endswith("/reports"))
            self.answers["replayed"] = self.county.post(old)
            self._announce("六月培训", list(STATIONS))

    def _rewrite(self, station: QuarterStation, day: date) -> None:
        """Somebody with the station's own key puts other figures in the place of a day that the county has: once under the
        number that it had, once under a number of its own."""
        message = next(one for one in station.messages("acknowledged") if one.topic == "report.daily")
        with station.bench.store.reading() as db:
            said = json.loads(outbox.payload(db, message.id))
        changed = _made_larger(said["content"])
        signed = envelope.sign(
            station.bench.store.secrets, station=station.code, sequence=message.sequence, topic=message.topic,
            subject=said["subject"], made_at=said["made_at"], content=changed,
        )  # fmt: skip
        self.answers["rewritten"] = self.county.post(signed.envelope)
        self.rewritten_on = date.fromisoformat(said["content"]["business_on"])
        with station.bench.store.transaction(station.bench.actor) as tx:
            sending.send(tx, message.topic, changed, subject=said["subject"], order_id=message.subject_id)
        self._evening(station)

    def _announce(self, title: str, stations: list[str]) -> None:
        centre = Centre.open(self.county.folder, self.county.address)
        try:
            content = {"title": title, "body": "请提前一天报名。", "kind": "notice", "valid_until": LAST.isoformat()}
            downlink.queue(centre, stations, "announcement", content)
        finally:
            centre.close()

    # What people read ------------------------------------------------------------------------------------------------

    def page(self, station: QuarterStation, path: str) -> str:
        """What the manager reads on a page of the station, tags left out."""
        place = TestStation(station.bench.store, station.runtime, staff_ids={"王芳": 1})
        client = create_app(station.bench.store, station.runtime).test_client()
        log_in(client, place, "王芳", PIN)
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.text[:500]
        return words_of(answer.text)


def _made_larger(content: Mapping[str, Any]) -> dict[str, Any]:
    """The report of a day with more trade in it than there was."""
    changed = json.loads(json.dumps(content))
    changed["services"][0]["txn_amount_fen"] += 5_000_00
    changed["totals"]["txn_amount_fen"] += 5_000_00
    return dict(changed)
