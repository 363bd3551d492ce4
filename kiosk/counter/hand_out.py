"""A parcel leaves the counter: state, collector and notices in one, whichever road led here (several ticked, a scan, the
settled ticket of what was cash on delivery). Whatever else has to follow a parcel that left belongs here."""

from __future__ import annotations

import sqlite3

from kiosk.counter import join_purchase
from kiosk.errors import Refused
from kiosk.notices import actions as notices
from kiosk.notices.model import COLLECTED
from kiosk.parcels import actions, proxies
from kiosk.parcels.model import CASE, HandOverMethod, Relation
from kiosk.parcels.proxies import Collector
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_


def checked(
    tx: Tx,
    method: HandOverMethod | str,
    collected_by: str | None,
    relation: Relation | str | None,
    proxy_id: int | None,
    remember_proxy: bool,
) -> tuple[HandOverMethod, Collector | None]:
    """Method and collector of a hand-over as asked for. Refused ``staff.not_allowed``, ``method.unknown``,
    ``proxy.who_is_missing``, ``proxy.unknown``, ``proxy.relation_unknown``."""
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


def hand_out(
    tx: Tx,
    business_on: str,
    row: sqlite3.Row,
    how: HandOverMethod,
    collector: Collector | None,
    *,
    even_set_aside: bool = False,
    under_way: notices.UnderWay | None = None,
) -> None:
    """Hands over the parcel of this row, as read in this transaction. Refuses before the first row is written, with
    ``parcel.already_handed_over``, ``parcel.is_problem``, ``parcel.is_to_return``, ``proxy.person_unknown``,
    ``purchase.balance_owed`` …"""
    detail = {"proxy_id": collector.proxy_id} if collector is not None and collector.proxy_id is not None else None
    if collector is not None:
        proxies.check(row, collector)
    ordered = join_purchase.may_leave(tx, row)
    actions.hand_over(
        tx, business_on, row, how, relation=collector.relation if collector else None, even_set_aside=even_set_aside,
        detail=detail,
    )  # fmt: skip
    if collector is not None:
        proxies.note(tx, row, collector)
    notices.cancel(tx, CASE, row["id"], COLLECTED, under_way)
    if ordered:
        join_purchase.has_left(tx, ordered, under_way)
