"""Lets what was collected stand on the visit's ticket, at ￥0.00, so that one slip tells the whole visit. Only where
a ticket is open already: nobody who just collects a parcel is given a bill."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.errors import Refused
from kiosk.people.model import Desk
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.till import store as tickets
from kiosk.till.model import NewLine, TicketState
from kiosk.words import N_

HAND_OVER, UNDO = "hand_over", "undo_hand_over"
_LABELS = {HAND_OVER: N_("取件 {count} 件"), UNDO: N_("撤销取件 {count} 件")}


def stand_on_ticket(tx: Tx, desk: Desk, act: str, parcel_ids: Sequence[int], *, undoes: int | None = None) -> None:
    """Adds a free line for parcels handed over, or taken back after they stood there; nothing without an open ticket.

    ``undoes`` names the first parcel of the hand-over that is taken back, by which its line is known. A ticket that takes no more lines never stops a hand-over: the line is left off.
    """
    ticket_id = desk.open_ticket_id
    if ticket_id is None or tickets.ticket(tx, ticket_id).state != TicketState.OPEN:
        return
    if undoes is not None and not _stands(tx, ticket_id, undoes):
        return
    line = NewLine(
        service="parcel", act=act, case_kind="parcel", case_id=parcel_ids[0], label=_LABELS[act],
        facts={"count": len(parcel_ids)},
    )  # fmt: skip
    try:
        till.add_line(tx, ticket_id, line, is_done=True)
    except Refused:
        return  # refused before anything was written


def _stands(tx: Tx, ticket_id: int, parcel_id: int) -> bool:
    return any(line.act == HAND_OVER and line.case_id == parcel_id for line in tickets.lines(tx, ticket_id))
