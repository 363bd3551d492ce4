"""Shows the full account number of a bill to whoever has to type it into the biller's channel: needs the right, leaves a
record each time, and so does a denied try."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import audit, vault
from kiosk.bills.model import CASE
from kiosk.bills.store import bill
from kiosk.people.rights import Right, require
from kiosk.storage import Tx


@dataclass(frozen=True, slots=True, repr=False)
class Unmasked:
    """Account number, holder, customer and phone in full; '' for what is not known or was erased. Never logged."""

    account_no: str
    account_holder: str
    customer_name: str
    phone: str


def unmask(tx: Tx, bill_id: int) -> Unmasked:
    """The full values of one bill, recorded as ``bill.unmasked``. Refused ``staff.not_allowed``, ``bill.unknown``."""
    require(tx.actor, Right.UNMASK)
    found = bill(tx, bill_id)
    audit.record(tx, "bill.unmasked", bill_id=found.id)
    return Unmasked(*(vault.get(tx, CASE, found.id, field) or "" for field in Unmasked.__slots__))


def remember_denied_unmask(tx: Tx, bill_id: int) -> None:
    """Records that somebody without the right wanted to see a full account number."""
    audit.record(tx, "bill.unmask_denied", bill_id=bill_id)
