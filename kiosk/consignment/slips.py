"""How a consignment sale stands on a ticket and its receipt; pure."""

from __future__ import annotations

from kiosk.consignment.model import CASE, SERVICE, Sale
from kiosk.fees import Quote
from kiosk.ledger import Account
from kiosk.till.model import Blank, NewLine
from kiosk.words import N_


def line(sale: Sale, quote: Quote) -> NewLine:
    """The line of a sale: the customer pays the price; of it the station keeps the commission, the rest is owed."""
    return NewLine(
        service=SERVICE, act="sell", case_kind=CASE, case_id=sale.id, label=N_("代销 {item} × {quantity}{unit}"),
        facts={"quantity": sale.quantity, "unit": sale.unit}, blanks={"item": Blank(CASE, sale.id, "item_name")},
        txn_amount_fen=sale.amount_fen, principal_fen=sale.amount_fen, principal_account=Account.OWED_TO_CONSIGNORS,
        commission_fen=quote.fee_fen, is_commission=True, quote=quote,
        basis={"quantity": sale.quantity, "amount_fen": sale.amount_fen},
    )  # fmt: skip
