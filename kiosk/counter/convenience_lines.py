"""Convenience services on a ticket: the request is recorded and its published fee worked out; what ends as it is paid is
done with the settlement, and its slip comes out where somebody must sign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.conveniences import actions as conveniences
from kiosk.conveniences import slips, store
from kiosk.conveniences.booked import keep_words
from kiosk.conveniences.services import service as find_service
from kiosk.conveniences.services import services
from kiosk.counter.lines import AddedLine, LineActs, as_told, put_on
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.till.model import Line


def add_convenience(
    tx: Tx,
    ticket_id: int,
    *,
    convenience: str,
    values: Mapping[str, Any],
    consent: bool = False,
    fee_fen: int | None = None,
) -> AddedLine:
    """Puts a convenience service on a ticket: ``convenience`` its code, the rest as ``conveniences.actions.record``.

    Raises ``Refused`` as there and as ``add_purchase``.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    wanted = find_service(tx, convenience)
    case = conveniences.record(tx, service=convenience, values=values, consent=consent)
    quote = till.quote(tx, ticket_id, wanted.fee_codes, quantity=case.quantity, amount_fen=case.principal_fen)
    as_told(quote, fee_fen)
    return put_on(tx, ticket_id, slips.line(case, wanted, quote, says_what=bool(keep_words(tx, case, wanted))))


def print_slip(tx: Tx, convenience_id: int) -> int:
    """Freezes the slip of a case as it is now and queues it; returns the slip's id. Raises ``convenience.unknown``."""
    require(tx.actor, Right.SERVE)
    slip_id = slips.freeze_slip(tx, store.convenience(tx, convenience_id))
    till.print_at_desk(tx, slip_id, None)
    return slip_id


def stays_open(db: Reader) -> dict[str, int]:
    """Cases that are not done, or whose price must be given back."""
    return {"conveniences": store.how_many_open(db)}


def _take_effect(tx: Tx, line: Line) -> None:
    case = conveniences.receive(tx, line.case_id)
    known = services(tx).get(case.service)
    if known is not None and known.sign:
        till.print_at_desk(tx, slips.freeze_slip(tx, case), None)


LINES: Mapping[tuple[str, str], LineActs] = {
    ("convenience", "receive"): LineActs(
        take_effect=_take_effect,
        withdraw=lambda tx, line: conveniences.cancel(tx, line.case_id),
        undo=lambda tx, line: conveniences.refund(tx, line.case_id),
        refund=lambda tx, line: conveniences.refund(tx, line.case_id),
    ),
}
ADD = {"convenience": add_convenience}
