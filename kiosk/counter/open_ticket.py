"""Begins a visit: the ticket on which the lines of every service gather."""

from __future__ import annotations

from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import actions as till


def open_ticket(tx: Tx, desk_id: int | None = None) -> int:
    """The open ticket of the desk (the actor's own when none is named), begun if it has none; returns its id.

    A program without a desk gets a new ticket each time. Raises ``Refused`` with ``staff.not_allowed`` or
    ``desk.unknown``.
    """
    require(tx.actor, Right.SERVE)
    return till.open_ticket(tx, desk_id if desk_id is not None else tx.actor.desk_id)
