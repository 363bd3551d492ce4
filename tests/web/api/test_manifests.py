"""Lists by API: the same acts as at the counter, a courier's own signature among them, and every refusal with its status."""

from __future__ import annotations

from tests.services.manifest_bench import drawn
from tests.services.outbound_bench import WAYBILLS
from tests.services.parcel_bench import YTO, ZTO
from tests.web.api.program import ApiStation, Program
from tests.web.api.test_outbound import send


def arrived(program: Program, waybill: str = YTO) -> int:
    """A parcel in stock; its id."""
    found: int = program.post("/parcels", {"waybill_no": waybill, "phone_tail": "1234"}).json()["id"]
    return found


def test_return_is_listed_signed_and_taken_back(api: ApiStation, operator: Program) -> None:
    first, second = arrived(operator), arrived(operator, WAYBILLS[1])
    listed = operator.post("/manifests", {"kind": "return", "carrier": "圆通速递", "receiver": "周师傅"})
    assert listed.status_code == 201, listed.text
    here = f"/manifests/{listed.json()['id']}"
    refused = operator.post(f"{here}/parcels", {"parcel_id": first})
    assert (refused.status_code, refused.json()["code"]) == (409, "manifest.not_to_return")
    assert operator.post(f"{here}/close").json()["code"] == "manifest.nothing_on_it"
    for parcel_id in (first, second):
        operator.post(f"/parcels/{parcel_id}/set-aside", {"state": "to_return", "reason": "overdue"})
        put = operator.post(f"{here}/parcels", {"parcel_id": parcel_id, "note": "wet"})
        assert (put.status_code, put.json()["outcome"]) == (200, ""), put.text
    assert operator.post(f"{here}/take-off", {"parcel_id": second}).json()["outcome"] == "freed"
    assert operator.post(f"{here}/take-off", {"parcel_id": second}).status_code == 409
    closed = operator.post(f"{here}/close", {"declared": 2}).json()
    assert (closed["state"], closed["pieces"], closed["difference"]) == ("closed", 1, -1)
    renewed = operator.post(f"{here}/renew").json()
    assert (renewed["state"], renewed["pieces"]) == ("open", 1)
    here = f"/manifests/{renewed['id']}"
    assert operator.post(f"{here}/close", {}).json()["difference"] == -1, "what was said stays said"
    assert operator.post(f"{here}/sign", {"how": "paper"}).json()["code"] == "manifest.difference"
    signed = operator.post(f"{here}/sign", {"how": "paper", "accepts_difference": True}).json()
    assert signed["state"] == "signed"
    assert operator.get(f"/parcels/{first}").json()["state"] == "returned"
    shown = operator.get(here).json()
    assert (shown["signed_how"], shown["receiver"], shown["parcels"][0]["outcome"]) == ("paper", "周师傅", "left")
    back = operator.post(f"{here}/parcels/{first}/take-back")
    assert back.json()["outcome"] == "taken_back"
    assert operator.post(f"{here}/void").json()["state"] == "void"
    assert operator.post(f"{here}/void").json()["code"] == "manifest.is_void"
    assert operator.get(f"/parcels/{first}").json()["state"] == "to_return"
    assert [one["state"] for one in operator.get("/manifests", kind="return").json()["items"]] == ["void", "void"]
    assert api.problems() == []


def test_door_round_is_told(api: ApiStation, operator: Program) -> None:
    first, second = arrived(operator), arrived(operator, ZTO)
    here = f"/manifests/{operator.post('/manifests', {'kind': 'door', 'receiver': '赵送货'}).json()['id']}"
    for parcel_id in (first, second):
        operator.post(f"{here}/parcels", {"parcel_id": parcel_id})
    other = operator.post("/manifests", {"kind": "transfer", "receiver": "河东服务站"}).json()["id"]
    refused = operator.post(f"/manifests/{other}/parcels", {"parcel_id": first})
    assert (refused.status_code, refused.json()["code"]) == (409, "manifest.on_another")
    outcome = f"{here}/parcels/{first}/outcome"
    assert operator.post(outcome, {"outcome": "delivered"}).json()["code"] == "manifest.not_out"
    operator.post(f"{here}/close")
    operator.post(f"{here}/sign", {"how": "screen", "signature": drawn()})
    assert operator.post(outcome, {"outcome": "delivered"}).json()["outcome"] == "delivered"
    assert operator.post(outcome, {"outcome": "brought_back"}).json()["code"] == "manifest.piece_ended"
    told = operator.post(f"{here}/parcels/{second}/outcome", {"outcome": "brought_back"})
    assert told.json()["outcome"] == "brought_back"
    assert operator.get(f"/parcels/{first}").json()["state"] == "door_delivered"
    assert operator.post(f"{here}/parcels/{first}/take-back").json()["outcome"] == ""
    assert operator.get(f"/parcels/{first}").json()["state"] == "on_shelf"
    assert api.problems() == []


def test_paper_of_a_parcel_that_left_is_not_printed_any_more(api: ApiStation, operator: Program) -> None:
    passed_on, taken_home = arrived(operator), arrived(operator, ZTO)
    for parcel_id, kind, receiver in ((passed_on, "transfer", "河东服务站"), (taken_home, "door", "赵送货")):
        here = f"/manifests/{operator.post('/manifests', {'kind': kind, 'receiver': receiver}).json()['id']}"
        operator.post(f"{here}/parcels", {"parcel_id": parcel_id})
        operator.post(f"{here}/close")
        operator.post(f"{here}/sign", {"how": "paper"})
    operator.post(f"{here}/parcels/{taken_home}/outcome", {"outcome": "delivered"})
    with api.store.reading() as db:
        rows = db.all("SELECT subject_id, state FROM notices WHERE subject_kind = 'parcel' AND channel = 'paper'")
    assert {(row["subject_id"], row["state"]) for row in rows} == {
        (passed_on, "cancelled"), (taken_home, "cancelled")
    }  # fmt: skip
    assert api.problems() == []


def test_courier_signs_the_list_of_its_batch_with_its_difference(
    api: ApiStation, courier: Program, operator: Program
) -> None:
    batch_id = courier.post("/batches", {"carrier": "YTO", "courier": "周师傅", "declared": 2}).json()["id"]
    courier.post("/parcels", {"waybill_no": YTO, "phone_tail": "1234", "batch_id": batch_id})
    manifest_id = courier.post(f"/batches/{batch_id}/close").json()["manifest_id"]
    sign = f"/manifests/{manifest_id}/sign"
    refused = courier.post(sign, {"how": "paper"}).json()
    assert (refused["code"], refused["declared"], refused["pieces"]) == ("manifest.difference", 2, 1)
    assert courier.post(sign, {"how": "screen", "accepts_difference": True}).json()["code"] == "signature.empty"
    assert courier.post(sign, {"how": "screen", "signature": "x"}).json()["code"] == "signature.unreadable"
    anew = courier.post(f"/manifests/{manifest_id}/renew").json()
    sign = f"/manifests/{anew['id']}/sign"
    done = courier.post(sign, {"how": "screen", "signature": drawn(), "accepts_difference": True})
    assert (done.status_code, done.json()["state"]) == (200, "signed"), done.text
    assert courier.post(sign, {"how": "paper"}).json()["code"] == "manifest.signed_before"
    round_id = operator.post("/manifests", {"kind": "door", "receiver": "赵送货"}).json()["id"]
    operator.post(f"/manifests/{round_id}/parcels", {"parcel_id": 1})
    operator.post(f"/manifests/{round_id}/close")
    assert courier.post(f"/manifests/{round_id}/sign", {"how": "paper"}).status_code == 403, "what leaves is a clerk's"
    form = operator.send("GET", f"/manifests/{anew['id']}", params={"format": "pdf"})
    assert form.content[:5] == b"%PDF-" and form.headers["content-type"] == "application/pdf"
    assert operator.get("/manifests", state="signed").json()["items"][0]["signed_how"] == "screen"
    assert operator.post(f"/manifests/{round_id}/void").status_code == 200
    assert api.problems() == []


def test_outbound_list_is_signed_once(api: ApiStation, operator: Program) -> None:
    sent = send(operator)
    here = f"/outbound/manifests/{operator.post('/outbound/manifests', {'carrier': 'YTO'}).json()['id']}"
    operator.post(f"{here}/parcels", {"outbound_id": sent})
    operator.post(f"/outbound/{sent}/waybill", {"waybill_no": WAYBILLS[0]})
    assert operator.post(f"{here}/sign", {"how": "paper"}).json()["code"] == "manifest.not_given"
    assert operator.send("GET", f"{here}/signature", params={"format": "pdf"}).status_code == 409
    operator.post(f"{here}/give", {"courier": "周师傅"})
    assert operator.get(f"{here}/signature").json()["how"] is None
    signed = operator.post(f"{here}/sign", {"how": "screen", "signature": drawn()})
    assert (signed.status_code, signed.json()["how"]) == (200, "screen"), signed.text
    assert operator.post(f"{here}/sign", {"how": "paper"}).json()["code"] == "manifest.signed_before"
    assert operator.get(f"{here}/signature").json()["slip_id"] == signed.json()["slip_id"]
    assert operator.send("GET", f"{here}/signature", params={"format": "pdf"}).content[:5] == b"%PDF-"
    assert api.problems() == []
