"""A farmer's goods on a ticket: the sale is recorded, its commission worked out; the money comes as it is settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import money
from kiosk.consignment import actions as consignment
from kiosk.consignment import model as consignment_model
from kiosk.consignment import slips as consignment_slips
from kiosk.consignment import store
from kiosk.counter.lines import AddedLine, LineActs, as_told, put_on
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.words import N_


def add_consignment_sale(tx: Tx, ticket_id: int, *, fee_fen: int | None = None, **sale: Any) -> AddedLine:
    """Puts a sale of a farmer's goods on a ticket. ``sale`` are the facts of ``consignment.actions.record``.

    ``fee_fen`` is the commission the caller reckons with. Raises ``Refused`` as ``add_purchase`` and
    ``consignment.below_commission`` for a price that would not cover the commission.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    recorded = consignment.record(tx, **sale)
    quote = till.quote(
        tx, ticket_id, consignment_model.FEE_CODES, quantity=recorded.quantity, amount_fen=recorded.amount_fen
    )
    as_told(quote, fee_fen)
    if quote.fee_fen > recorded.amount_fen:
        raise Refused(
            "consignment.below_commission",
            N_("售价 {amount} 还不够公示的佣金 {commission}；没有保存，请核对售价"),
            amount=money.yuan(recorded.amount_fen),
            commission=money.yuan(quote.fee_fen),
        )
    return put_on(tx, ticket_id, consignment_slips.line(recorded, quote))


def stays_open(db: Reader) -> dict[str, int]:
    """Sales whose farmer is still to be paid."""
    return {"consignment_sales": len(store.owed_sales(db))}


LINES: Mapping[tuple[str, str], LineActs] = {
    ("consignment", "sell"): LineActs(
        take_effect=lambda tx, line: consignment.sell(tx, line.case_id, line.commission_fen),
        withdraw=lambda tx, line: consignment.cancel(tx, line.case_id),
        undo=lambda tx, line: consignment.take_back(tx, line.case_id),
        refund=lambda tx, line: consignment.take_back(tx, line.case_id),
    ),
}
ADD = {"consignment": add_consignment_sale}
