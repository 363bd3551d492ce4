"""Charges less than the published fee: downward only, by whom the station lets do it, with a reason that stays."""

from __future__ import annotations

from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import actions as till


def reduce_fee(tx: Tx, line_id: int, to_fen: int, reason: str) -> int:
    """Reduces (or with 0 waives) the fee of a pending line; returns the id of the line in its place.

    The manager may; operators where the setting ``till.operators_reduce_fees`` says so. Raises ``Refused`` with
    ``staff.not_allowed`` and those of ``till.actions.reduce_fee``.
    """
    require(tx.actor, Right.SERVE if tx.settings.till.operators_reduce_fees else Right.MANAGE)
    return till.reduce_fee(tx, line_id, to_fen, reason)
