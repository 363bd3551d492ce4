"""Shelves, moves, labels and counts by API."""

from __future__ import annotations

import pytest

from tests.web.api.program import PREFIX, ApiStation, Program

ZTO, YTO, SF = "73610555582883", "YT8962646785389", "SF1234567890123"


@pytest.fixture
def manager(api: ApiStation) -> Program:
    return api.program("manager")


def finds(program: Program, count: str, kind: str) -> list[dict]:
    return program.get(f"{count}/finds", kind=kind).json()["items"]


def test_shelf_is_planned_filled_and_shown(manager: Program, operator: Program) -> None:
    told = manager.post("/shelves", {"shelf": "3-1", "capacity": 2, "shelf_class": "fresh", "note": "冷藏柜"})
    assert told.status_code == 200
    assert told.json()["free"] == 2
    operator.check_in(ZTO, shelf="3-1")
    manager.post("/shelves", {"shelf": "3-1", "is_resting": True})
    (place,) = operator.get("/shelves").json()["items"]
    assert (place["in_stock"], place["is_resting"], place["shelf_class"]) == (1, True, "general")
    (parcel,) = operator.get("/shelves/3-1/parcels").json()["items"]
    assert parcel["shelf"] == "3-1"
    for path, status in (("/shelves/9-9/parcels", 404), ("/shelves/what/parcels", 422)):
        assert operator.get(path).status_code == status


def test_parcel_with_traits_goes_where_such_parcels_lie(manager: Program, operator: Program) -> None:
    manager.post("/shelves", {"shelf": "1-1"})
    manager.post("/shelves", {"shelf": "2-1", "shelf_class": "fresh"})
    assert operator.check_in(ZTO, traits=["fresh"])["shelf"] == "2-1"
    other = operator.check_in(YTO)
    told = operator.post(f"/parcels/{other['id']}/traits", {"traits": ["fresh", "large"]}).json()
    assert (told["traits"], told["is_well_placed"]) == (["fresh", "large"], False)
    assert operator.post(f"/parcels/{other['id']}/traits", {"traits": ["huge"]}).json()["code"] == "request.invalid"
    both = operator.post(f"/parcels/{other['id']}/traits", {"traits": ["small", "large"]})
    assert (both.status_code, both.json()["code"]) == (422, "trait.two_sizes")


def test_parcels_are_moved_together_and_their_labels_printed(operator: Program) -> None:
    here, gone = operator.check_in(ZTO, shelf="1-1"), operator.check_in(YTO, shelf="1-1")
    operator.post(f"/parcels/{gone['id']}/hand-over", {"method": "code"})
    ids = [here["id"], gone["id"], 999]
    items = operator.post("/parcels/relocate", {"shelf": "3-2", "parcel_ids": ids}).json()["items"]
    assert [(item["is_done"], item["code"]) for item in items] == [
        (True, "parcel.relocated"), (False, "parcel.already_handed_over"), (False, "parcel.unknown"),
    ]  # fmt: skip
    assert operator.get(f"/parcels/{here['id']}").json()["pickup_code"] == here["pickup_code"]
    label = operator.post(f"/parcels/{here['id']}/label")
    assert label.status_code == 200
    assert label.json()["print_job_id"]
    assert operator.post(f"/parcels/{gone['id']}/label").json()["code"] == "parcel.not_here_for_label"


def test_count_finds_what_is_right_wrong_missing_and_too_much(operator: Program, api: ApiStation) -> None:
    lost, moved, given, right = (operator.check_in(n, shelf="1-1") for n in (ZTO, YTO, SF, "JT0011223344556"))
    operator.post(f"/parcels/{given['id']}/hand-over", {"method": "code"})
    begun = operator.post("/shelf-counts")
    assert (begun.status_code, begun.json()["state"]) == (201, "counting")
    assert operator.post("/shelf-counts").json()["id"] == begun.json()["id"], "begun twice is one count"
    assert operator.post("/shelf-counts", {"scope": "1"}).json()["code"] == "shelf_count.other_scope"
    count = f"/shelf-counts/{begun.json()['id']}"
    assert (
        operator.post("/shelf-counts/sights", {"code": right["pickup_code"], "shelf": "1-1"}).json()["kind"] == "found"
    )
    assert operator.post("/shelf-counts/sights", {"code": YTO, "shelf": "1-2"}).json()["book_shelf"] == "1-1"
    assert operator.post("/shelf-counts/sights", {"code": SF, "shelf": "1-2"}).json()["kind"] == "gone"
    told = operator.post("/shelf-counts/sights", {"code": "73610555582884", "shelf": "1-2"}).json()
    assert (told["kind"], told["waybill_no"]) == ("unknown", "73610555582884")
    again = operator.post("/shelf-counts/sights", {"code": YTO, "shelf": "1-2"}).json()
    assert again["code"] == "shelf_count.seen_again"
    assert operator.post("/shelf-counts/sights", {"code": "9-9-9999"}).json()["code"] == "pickup_code.unknown"
    figures = operator.get(count).json()
    assert [figures[name] for name in ("found", "wrong_slot", "gone", "unknown", "missing")] == [1, 1, 1, 1, 1]
    closed = operator.post(f"{count}/close").json()
    assert closed["document_no"].startswith("PC")
    assert operator.post("/shelf-counts/sights", {"code": ZTO}).json()["code"] == "shelf_count.none"
    (missing,) = finds(operator, count, "missing")
    assert missing["parcel_id"] == lost["id"]
    assert finds(operator, count, "found")[0]["parcel_id"] == right["id"]
    for kind, act, answer in (
        ("wrong_slot", "relocate", "relocated"), ("gone", "bring_back", "back_in_stock"),
        ("unknown", "check_in", "checked_in"), ("missing", "problem", "problem"),
    ):  # fmt: skip
        path = f"/shelf-counts/finds/{finds(operator, count, kind)[0]['id']}/answer"
        assert operator.post(path, {"act": act}).json()["answer"] == answer
        late = operator.post(path, {"act": act})
        assert (late.status_code, late.json()["code"]) == (409, "shelf_count.already_answered")
    assert operator.get(f"/parcels/{moved['id']}").json()["shelf"] == "1-2"
    assert operator.get(f"/parcels/{lost['id']}").json()["state"] == "problem"
    assert operator.get("/shelf-counts").json()["items"][0]["missing"] == 1
    assert api.problems() == []


def test_count_is_given_up_and_what_does_not_fit_is_refused(operator: Program) -> None:
    operator.check_in(ZTO, shelf="1-1")
    count = f"/shelf-counts/{operator.post('/shelf-counts').json()['id']}"
    operator.post("/shelf-counts/sights", {"code": ZTO})
    (found,) = finds(operator, count, "found")
    wrong = operator.post(f"/shelf-counts/finds/{found['id']}/answer", {"act": "relocate"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "shelf_count.not_that_kind")
    assert operator.post(f"{count}/cancel").json()["state"] == "cancelled"
    assert operator.post(f"{count}/close").json()["code"] == "shelf_count.cancelled"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/shelf-counts", {"scope": "77"}, 404, "shelf.unknown"),
        ("/shelf-counts", {"scope": "货架"}, 422, "shelf.unreadable"),
        ("/shelf-counts/sights", {"code": ZTO}, 409, "shelf_count.none"),
        ("/shelf-counts/424242/close", {}, 404, "shelf_count.unknown"),
        ("/shelf-counts/finds/424242/answer", {"act": "seen"}, 404, "shelf_count.find_unknown"),
        ("/shelf-counts/finds/424242/answer", {"act": "eat"}, 422, "request.invalid"),
        ("/parcels/relocate", {"shelf": "3-2", "parcel_ids": []}, 422, "request.invalid"),
        ("/parcels/relocate", {"shelf": "what", "parcel_ids": [1]}, 422, "shelf.unreadable"),
        ("/shelves", {"shelf": "3-2", "capacity": 0}, 422, "request.invalid"),
        ("/shelves", {"shelf": "3-2", "shelf_class": "wet"}, 422, "request.invalid"),
    ],
)
def test_request_that_is_not_right_is_refused(manager: Program, path: str, body: dict, status: int, code: str) -> None:
    answer = manager.post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.url.path.startswith(PREFIX)
