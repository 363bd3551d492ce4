"""Shows what was typed for a case in full, to whoever has to type it into the official app: needs the right, leaves a
record each time, and so does a denied try."""

from __future__ import annotations

from kiosk import audit
from kiosk.conveniences import store
from kiosk.people.rights import Right, require
from kiosk.storage import Tx


def unmask(tx: Tx, convenience_id: int) -> dict[str, str]:
    """Every kept value by field, recorded as ``convenience.unmasked``. Refused ``staff.not_allowed``,
    ``convenience.unknown``."""
    require(tx.actor, Right.UNMASK)
    found = store.convenience(tx, convenience_id)
    audit.record(tx, "convenience.unmasked", convenience_id=found.id)
    return store.values(tx, [found.id])[found.id]


def remember_denied_unmask(tx: Tx, convenience_id: int) -> None:
    """Records that somebody without the right wanted to see a case in full."""
    audit.record(tx, "convenience.unmask_denied", convenience_id=convenience_id)
