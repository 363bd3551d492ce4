"""Messages of the county fetched over a real line: signed questions, bounded answers, nobody kept waiting."""

from __future__ import annotations

import json
import random
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk import outbox
from kiosk.counter import apply_message
from kiosk.inbox import actions, keys, store
from kiosk.reports import envelope, signing, station_keys
from kiosk.storage import Actor, Store
from sync.downlink import FAILED, Asked, Downlink, _park_failed
from tests.services.county_bench import NOTICE, PARCELS, RANKING, County
from tests.sync import scripted
from tests.sync.scripted import ScriptedCentre, acknowledge, answer, reply
from tests.sync.station import daemon, eventually, message, open_station, queue, write_settings

NOW = "2026-11-22T08:00:00.000000Z"


def tell(*envelopes: Any, more: Any = False) -> scripted.Act:
    """An answer with these messages."""
    return reply(200, json.dumps({"messages": list(envelopes), "more": more, "now": NOW}))


@contextmanager
def listening(state: Path, *acts: scripted.Act, pinned: bool = True, **county: Any) -> Iterator[Any]:
    """A station, its county and its ear, before a centre that plays these acts."""
    with ScriptedCentre(*acts) as centre:
        place = open_station(state, centre.address, **{"messages_every_seconds": 7.0} | county)
        said: list[Asked] = []
        ear = Downlink(place, said.append, random.Random(5))
        try:
            yield centre, place, County(place, pinned=pinned), ear, said
        finally:
            ear.close()
            place.close()


def questions(centre: ScriptedCentre, place: Store) -> list[dict[str, Any]]:
    public_key = envelope.public_jwk(place.secrets)
    return [signing.read_signed(text.decode(), public_key, "station-poll+jws").said for text in centre.envelopes]


def last(place: Store) -> int:
    with place.reading() as db:
        return store.last_sequence(db)


def test_question_is_signed_and_says_what_is_here_and_what_is_parked(tmp_path):
    with listening(tmp_path) as (centre, place, county, ear, said):
        centre.acts += [
            tell(county.envelope(), county.envelope("payments.demanded", {}), county.envelope("ranking", RANKING)), tell(),
        ]  # fmt: skip
        assert ear.turn() == 7.0
        assert 0 < ear.turn() <= 7.0 and len(centre.envelopes) == 1, "it asks only when it is time"
        ear.ask_again()
        ear.turn()
        first, second = questions(centre, place)
        assert (first["format"], first["station"], first["after"], first["parked"]) == (
            "station-poll/1", place.settings.station.code, 0, [],
        )  # fmt: skip
        assert (second["after"], second["parked"]) == (3, [{"sequence": 2, "code": "message.topic_unknown"}])
        assert second["made_at"] > first["made_at"]
        assert [(one.reason, one.taken) for one in said] == [("", 3), ("", 0)]


def test_backlog_is_fetched_at_once_answer_by_answer(tmp_path):
    with listening(tmp_path) as (centre, place, county, ear, _said):
        letters = [county.envelope() for _ in range(5)]
        centre.acts += [tell(*letters[:2], more=True), tell(*letters[2:4], more=True), tell(*letters[4:])]
        waits = []
        for _ in range(3):
            waits.append(ear.turn())
            ear.ask_again()
        assert (last(place), waits) == (5, [0.05, 0.05, 7.0])


def test_centre_that_has_always_more_of_the_same_is_not_asked_without_a_pause(tmp_path):
    with listening(tmp_path) as (centre, place, county, ear, _said):
        first = county.envelope()
        centre.acts += [tell(first, more=True), tell(first, more=True)]
        ear.turn()
        ear.ask_again()
        assert ear.turn() == 7.0
        assert last(place) == 1


def test_nothing_is_asked_without_a_key_an_address_or_the_network_road(tmp_path):
    with listening(tmp_path / "no-key", pinned=False) as (centre, _place, _county, ear, _said):
        assert ear.turn() == 5.0
        assert centre.envelopes == []
    with listening(tmp_path / "folder", road="folder", folder="/nowhere") as (centre, _place, _county, ear, _said):
        ear.turn()
        assert centre.envelopes == []
    place = open_station(tmp_path / "alone", "")
    County(place)
    assert Downlink(place).turn() > 0
    place.close()


FAILURES: dict[str, tuple[scripted.Act, str]] = {
    "nobody speaks": (scripted.hang_up, "county_unreachable"),
    "busy": (reply(503), "county_busy"),
    "no JSON": (reply(200, "<html>log in</html>"), "county_unreadable"),
    "a list": (reply(200, "[]"), "county_unreadable"),
    "deep": (reply(200, "[" * 100_000), "county_unreadable"),
    "no messages": (reply(200, '{"more": false}'), "county_unreadable"),
    "no more": (tell(more="yes"), "county_unreadable"),
    "too many": (tell(*["a.b.c"] * 21), "county_unreadable"),
    "refused": (scripted.problem(409, "poll.replayed", "已答复过"), "county_refused"),
    "key": (scripted.problem(403, "station.unknown", "没有登记"), "county_key_refused"),
    "elsewhere": (reply(302, "", "Location: http://127.0.0.1:1/"), "county_wrong_address"),
    "no HTTP": (scripted.raw(b"SSH-2.0-OpenSSH\r\n\r\n"), "county_unreadable"),
}


@pytest.mark.parametrize("why", FAILURES)
def test_failure_pauses_the_ear_alone_and_the_next_question_is_answered(tmp_path, why):
    act, reason = FAILURES[why]
    with listening(tmp_path, act) as (centre, place, county, ear, said):
        assert ear.turn() > 0
        assert (said[-1].reason, last(place)) == (reason, 0)
        centre.acts += [tell(county.envelope())]
        ear.ask_again()
        ear.turn()
        assert (said[-1].reason, last(place)) == ("", 1)


def test_answer_without_an_end_and_one_that_trickles_are_cut(tmp_path):
    with listening(tmp_path, endless, scripted.trickle(20), timeout_seconds=0.6) as (
        centre,
        _place,
        _county,
        ear,
        said,
    ):
        for _ in range(2):
            ear.turn()
            ear.ask_again()
        assert [one.reason for one in said] == ["county_unreadable", "county_unreachable"]
        assert centre.played_out == 0


def endless(line: socket.socket, _envelope: bytes, _number: str) -> None:
    """More than an answer may hold, as fast as the line takes it."""
    try:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        for _ in range(2000):
            line.sendall(b" " * 65536)
    except OSError:
        return


@pytest.mark.parametrize("junk", [None, 7, {}, "", "ä", "a.b.c", "x" * 300_000, ["a.b.c"]])
def test_hostile_message_does_not_keep_the_good_ones_from_coming(tmp_path, junk):
    with listening(tmp_path) as (centre, place, county, ear, said):
        centre.acts += [tell(county.envelope(), junk, county.envelope("ranking", RANKING))]
        ear.turn()
        assert (last(place), said[-1].taken) == (2, 2)
        with place.reading() as db:
            assert [one.reason for one in store.turned_away(db)] == ["unreadable"]


def test_fault_of_our_own_parks_the_message_and_the_next_one_comes(tmp_path):
    with listening(tmp_path) as (centre, place, county, ear, _said):
        with place.transaction() as tx:
            tx.execute("ALTER TABLE parcel_events RENAME TO mislaid")
        centre.acts += [tell(county.envelope("parcels.expected", PARCELS), county.envelope())]
        with pytest.raises(sqlite3.OperationalError), place.transaction() as tx:
            tx.execute("SELECT * FROM parcel_events")
        ear.turn()
        with place.reading() as db:
            assert store.parked(db) == [(1, FAILED)]
            assert last(place) == 2
            assert db.value("SELECT COUNT(*) FROM parcels") == 0, "half of it was done"


def test_message_waits_at_the_county_while_the_disk_is_full(tmp_path):
    """A list of parcels that did not fit, but for the line that says so, was put aside without its words: gone for good."""
    with listening(tmp_path) as (centre, place, county, ear, _said):
        many = [{"waybill": f"YT88000000{number:05d}", "from": "县仓"} for number in range(200)]
        centre.acts += [tell(county.envelope("parcels.expected", {"items": many}))] * 2
        with place.transaction() as tx:
            tx.execute(f"PRAGMA max_page_count = {tx.value('PRAGMA page_count') + 4}")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            ear.turn()
        assert last(place) == 0
        with place.transaction() as tx:
            tx.execute("PRAGMA max_page_count = 1000000")
        ear.ask_again()
        ear.turn()
        with place.reading() as db:
            assert (last(place), db.value("SELECT COUNT(*) FROM parcels")) == (1, 200)


def test_question_is_signed_by_the_key_that_the_county_knows(tmp_path):
    with listening(tmp_path, tell(), tell()) as (centre, place, _county, ear, _said):
        old = envelope.public_jwk(place.secrets)
        with place.transaction() as tx:
            new = station_keys.rotate(tx)
        ear.turn()
        assert signing.read_signed(centre.envelopes[0].decode(), old, "station-poll+jws")
        with place.transaction() as tx:
            outbox.acknowledge(tx, outbox.messages(tx)[0].id, "C-1")
        ear.ask_again()
        ear.turn()
        assert signing.read_signed(centre.envelopes[1].decode(), new.public_key, "station-poll+jws")


# The process -----------------------------------------------------------------------------------------------------------


def by_kind(polls: Callable[[socket.socket, bytes, str], Any]) -> scripted.Act:
    """Acknowledges reports; what answers questions is given."""

    def act(line: socket.socket, text: bytes, number: str) -> Any:
        header = json.loads(signing.decoded(text.decode().split(".")[0]))
        return (polls if header.get("typ") == "station-poll+jws" else acknowledge)(line, text, number)

    return act


def test_report_goes_while_a_question_has_no_answer_and_messages_come_while_reports_go(tmp_path):
    place = open_station(tmp_path, "")
    county = County(place)
    letters = [county.envelope(), county.envelope("parcels.expected", PARCELS)]
    waiting: list[bool] = []

    def slow_once(line: socket.socket, text: bytes, number: str) -> Any:
        waiting.append(True)
        if len(waiting) == 1:
            return scripted.silent(60)(line, text, number)
        after = signing.claimed(text.decode())[1]["after"]
        body = json.dumps({"messages": letters[after:], "more": False, "now": NOW})
        line.sendall(answer(200, body))
        return None

    with ScriptedCentre(*[by_kind(slow_once)] * 200) as centre:
        write_settings(tmp_path, centre.address, messages_every_seconds=0.2, timeout_seconds=3.0)
        with daemon(tmp_path):
            eventually(lambda: waiting)
            sent = queue(place, "一天")
            eventually(lambda: message(place, sent).state == "acknowledged")
            assert (len(waiting), last(place)) == (1, 0), "the report waited for an answer to the question"
            eventually(lambda: last(place) == 2)
    with place.reading() as db:
        assert actions.store.count_parked(db) == 0
        assert store.messages(db)[-1].content.title == NOTICE["title"]
    place.close()


def test_rotation_that_was_parked_brings_no_former_key_of_the_county_back(tmp_path):
    """The county has gone on to another key, which a person pinned, before the parked message is tried again."""
    with listening(tmp_path) as (_centre, place, county, _ear, _said):
        third = signing.public_key_of(b"3" * 32)
        assert _park_failed(place, county.envelope("key.rotated", county.rotated(b"2" * 32)))
        with place.transaction() as tx:
            keys.pin(tx, third)
        with place.transaction(Actor("staff", 1, "manager")) as tx:
            apply_message.try_again(tx, county.last().id)
        with place.reading() as db:
            assert [key.public_key for key in keys.pinned(db)] == [third, county.public_key]
