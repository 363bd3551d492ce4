"""Puts a service on a ticket: the record is made, its published fee worked out, the line added. The money and the act
itself come when the ticket is settled."""

from __future__ import annotations

from typing import Any

from kiosk.counter.line_acts import ADD
from kiosk.counter.lines import AddedLine
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.till.model import NewLine
from kiosk.words import N_


def add_line(tx: Tx, ticket_id: int, service: str, **facts: Any) -> AddedLine:
    """Puts a line of the named service (``purchase``, ``consignment``, ``bill``, ``parcel`` …) on a ticket.

    Raises ``Refused('ticket.service_unknown')`` and those of the service.
    """
    add = ADD.get(service)
    if add is None:
        raise Refused(
            "ticket.service_unknown",
            N_("没有「{service}」这种收费业务，可用：{services}"),
            service=str(service)[:20],
            services=", ".join(ADD),
        )
    return add(tx, ticket_id, **facts)


def stand_free_act(tx: Tx, ticket_id: int, new: NewLine) -> int:
    """Lets a free act that has just been done stand on the visit's ticket, at ￥0.00; returns the line's id."""
    require(tx.actor, Right.SERVE)
    return till.add_line(tx, ticket_id, new, is_done=True)
