"""Hands parcels over: several at once with a result each, by oneself, known by face, or by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk import shifts
from kiosk.counter import last_acts
from kiosk.counter.hand_out import hand_out
from kiosk.counter.last_acts import desk_id_of, desk_of
from kiosk.counter.visit import HAND_OVER, stand_on_ticket
from kiosk.errors import Refused
from kiosk.notices import actions as notices
from kiosk.parcels import proxies, store
from kiosk.parcels.model import HandOverMethod, Relation
from kiosk.parcels.proxies import Collector
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_, say

#: More than a person carries; more at once is a script gone wild.
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one ticked parcel. ``code`` is ``'parcel.handed_over'`` or that of the refusal."""

    parcel_id: int
    is_done: bool
    code: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    pickup_code: str = ""
    place: str = ""

    def __str__(self) -> str:
        return say(self.message, **self.facts)


DONE = N_("取件成功：{pickup_code}")


def hand_over(
    tx: Tx,
    parcel_ids: Iterable[int],
    method: HandOverMethod | str,
    *,
    collected_by: str | None = None,
    relation: Relation | str | None = None,
    proxy_id: int | None = None,
    remember_proxy: bool = False,
    even_set_aside: bool = False,
    desk_id: int | None = None,
    under_way: notices.UnderWay | None = None,
) -> tuple[ItemResult, ...]:
    """Hands over every parcel that may be; one that may not stays as it is and says why. Never all or nothing.

    ``method`` is how the operator checked. For another person (代取) ``collected_by`` and ``relation`` say who, or
    ``proxy_id`` names a standing proxy; ``remember_proxy`` makes this one standing. ``even_set_aside`` hands over a
    problem parcel or one that is to go back. Refused, for all of them: ``staff.not_allowed``, ``method.unknown``,
    ``proxy.who_is_missing``, ``proxy.unknown``, ``proxy.person_unknown``, ``hand_over.nothing_ticked``.
    """
    how, collector = _checked(tx, method, collected_by, relation, proxy_id, remember_proxy)
    ids = list(dict.fromkeys(parcel_ids))
    if not ids:
        raise Refused("hand_over.nothing_ticked", N_("没有勾选快件，没有出库；请先勾选"))
    if len(ids) > MOST_AT_ONCE:
        raise Refused("hand_over.too_many", N_("一次最多出库 {most} 件，没有出库；请分几次"), most=MOST_AT_ONCE)
    business_on = shifts.ensure_open(tx).business_on
    results = []
    for parcel_id in ids:
        try:
            results.append(_one(tx, business_on, parcel_id, how, collector, even_set_aside, under_way))
        except Refused as refused:
            # Every check comes before the first row is written, so a refused item has left nothing behind.
            results.append(ItemResult(parcel_id, False, refused.code, refused.message, refused.facts))
    done = [result.parcel_id for result in results if result.is_done]
    if done:
        _finish(tx, done, desk_id)
    return tuple(results)


def hand_over_one(
    tx: Tx,
    parcel_id: int,
    method: HandOverMethod | str,
    *,
    collected_by: str | None = None,
    relation: Relation | str | None = None,
    proxy_id: int | None = None,
    remember_proxy: bool = False,
    even_set_aside: bool = False,
    desk_id: int | None = None,
    under_way: notices.UnderWay | None = None,
) -> ItemResult:
    """``hand_over`` of one parcel that raises its refusal: ``parcel.already_handed_over`` (with when, by whom, how),
    ``parcel.unknown``, ``parcel.is_problem``, ``parcel.is_to_return``, ``parcel.undone`` …"""
    how, collector = _checked(tx, method, collected_by, relation, proxy_id, remember_proxy)
    business_on = shifts.ensure_open(tx).business_on
    result = _one(tx, business_on, parcel_id, how, collector, even_set_aside, under_way)
    _finish(tx, [parcel_id], desk_id)
    return result


def _checked(
    tx: Tx,
    method: HandOverMethod | str,
    collected_by: str | None,
    relation: Relation | str | None,
    proxy_id: int | None,
    remember_proxy: bool,
) -> tuple[HandOverMethod, Collector | None]:
    require(tx.actor, Right.SERVE)
    try:
        how = HandOverMethod(method)
    except ValueError:
        known = ", ".join(HandOverMethod)
        raise Refused(
            "method.unknown", N_("没有「{method}」这种核对方式，没有出库；可用：{known}"),
            method=str(method)[:20], known=known,
        ) from None  # fmt: skip
    collector = proxies.collector(tx, collected_by, relation, proxy_id, is_to_be_remembered=remember_proxy)
    if how is HandOverMethod.PROXY_PICKUP and collector is None:
        raise Refused("proxy.who_is_missing", N_("代取要记下代取人是谁、与收件人什么关系；没有出库，请补上"))
    return how, collector


def _one(
    tx: Tx,
    business_on: str,
    parcel_id: int,
    how: HandOverMethod,
    collector: Collector | None,
    even_set_aside: bool,
    under_way: notices.UnderWay | None,
) -> ItemResult:
    row = store.parcel(tx, parcel_id)
    hand_out(tx, business_on, row, how, collector, even_set_aside=even_set_aside, under_way=under_way)
    code = row["pickup_code"]
    return ItemResult(
        parcel_id, True, "parcel.handed_over", DONE, {"pickup_code": code}, code, f"{row['shelf']}-{row['layer']}"
    )


def _finish(tx: Tx, done: list[int], desk_id: int | None) -> None:
    desk = desk_of(tx, desk_id_of(tx, desk_id))
    if desk is None:
        return
    if desk.open_ticket_id is not None:
        stand_on_ticket(tx, desk, HAND_OVER, done)
    still_open = desk.open_parcel_id
    if still_open is not None and not store.person_has_more(tx, still_open):
        still_open = None
    last_acts.remember(tx, desk, last_acts.HAND_OVER, done, open_parcel_id=still_open)
