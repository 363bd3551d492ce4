"""Shows sender and recipient of a sent parcel in full, to copy them into the carrier's app: needs the right, leaves a
record each time, and so does a denied try."""

from __future__ import annotations

from kiosk import audit, vault
from kiosk.outbound import store
from kiosk.outbound.model import CASE, PERSONAL
from kiosk.people.rights import Right, require
from kiosk.storage import Tx


def unmask_outbound(tx: Tx, outbound_id: int) -> dict[str, str]:
    """The full values by field, ``''`` for what is not known or was erased; recorded as ``outbound.unmasked``. Refused
    ``staff.not_allowed``, ``outbound.unknown``."""
    require(tx.actor, Right.UNMASK)
    store.outbound(tx, outbound_id)
    audit.record(tx, "outbound.unmasked", outbound_id=outbound_id)
    return {name: vault.get(tx, CASE, outbound_id, name) or "" for name in PERSONAL}


def remember_denied_unmask(tx: Tx, outbound_id: int) -> None:
    """Records that somebody without the right wanted to see them."""
    audit.record(tx, "outbound.unmask_denied", outbound_id=outbound_id)
