"""Sent parcels on a ticket: recorded with its ticks, weighed and priced as the line is added, accepted with number and
sticker as it is paid, given back with its money before any courier came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.counter.lines import AddedLine, LineActs, as_told, put_on
from kiosk.counter.reprint import reprint
from kiosk.errors import Refused
from kiosk.outbound import actions as outbound
from kiosk.outbound import slips, store
from kiosk.outbound.actions import Party
from kiosk.outbound.model import ACCEPT, FEE_CODES, SERVICE
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.till import store as tickets
from kiosk.till.model import Line
from kiosk.words import N_


def add_outbound(
    tx: Tx,
    ticket_id: int,
    *,
    sender_name: str,
    sender_phone: str,
    recipient_name: str,
    recipient_phone: str,
    recipient_address: str,
    sender_address: str = "",
    fee_fen: int | None = None,
    **request: Any,
) -> AddedLine:
    """Puts a parcel to send on a ticket. ``request`` are the other facts of ``outbound.actions.record``.

    ``fee_fen``, if given, is the fee that the caller has told the customer. Refused as that, with
    ``fee.not_published``, ``fee.differs`` and those of the ticket.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    sender = Party(sender_name, sender_phone, sender_address)
    recipient = Party(recipient_name, recipient_phone, recipient_address)
    found = outbound.record(tx, sender=sender, recipient=recipient, **request)
    quote = till.quote(tx, ticket_id, FEE_CODES, amount_fen=found.carrier_fen, grams=found.weight_grams)
    as_told(quote, fee_fen)
    return put_on(tx, ticket_id, slips.line(found, quote))


def print_label(tx: Tx, outbound_id: int) -> int:
    """One more sticker, marked 补打; the job's id. Refused ``outbound.no_label`` before it was paid, and as
    ``reprint``."""
    found = store.outbound(tx, outbound_id)
    if found.label_slip_id is None:
        raise Refused("outbound.no_label", N_("这件还没有收款，没有标签可打"), outbound_id=outbound_id)
    return reprint(tx, found.label_slip_id)


def take_effect(tx: Tx, line: Line) -> None:
    """The sender has paid: number and sticker."""
    found = outbound.accept(tx, line.case_id)
    slip_id = slips.freeze_label(tx, found)
    tx.change("outbound_parcels", found.id, label_slip_id=slip_id)
    till.print_at_desk(tx, slip_id, tickets.ticket(tx, line.ticket_id).desk_id)


def stays_open(db: Reader) -> dict[str, int]:
    """Parcels that wait for their courier."""
    return {"outbound": len(store.waiting(db))}


LINES: Mapping[tuple[str, str], LineActs] = {
    (SERVICE, ACCEPT): LineActs(
        take_effect=take_effect,
        withdraw=lambda tx, line: outbound.cancel(tx, line.case_id),
        undo=lambda tx, line: outbound.give_back(tx, line.case_id),
        refund=lambda tx, line: outbound.give_back(tx, line.case_id),
    ),
}
ADD = {"outbound": add_outbound}
