"""Turns of the uplink over a real store and a real socket: what is parked, what waits, what pauses, what is written."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import audit, clock, outbox
from kiosk.devices import REASONS, LampState
from kiosk.storage import Store
from sync.transport import ENDPOINT
from sync.uplink import CountyLamp, Uplink
from tests.sync import scripted
from tests.sync.scripted import Act, ScriptedCentre
from tests.sync.station import message, open_station, queue


class Desk:
    """A station, its uplink and what its lamp has shown."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.lamps: list[CountyLamp] = []
        self.uplink = Uplink(store, self.lamps.append, random.Random(7))

    def turns(self, count: int) -> list[float]:
        """So many turns, whatever pause each asks for; an open road is what they need."""
        return [self.uplink.turn() for _ in range(count)]

    def actions(self) -> list[str]:
        with self.store.reading() as db:
            return [row["action"] for row in db.all("SELECT action FROM audit ORDER BY seq")]


Opened = Callable[..., Desk]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    desks: list[Desk] = []

    def open_desk(address: str, **county: object) -> Desk:
        desks.append(Desk(open_station(tmp_path / "state", address, **county)))
        return desks[-1]

    yield open_desk
    for desk in desks:
        desk.uplink.close()
        desk.store.close()


def test_acknowledgement_is_stored_and_recorded(opened: Opened) -> None:
    with ScriptedCentre() as centre:
        desk = opened(centre.address)
        first, second = queue(desk.store), queue(desk.store, "二天", 2)
        desk.turns(2)
        assert [message(desk.store, i).acknowledgement_no for i in (first, second)] == ["C-1", "C-2"]
        assert [m.decode() for m in centre.envelopes] == [message(desk.store, i).envelope for i in (first, second)]
    assert desk.actions()[-2:] == ["message.acknowledged", "message.acknowledged"]
    with desk.store.reading() as db:
        assert list(audit.verify(db)) == []
        assert outbox.summary(db).last_acknowledgement_no == "C-2"
    assert desk.lamps[0] == CountyLamp(LampState.UNKNOWN, "county_not_tried")
    assert desk.lamps[-1] == CountyLamp(LampState.OK)
    assert desk.uplink.turn() > 0, "nothing is left to send"


def test_no_address_waits_and_says_so(opened: Opened) -> None:
    desk = opened("")
    waiting = queue(desk.store)
    assert desk.uplink.turn() > 0
    assert desk.lamps == [CountyLamp(LampState.ABSENT, "county_no_address")]
    assert (message(desk.store, waiting).state, message(desk.store, waiting).attempts) == ("waiting", 0)


@pytest.mark.lesson(5)
def test_refused_message_is_parked_and_others_go_on(opened: Opened) -> None:
    refusal = scripted.problem(409, "sequence.taken", "同一序号已有内容不同的报告")
    with ScriptedCentre(scripted.acknowledge, refusal) as centre:
        desk = opened(centre.address)
        ids = [queue(desk.store, subject_id=number) for number in (1, 2, 3)]
        desk.turns(3)
    assert [message(desk.store, i).state for i in ids] == ["acknowledged", "refused", "acknowledged"]
    assert message(desk.store, ids[1]).reason == "同一序号已有内容不同的报告 (sequence.taken)"
    assert "message.refused" in desk.actions()
    assert desk.lamps[-1].state is LampState.OK


@pytest.mark.lesson(5)
def test_message_that_always_fails_does_not_hold_up_the_others(opened: Opened) -> None:
    ill = scripted.reply(500, "boom")
    with ScriptedCentre(ill, scripted.acknowledge, scripted.acknowledge) as centre:
        desk = opened(centre.address, pause=60, longest=600)
        ids = [queue(desk.store, subject_id=number) for number in (1, 2, 3)]
        desk.turns(3)
    assert [message(desk.store, i).state for i in ids] == ["waiting", "acknowledged", "acknowledged"]
    assert message(desk.store, ids[0]).reason
    assert not desk.uplink.is_pausing


def test_centre_in_trouble_pauses_the_road_after_two(opened: Opened) -> None:
    with ScriptedCentre(*[scripted.reply(503, "")] * 9) as centre:
        desk = opened(centre.address, pause=60, longest=600)
        ids = [queue(desk.store, subject_id=number) for number in range(1, 6)]
        pauses = desk.turns(9)
        assert len(centre.envelopes) == 2
    assert pauses[0] == 0 and min(pauses[1:]) > 50
    assert desk.uplink.is_pausing
    assert {message(desk.store, i).state for i in ids} == {"waiting"}
    assert desk.lamps[-1] == CountyLamp(LampState.PROBLEM, "county_busy", {"status": 503})


def test_line_that_is_down_pauses_the_road_at_once(opened: Opened) -> None:
    with ScriptedCentre() as gone:
        address = gone.address
    desk = opened(address, pause=60, longest=600)
    ids = [queue(desk.store, subject_id=number) for number in (1, 2)]
    pauses = desk.turns(3)
    assert 59 < pauses[0] <= 90, "between the first pause and half as much again"
    assert [message(desk.store, i).attempts for i in ids] == [1, 0]
    assert desk.lamps[-1].reason == "county_unreachable"


def test_pauses_of_a_dead_line_grow_to_the_longest(opened: Opened) -> None:
    with ScriptedCentre() as gone:
        address = gone.address
    desk = opened(address, pause=10, longest=100)
    queue(desk.store)
    pauses = []
    for _ in range(8):
        pauses.append(desk.uplink.turn())
        desk.uplink.try_again()
    assert pauses[0] <= 15 and 45 < pauses[-1] <= 100


@pytest.mark.parametrize("act", [scripted.reply(403, "{}"), scripted.reply(404, "{}"), scripted.reply(302, "")])
def test_misconfigured_stops_for_the_long_pause_and_shows(opened: Opened, act: Act) -> None:
    with ScriptedCentre(act) as centre:
        desk = opened(centre.address, pause=60, longest=600)
        ids = [queue(desk.store, subject_id=number) for number in (1, 2)]
        pauses = desk.turns(3)
        assert len(centre.envelopes) == 1, "the others are not tried"
    assert pauses[0] > 599
    assert desk.lamps[-1].state is LampState.PROBLEM
    assert {message(desk.store, i).state for i in ids} == {"waiting"}


def test_certificate_put_right_is_read_at_the_next_try(opened: Opened, tmp_path: Path) -> None:
    desk = opened("https://127.0.0.1:9", trusted_certificate=str(tmp_path / "centre.pem"))
    queue(desk.store)
    desk.uplink.turn()
    assert desk.lamps[-1].reason == "county_certificate"
    import certifi

    (tmp_path / "centre.pem").write_bytes(Path(certifi.where()).read_bytes())
    desk.uplink.try_again()
    desk.uplink.turn()
    assert desk.lamps[-1].reason == "county_unreachable"


@pytest.mark.lesson(2)
def test_lost_reply_is_sent_again_and_has_the_same_number(opened: Opened) -> None:
    with ScriptedCentre(scripted.hang_up) as centre:
        desk = opened(centre.address)
        sent = queue(desk.store)
        desk.turns(1)
        assert message(desk.store, sent).state == "waiting"
        desk.uplink.try_again()
        desk.turns(1)
        assert centre.envelopes[0] == centre.envelopes[1]
        assert centre.numbers[scripted.digest_of(centre.envelopes[0])] == message(desk.store, sent).acknowledgement_no
    assert desk.actions().count("message.acknowledged") == 1


@pytest.mark.lesson(4)
def test_two_uploaders_never_send_at_once(opened: Opened) -> None:
    def slowly(line: object, envelope: bytes, number: str) -> None:
        import time

        time.sleep(0.05)
        scripted.acknowledge(line, envelope, number)  # type: ignore[arg-type]

    with ScriptedCentre(*[slowly] * 40) as centre:
        desks = [opened(centre.address) for _ in range(2)]
        ids = [queue(desks[0].store, subject_id=number) for number in range(12)]
        workers = [threading.Thread(target=desk.turns, args=(40,)) for desk in desks]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        while desks[0].uplink.turn() == 0:
            continue
        assert centre.busiest == 1
        assert len(centre.envelopes) == len(set(centre.envelopes)) == 12
    assert {message(desks[0].store, i).state for i in ids} == {"acknowledged"}


def test_revision_waits_for_its_original(opened: Opened) -> None:
    with ScriptedCentre(scripted.reply(503, "")) as centre:
        desk = opened(centre.address, pause=60, longest=600)
        original, revision, other = queue(desk.store), queue(desk.store, "更正"), queue(desk.store, "别的", 2)
        desk.turns(3)
        states = [message(desk.store, i).state for i in (original, revision, other)]
        assert states == ["waiting", "waiting", "acknowledged"]
        desk.uplink.try_again()
        desk.turns(2)
        order = [envelope.decode() for envelope in centre.envelopes]
    assert order[-2:] == [message(desk.store, i).envelope for i in (original, revision)]


def test_lease_of_a_dead_uploader_runs_out(opened: Opened) -> None:
    with ScriptedCentre() as centre:
        desk = opened(centre.address)
        left = queue(desk.store)
        with desk.store.transaction() as tx:
            assert outbox.lease(tx, "an uploader that was killed", 5)
        desk.turns(1)
        assert centre.envelopes == [], "it may still be sending"
        with desk.store.transaction() as tx:
            tx.execute("UPDATE outbox SET lease_until_at = ?", clock.stamp(clock.now() - timedelta(seconds=1)))
        desk.turns(1)
    assert message(desk.store, left).state == "acknowledged"


def test_clock_that_was_set_back_holds_nothing_up(opened: Opened) -> None:
    with ScriptedCentre() as centre:
        desk = opened(centre.address)
        ids = [queue(desk.store, subject_id=number) for number in (1, 2)]
        far = clock.stamp(clock.now() + timedelta(days=400))
        with desk.store.transaction() as tx:
            outbox.lease(tx, "an uploader before the change", 30)
            tx.execute("UPDATE outbox SET lease_until_at = ? WHERE state = 'in_flight'", far)
            tx.execute("UPDATE outbox SET next_try_at = ? WHERE state = 'waiting'", far)
        desk.turns(4)
    assert {message(desk.store, i).state for i in ids} == {"acknowledged"}


def test_network_holds_no_transaction(opened: Opened) -> None:
    with ScriptedCentre(scripted.silent(0.8)) as centre:
        desk = opened(centre.address)
        queue(desk.store)
        sending = threading.Thread(target=desk.uplink.turn)
        sending.start()
        centre.wait_for(1)
        with desk.store.transaction() as tx:  # the same process and, by the same gate, any other
            assert tx.value("SELECT state FROM outbox") == "in_flight"
        assert sending.is_alive()
        sending.join()


def test_every_reason_of_the_lamp_has_its_words() -> None:
    source = "".join(
        Path(p).read_text("utf-8")
        for p in ("sync/transport.py", "sync/uplink.py", "sync/roads/folder.py", "sync/roads/mail.py")
    )
    import re

    used = set(re.findall(r'"(county_[a-z_]+)"', source)) - {"county_refused"}
    assert len(used) >= 8
    assert used <= set(REASONS)


def test_endpoint_is_the_published_one() -> None:
    assert ENDPOINT == "/api/v1/reports"
