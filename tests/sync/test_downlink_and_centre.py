"""The station's ear and the real centre over a real line: enrolled by a code, told everything, its key changed on the way, asked
again after an old back-up came back. Both sides agree in the end on what was done and what was not."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from werkzeug.serving import make_server

from kiosk import settings
from kiosk.check import problems
from kiosk.counter.enrol import ask_enrolment
from kiosk.inbox import keys, store
from kiosk.storage import Actor, Store, open_store
from sync.centre import downlink, enrolment
from sync.downlink import Downlink
from sync.enrolment import enrol
from sync.transport import Transport
from tests.services.county_bench import FEES, NOTICE, PARCELS, PHONE, RANKING
from tests.sync.county import Centre
from tests.sync.station import open_station

MANAGER = Actor("staff", 1, "manager", "王站长")


@contextlib.contextmanager
def served(centre: Centre) -> Iterator[str]:
    """The centre's app on a port of its own."""
    server = make_server("127.0.0.1", 0, centre.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def listen(place: Store, turns: int = 4) -> None:
    ear = Downlink(place)
    for _ in range(turns):
        ear.turn()
        ear.ask_again()
    ear.close()


def standing(place: Store) -> list[tuple[int, str, str]]:
    with place.reading() as db:
        return [(one.sequence, one.topic, one.state) for one in reversed(store.messages(db))]


def copied(folder: Path, target: Path) -> None:
    """A back-up as SQLite makes it, with the secrets that a back-up holds."""
    target.mkdir()
    shutil.copytree(folder / "secrets", target / "secrets")
    shutil.copy(folder / "station.toml", target)
    with contextlib.closing(sqlite3.connect(folder / "kiosk.db")) as here:
        with contextlib.closing(sqlite3.connect(target / "kiosk.db")) as there:
            here.backup(there)


def test_station_and_centre_agree_on_every_message_whatever_happened_on_the_way(tmp_path: Path) -> None:
    centre = Centre(tmp_path / "centre", trusts_first=False)
    with served(centre) as address:
        place = open_station(tmp_path / "station", address)
        code = place.settings.station.code
        with place.transaction(MANAGER) as tx:
            ask_enrolment(tx, enrolment.new_code(centre.office, code))
        road = Transport(place.settings.county)
        enrol(place, road)
        road.close()
        for topic, content in (
            ("announcement", NOTICE), ("fees.proposed", FEES), ("parcels.expected", PARCELS), ("ranking", RANKING),
            ("day.requested", {"business_on": ["2026-11-01"]}),
        ):  # fmt: skip
            downlink.queue(centre.office, [code], topic, content)
        listen(place)
        copied(tmp_path / "station", tmp_path / "restored")
        downlink.new_key(centre.office)
        downlink.queue(centre.office, [code], "training", {"title": "培训", "starts_on": "2026-12-01"})
        downlink.queue(centre.office, [code], "campaign", {"title": "年货节", "starts_on": "2039-01-01"})
        for number in range(22):
            downlink.queue(centre.office, [code], "announcement", NOTICE | {"title": f"第 {number} 号"})
        listen(place)
        told = standing(place)
        assert (len(told), [one[0] for one in told if one[2] == "parked"]) == (30, [8])
        with place.reading() as db:
            assert [(key.how, key.from_sequence) for key in keys.pinned(db)] == [("rotated", 7), ("enrolment", 1)]
            assert store.turned_away(db) == []
        with centre.office.database.reading() as db:
            there = {one.sequence: (one.topic, one.state) for one in downlink.listed(db, code)}
        assert [(number, *there[number]) for number in sorted(there)] == told
        assert list(problems(place)) == []
        place.close()

        back = open_store(tmp_path / "restored", settings.load(tmp_path / "restored"))
        assert len(standing(back)) == 5
        listen(back)
        assert standing(back) == told
        with back.reading() as db:
            phones = db.all("SELECT case_kind FROM vault WHERE value LIKE ?", f"%{PHONE}%")
            assert [row["case_kind"] for row in phones] == ["parcel"], "told twice, kept once"
        assert list(problems(back)) == []
        back.close()
    centre.close()
