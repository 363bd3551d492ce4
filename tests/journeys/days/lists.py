"""Lists on the three days, by program: the courier who brings one parcel too few, the one who takes returns, the station that
gets parcels passed on, the round to the doors. At the counter they are taken in ``tests/web/stories``."""

from __future__ import annotations

from tests.journeys.days import listed
from tests.journeys.days.line import Line
from tests.journeys.unhappy_manifests import PATHS as LIST
from tests.services.manifest_bench import drawn

CAME, BACK, OTHER, ON, DOOR = (f"YT74602666{n:05d}" for n in (701, 702, 703, 704, 705))
JITU = "JT5261988016701"


def _collect_api(line: Line, *parcels: int) -> None:
    for parcel_id in parcels:
        line.post(f"/parcels/{parcel_id}/hand-over", {"method": "waybill", "even_set_aside": True})


def _state(road: Line, parcel_id: int) -> str:
    return str(road.value("SELECT state FROM parcels WHERE id = ?", parcel_id))


def _short_api(line: Line) -> None:
    batch = line.post("/batches", {"carrier": "YTO", "courier": "周师傅", "declared": 2}, status=201)
    parcel = line.post("/parcels", {"waybill_no": CAME, "phone_tail": "4321", "batch_id": batch["id"]}, status=201)
    sign = f"/manifests/{line.post('/batches/{}/close'.format(batch['id']))['manifest_id']}/sign"
    line.refused(sign, {"how": "screen"}, "signature.empty")
    line.refused(sign, {"how": "screen", "signature": drawn()}, "manifest.difference")
    line.post(sign, {"how": "screen", "signature": drawn(), "accepts_difference": True})
    line.refused(sign, {"how": "paper"}, "manifest.signed_before")
    _collect_api(line, parcel["id"])


def _parcel_api(line: Line, waybill: str) -> int:
    parcel = {"waybill_no": waybill, "phone_tail": "4321", "print_mode": "never"}
    return int(line.post("/parcels", parcel, status=201)["id"])


def _back_api(line: Line) -> None:
    first, second, other = (_parcel_api(line, waybill) for waybill in (BACK, OTHER, JITU))
    for parcel_id in (first, other):
        line.post(f"/parcels/{parcel_id}/set-aside", {"state": "to_return", "reason": "overdue"})
    here = f"/manifests/{line.post('/manifests', {'kind': 'return', 'carrier': 'YTO'}, status=201)['id']}"
    line.refused(f"{here}/close", {}, "manifest.nothing_on_it")
    line.refused(f"{here}/parcels", {"parcel_id": 99_999}, "parcel.unknown")
    line.refused(f"{here}/parcels", {"parcel_id": second}, "manifest.not_to_return")
    line.refused(f"{here}/parcels", {"parcel_id": other}, "manifest.other_carrier")
    line.post(f"{here}/parcels", {"parcel_id": first})
    line.post(f"{here}/close", {})
    line.post(f"{here}/sign", {"how": "paper"})
    assert _state(line, first) == "returned"
    line.post(f"{here}/void", {})
    assert _state(line, first) == "to_return"
    _collect_api(line, first, second, other)


def _changed_api(line: Line) -> None:
    first, second = _parcel_api(line, BACK), _parcel_api(line, ON)
    begun = line.post("/manifests", {"kind": "transfer", "receiver": "河东服务站"}, status=201)
    here = f"/manifests/{begun['id']}"
    for parcel_id in (first, second):
        line.post(f"{here}/parcels", {"parcel_id": parcel_id})
    line.post(f"{here}/close", {})
    _collect_api(line, first)
    line.refused(f"{here}/sign", {"how": "paper"}, "manifest.piece_changed")
    here = f"/manifests/{line.post(f'{here}/renew')['id']}"
    line.post(f"{here}/close", {})
    line.post(f"{here}/sign", {"how": "paper"})
    assert _state(line, second) == "passed_on"


def _round_api(line: Line) -> None:
    first, second = _parcel_api(line, DOOR), _parcel_api(line, OTHER)
    line.refused("/manifests", {"kind": "door"}, "manifest.receiver_needed")
    other = f"/manifests/{line.post('/manifests', {'kind': 'transfer', 'receiver': '河东服务站'}, status=201)['id']}"
    line.post(f"{other}/parcels", {"parcel_id": second})
    here = f"/manifests/{line.post('/manifests', {'kind': 'door', 'receiver': '赵送货'}, status=201)['id']}"
    line.refused(f"{here}/parcels", {"parcel_id": second}, "manifest.on_another")
    line.post(f"{other}/void", {})
    for parcel_id in (first, second):
        line.post(f"{here}/parcels", {"parcel_id": parcel_id})
    line.post(f"{here}/close", {})
    line.post(f"{here}/sign", {"how": "screen", "signature": drawn()})
    line.post(f"{here}/parcels/{first}/outcome", {"outcome": "delivered"})
    line.refused(f"{here}/parcels/{first}/outcome", {"outcome": "brought_back"}, "manifest.piece_ended")
    line.refused(f"{here}/void", {}, "manifest.round_told")
    line.post(f"{here}/parcels/{second}/outcome", {"outcome": "brought_back"})
    assert _state(line, first) == "door_delivered"
    _collect_api(line, second)


_AT_THE_COUNTER = "at the counter it is a story of its own: tests/web/stories, tests/web/test_manifests.py"
PATHS = (
    listed(LIST, "list-difference", None, _short_api, also=("list-board-empty", "list-signed-twice"), because=_AT_THE_COUNTER),
    listed(
        LIST, "list-not-set-aside", None, _back_api,
        also=("list-other-carrier", "list-nothing", "list-unknown", "list-not-taken"), because=_AT_THE_COUNTER,
    ),
    listed(LIST, "list-collected", None, _changed_api, because=_AT_THE_COUNTER),
    listed(LIST, "list-nobody", None, _round_api, also=("list-twice", "list-told-twice", "list-round-told"), because=_AT_THE_COUNTER),
)  # fmt: skip
