"""Hands parcels over: several at once with a result each, by oneself, known by face, or by another."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk import shifts
from kiosk.counter import last_acts
from kiosk.counter.collect_cod import PAY_FIRST, UNPAID, amounts, ask_first, must_pay, refused_without_desk
from kiosk.counter.hand_out import checked, hand_out
from kiosk.counter.last_acts import desk_id_of, desk_of
from kiosk.counter.visit import HAND_OVER, stand_on_ticket
from kiosk.errors import Refused
from kiosk.notices import actions as notices
from kiosk.parcels import store
from kiosk.parcels.model import HandOverMethod, Relation
from kiosk.parcels.proxies import Collector
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
    """Hands over every parcel that may be; one that may not stays as it is and says why. Never all or nothing. One that
    must be paid first (``parcel.unpaid``) comes on the desk's ticket and leaves as that is settled.

    ``method`` is how the operator checked. For another person (代取) ``collected_by`` and ``relation`` say who, or
    ``proxy_id`` names a standing proxy; ``remember_proxy`` makes this one standing. ``even_set_aside`` hands over a
    problem parcel or one that is to go back. Refused, for all of them: ``staff.not_allowed``, ``method.unknown``,
    ``proxy.who_is_missing``, ``proxy.unknown``, ``proxy.person_unknown``, ``hand_over.nothing_ticked``.
    """
    how, collector = checked(tx, method, collected_by, relation, proxy_id, remember_proxy)
    ids = list(dict.fromkeys(parcel_ids))
    if not ids:
        raise Refused("hand_over.nothing_ticked", N_("没有勾选快件，没有出库；请先勾选"))
    if len(ids) > MOST_AT_ONCE:
        raise Refused("hand_over.too_many", N_("一次最多出库 {most} 件，没有出库；请分几次"), most=MOST_AT_ONCE)
    business_on = shifts.ensure_open(tx).business_on
    at = desk_id_of(tx, desk_id)
    results = []
    for parcel_id in ids:
        try:
            results.append(_one(tx, business_on, parcel_id, how, collector, even_set_aside, under_way, at))
        except Refused as refused:
            # Every check comes before the first row is written, so a refused item has left nothing behind.
            results.append(ItemResult(parcel_id, False, refused.code, refused.message, refused.facts))
    done = [result.parcel_id for result in results if result.is_done]
    if done:
        _finish(tx, done, at)
    _remember_unpaid(tx, results, at)
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
    """``hand_over`` of one parcel that raises its refusal (``parcel.unpaid`` only where there is no desk: at one it is
    the answer, and the money stands on the ticket): ``parcel.already_handed_over`` (with when, by whom, how),
    ``parcel.unknown``, ``parcel.is_problem``, ``parcel.is_to_return``, ``parcel.undone`` …"""
    how, collector = checked(tx, method, collected_by, relation, proxy_id, remember_proxy)
    business_on = shifts.ensure_open(tx).business_on
    at = desk_id_of(tx, desk_id)
    result = _one(tx, business_on, parcel_id, how, collector, even_set_aside, under_way, at)
    if result.is_done:
        _finish(tx, [parcel_id], at)
    else:
        _remember_unpaid(tx, [result], at)
    return result


def _one(
    tx: Tx,
    business_on: str,
    parcel_id: int,
    how: HandOverMethod,
    collector: Collector | None,
    even_set_aside: bool,
    under_way: notices.UnderWay | None,
    desk_id: int | None,
) -> ItemResult:
    row = store.parcel(tx, parcel_id)
    if must_pay(row):
        return _ask_first(tx, row, how, collector, even_set_aside, desk_id)
    hand_out(tx, business_on, row, how, collector, even_set_aside=even_set_aside, under_way=under_way)
    code = row["pickup_code"]
    return ItemResult(
        parcel_id, True, "parcel.handed_over", DONE, {"pickup_code": code}, code, f"{row['shelf']}-{row['layer']}"
    )


def _ask_first(
    tx: Tx,
    row: sqlite3.Row,
    how: HandOverMethod,
    collector: Collector | None,
    even_set_aside: bool,
    desk_id: int | None,
) -> ItemResult:
    """A parcel that costs money at its hand-over comes on the desk's ticket; a program without a desk is told so."""
    if desk_id is None:
        raise refused_without_desk(row)
    ask_first(tx, row, how, collector, even_set_aside=even_set_aside, desk_id=desk_id)
    place = f"{row['shelf']}-{row['layer']}"
    return ItemResult(row["id"], False, UNPAID, PAY_FIRST, amounts(row), row["pickup_code"], place)


def _remember_unpaid(tx: Tx, results: Iterable[ItemResult], desk_id: int | None) -> None:
    """撤销上一件 takes the line off again."""
    asked = [result.parcel_id for result in results if result.message == PAY_FIRST]
    if asked:
        last_acts.remember(tx, desk_of(tx, desk_id), last_acts.COLLECT, asked)


def _finish(tx: Tx, done: list[int], desk_id: int | None) -> None:
    desk = desk_of(tx, desk_id)
    if desk is None:
        return
    if desk.open_ticket_id is not None:
        stand_on_ticket(tx, desk, HAND_OVER, done)
    still_open = desk.open_parcel_id
    if still_open is not None and not store.person_has_more(tx, still_open):
        still_open = None
    last_acts.remember(tx, desk, last_acts.HAND_OVER, done, open_parcel_id=still_open)
