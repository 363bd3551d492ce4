"""Handing over by API, one parcel or several. A second pick-up is refused and remembered all the same."""

from __future__ import annotations

from typing import Any

from flask import Response

from kiosk.counter.hand_over import hand_over, hand_over_one
from kiosk.counter.second_pickup import SECOND_PICKUP, is_second_pickup, remember_second_pickup
from kiosk.errors import Refused
from kiosk.parcels.model import ParcelState
from kiosk.people.rights import Right
from kiosk.storage import Tx
from web.api import parcel_shapes as shapes
from web.api.door import caller
from web.api.once import Done, once
from web.api.operation import Room
from web.api.parcels import ID, jobs_begun
from web.station import station

room = Room("hand-overs", "Parcels that leave with the person they are for, or with another.")


def _how(asked: dict[str, Any]) -> dict[str, Any]:
    who = asked["collected_by"]
    return {
        "method": asked["method"], "collected_by": who.get("name"), "relation": who.get("relation"),
        "proxy_id": who.get("proxy_id"), "remember_proxy": who.get("remember", False),
        "even_set_aside": asked["even_set_aside"], "under_way": jobs_begun,
    }  # fmt: skip


@room.acts(f"/parcels/{ID}/hand-over", shapes.HandedOver, rights=[Right.SERVE], asks=shapes.HandOver)
def hand_parcel_over(asked: dict[str, Any], parcel_id: int) -> Response:
    """Hands a parcel over.

    409 `parcel.already_handed_over` says when, by whom and how it left before (`handed_over_at`, `handed_over_by`,
    `method`); that somebody came again is remembered.
    """

    def act(tx: Tx) -> Done:
        done = hand_over_one(tx, parcel_id, **_how(asked))
        body = {
            "id": parcel_id, "state": ParcelState.HANDED_OVER.value, "pickup_code": done.pickup_code,
            "shelf": done.place, "method": asked["method"], "handed_over_at": tx.now, "handed_over_by": tx.actor.name,
        }  # fmt: skip
        return Done(200, body)

    def also_refused(refused: Refused) -> None:
        if is_second_pickup(refused):
            _remember([parcel_id], asked["method"])

    return once(act, also_refused=also_refused)


@room.acts("/parcels/hand-over", shapes.HandOverResults, rights=[Right.SERVE], asks=shapes.HandOverSeveral, may_fail=())
def hand_several_over(asked: dict[str, Any]) -> Response:
    """Hands over every parcel that may be, with a result for each; one that may not stays as it is and says why."""
    again: list[int] = []

    def act(tx: Tx) -> Done:
        results = hand_over(tx, asked["parcel_ids"], **_how(asked))
        again.extend(result.parcel_id for result in results if result.code == SECOND_PICKUP)
        items = [
            {
                **({} if result.is_done else dict(result.facts)), "id": result.parcel_id, "is_done": result.is_done,
                "code": result.code, "message": str(result), "pickup_code": result.pickup_code, "shelf": result.place,
            }
            for result in results
        ]  # fmt: skip
        return Done(200, {"items": items, "next": None})

    answered = once(act)
    if again:
        _remember(again, asked["method"])
    return answered


def _remember(parcel_ids: list[int], method: str) -> None:
    with station().store.transaction(caller()) as tx:
        for parcel_id in parcel_ids:
            remember_second_pickup(tx, parcel_id, method)
