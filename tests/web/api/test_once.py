"""One act, one effect: however often it is sent, whatever gets lost, by however many at once."""

from __future__ import annotations

import select
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.web.api.program import PREFIX, ApiStation, Program

PARCEL = {"waybill_no": "YT8962646785389", "phone_tail": "1234"}


def test_same_key_and_body_bring_the_first_answer_again(courier: Program, api: ApiStation) -> None:
    first = courier.post("/parcels", PARCEL, key="k1")
    again = courier.post("/parcels", PARCEL, key="k1")
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["location"] == first.headers["location"]
    assert api.value("SELECT COUNT(*) FROM parcels") == 1
    assert api.value("SELECT COUNT(*) FROM audit WHERE action = 'parcel.checked_in'") == 1


def test_same_key_with_another_body_is_refused_and_changes_nothing(courier: Program, api: ApiStation) -> None:
    courier.post("/parcels", PARCEL, key="k1")
    other = courier.post("/parcels", PARCEL | {"phone_tail": "4321"}, key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "request.key_reused")
    assert api.value("SELECT phone_tail FROM parcels") == "1234"


def test_refusal_is_not_kept_and_is_tried_afresh(operator: Program, api: ApiStation) -> None:
    parcel_id = operator.check_in("YT8962646785389")["id"]
    operator.post(f"/parcels/{parcel_id}/hand-over", {"method": "code"})
    assert operator.post("/parcels", PARCEL, key="k1").status_code == 201
    refused = operator.post("/parcels", PARCEL | {"waybill_no": "YT8962646785389 "}, key="k2")
    assert refused.status_code == 409
    assert api.value("SELECT COUNT(*) FROM answers WHERE key = 'k2'") == 0
    operator.post(f"/parcels/{api.value('SELECT MAX(id) FROM parcels')}/undo")
    accepted = operator.post("/parcels", PARCEL | {"waybill_no": "YT8962646785389 "}, key="k2")
    assert accepted.status_code == 201


def test_key_belongs_to_its_token_and_address(courier: Program, operator: Program, api: ApiStation) -> None:
    first = courier.post("/batches", {"carrier": "YTO"}, key="same").json()["id"]
    second = operator.post("/batches", {"carrier": "YTO"}, key="same").json()["id"]
    assert first != second
    assert courier.post(f"/batches/{first}/close", key="same").json()["id"] == first
    assert courier.post(f"/batches/{second}/close", key="same").json()["id"] == second
    assert api.value("SELECT COUNT(*) FROM answers") == 4


def test_without_a_key_the_act_is_done_again(operator: Program) -> None:
    assert (
        operator.post("/batches", {"carrier": "YTO"}).json()["id"]
        != operator.post("/batches", {"carrier": "YTO"}).json()["id"]
    )
    assert operator.post("/parcels", PARCEL).status_code == 201
    assert operator.post("/parcels", PARCEL).json()["code"] == "parcel.already_in_stock"


@pytest.mark.parametrize("key", ["", "k" * 129, "schlüssel", "a\tb"])
def test_key_that_is_none_is_refused(courier: Program, api: ApiStation, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    answer = courier.send("POST", "/parcels", json=PARCEL, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.key_unreadable")
    assert api.value("SELECT COUNT(*) FROM parcels") == 0


def test_longest_key_is_taken(courier: Program) -> None:
    key = "a" + " ~" * 63 + "b"
    assert courier.post("/parcels", PARCEL, key=key).status_code == 201
    assert courier.post("/parcels", PARCEL, key=key).headers["idempotency-replayed"] == "true"


def test_answer_names_no_person_and_neither_does_what_is_kept(operator: Program, api: ApiStation) -> None:
    body = {
        "lines": [
            {"service": "purchase", "item_name": "王婶的水泵", "amount_fen": 30000, "paid_by": "customer",
             "customer_name": "欧阳小明", "phone": "13912345678"},
            {"service": "consignment", "item_name": "土鸡蛋", "amount_fen": 4000, "supplier_name": "司马大山"},
            {"service": "bill", "biller": "power-demo", "account_no": "0602123456", "amount_fen": 5000},
        ]
    }  # fmt: skip
    answer = operator.post("/tickets", body, key="k")
    assert answer.status_code == 201, answer.text
    kept = api.value("SELECT GROUP_CONCAT(answer || body_hash) FROM answers")
    for secret in ("欧阳小明", "司马大山", "13912345678", "0602123456", "王婶的水泵"):
        assert secret not in answer.text
        assert secret not in kept


@contextmanager
def losing_replies(port: int) -> Iterator[tuple[int, threading.Event]]:
    """A road to the station on which requests arrive and replies are lost while the event is set."""
    is_losing = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def carry(client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            while ready := select.select([client, server], [], [], 20)[0]:
                for one, other in ((client, server), (server, client)):
                    if one not in ready:
                        continue
                    content = one.recv(65536)
                    if not content or (one is server and is_losing.is_set()):
                        return  # the reply had left the station, so the commit had returned
                    other.sendall(content)

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=carry, args=(client,), daemon=True)
            thread.start()
            carriers.append(thread)

    carriers: list[threading.Thread] = []
    road = threading.Thread(target=accept, daemon=True)
    road.start()
    try:
        yield listener.getsockname()[1], is_losing
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        road.join(5)
        for carrier in carriers:
            carrier.join(5)


@pytest.mark.lesson(2)
def test_reply_lost_after_the_commit_is_given_again_and_the_act_is_done_once(api: ApiStation) -> None:
    assert api.server is not None
    with losing_replies(api.server.port) as (port, is_losing):
        is_losing.set()
        acts = [
            ("/parcels", PARCEL, "SELECT COUNT(*) FROM parcels"),
            (
                "/parcels/1/hand-over",
                {"method": "code"},
                "SELECT COUNT(*) FROM parcel_events WHERE kind = 'handed_over'",
            ),
            ("/tickets", {}, "SELECT COUNT(*) FROM tickets"),
        ]
        for path, body, count in acts:
            headers = {"Authorization": f"Bearer {api.tokens['operator']}", "Idempotency-Key": f"lost {path}"}
            with httpx.Client(base_url=f"http://127.0.0.1:{port}{PREFIX}", headers=headers, trust_env=False) as client:
                with pytest.raises(httpx.RemoteProtocolError):
                    client.post(path, json=body)
                assert api.value(count) == 1
                is_losing.clear()
                retried = client.post(path, json=body)
                assert retried.headers["idempotency-replayed"] == "true"
                assert retried.status_code in (200, 201)
                assert client.post(path, json=body).content == retried.content
                assert api.value(count) == 1
                is_losing.set()
    assert api.problems() == []


def test_same_key_from_eight_at_once_has_one_effect(api: ApiStation) -> None:
    programs = [api.program("operator") for _ in range(8)]
    gate = threading.Barrier(8)
    for turn in range(5):

        def send(program: Program, turn: int = turn) -> httpx.Response:
            gate.wait()
            return program.post("/parcels", {"waybill_no": f"YT89626467{turn:05d}"}, key=f"turn {turn}")

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(send, programs))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert sum("idempotency-replayed" in answer.headers for answer in answers) == 7
    assert api.value("SELECT COUNT(*) FROM parcels") == 5
    assert api.problems() == []


def test_success_is_said_only_after_the_commit(courier: Program, api: ApiStation) -> None:
    for number in range(20):
        parcel_id = courier.check_in(f"YT89626467{number:05d}")["id"]
        with sqlite3.connect(api.store.path) as other:
            assert other.execute("SELECT state FROM parcels WHERE id = ?", (parcel_id,)).fetchone() == ("on_shelf",)
        other.close()


def test_eight_clients_at_once_get_no_code_twice_and_lose_none(api: ApiStation) -> None:
    programs = [api.program(role) for role in ("courier", "operator", "manager", "other courier") * 2]
    gate = threading.Barrier(8)
    spans: list[tuple[float, float]] = []
    each = 40

    def work(number: int) -> list[tuple[int, str]]:
        program, made = programs[number], []
        gate.wait()
        for turn in range(each):
            begun = time.monotonic()
            body = {"waybill_no": f"YT8{number:02d}{turn:010d}", "phone_tail": f"{turn:04d}"}
            answer = program.post("/parcels", body, key=f"{number}-{turn}")
            spans.append((begun, time.monotonic()))
            assert answer.status_code == 201, answer.text
            made.append((answer.json()["id"], answer.json()["pickup_code"]))
        return made

    with ThreadPoolExecutor(8) as pool:
        made = [pair for part in pool.map(work, range(8)) for pair in part]
    overlapping = sum(
        any(other is not span and other[0] < span[1] and span[0] < other[1] for other in spans) for span in spans
    )
    assert overlapping >= 200, f"only {overlapping} of {len(spans)} requests overlapped"
    assert len({parcel_id for parcel_id, _ in made}) == len({code for _, code in made}) == 8 * each
    with api.store.reading() as db:
        stored = {(row["id"], row["pickup_code"]) for row in db.all("SELECT id, pickup_code FROM parcels")}
    assert stored == set(made)
    assert api.problems() == []
