"""How a bill stands on a ticket and its receipt; pure."""

from __future__ import annotations

from kiosk.bills.billers import Biller
from kiosk.bills.model import CASE, KIND_WORDS, SERVICE, Bill
from kiosk.fees import Quote
from kiosk.ledger import Account
from kiosk.till.model import Blank, NewLine
from kiosk.words import N_


def line(bill: Bill, biller: Biller, quote: Quote) -> NewLine:
    """The line of a bill: the amount is held for the biller, the fee is the station's."""
    return NewLine(
        service=SERVICE, kind=bill.kind, act="receive", case_kind=CASE, case_id=bill.id,
        label=N_("{kind} {account} {period}（{biller}）") if bill.bill_period else N_("{kind} {account}（{biller}）"),
        facts={"kind": KIND_WORDS[bill.kind], "biller": biller.name, "period": bill.bill_period},
        blanks={"account": Blank(CASE, bill.id, "account_no", "phone" if bill.kind == "mobile" else "account")},
        txn_amount_fen=bill.amount_fen, principal_fen=bill.amount_fen, principal_account=Account.HELD_FOR_BILLS,
        party=f"bill:{bill.id}",
        fee_fen=quote.fee_fen, quote=quote, basis={"amount_fen": bill.amount_fen},
    )  # fmt: skip
