"""A one-time code on its way to a real centre: the key is enrolled, the county's pinned, what waited goes; and a new key later."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import outbox
from kiosk.counter import enrol, submit
from kiosk.errors import Refused
from kiosk.inbox import keys
from kiosk.outbox import enrolment
from kiosk.storage import Actor, Store
from sync.centre.enrolment import new_code
from sync.centre.office import Centre
from sync.uplink import CountyLamp, Uplink
from tests.sync import scripted
from tests.sync.county import centre_process
from tests.sync.scripted import ScriptedCentre
from tests.sync.station import ROOT, message, open_station
from tests.sync.test_road_folder import Carrier

MANAGER = Actor("staff", 1, "manager", "王站长")


class Teller(Carrier):
    """A station that reports by network."""

    def __init__(self, state: Path, address: str, **county: object) -> None:
        self.lamps: list[CountyLamp] = []
        self.store: Store = open_station(state, address, **county)
        self.uplink = Uplink(self.store, self.lamps.append, random.Random(7))

    def ask(self, code: str) -> int:
        with self.store.transaction(MANAGER) as tx:
            return enrol.ask_enrolment(tx, code)

    def asked(self, enrolment_id: int) -> enrolment.Enrolment:
        with self.store.reading() as db:
            found = enrolment.find(db, enrolment_id)
        assert found is not None
        return found

    def close(self) -> None:
        self.uplink.close()
        self.store.close()


@pytest.fixture
def tellers() -> Iterator[list[Teller]]:
    made: list[Teller] = []
    yield made
    for one in made:
        one.close()


def code_of(folder: Path) -> str:
    """As ``kiosk-centre code`` prints it."""
    office = Centre.open(folder, "", trusts_first=False, zone="Asia/Shanghai", locale="zh_CN")
    try:
        return new_code(office, "demo-001")
    finally:
        office.close()


def kiosk(state: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "KIOSK_STATE": str(state)}
    command = [sys.executable, "-m", "kiosk", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)


def test_code_enrols_the_station_and_a_new_key_is_taken_over(tmp_path: Path, tellers: list[Teller]) -> None:
    folder = tmp_path / "centre"
    with centre_process(folder) as (address, _):
        tellers.append(here := Teller(tmp_path / "state", address, longest=600))
        sent = here.close_a_day()
        here.uplink.turn()
        assert here.lamps[-1].reason == "county_key_refused"
        wrong = here.ask("ACDE3467")
        here.uplink.try_again()
        here.uplink.turn()
        assert (here.asked(wrong).state, "县中心不认这个登记码" in (here.asked(wrong).reason or "")) == (
            "refused",
            True,
        )
        asked = here.ask(code_of(folder).lower())
        here.uplink.try_again()
        here.uplink.turn()
        assert here.asked(asked).state == "enrolled"
        with here.store.reading() as db:
            pinned = keys.current(db)
        assert pinned is not None and pinned.thumbprint == here.asked(asked).county_thumbprint
        assert message(here.store, sent).state == "acknowledged", "it went as soon as the key was known"
        assert abs(here.lamps[-1].facts["clock_seconds"]) < 60
        with here.store.transaction(MANAGER) as tx:
            submit.rotate_key(tx)
        after = here.close_a_day()
        for _ in range(2):
            here.uplink.turn()
        assert message(here.store, after).state == "acknowledged", "signed by the new key"


def test_command_enrols_and_changes_the_key(tmp_path: Path, tellers: list[Teller]) -> None:
    folder, state = tmp_path / "centre", tmp_path / "state"
    with centre_process(folder) as (address, _):
        tellers.append(here := Teller(state, address))
        done = kiosk(state, "enrol", code_of(folder))
        assert (done.returncode, "登记好了" in done.stdout) == (0, True), done.stderr
        again = kiosk(state, "enrol", "ACDE3467")
        assert (again.returncode, "登记码" in again.stderr) == (1, True)
    gone = kiosk(state, "enrol", "ACDE3468")
    assert (gone.returncode, "连不上" in gone.stderr) == (1, True)
    before = kiosk(state, "station-key").stdout
    rotated = kiosk(state, "key", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert kiosk(state, "station-key").stdout != before
    with here.store.reading() as db:
        assert [m.topic for m in outbox.messages(db)] == ["key.rotated"]


@pytest.mark.parametrize(
    "answer",
    ["{}", '{"station": "demo-001", "thumbprint": "x", "centre_key": {}}', "[]"],
)
def test_answer_that_is_not_for_this_station_pins_nothing(tmp_path: Path, tellers: list[Teller], answer: str) -> None:
    with ScriptedCentre(scripted.reply(200, answer)) as centre:
        tellers.append(here := Teller(tmp_path / "state", centre.address))
        asked = here.ask("ACDE3467")
        here.uplink.turn()
    with here.store.reading() as db:
        assert keys.current(db) is None
    assert here.asked(asked).state in ("refused", "asked")


def test_code_that_did_not_arrive_goes_again_after_a_pause_and_another_one_at_once(
    tmp_path: Path, tellers: list[Teller]
) -> None:
    with ScriptedCentre(*[scripted.hang_up] * 3) as centre:
        tellers.append(here := Teller(tmp_path / "state", centre.address, pause_seconds=60.0))
        asked = here.ask("ACDE3467")
        for _ in range(3):  # as often as anything is committed at the counter
            assert 0 < here.uplink.turn() <= 90
        assert len(centre.envelopes) == 1
        here.uplink.try_again()
        here.uplink.turn()
        assert here.asked(asked).state == "asked"
        assert len(centre.envelopes) == 2
        here.ask("ACDE3469")
        here.uplink.turn()
        assert len(centre.envelopes) == 3


def test_only_the_manager_enrols_and_only_by_network(tmp_path: Path, tellers: list[Teller]) -> None:
    tellers.append(here := Teller(tmp_path / "state", ""))
    with pytest.raises(Refused) as refused:
        here.ask("ACDE3467")
    assert refused.value.code == "enrolment.no_address"
    with pytest.raises(Refused) as denied, here.store.transaction(Actor("staff", 2, "operator", "李柜员")) as tx:
        enrol.ask_enrolment(tx, "ACDE3467")
    assert denied.value.code == "staff.not_allowed"
