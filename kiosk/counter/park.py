"""Sets a ticket aside while the villager fetches something, and takes it up again at any desk."""

from __future__ import annotations

from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import actions as till


def park(tx: Tx, ticket_id: int, label: str = "") -> None:
    """Parks an open ticket; raises ``Refused`` as ``till.actions.park``."""
    require(tx.actor, Right.SERVE)
    till.park(tx, ticket_id, label)


def resume(tx: Tx, ticket_id: int, desk_id: int) -> None:
    """Brings a parked ticket to a desk; raises ``Refused`` as ``till.actions.resume``."""
    require(tx.actor, Right.SERVE)
    till.resume(tx, ticket_id, desk_id)
