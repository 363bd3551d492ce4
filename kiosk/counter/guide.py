"""Whether the guide of a first day still calls: from the first log-in on, until the counter was opened once or somebody put the
guide off. It stands in 更多 all the same."""

from __future__ import annotations

from kiosk import audit
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.words import N_

audit.register("guide.put_off", N_("开站引导先放一放"))


def is_due(db: Reader) -> bool:
    """Nothing was ever opened here and nobody put the guide off."""
    if db.value("SELECT EXISTS (SELECT 1 FROM business_days)"):
        return False
    return not db.value("SELECT EXISTS (SELECT 1 FROM audit WHERE action = 'guide.put_off')")


def put_off(tx: Tx) -> None:
    """The guide comes by itself no more. Refused ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    if is_due(tx):
        audit.record(tx, "guide.put_off")
