"""Consent by API: noted, listed, withdrawn, and the courier's list."""

from __future__ import annotations

from tests.web.api.program import Program

ZTO, YTO, FULL = "73610555582883", "YT8962646785389", "13812341234"


def test_consent_is_given_listed_and_withdrawn(operator: Program) -> None:
    parcel = operator.check_in(ZTO, phone=FULL)
    assert parcel["consent"] == "red"
    (missing,) = operator.get("/consents/missing").json()["items"]
    assert (missing["parcel_id"], missing["colour"]) == (parcel["id"], "red")
    told = operator.post("/consents", {"parcel_id": parcel["id"], "scope": "standing", "how": "oral"})
    assert told.status_code == 201
    body = told.json()
    assert (body["scope"], body["masked_phone"], body["withdrawn_at"]) == ("standing", "138****1234", None)
    assert operator.check_in(YTO, phone=FULL)["consent"] == "green"
    assert operator.get("/consents/missing").json()["items"] == []
    (listed,) = operator.get("/consents", scope="standing").json()["items"]
    assert listed["id"] == body["id"]
    gone = operator.post(f"/consents/{body['id']}/withdraw", {"how": "phone"})
    assert gone.json()["withdrawn_how"] == "phone"
    again = operator.post(f"/consents/{body['id']}/withdraw", {"how": "phone"})
    assert (again.status_code, again.json()["code"]) == (422, "consent.withdrawn_before")
    assert operator.post("/consents/99/withdraw", {"how": "phone"}).status_code == 404


def test_bare_tail_is_nobodys_and_a_phone_alone_will_do(operator: Program) -> None:
    parcel = operator.check_in(ZTO, phone="1234")
    assert parcel["consent"] == "amber"
    refused = operator.post("/consents", {"parcel_id": parcel["id"], "scope": "standing", "how": "oral"})
    assert (refused.status_code, refused.json()["code"]) == (422, "consent.person_unknown")
    assert operator.post("/consents", {"phone": FULL, "how": "sms_reply"}).json()["scope"] == "standing"
    assert operator.post("/consents", {"how": "oral"}).json()["code"] == "consent.parcel_missing"


def test_couriers_list_counts_both_colours(operator: Program) -> None:
    assert operator.post("/consents/lists", {"carrier": "ZTO"}).json()["code"] == "consent.list_empty"
    operator.check_in(ZTO, phone=FULL)
    operator.check_in("73610555582990", phone="1234")
    made = operator.post("/consents/lists", {"carrier": "ZTO"})
    assert made.status_code == 201
    assert (made.json()["red"], made.json()["amber"]) == (1, 1)
    assert operator.post("/consents/lists", {}).json()["code"] == "consent.list_whose"
