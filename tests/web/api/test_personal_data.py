"""A person's own request by API, the terms and the list of erasures."""

from __future__ import annotations

from kiosk.counter.check_in import check_in
from kiosk.counter.hand_over import hand_over_one
from kiosk.storage import Actor
from tests.web.api.program import ApiStation, Program

PHONE = "13987650001"
MANAGER = Actor("staff", 1, "manager", "", None)


def collected(api: ApiStation) -> str:
    """A parcel that left; its pickup code."""
    with api.store.transaction(MANAGER) as tx:
        done = check_in(tx, waybill="YT8962646785389", phone=PHONE, name_hint="欧阳丹")
        hand_over_one(tx, done.parcel_id, "code")
        return str(tx.value("SELECT pickup_code FROM parcels WHERE id = ?", done.parcel_id))


def test_person_sees_corrects_prints_and_erases(api: ApiStation, operator: Program) -> None:
    proof = {"paper": "pickup_code", "number": collected(api), "phone": PHONE}
    asked = operator.post("/personal-data/requests", proof)
    assert (asked.status_code, asked.json()["cases"]) == (201, 1)
    request = f"/personal-data/requests/{asked.json()['id']}"
    assert asked.headers["location"].endswith(request)
    (case,) = operator.get(request).json()["items"]
    assert {one["name"]: one["value"] for one in case["values"]}["phone"] == PHONE
    fix = {"case_kind": "parcel", "case_id": case["case_id"], "field": "name_hint", "value": "欧阳单"}
    assert operator.post(f"{request}/corrections", fix).status_code == 200
    assert operator.post(f"{request}/print").json()["slip_id"]
    erased = operator.post(f"{request}/erasure").json()
    assert (erased["done"], erased["stayed"]) == (1, 0)
    assert operator.get(request).json()["code"] == "data_request.over"
    listed = operator.get("/personal-data/erasures").json()["items"]
    assert [(one["case_kind"], one["rule"]) for one in listed] == [("parcel", "request.person")]
    stored = api.value("SELECT group_concat(answer) FROM answers") or ""
    assert PHONE not in stored and "欧阳" not in stored


def test_who_is_not_recognised_is_noted(api: ApiStation, operator: Program) -> None:
    proof = {"paper": "pickup_code", "number": collected(api), "phone": "13987650009"}
    answer = operator.post("/personal-data/requests", proof)
    assert (answer.status_code, answer.json()["code"]) == (422, "data_request.not_recognised")
    assert api.value("SELECT COUNT(*) FROM audit WHERE action = 'person.request_refused'") == 1


def test_manager_sets_a_term(api: ApiStation) -> None:
    manager = api.program("manager")
    told = manager.post("/personal-data/terms", {"term": "parcel_number", "days": 60}).json()
    assert told["days"] == 60
    assert (
        manager.post("/personal-data/terms", {"term": "money", "days": 30}).json()["code"] == "retention.out_of_bounds"
    )
    terms = {one["term"]: one["days"] for one in manager.get("/personal-data/terms").json()["items"]}
    assert (terms["parcel_number"], terms["money"]) == (60, 1096)
