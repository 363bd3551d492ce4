"""How a proxy purchase stands on a ticket and its receipt; pure."""

from __future__ import annotations

from kiosk.fees import Quote
from kiosk.ledger import Account
from kiosk.purchases.model import CASE, SERVICE, Purchase
from kiosk.till.model import Blank, NewLine
from kiosk.words import N_


def line(purchase: Purchase, quote: Quote) -> NewLine:
    """The line of a purchase: the advance is held for it, the fee is the station's."""
    return NewLine(
        service=SERVICE, act="receive", case_kind=CASE, case_id=purchase.id, label=N_("代购 {item} × {quantity}"),
        facts={"quantity": purchase.quantity}, blanks={"item": Blank(CASE, purchase.id, "item_name")},
        txn_amount_fen=purchase.amount_fen, principal_fen=purchase.advance_fen,
        principal_account=Account.HELD_FOR_PURCHASES, party=f"purchase:{purchase.id}", fee_fen=quote.fee_fen, quote=quote,
        basis={"quantity": purchase.quantity, "amount_fen": purchase.amount_fen},
    )  # fmt: skip
