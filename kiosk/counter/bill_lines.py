"""Bills on a ticket: the bill is recorded and its published fee worked out; the money comes as it is settled and goes back
by the refund of its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.bills import actions as bills
from kiosk.bills import billers, store
from kiosk.bills import model as bill_model
from kiosk.bills import slips as bill_slips
from kiosk.counter.lines import AddedLine, LineActs, as_told, put_on
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.words import N_


def add_bill(tx: Tx, ticket_id: int, *, fee_fen: int | None = None, **bill: Any) -> AddedLine:
    """Puts a bill on a ticket. ``bill`` are the facts of ``bills.actions.record``. Raises ``Refused`` as there and as
    ``add_purchase``."""
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    recorded = bills.record(tx, **bill)
    company = billers.biller(tx, recorded.biller)
    quote = till.quote(tx, ticket_id, bill_model.fee_codes(recorded.kind), amount_fen=recorded.amount_fen)
    as_told(quote, fee_fen)
    warnings = []
    if company.holder and not recorded.is_holder_confirmed:
        warnings.append(N_("已加入本单，应收 {owed}；户名还没有核对，提交缴费以前要问村民「是不是这个户名」"))
    return put_on(tx, ticket_id, bill_slips.line(recorded, company, quote), warnings)


def stays_open(db: Reader) -> dict[str, int]:
    """Bills whose money is held."""
    return {"bills": len(store.open_bills(db))}


LINES: Mapping[tuple[str, str], LineActs] = {
    ("bill", "receive"): LineActs(
        take_effect=lambda tx, line: bills.receive(tx, line.case_id),
        withdraw=lambda tx, line: bills.cancel(tx, line.case_id),
        undo=lambda tx, line: bills.refund(tx, line.case_id),
        refund=lambda tx, line: bills.refund(tx, line.case_id),
    ),
}
ADD = {"bill": add_bill}
