"""Problem parcels by program: the list, lost and found, the wrong person and the way back, settled, a photo, the story."""

from __future__ import annotations

import base64
import io

from PIL import Image

from tests.web.api.program import ApiStation

ZTO, YTO = "73610555582883", "YT8962646785389"


def photo() -> str:
    out = io.BytesIO()
    Image.new("RGB", (200, 300), "brown").save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode("ascii")


def test_lost_parcel_is_settled_reopened_and_found_by_program(api: ApiStation) -> None:
    manager = api.program("manager")
    here = f"/parcels/{manager.check_in(ZTO)['id']}"
    assert manager.post(f"{here}/lose", {}).json()["state"] == "lost"
    (case,) = manager.get("/problems").json()["items"]
    assert (case["kind"], case["resolution"]) == ("lost", "")
    there = f"/problems/{case['id']}"
    answer = manager.post(f"{there}/settle", {"resolution": "compensated"})
    assert (answer.status_code, answer.json()["code"]) == (422, "problem.not_compensated")
    assert manager.post(f"{there}/settle", {"resolution": "settled"}).json()["resolution"] == "settled"
    assert manager.get("/problems", state="closed", kind="lost").json()["items"][0]["id"] == case["id"]
    assert manager.post(f"{there}/reopen").json()["resolution"] == ""
    assert manager.post(f"{here}/find-again", {"is_damaged": True}).json()["state"] == "problem"
    assert manager.post("/problems/999/reopen").status_code == 404
    assert api.problems() == []


def test_wrong_person_has_its_way_back_by_program(api: ApiStation) -> None:
    manager = api.program("manager")
    parcel_id = manager.check_in(YTO)["id"]
    here = f"/parcels/{parcel_id}"
    manager.post("/parcels/hand-over", {"method": "code", "parcel_ids": [parcel_id]})
    assert manager.post(f"{here}/wrong-person", {"who": "老李"}).json()["state"] == "handed_over"
    again = manager.post(f"{here}/wrong-person", {})
    assert (again.status_code, again.json()["code"]) == (409, "parcel.with_wrong_person")
    assert manager.post(f"{here}/recover", {}).json()["state"] == "on_shelf"
    assert manager.post(f"{here}/undo").json()["act"] == "recovered"
    assert manager.post(f"{here}/photo", {"picture": photo()}).json()["picture_id"] == 1
    assert manager.post(f"{here}/photos/1/drop").json() == {"id": parcel_id, "picture_id": 1}
    assert manager.post(f"{here}/photos/1/drop").json()["code"] == "attachment.erased"
    other = manager.check_in(ZTO)["id"]
    assert manager.post(f"/parcels/{other}/at-pickup", {"said": "refused"}).json()["state"] == "to_return"
    assert manager.post(f"/parcels/{parcel_id}/at-pickup", {"said": "damaged"}).json()["code"] == (
        "undo.something_followed"
    )
    story = manager.get(f"{here}/story").json()
    assert len(story["events"]) == 5 and "老李" not in str(story)
    assert "错给了别人" in story["problems"][0]
    assert api.problems() == []
