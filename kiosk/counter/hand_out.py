"""A parcel leaves the counter: state, collector and notices in one, whichever road led here (several ticked, a scan, the
settled ticket of what was cash on delivery). Whatever else has to follow a parcel that left belongs here."""

from __future__ import annotations

import sqlite3

from kiosk.notices import actions as notices
from kiosk.notices.model import COLLECTED
from kiosk.parcels import actions, proxies
from kiosk.parcels.model import CASE, HandOverMethod
from kiosk.parcels.proxies import Collector
from kiosk.storage import Tx


def hand_out(
    tx: Tx,
    business_on: str,
    row: sqlite3.Row,
    how: HandOverMethod,
    collector: Collector | None,
    *,
    even_set_aside: bool = False,
    under_way: notices.UnderWay | None = None,
) -> None:
    """Hands over the parcel of this row, as read in this transaction. Refuses before the first row is written, with
    ``parcel.already_handed_over``, ``parcel.is_problem``, ``parcel.is_to_return``, ``proxy.person_unknown`` …"""
    detail = {"proxy_id": collector.proxy_id} if collector is not None and collector.proxy_id is not None else None
    if collector is not None:
        proxies.check(row, collector)
    actions.hand_over(
        tx, business_on, row, how, relation=collector.relation if collector else None, even_set_aside=even_set_aside,
        detail=detail,
    )  # fmt: skip
    if collector is not None:
        proxies.note(tx, row, collector)
    notices.cancel(tx, CASE, row["id"], COLLECTED, under_way)
