"""Ends a standing proxy: the recipient said so, or the one who came is not asked any more."""

from __future__ import annotations

from kiosk.parcels import proxies
from kiosk.people.rights import Right, require
from kiosk.storage import Tx


def forget_proxy(tx: Tx, proxy_id: int) -> None:
    """Ends it; does nothing when it has ended. Refused ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    proxies.forget(tx, proxy_id)
