"""Takes the person out of a convenience service: on request, and by itself so many days after its date where the data says
so (a clinic visit: seven). States, dates and fen stay for the ledgers."""

from __future__ import annotations

from kiosk import audit, clock, vault
from kiosk.conveniences import store
from kiosk.conveniences.model import CASE, ConvenienceState
from kiosk.errors import Refused
from kiosk.storage import Store, Tx
from kiosk.words import N_

RULE = "convenience.after_its_date"


def forget(tx: Tx, convenience_id: int, rule: str) -> int:
    """Erases what was typed, and what finds it; inside an erasing transaction. Does nothing when that was done.

    Raises ``Refused('convenience.still_open')`` while money is held for it or its ticket waits.
    """
    found = store.convenience(tx, convenience_id)
    if found.erased_at is not None:
        return 0
    if found.holds_money or found.state == ConvenienceState.RECORDED:
        raise Refused("convenience.still_open", N_("这项便民服务还没有办完，内容要留到办完以后；没有删除"))
    tx.change(
        "conveniences",
        convenience_id,
        once_hash=None,
        day_hash=None,
        phone_hash=None,
        phone_tail=None,
        erased_at=tx.now,
    )
    count = vault.erase(tx, CASE, convenience_id, rule)
    if not count:
        audit.record(tx, "person.erased", case_kind=CASE, case_id=convenience_id, fields=0, rule=rule)
    return count


def forget_due(store_: Store) -> int:
    """Erases every case whose time has come; what nobody finished by then is erased all the same unless money is held."""
    today = clock.local_date(store_.settings.station.zone).isoformat()
    with store_.reading() as db:
        due = [number for number in store.to_erase(db, today) if not store.convenience(db, number).holds_money]
    for number in due:
        with store_.transaction(erasing=True) as tx:
            forget(tx, number, RULE)
    return len(due)
