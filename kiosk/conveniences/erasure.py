"""Takes the person out of a convenience service: on request, and by the schedule (``personal``) once its term is over.
States, dates and fen stay for the ledgers."""

from __future__ import annotations

from kiosk import vault
from kiosk.conveniences import store
from kiosk.conveniences.model import CASE, ConvenienceState
from kiosk.errors import Refused
from kiosk.storage import Tx
from kiosk.words import N_


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
        vault.record_erasure(tx, CASE, convenience_id, [], rule)
    return count
