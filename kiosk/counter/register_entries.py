"""Entries of registers that belong to a case of another room, and their slips: the room of registers knows no parcel, and no
printer's desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.registers import Entry, Typed, open_entry, slips, store
from kiosk.registers.definitions import registers
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.words import N_

#: Where the cases of other rooms stand that an entry may belong to.
TABLES: Mapping[str, str] = {
    "parcel": "parcels", "ticket": "tickets", "purchase": "purchases", "outbound": "outbound_parcels",
    "bill": "bills", "convenience": "conveniences", "supplier": "suppliers", "report": "reports",
}  # fmt: skip


def open_for(tx: Tx, code: str, typed: Typed | Mapping[str, Any], subject: tuple[str, int] | None = None) -> Entry:
    """Opens an entry, of a case that there is. Raises ``Refused`` as ``registers.open_entry``, and
    ``register.no_such_case``."""
    if subject is not None and not is_there(tx, subject):
        raise Refused("register.no_such_case", N_("要挂上的那笔业务没有找到，请从它的页面重新登记；没有保存"))
    return open_entry(tx, code, typed, subject)


def is_there(db: Reader, subject: tuple[str, int]) -> bool:
    """Whether the case of another room exists; other registers' entries are looked up by their own room."""
    kind, number = subject
    if kind in registers(db):
        return True
    return kind in TABLES and db.value(f"SELECT 1 FROM {TABLES[kind]} WHERE id = ?", number) is not None


def print_slip(tx: Tx, entry_id: int) -> int:
    """Freezes the slip of an entry and queues it at the desk; returns the slip's id. Refused as ``registers.slips.freeze_slip``."""
    require(tx.actor, Right.SERVE)
    slip_id = slips.freeze_slip(tx, store.entry(tx, entry_id))
    till.print_at_desk(tx, slip_id, None)
    return slip_id
