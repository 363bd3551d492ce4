"""Messages for the county by API: told, carried, numbered, sent again or anew; the key and the one-time code."""

from __future__ import annotations

import pytest

from kiosk import outbox, shifts
from kiosk.counter.close_day import close_day
from kiosk.reports import envelope, qr_parts
from tests.web.api.program import ApiStation, Program
from tests.web.counter import MANAGER


@pytest.fixture
def manager(api: ApiStation) -> Program:
    return api.program("manager")


@pytest.fixture
def days(api: ApiStation) -> list[int]:
    return two_days(api)


def two_days(api: ApiStation) -> list[int]:
    """The messages of two closed days."""
    made = []
    for _ in range(2):
        with api.store.transaction(MANAGER) as tx:
            shifts.ensure_open(tx)
        with api.store.transaction(MANAGER) as tx:
            made.append(close_day(tx, pieces={}).message_id)
    return made


def test_messages_are_told_with_envelope_text_and_codes(operator: Program, days: list[int]) -> None:
    found = operator.get("/outbox").json()["items"]
    assert [(one["id"], one["state"], one["is_typed"]) for one in found] == [
        (days[1], "waiting", False),
        (days[0], "waiting", False),
    ]
    first = operator.get("/outbox?limit=1").json()
    assert operator.get(first["next"].removeprefix("/api/v1")).json()["items"] == found[1:]
    assert operator.get("/outbox?state=refused").json()["items"] == []
    told = operator.get(f"/outbox/{days[0]}/envelope").json()
    assert qr_parts.join(told["codes"]) == told["envelope"]
    key = operator.get("/station-key").json()
    assert envelope.verify(told["envelope"], key["public_key"]).sequence == 1
    assert "回执号" in told["text"]
    assert operator.get("/outbox/999").json()["code"] == "message.unknown"


def test_number_is_typed_by_the_clerk_and_taken_back_by_the_manager(
    operator: Program, manager: Program, days: list[int]
) -> None:
    carried = operator.post(f"/outbox/{days[0]}/carried")
    assert (carried.status_code, carried.json()["state"]) == (200, "waiting")
    typed = operator.post(f"/outbox/{days[0]}/number", {"number": "c-1"})
    assert (typed.status_code, typed.json()["acknowledgement_no"], typed.json()["is_typed"]) == (200, "C-1", True)
    for outbox_id, number, status, code in (
        (days[0], "C-2", 409, "acknowledgement.already"), (days[1], "C-1", 409, "acknowledgement.taken"),
        (days[1], "回执", 422, "acknowledgement.unreadable"),
    ):  # fmt: skip
        refused = operator.post(f"/outbox/{outbox_id}/number", {"number": number})
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert operator.post(f"/outbox/{days[0]}/carried").json()["code"] == "message.acknowledged"
    back = manager.post(f"/outbox/{days[0]}/withdraw-number")
    assert (back.status_code, back.json()["state"], back.json()["acknowledgement_no"]) == (200, "waiting", None)
    assert manager.post(f"/outbox/{days[0]}/withdraw-number").json()["code"] == "acknowledgement.not_typed"


def test_refused_message_goes_again_or_anew(manager: Program, api: ApiStation, days: list[int]) -> None:
    assert manager.post(f"/outbox/{days[0]}/send-again").json()["code"] == "message.under_way"
    for outbox_id in days:
        with api.store.transaction(MANAGER) as tx:
            outbox.refuse(tx, outbox_id, "no", code="report.incomplete")
    assert manager.post(f"/outbox/{days[0]}/send-again").json()["state"] == "waiting"
    anew = manager.post(f"/outbox/{days[1]}/send-anew")
    assert (anew.status_code, anew.json()["sequence"]) == (201, 3)
    assert manager.get(f"/outbox/{days[1]}").json()["replaced_by_id"] == anew.json()["id"]
    assert manager.post(f"/outbox/{days[1]}/send-anew").json()["code"] == "message.not_refused"


def test_key_is_changed_and_told_by_the_old_one(manager: Program) -> None:
    before = manager.get("/station-key").json()
    after = manager.post("/station-key")
    assert (after.status_code, after.json()["rotations"]) == (201, 1)
    assert after.json()["thumbprint"] != before["thumbprint"]
    (told,) = manager.get("/outbox").json()["items"]
    signed = manager.get(f"/outbox/{told['id']}/envelope").json()["envelope"]
    assert envelope.verify(signed, before["public_key"]).content["thumbprint"] == after.json()["thumbprint"]


def test_code_is_sent_only_where_the_county_can_be_reached(manager: Program) -> None:
    assert manager.get("/enrolments").json()["items"] == []
    assert manager.post("/enrolments", {"code": "ACDE-3467"}).json()["code"] == "enrolment.no_address"
