"""Joins a proxy purchase to its parcels from both ends: a parcel that comes in looks for the order that expects it, an
order that learns its waybill looks for a parcel in stock; they leave together, and not before the goods are paid."""

from __future__ import annotations

import sqlite3

from kiosk import shifts
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import ARRIVAL, printer_at
from kiosk.notices import actions as notices
from kiosk.notices.model import COLLECTED
from kiosk.parcels import store as parcels
from kiosk.parcels.model import IN_STOCK
from kiosk.people.rights import Right, require
from kiosk.purchases import orders, store
from kiosk.purchases.model import CASE, Purchase, PurchaseState
from kiosk.purchases.slips import freeze_arrival
from kiosk.purchases.store import Joined
from kiosk.storage import Tx


def came_in(tx: Tx, parcel_id: int, waybill_no: str, *, desk_id: int | None, is_told: bool = True) -> list[int]:
    """A parcel has been checked in: every order that expects this waybill gets it, and its customer is told once all of
    it is here. One indexed look-up for a parcel that nobody ordered. Returns the purchases' ids."""
    joined = []
    for row in store.awaiting(tx, waybill_no):
        _join(tx, row["purchase_id"], row["id"], parcel_id, desk_id, is_told)
        joined.append(row["purchase_id"])
    return joined


def learn_waybill(tx: Tx, purchase_id: int, waybill: str, *, desk_id: int | None = None) -> tuple[Purchase, bool]:
    """The order learns a waybill; a parcel of it that lies in stock already is joined. Returns the purchase and whether
    there was one. Refused as ``purchases.orders.add_waybill``."""
    require(tx.actor, Right.SERVE)
    _, waybill_id, number = orders.add_waybill(tx, purchase_id, waybill)
    here = parcels.pieces_in_stock(tx, number)
    for row in here:
        _join(tx, purchase_id, waybill_id, row["id"], desk_id, True)
    return store.purchase(tx, purchase_id), bool(here)


def arrive(tx: Tx, purchase_id: int, *, desk_id: int | None = None) -> Purchase:
    """The goods came without a parcel of their own; the customer is told."""
    require(tx.actor, Right.SERVE)
    after = orders.arrive(tx, purchase_id)
    tell_arrival(tx, after, desk_id)
    return after


def tell_arrival(tx: Tx, found: Purchase, desk_id: int | None) -> int:
    """Prints the notice that the goods are here, with pickup codes and what is still to pay; returns the notice's id.
    Without a printer the notice says so and the goods have arrived all the same."""
    codes = [
        row["pickup_code"]
        for joined in store.parcels(tx, found.id)
        for row in [parcels.parcel(tx, joined.parcel_id)]
        if row["state"] in IN_STOCK
    ]
    business_on = shifts.ensure_open(tx).business_on
    slip_id = freeze_arrival(tx, found, codes)
    notice_id, _ = notices.tell_on_paper(
        tx, business_on, CASE, found.id, ARRIVAL, slip_id, printer_at(tx, desk_id_of(tx, desk_id))
    )
    return notice_id


def may_leave(tx: Tx, row: sqlite3.Row) -> list[Joined]:
    """The purchases in a parcel that is about to leave, as its row stands; Refused ``purchase.balance_owed``. One indexed
    look-up, almost always empty: this is the way of every hand-over."""
    found = store.of_parcel(tx, row["id"])
    if found and row["state"] in IN_STOCK:
        for joined in found:
            orders.may_leave(store.purchase(tx, joined.purchase_id))
    return found


def has_left(tx: Tx, found: list[Joined], under_way: notices.UnderWay | None = None) -> None:
    """The parcel has left, and with its last parcel the order; what was not told yet needs no telling."""
    for joined in found:
        after = orders.parcel_left(tx, joined.purchase_id, joined.parcel_id)
        if after.state == PurchaseState.HANDED_OVER:
            notices.cancel(tx, CASE, after.id, COLLECTED, under_way)


def came_back(tx: Tx, parcel_id: int) -> None:
    """The parcel's hand-over was undone, and its orders' with it; does nothing to an order that it never left for. Refused
    ``purchase.too_far``."""
    for joined in store.of_parcel(tx, parcel_id):
        if joined.left_at is not None:
            orders.parcel_came_back(tx, joined.purchase_id, parcel_id)


def was_not_here(tx: Tx, parcel_id: int) -> None:
    """The parcel's check-in was undone: its orders wait again."""
    for joined in store.of_parcel(tx, parcel_id):
        orders.part_parcel(tx, joined.purchase_id, parcel_id)


def _join(tx: Tx, purchase_id: int, waybill_id: int, parcel_id: int, desk_id: int | None, is_told: bool) -> None:
    after = orders.join_parcel(tx, purchase_id, waybill_id, parcel_id)
    is_here = after.state == PurchaseState.ARRIVED or (
        after.ends_as == "exchanged" and store.is_all_here(tx, purchase_id, "replacement")
    )
    if is_here and is_told:
        tell_arrival(tx, after, desk_id)
