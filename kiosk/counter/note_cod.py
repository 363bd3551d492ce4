"""Notes at intake, or puts right later, what a parcel costs at its hand-over (代收货款, 到付), and prints the slip anew: the
villager must read what to bring."""

from __future__ import annotations

from kiosk import shifts
from kiosk.counter import last_acts, paper
from kiosk.counter.correct import Corrected
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import Told
from kiosk.errors import Refused
from kiosk.notices.actions import UnderWay
from kiosk.parcels import cod, store
from kiosk.people import desks
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_


def note_cod(
    tx: Tx,
    parcel_id: int | None = None,
    *,
    cod_fen: int | None = None,
    freight_collect_fen: int | None = None,
    reason: str = "",
    desk_id: int | None = None,
    under_way: UnderWay | None = None,
) -> Corrected:
    """Sets what is to be collected for a parcel, the one taken in last at the desk when none is named; None leaves an
    amount as it is. ``fields`` of the answer are ``('cod',)`` when anything changed.

    Refused ``intake.no_last_parcel``, ``staff.not_allowed`` and as ``parcels.cod.note``: ``cod.reason_missing`` for a
    change without a reason, ``parcel.on_ticket``, ``cod.carrier_unknown`` …
    """
    require(tx.actor, Right.BATCH)
    at = desk_id_of(tx, desk_id)
    if parcel_id is None:
        parcel_id = last_acts.last_parcel(desks.desk(tx, at)) if at is not None else None
    if parcel_id is None:
        raise Refused("intake.no_last_parcel", N_("还没有刚入库的快件可以补代收款；请先扫面单，再填金额"))
    row = store.parcel(tx, parcel_id)
    business_on = shifts.ensure_open(tx).business_on
    changed = cod.note(
        tx, business_on, row, row["cod_fen"] if cod_fen is None else cod_fen,
        row["freight_collect_fen"] if freight_collect_fen is None else freight_collect_fen, reason,
    )  # fmt: skip
    if not changed:
        return Corrected(parcel_id, (), Told())
    return Corrected(parcel_id, ("cod",), paper.print_anew(tx, business_on, parcel_id, at, under_way))
