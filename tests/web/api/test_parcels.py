"""Parcels by API: in, found, corrected, taken back. No answer but the unmasked search holds a phone."""

from __future__ import annotations

import json

import pytest

from tests.web.api.program import PREFIX, ApiStation, Program

PHONE = "13912345678"


def test_parcel_comes_in_with_code_shelf_and_location(courier: Program) -> None:
    answer = courier.post("/parcels", {"waybill_no": "SF1234567890123", "phone": PHONE, "name_hint": "张三"})
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{PREFIX}/parcels/{body['id']}"
    assert body["pickup_code"].startswith(body["shelf"] + "-")
    assert (body["carrier"], body["warnings"], body["has_phone"]) == ("SF", [], True)
    assert courier.get(answer.headers["location"]).json()["state"] == "on_shelf"


def test_duplicate_in_stock_names_the_first_one_and_its_time(
    courier: Program, operator: Program, api: ApiStation
) -> None:
    first = courier.check_in("YT8962646785389")
    again = operator.post("/parcels", {"waybill_no": "yt8962646785389"})
    body = again.json()
    assert (again.status_code, body["code"], body["parcel_id"]) == (409, "parcel.already_in_stock", first["id"])
    assert body["at"] == operator.get(f"/parcels/{first['id']}").json()["checked_in_at"]
    assert body["by"] == "courier-1"
    assert api.value("SELECT COUNT(*) FROM parcels") == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("134567890123456789", "payment_code"),
        ("11010519491231002X", "id_number"),
        (PHONE, None),
        ("+8613912345678", "phone"),
        ("6901028075763", "goods"),
        ("~PK:3-2-1005", "pickup_code"),
        ("~CMD:undo", "command"),
        ("~OP:1234567890", "staff"),
        ("https://example.com/p?id=1", "noise"),
        ('{"a": 1}', "noise"),
        ("9" * 300, "noise"),
    ],
)
def test_what_is_surely_something_else_is_said_and_not_kept(
    courier: Program, api: ApiStation, code: str, kind: str
) -> None:
    answer = courier.post("/parcels", {"waybill_no": code})
    assert answer.status_code == 422
    if kind is not None:
        assert (answer.json()["code"], answer.json()["kind"]) == (f"waybill.is_{kind}", kind)
    assert code not in answer.text
    assert api.value("SELECT COUNT(*) FROM parcels") == 0
    assert api.value("SELECT COUNT(*) FROM audit WHERE action LIKE 'parcel.%'") == 0


def test_number_like_a_books_is_asked_and_taken_once_said(courier: Program) -> None:
    asked = courier.post("/parcels", {"waybill_no": "9787111213826"})
    assert (asked.status_code, asked.json()["kind"]) == (422, "book")
    assert courier.check_in("9787111213826", is_parcel=True)["id"] > 0


def test_unknown_number_is_taken_with_a_warning(courier: Program) -> None:
    body = courier.check_in("ZZ-QQ-900001")
    assert body["carrier"] == "OTHER"
    assert [warning["code"] for warning in body["warnings"]] == ["waybill.carrier_unknown"]


def test_no_answer_holds_a_full_phone_or_name_but_the_unmasked_search(operator: Program, api: ApiStation) -> None:
    said = []
    made = operator.post(
        "/parcels", {"waybill_no": "YT8962646785389", "phone": PHONE, "name_hint": "欧阳小明"}, key="k"
    )
    parcel_id = made.json()["id"]
    said.append(made)
    for path in ("/parcels", f"/parcels/{parcel_id}", f"/parcels/{parcel_id}/events", "/parcels?phone_tail=5678"):
        said.append(operator.get(path))
    said.append(operator.post("/parcels/search", {"phone": PHONE}))
    said.append(operator.post("/scans", {"code": "YT8962646785389"}))
    said.append(operator.post(f"/parcels/{parcel_id}/hand-over", {"method": "phone"}, key="h"))
    for answer in said:
        assert PHONE not in answer.text, answer.request.url
        assert "欧阳小明" not in answer.text, answer.request.url
    assert PHONE not in api.value("SELECT GROUP_CONCAT(answer || body_hash) FROM answers")


def test_search_by_full_phone_finds_the_person_masked(operator: Program) -> None:
    mine = operator.check_in("YT8962646785389", phone=PHONE, name_hint="张三")["id"]
    other = operator.check_in("YT8962646785390", phone="13812345678", name_hint="李四")["id"]
    found = operator.post("/parcels/search", {"phone": PHONE}).json()
    assert [person["parcel_ids"] for person in found["people"]] == [[mine]]
    assert found["items"][0]["masked_phone"].endswith("5678")
    by_tail = operator.post("/parcels/search", {"phone_tail": "5678"}).json()
    assert sorted(person["parcel_ids"] for person in by_tail["people"]) == [[mine], [other]]
    assert operator.post("/parcels/search", {"text": "zs"}).json()["people"][0]["parcel_ids"] == [mine]
    assert operator.post("/parcels/search", {"text": "没有这个人"}).json()["items"] == []


def test_unmasked_search_is_recorded_each_time(operator: Program, api: ApiStation) -> None:
    parcel_id = operator.check_in("YT8962646785389", phone=PHONE, name_hint="张三")["id"]
    found = operator.post("/parcels/search", {"phone_tail": "5678", "unmask": True}).json()
    assert (found["items"][0]["phone"], found["items"][0]["name"]) == (PHONE, "张三")
    facts = api.value("SELECT facts FROM audit WHERE action = 'parcel.unmasked'")
    assert json.loads(facts)["parcel_id"] == parcel_id


def test_unmasking_without_the_right_is_refused_and_remembered(operator: Program, api: ApiStation) -> None:
    operator.check_in("YT8962646785389", phone=PHONE)
    answer = api.program("inspector").post("/parcels/search", {"phone_tail": "5678", "unmask": True})
    assert (answer.status_code, answer.json()["code"]) == (403, "staff.not_allowed")
    assert api.value("SELECT COUNT(*) FROM audit WHERE action = 'parcel.unmask_denied'") == 1
    assert api.program("inspector").post("/parcels/search", {"text": "nobody", "unmask": True}).status_code == 403


def test_unmasking_a_crowd_is_refused_whole(operator: Program, api: ApiStation) -> None:
    for number in range(21):
        operator.check_in(f"YT89626467{number:05d}", phone=f"139{number:04d}5678")
    answer = operator.post("/parcels/search", {"phone_tail": "5678", "unmask": True})
    assert (answer.status_code, answer.json()["code"]) == (422, "search.too_many")
    assert api.value("SELECT COUNT(*) FROM audit WHERE action = 'parcel.unmasked'") == 0


@pytest.mark.parametrize(
    "body", [{}, {"phone_tail": "5678", "text": "x"}, {"phone_tail": "５６７８"}, {"phone_tail": "567"}]
)
def test_search_wants_exactly_one_thing(operator: Program, body: dict[str, str]) -> None:
    answer = operator.post("/parcels/search", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


def test_list_is_filtered_and_goes_on_at_next(operator: Program) -> None:
    made = [operator.check_in(f"YT896264678{n:04d}", phone_tail="5678" if n % 2 else "1111") for n in range(6)]
    operator.post(f"/parcels/{made[1]['id']}/hand-over", {"method": "tail"})
    ids = [parcel["id"] for parcel in made]
    seen, address = [], "/parcels?state=in_stock&limit=2"
    while address:
        page = operator.get(address).json()
        assert len(page["items"]) <= 2
        seen += [item["id"] for item in page["items"]]
        address = page["next"]
    assert seen == [number for number in reversed(ids) if number != ids[1]]
    by_tail = operator.get("/parcels", phone_tail="5678").json()["items"]
    assert {item["id"] for item in by_tail} == set(ids[1::2])
    assert [i["id"] for i in operator.get("/parcels", pickup_code=made[2]["pickup_code"]).json()["items"]] == [ids[2]]
    assert [i["id"] for i in operator.get("/parcels", waybill_no="yt8962646780003").json()["items"]] == [ids[3]]
    assert [i["id"] for i in operator.get("/parcels", state="handed_over").json()["items"]] == [ids[1]]


@pytest.mark.parametrize(
    "query",
    [
        "state=lying_about",
        "limit=0",
        "limit=201",
        "limit=x",
        "before=0",
        "phone_tail=12",
        "colour=red",
        "limit=1&limit=2",
    ],
)
def test_list_refuses_what_it_does_not_understand(operator: Program, query: str) -> None:
    answer = operator.get(f"/parcels?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]


def test_courier_sees_and_changes_only_what_it_brought(courier: Program, operator: Program, api: ApiStation) -> None:
    mine = courier.check_in("YT8962646785389")["id"]
    theirs = operator.check_in("YT8962646785390")["id"]
    assert courier.get(f"/parcels/{mine}").status_code == 200
    for answer in (
        courier.get(f"/parcels/{theirs}"),
        courier.post(f"/parcels/{theirs}/undo"),
        courier.post(f"/parcels/{theirs}/correct", {"phone_tail": "1234"}),
        api.program("other courier").get(f"/parcels/{mine}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "parcel.not_yours")
    assert courier.post(f"/parcels/{mine}/correct", {"phone_tail": "1234"}).json()["fields_changed"] == ["phone"]
    assert courier.post(f"/parcels/{mine}/undo").json()["act"] == "check_in"


def test_hand_over_and_undo_by_api(operator: Program) -> None:
    made = operator.check_in("YT8962646785389")
    answer = operator.post(f"/parcels/{made['id']}/hand-over", {"method": "code"})
    assert (answer.status_code, answer.json()["handed_over_by"]) == (200, "operator-1")
    assert operator.get(f"/parcels/{made['id']}").json()["out_at"] == answer.json()["handed_over_at"]
    assert operator.post(f"/parcels/{made['id']}/undo").json()["act"] == "hand_over"
    assert operator.get(f"/parcels/{made['id']}").json()["pickup_code"] == made["pickup_code"]


def test_second_pickup_says_when_and_by_whom_and_is_remembered(operator: Program, api: ApiStation) -> None:
    parcel_id = operator.check_in("YT8962646785389")["id"]
    first = operator.post(f"/parcels/{parcel_id}/hand-over", {"method": "known_by_face"}).json()
    again = api.program("other operator").post(f"/parcels/{parcel_id}/hand-over", {"method": "code"})
    body = again.json()
    assert (again.status_code, body["code"]) == (409, "parcel.already_handed_over")
    assert (body["handed_over_at"], body["handed_over_by"]) == (first["handed_over_at"], "operator-1")
    assert body["method"] == "known_by_face"
    events = operator.get(f"/parcels/{parcel_id}/events").json()["items"]
    assert [(event["kind"], event["by"]) for event in events] == [
        ("checked_in", "operator-1"),
        ("handed_over", "operator-1"),
        ("second_pickup_tried", "operator-2"),
    ]


def test_several_are_handed_over_with_a_result_each(operator: Program, api: ApiStation) -> None:
    ids = [operator.check_in(f"YT896264678{n:04d}")["id"] for n in range(3)]
    operator.post(f"/parcels/{ids[0]}/hand-over", {"method": "code"})
    body = {
        "parcel_ids": [*ids, 999],
        "method": "proxy_pickup",
        "collected_by": {"name": "王婶", "relation": "neighbour"},
    }
    items = operator.post("/parcels/hand-over", body, key="all").json()["items"]
    assert [(item["id"], item["is_done"], item["code"]) for item in items] == [
        (ids[0], False, "parcel.already_handed_over"),
        (ids[1], True, "parcel.handed_over"),
        (ids[2], True, "parcel.handed_over"),
        (999, False, "parcel.unknown"),
    ]
    assert api.value("SELECT COUNT(*) FROM parcel_events WHERE kind = 'second_pickup_tried'") == 1
    replayed = operator.post("/parcels/hand-over", body, key="all")
    assert replayed.json()["items"] == items
    assert api.value("SELECT COUNT(*) FROM parcel_events WHERE kind = 'second_pickup_tried'") == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"method": "by_magic"}, 422, "request.invalid"),
        ({}, 422, "request.invalid"),
        ({"method": "proxy_pickup"}, 422, "proxy.who_is_missing"),
        ({"method": "proxy_pickup", "collected_by": 5}, 422, "request.invalid"),
        ({"method": "proxy_pickup", "collected_by": {"who": "x"}}, 422, "request.invalid"),
        ({"method": "proxy_pickup", "collected_by": {"name": "x", "relation": "enemy"}}, 422, "request.invalid"),
        ({"method": "proxy_pickup", "collected_by": {"proxy_id": 5}}, 422, "proxy.unknown"),
    ],
)
def test_hand_over_is_refused(operator: Program, body: dict[str, object], status: int, code: str) -> None:
    parcel_id = operator.check_in("YT8962646785389")["id"]
    answer = operator.post(f"/parcels/{parcel_id}/hand-over", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert operator.get(f"/parcels/{parcel_id}").json()["is_in_stock"]


def test_collector_may_be_a_name_alone(operator: Program) -> None:
    parcel_id = operator.check_in("YT8962646785389")["id"]
    answer = operator.post(f"/parcels/{parcel_id}/hand-over", {"method": "proxy_pickup", "collected_by": "王婶"})
    assert answer.status_code == 200
    assert "王婶" not in answer.text


def test_set_aside_parcel_is_handed_over_only_when_it_is_said(operator: Program) -> None:
    parcel_id = operator.check_in("YT8962646785389")["id"]
    set_aside = operator.post(f"/parcels/{parcel_id}/set-aside", {"state": "problem", "reason": "damaged"})
    assert set_aside.json() == {"id": parcel_id, "state": "problem"}
    refused = operator.post(f"/parcels/{parcel_id}/hand-over", {"method": "code"})
    assert (refused.status_code, refused.json()["code"], refused.json()["reason"]) == (
        409,
        "parcel.is_problem",
        "damaged",
    )
    assert operator.post(f"/parcels/{parcel_id}/put-back").json()["state"] == "on_shelf"
    operator.post(f"/parcels/{parcel_id}/set-aside", {"state": "to_return", "reason": "refused"})
    done = operator.post(f"/parcels/{parcel_id}/hand-over", {"method": "code", "even_set_aside": True})
    assert done.status_code == 200


def test_correction_keeps_the_code_and_moves_the_place(operator: Program) -> None:
    made = operator.check_in("YT8962646785389", phone_tail="1111")
    answer = operator.post(f"/parcels/{made['id']}/correct", {"phone_tail": "2222", "shelf": "9-1"})
    assert sorted(answer.json()["fields_changed"]) == ["phone", "place"]
    shown = operator.get(f"/parcels/{made['id']}").json()
    assert (shown["shelf"], shown["pickup_code"], shown["masked_phone"]) == ("9-1", made["pickup_code"], "****2222")
    assert operator.post(f"/parcels/{made['id']}/correct", {}).json()["fields_changed"] == []


def test_unknown_parcel_is_404_everywhere(operator: Program) -> None:
    for method, path, body in (
        ("GET", "/parcels/5", None),
        ("GET", "/parcels/5/events", None),
        ("POST", "/parcels/5/hand-over", {"method": "code"}),
        ("POST", "/parcels/5/undo", {}),
        ("POST", "/parcels/5/correct", {"carrier": "YTO"}),
        ("POST", "/parcels/5/put-back", {}),
        ("POST", "/parcels/5/set-aside", {"state": "problem", "reason": "damaged"}),
    ):
        answer = operator.send(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "parcel.unknown"), path
