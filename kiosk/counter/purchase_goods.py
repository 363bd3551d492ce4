"""The goods of a proxy purchase change hands, with the parcels in which they came: handing over the order hands over its
parcels, and the other way round (``join_purchase``)."""

from __future__ import annotations

import sqlite3

from kiosk import shifts
from kiosk.counter import hand_out, join_purchase
from kiosk.counter.collect_cod import must_pay, refuse_free_undo
from kiosk.errors import Refused
from kiosk.notices import actions as notices
from kiosk.notices.model import COLLECTED
from kiosk.parcels import actions as parcel_actions
from kiosk.parcels import store as parcels
from kiosk.parcels.model import IN_STOCK, HandOverMethod, ParcelState
from kiosk.people.rights import Right, require
from kiosk.purchases import orders, store
from kiosk.purchases.model import CASE, Purchase, PurchaseState
from kiosk.purchases.refusals import in_state, not_pending
from kiosk.storage import Tx
from kiosk.words import N_


def hand_over_purchase(tx: Tx, purchase_id: int, method: str = HandOverMethod.KNOWN_BY_FACE) -> Purchase:
    """Hands over goods that are here and paid, with every parcel of theirs in stock; a customer who still owes pays by a
    line first (``purchase_lines.add_balance``).

    Refused ``purchase.balance_owed``, ``purchase.too_far``, ``method.unknown``, ``purchase.parcel_costs`` and as any
    hand-over of a parcel.
    """
    require(tx.actor, Right.SERVE)
    found = store.purchase(tx, purchase_id)
    not_pending(tx, found)
    may_go(tx, found, method)
    orders.may_leave(found)
    return let_go(tx, purchase_id, method)


def undo_hand_over(tx: Tx, purchase_id: int) -> Purchase:
    """Takes back a hand-over of this business day, parcels and all; what was paid with it stays paid. Refused
    ``purchase.other_day``, ``undo.paid_for``."""
    require(tx.actor, Right.SERVE)
    found = store.purchase(tx, purchase_id)
    in_state(found, (PurchaseState.HANDED_OVER,))
    not_pending(tx, found)
    today = shifts.ensure_open(tx).business_on
    if found.handed_over_on != today:
        raise Refused("purchase.other_day", N_("交付不是今天办的，不能撤销；货回来了请办退换"))
    take_back(tx, purchase_id, today)
    return store.purchase(tx, purchase_id)


def may_go(tx: Tx, found: Purchase, method: str) -> list[sqlite3.Row]:
    """The parcels of it in stock, if its goods are here and each may be handed over."""
    is_replaced = found.state == PurchaseState.RETURNING and found.ends_as == "exchanged"
    if not is_replaced:
        in_state(found, (PurchaseState.ARRIVED,))
    if method not in set(HandOverMethod) - {HandOverMethod.PROXY_PICKUP}:
        known = ", ".join(sorted(set(HandOverMethod) - {HandOverMethod.PROXY_PICKUP}))
        raise Refused(
            "method.unknown", N_("没有「{method}」这种核对方式，没有出库；可用：{known}"),
            method=str(method)[:20], known=known,
        )  # fmt: skip
    rows = _here(tx, found.id)
    if is_replaced and not rows and not store.is_all_here(tx, found.id, "replacement"):
        if any(row["way"] == "replacement" for row in store.waybills(tx, found.id)):
            raise Refused("purchase.replacement_missing", N_("换的货还没有到齐；没有办结，请等它到货"))
    if any(must_pay(row) for row in rows):
        raise Refused(
            "purchase.parcel_costs",
            N_("这一单的快件要先收代收货款或到付运费；没有交付，请先收货款，再在取件页出库"),
        )
    return rows


def let_go(tx: Tx, purchase_id: int, method: str) -> Purchase:
    """Every parcel of the purchase in stock leaves and the order with the last; without a parcel, the order alone."""
    business_on = shifts.ensure_open(tx).business_on
    rows = may_go(tx, store.purchase(tx, purchase_id), method)
    for row in rows:
        hand_out.hand_out(tx, business_on, row, HandOverMethod(method), None)
    found = store.purchase(tx, purchase_id)
    if found.state == PurchaseState.ARRIVED or (found.state == PurchaseState.RETURNING and not rows):
        found = orders.hand_over(tx, purchase_id)
        notices.cancel(tx, CASE, purchase_id, COLLECTED)
    return found


def take_back(tx: Tx, purchase_id: int, business_on: str) -> None:
    """What ``let_go`` did is undone: the parcels lie in stock again, the order waits to be collected."""
    gone = [joined for joined in store.parcels(tx, purchase_id) if joined.left_at is not None]
    rows = [parcels.parcel(tx, joined.parcel_id) for joined in gone]
    todays = [row for row in rows if row["state"] == ParcelState.HANDED_OVER and row["out_on"] == business_on]
    for row in todays:
        refuse_free_undo(tx, row)
        parcel_actions.undo_hand_over(tx, business_on, row)
        join_purchase.came_back(tx, row["id"])
    if not todays and store.purchase(tx, purchase_id).state == PurchaseState.HANDED_OVER:
        orders.undo_hand_over(tx, purchase_id)


def _here(tx: Tx, purchase_id: int) -> list[sqlite3.Row]:
    rows = [parcels.parcel(tx, joined.parcel_id) for joined in store.parcels(tx, purchase_id) if joined.left_at is None]
    return [row for row in rows if row["state"] in IN_STOCK]
