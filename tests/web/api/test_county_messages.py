"""The county's messages by API: read, shown, drafted, tried again; its keys and what was turned away."""

from __future__ import annotations

import pytest

from sync.downlink import _park_failed, take
from tests.services.county_bench import FEES, NOTICE, PARCELS, PHONE, RANKING, County
from tests.web.api.program import ApiStation, Program


@pytest.fixture
def manager(api: ApiStation) -> Program:
    return api.program("manager")


def test_messages_are_told_with_what_became_of_them(operator: Program, api: ApiStation) -> None:
    county = County(api.store)
    notice, parcels = county.said(), county.said("parcels.expected", PARCELS)
    found = operator.get("/county-messages").json()["items"]
    assert [(one["id"], one["topic"], one["state"]) for one in found] == [
        (parcels.id, "parcels.expected", "applied"), (notice.id, "announcement", "applied"),
    ]  # fmt: skip
    assert found[1]["content"] == NOTICE
    assert (found[0]["content"], found[0]["hash"], found[0]["outcome"]["noted"]) == (None, None, 2)
    assert PHONE not in operator.get("/county-messages").text
    first = operator.get("/county-messages?limit=1").json()
    assert len(first["items"]) == 1
    assert operator.get(first["next"].removeprefix("/api/v1")).json()["items"][0]["id"] == notice.id
    assert operator.get("/county-messages?topic=announcement").json()["items"] == [found[1]]
    assert operator.get(f"/county-messages/{notice.id}").json() == found[1]
    assert operator.get("/county-messages/999").json()["code"] == "message.unknown"


def test_manager_shows_drafts_and_tries_again(manager: Program, api: ApiStation) -> None:
    county = County(api.store)
    notice, fees = county.said(), county.said("fees.proposed", FEES)
    shown = manager.post(f"/county-messages/{notice.id}/display", {"shown": True})
    assert (shown.status_code, shown.json()["is_on_display"]) == (200, True)
    assert manager.post(f"/county-messages/{notice.id}/display", {"shown": False}).json()["is_on_display"] is False
    refused = manager.post(f"/county-messages/{fees.id}/display", {"shown": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "message.not_for_display")
    draft = manager.post(f"/county-messages/{fees.id}/draft", {"how": "whole"})
    assert draft.status_code == 201
    assert manager.get("/fees/draft").json()["revision"] == draft.json()["revision"]
    again = manager.post(f"/county-messages/{fees.id}/draft", {"how": "merged"})
    assert (again.status_code, again.json()["code"]) == (409, "fees.draft_open")
    _park_failed(api.store, county.envelope("ranking", RANKING))
    parked = manager.get("/county-messages?state=parked").json()["items"][0]
    assert parked["reason"] == "message.failed"
    assert manager.post(f"/county-messages/{parked['id']}/try-again").json()["state"] == "applied"
    assert manager.post(f"/county-messages/{parked['id']}/try-again").json()["code"] == "message.not_parked"


def test_keys_are_pinned_with_their_thumbprint_and_forgeries_seen(manager: Program, api: ApiStation) -> None:
    county = County(api.store, pinned=False)
    assert manager.get("/county-keys").json()["items"] == []
    asked = {"public_key": county.public_key, "thumbprint": county.thumbprint}
    assert manager.post("/county-keys", asked | {"thumbprint": "x"}).json()["code"] == "county_key.thumbprint_differs"
    pinned = manager.post("/county-keys", asked)
    assert (pinned.status_code, pinned.json()["how"]) == (201, "typed")
    assert manager.get("/county-keys").json()["items"] == [pinned.json()]
    take(api.store, county.envelope(seed=b"x" * 32))
    found = manager.get("/county-messages/turned-away").json()["items"]
    assert [(one["reason"], one["sequence"], one["ended"]) for one in found] == [("signature", 1, None)]
    assert manager.post(f"/county-messages/turned-away/{found[0]['id']}/seen").status_code == 200
    assert manager.get("/county-messages/turned-away").json()["items"][0]["ended"] == "seen"
    assert manager.post("/county-messages/turned-away/999/seen").json()["code"] == "message.unknown"
