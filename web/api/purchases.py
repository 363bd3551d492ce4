"""Proxy purchases by API. Money of the customer comes and goes by lines of tickets; the other steps are here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from kiosk.counter import call_off_purchase, join_purchase, purchase_goods
from kiosk.people.rights import Right
from kiosk.purchases import actions, changes, orders, store, view
from kiosk.purchases.model import Purchase
from kiosk.storage import Tx
from web.api import purchase_shapes as shapes
from web.api.fields import LARGEST_ID
from web.api.lists import list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import PREFIX, Room
from web.station import station

room = Room("purchases", "Proxy purchases: from the wish to the last day for sending back.")
ID = f"<int(min=1, max={LARGEST_ID}):purchase_id>"
_SERVES = (Right.SERVE,)


def _done(do: Callable[[Tx], Purchase]) -> Response:
    return once(lambda tx: Done(200, shapes.told_changed(do(tx))))


@room.acts("/purchases", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.NewPurchase, status=201)
def request_purchase(asked: dict[str, Any]) -> Response:
    """Takes down what a villager wishes; its price comes with a quotation."""

    def act(tx: Tx) -> Done:
        found = actions.request(tx, **asked)
        return Done(201, shapes.told_changed(found), f"{PREFIX}/purchases/{found.id}")

    return once(act)


@room.reads("/purchases", list_of(shapes.PurchaseTold), rights=[Right.READ], asks=shapes.WhichPurchases)
def list_purchases(asked: dict[str, Any]) -> Response:
    """What still wants somebody, longest in its state first; or by state, newest first."""
    with station().store.reading() as db:
        more = None
        if asked["state"] in (None, "open") and asked["only"] is None:
            found = store.open_purchases(db)
        else:
            states = () if asked["state"] in (None, "open", "all") else (asked["state"],)
            found, more = store.listed(
                db, states=states, only=asked["only"] or "", before_id=asked["before"], limit=asked["limit"]
            )
        items = [view.show(db, one) for one in found]
    return answer(page(items, asked, more))


@room.reads(f"/purchases/{ID}", shapes.PurchaseWhole, rights=[Right.READ])
def show_purchase(purchase_id: int) -> Response:
    """One purchase with its story and what may be done next, masked."""
    with station().store.reading() as db:
        return answer(view.one(db, purchase_id))


@room.acts(f"/purchases/{ID}/quote", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.Quotation)
def quote_purchase(asked: dict[str, Any], purchase_id: int) -> Response:
    """Tells the customer a price; they agree by settling a `purchase_quoted` line."""
    return _done(lambda tx: actions.quote(tx, purchase_id, **asked))


@room.acts(f"/purchases/{ID}/check", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.Checks)
def check_farm_inputs(asked: dict[str, Any], purchase_id: int) -> Response:
    """Notes registration number and 三无 checks of farm inputs."""
    return _done(lambda tx: actions.correct(tx, purchase_id, **asked))


@room.acts(f"/purchases/{ID}/order", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.NewOrder)
def order_purchase(asked: dict[str, Any], purchase_id: int) -> Response:
    """Notes that it was ordered and the shop was paid."""
    return _done(lambda tx: orders.order(tx, purchase_id, **asked))


@room.acts(f"/purchases/{ID}/waybills", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.Waybill)
def add_purchase_waybill(asked: dict[str, Any], purchase_id: int) -> Response:
    """Learns a waybill; its parcel is joined now if it is in stock, else when it comes."""
    return _done(lambda tx: join_purchase.learn_waybill(tx, purchase_id, asked["waybill_no"])[0])


@room.acts(f"/purchases/{ID}/arrive", shapes.PurchaseChanged, rights=_SERVES)
def purchase_arrived(asked: dict[str, Any], purchase_id: int) -> Response:
    """The goods are here without a parcel of their own."""
    return _done(lambda tx: join_purchase.arrive(tx, purchase_id))


@room.acts(f"/purchases/{ID}/hand-over", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.Hand)
def hand_over_purchase(asked: dict[str, Any], purchase_id: int) -> Response:
    """Hands over goods that are paid, with their parcels; else a `purchase_balance` line comes first."""
    return _done(lambda tx: purchase_goods.hand_over_purchase(tx, purchase_id, **asked))


@room.acts(f"/purchases/{ID}/undo-hand-over", shapes.PurchaseChanged, rights=_SERVES)
def undo_purchase_hand_over(asked: dict[str, Any], purchase_id: int) -> Response:
    """Takes a hand-over of this business day back."""
    return _done(lambda tx: purchase_goods.undo_hand_over(tx, purchase_id))


@room.acts(f"/purchases/{ID}/price", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.Price)
def change_purchase_price(asked: dict[str, Any], purchase_id: int) -> Response:
    """Another price; what the customer then owes or gets back is a line of a ticket."""
    return _done(lambda tx: changes.change_price(tx, purchase_id, **asked))


@room.acts(f"/purchases/{ID}/cancel", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.Cancellation)
def cancel_purchase(asked: dict[str, Any], purchase_id: int) -> Response:
    """Calls it off before it is shipped; what goes back stands on `ticket_id`, to be settled."""

    def act(tx: Tx) -> Done:
        line = call_off_purchase.call_off(tx, purchase_id, **asked)
        return Done(200, shapes.told_changed(store.purchase(tx, purchase_id), line.ticket_id if line else None))

    return once(act)


@room.acts(f"/purchases/{ID}/return", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.GoodsReturn)
def return_purchase(asked: dict[str, Any], purchase_id: int) -> Response:
    """Goods go back to the shop, for the money or for others."""
    return _done(lambda tx: changes.begin_return(tx, purchase_id, **asked))


@room.acts(f"/purchases/{ID}/shop-refund", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.ShopRefund)
def purchase_shop_refunded(asked: dict[str, Any], purchase_id: int) -> Response:
    """The shop has given back what it will."""
    return _done(lambda tx: changes.shop_refunded(tx, purchase_id, **asked))


@room.acts(f"/purchases/{ID}/close", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.Closing)
def close_purchase(asked: dict[str, Any], purchase_id: int) -> Response:
    """Closes a purchase that was handed over."""
    return _done(lambda tx: orders.close(tx, purchase_id, **asked))


@room.acts("/purchases/close-due", shapes.Closed, rights=_SERVES)
def close_due_purchases(asked: dict[str, Any]) -> Response:
    """Closes every purchase whose days for sending back are over."""
    return once(lambda tx: Done(200, {"closed": orders.close_due(tx)}))


@room.acts(f"/purchases/{ID}/dispute", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.Words)
def dispute_purchase(asked: dict[str, Any], purchase_id: int) -> Response:
    """Flags a dispute."""
    return _done(lambda tx: actions.dispute(tx, purchase_id, asked["words"]))


@room.acts(f"/purchases/{ID}/settle-dispute", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.Words)
def settle_purchase_dispute(asked: dict[str, Any], purchase_id: int) -> Response:
    """Says how the dispute ended."""
    return _done(lambda tx: actions.settle_dispute(tx, purchase_id, asked["words"]))


@room.acts(f"/purchases/{ID}/note", shapes.PurchaseChanged, rights=_SERVES, asks=shapes.Words)
def note_on_purchase(asked: dict[str, Any], purchase_id: int) -> Response:
    """Keeps a remark."""
    return _done(lambda tx: actions.note(tx, purchase_id, asked["words"]))
