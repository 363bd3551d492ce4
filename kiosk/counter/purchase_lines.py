"""Proxy purchases on a ticket: the record is made and its published fee worked out; the money comes as it is settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.counter.lines import AddedLine, LineActs, as_told, put_on
from kiosk.people.rights import Right, require
from kiosk.purchases import actions as purchases
from kiosk.purchases import model as purchase_model
from kiosk.purchases import slips as purchase_slips
from kiosk.purchases import store
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till


def add_purchase(tx: Tx, ticket_id: int, *, fee_fen: int | None = None, **request: Any) -> AddedLine:
    """Puts a proxy purchase on a ticket. ``request`` are the facts of ``purchases.actions.record``.

    ``fee_fen``, if given, is the fee that the caller has told the customer. Raises ``Refused`` with
    ``fee.not_published``, ``fee.differs``, those of the ticket and of the request.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    purchase = purchases.record(tx, **request)
    quote = till.quote(
        tx, ticket_id, purchase_model.FEE_CODES, quantity=purchase.quantity, amount_fen=purchase.amount_fen
    )
    as_told(quote, fee_fen)
    return put_on(tx, ticket_id, purchase_slips.line(purchase, quote))


def stays_open(db: Reader) -> dict[str, int]:
    """Purchases that are paid and not finished."""
    return {"purchases": len(store.open_purchases(db))}


LINES: Mapping[tuple[str, str], LineActs] = {
    ("purchase", "receive"): LineActs(
        take_effect=lambda tx, line: purchases.receive(tx, line.case_id),
        withdraw=lambda tx, line: purchases.cancel(tx, line.case_id),
        undo=lambda tx, line: purchases.cancel(tx, line.case_id),
        refund=lambda tx, line: purchases.cancel(tx, line.case_id),
    ),
}
ADD = {"purchase": add_purchase}
