"""Takes the people out of an entry: on request, and by the schedule (``personal``) once its term is over. Its number, states,
dates and plain values stay, and so do the counts."""

from __future__ import annotations

from kiosk import vault
from kiosk.errors import Refused
from kiosk.registers import store
from kiosk.registers.model import CASE
from kiosk.storage import Tx
from kiosk.words import N_


def forget(tx: Tx, entry_id: int, rule: str) -> int:
    """Erases what was typed about people, pictures and signatures, and what finds them; inside an erasing transaction. Does
    nothing when that was done. Raises ``Refused('register.still_open')`` while there is something left to do."""
    found = store.entry(tx, entry_id)
    if found.ended_on is None:
        raise Refused(
            "register.still_open", N_("登记 {number} 还没有办完，内容要留到办完以后；没有删除"), number=found.number
        )
    return forget_open(tx, entry_id, rule)


def forget_open(tx: Tx, entry_id: int, rule: str) -> int:
    """The same of an entry that a restored back-up shows as still open."""
    if store.entry(tx, entry_id).erased_at is not None:
        return 0
    tx.change("register_entries", entry_id, phone_hash=None, phone_tail=None, name_hint=None, erased_at=tx.now)
    count = vault.erase(tx, CASE, entry_id, rule)
    if not count:
        vault.record_erasure(tx, CASE, entry_id, [], rule)
    return count
