"""Eight clients at once: no pickup code is given twice, nothing acknowledged is lost, one of many gets what only one can
have, and a request sent twice at the same moment has one effect."""

import json
import selectors
import socket
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from tests.journeys.client import BASE
from tests.journeys.station import Station

CLIENTS = 8
WANTED_OVERLAPPING = 200
WITHIN_SECONDS = 1.0


@dataclass
class Sent:
    """One request and its answer."""

    client: int
    what: str
    path: str
    body: dict
    key: str
    sent_at: float = 0.0
    answered_at: float = 0.0
    raw: bytes = b""
    answer: dict = field(default_factory=dict)
    status: int = 0

    def read(self) -> None:
        head, _, content = self.raw.partition(b"\r\n\r\n")
        self.status = int(head.split(b" ", 2)[1])
        self.answer = json.loads(content)


def _bytes(request: Sent, token: str) -> bytes:
    body = json.dumps(request.body).encode()
    head = (
        f"POST {BASE}{request.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {request.key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body


def _work(requests: list[Sent], token: str, port: int, start: threading.Barrier) -> None:
    """One client: all its requests leave before the first answer is read."""
    lines = [(request, socket.create_connection(("127.0.0.1", port), 60)) for request in requests]
    start.wait(60)
    with selectors.DefaultSelector() as selector:
        for request, line in lines:
            request.sent_at = time.monotonic()
            line.sendall(_bytes(request, token))
            selector.register(line, selectors.EVENT_READ, request)
        while selector.get_map():
            ready = selector.select(60)
            assert ready, "no answer for a minute"
            for key, _ in ready:
                data = key.fileobj.recv(65536)
                key.data.raw += data
                if not data:
                    key.data.answered_at = time.monotonic()
                    selector.unregister(key.fileobj)
                    key.fileobj.close()


def _plan(client: int, shelf: list[int]) -> list[Sent]:
    own = [
        Sent(client, "own", "/parcels", {"waybill_no": f"YT1{client}{n:011d}"}, f"{client}-own-{n}") for n in range(18)
    ]
    shared = [
        Sent(client, "shared", "/parcels", {"waybill_no": f"ZT9{n:012d}"}, f"{client}-shared-{n}") for n in range(4)
    ]
    twice = [
        Sent(client, "twice", "/parcels", {"waybill_no": f"YT8{client}{n:011d}"}, f"{client}-twice-{n}")
        for n in (0, 0, 1, 1)
    ]
    given = [
        Sent(client, "given", f"/parcels/{parcel}/hand-over", {"method": "code"}, f"{client}-given-{parcel}")
        for parcel in shelf
    ]
    return [request for four in zip(shared, twice, given, own, strict=False) for request in four] + own[4:]


def _overlapping(requests: list[Sent]) -> int:
    """How many requests were under way while another client's was."""
    return sum(
        any(
            other.client != one.client and other.sent_at < one.answered_at and one.sent_at < other.answered_at
            for other in requests
        )
        for one in requests
    )


@pytest.fixture(scope="module")
def raced(tmp_path_factory):
    """Station, requests and the parcels that all wanted, after the race."""
    with Station(tmp_path_factory.mktemp("race"), changes={"parcels": {"slip_at_intake": "never"}}) as station:
        with station.api() as api:
            shelf = [api.post("/parcels", {"waybill_no": f"JT7{n:012d}"}).expect(201)["id"] for n in range(4)]
        plans = [_plan(client, shelf) for client in range(CLIENTS)]
        tokens = [station.token("operator", f"racer {client}") for client in range(CLIENTS)]
        start = threading.Barrier(CLIENTS)
        threads = [
            threading.Thread(target=_work, args=(plan, token, station.port, start), daemon=True)
            for plan, token in zip(plans, tokens, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        requests = [request for plan in plans for request in plan]
        for request in requests:
            request.read()
        yield station, requests, shelf


def _rows(station, sql):
    db = sqlite3.connect(station.state / "kiosk.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def test_two_hundred_requests_overlap_within_a_second(raced):
    _, requests, _ = raced
    first = min(request.sent_at for request in requests)
    within = [request for request in requests if request.sent_at - first < WITHIN_SECONDS]
    overlapping = _overlapping(within)
    last = max(request.sent_at for request in requests) - first
    print(f"{len(requests)} requests of {CLIENTS} clients sent within {last:.3f} s, {overlapping} overlapping")
    assert len({request.client for request in within}) == CLIENTS
    assert overlapping >= WANTED_OVERLAPPING


@pytest.mark.lesson(1)
def test_no_pickup_code_is_given_twice_and_none_is_lost(raced):
    station, requests, shelf = raced
    taken = [request for request in requests if request.path == "/parcels" and request.status == 201]
    codes = {request.answer["id"]: request.answer["pickup_code"] for request in taken}
    assert len(set(codes.values())) == len(codes)
    in_rows = dict(_rows(station, "SELECT id, pickup_code FROM parcels"))
    assert {parcel: code for parcel, code in in_rows.items() if parcel not in shelf} == codes
    assert len(set(in_rows.values())) == len(in_rows)
    assert len(codes) == CLIENTS * (18 + 2) + 4


def test_own_parcels_are_all_taken_in(raced):
    _, requests, _ = raced
    assert {request.status for request in requests if request.what == "own"} == {201}


def test_one_client_gets_the_waybill_that_all_bring(raced):
    _, requests, _ = raced
    for number in {request.body["waybill_no"] for request in requests if request.what == "shared"}:
        mine = [request for request in requests if request.body.get("waybill_no") == number]
        assert Counter(request.status for request in mine) == {201: 1, 409: CLIENTS - 1}
        first = next(request.answer for request in mine if request.status == 201)
        refused = [request.answer for request in mine if request.status == 409]
        assert {answer["code"] for answer in refused} == {"parcel.already_in_stock"}
        assert {answer["parcel_id"] for answer in refused} == {first["id"]}


def test_one_client_hands_over_the_parcel_that_all_want(raced):
    station, requests, shelf = raced
    for parcel in shelf:
        mine = [request for request in requests if request.path == f"/parcels/{parcel}/hand-over"]
        assert Counter(request.status for request in mine) == {200: 1, 409: CLIENTS - 1}
        assert {request.answer["code"] for request in mine if request.status == 409} == {"parcel.already_handed_over"}
    events = _rows(station, "SELECT parcel_id, COUNT(*) FROM parcel_events WHERE kind = 'handed_over' GROUP BY 1")
    assert dict(events) == dict.fromkeys(shelf, 1)


@pytest.mark.lesson(2)
def test_request_sent_twice_at_once_has_one_effect(raced):
    station, requests, _ = raced
    twice = [request for request in requests if request.what == "twice"]
    answers = {}
    for request in twice:
        assert request.status == 201
        answers.setdefault((request.client, request.key), []).append(request.answer)
    assert all(first == second for first, second in answers.values())
    count = _rows(station, "SELECT COUNT(*) FROM parcels WHERE waybill_no LIKE 'YT8%'")[0][0]
    assert count == len(answers) == CLIENTS * 2


def test_check_is_clean_after_the_race(raced):
    station, _, _ = raced
    assert station.check() == []
