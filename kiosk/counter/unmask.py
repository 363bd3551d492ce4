"""Shows the full phone and name of a parcel: needs the right, leaves a record each time, and so does a denied try."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import audit, vault
from kiosk.parcels import store
from kiosk.parcels.model import CASE
from kiosk.people.rights import Right, require
from kiosk.storage import Tx


@dataclass(frozen=True, slots=True, repr=False)
class Unmasked:
    """What is known of a recipient, in full; '' for what is not known or was erased. Never logged, never stored."""

    phone: str
    phone_tail: str
    name: str
    collected_by: str


def unmask(tx: Tx, parcel_id: int) -> Unmasked:
    """The full values of one parcel, recorded as ``parcel.unmasked``. Refused ``staff.not_allowed``,
    ``parcel.unknown``.

    The entry point remembers the refusal with ``remember_denied_unmask`` in a transaction of its own."""
    require(tx.actor, Right.UNMASK)
    row = store.parcel(tx, parcel_id)
    audit.record(tx, "parcel.unmasked", parcel_id=parcel_id)
    return Unmasked(
        vault.get(tx, CASE, parcel_id, "phone") or "", row["phone_tail"] or "", row["name_hint"] or "",
        vault.get(tx, CASE, parcel_id, "collected_by") or "",
    )  # fmt: skip


def remember_denied_unmask(tx: Tx, parcel_id: int) -> None:
    """Records that somebody without the right wanted to see a full phone."""
    audit.record(tx, "parcel.unmask_denied", parcel_id=parcel_id)
