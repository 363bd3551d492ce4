"""Takes a line off a ticket before it is settled; the record behind it is cancelled with it."""

from __future__ import annotations

from kiosk.counter.line_acts import acts_of
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import actions as till


def remove_line(tx: Tx, line_id: int) -> int:
    """Takes the line off and cancels what it stood for; returns the ticket's id.

    Raises ``Refused`` with ``ticket.line_unknown``, ``ticket.line_fixed`` and those of ``till.actions.open_one``.
    """
    require(tx.actor, Right.SERVE)
    line = till.pending_line(tx, line_id)
    acts = acts_of(line)
    if acts is not None and line.refunds_line_id is None:
        acts.withdraw(tx, line)
    till.remove_line(tx, line_id)
    return line.ticket_id
