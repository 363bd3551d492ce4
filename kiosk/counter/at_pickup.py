"""Whoever collects looks at the parcel at the counter and refuses it, or finds it damaged or short (办法 art. 27: they may look
and refuse). One press, also of a parcel that was handed over a moment ago: then the hand-over comes back first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from kiosk.counter import last_acts, set_aside
from kiosk.counter.collect_cod import pending_line
from kiosk.counter.remove_line import remove_line
from kiosk.counter.undo import last_act, undo_parcel
from kiosk.errors import Refused
from kiosk.notices.actions import UnderWay
from kiosk.parcels import refusals, store
from kiosk.parcels.model import GONE, ParcelState, ProblemReason
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_


class AtPickup(StrEnum):
    """What whoever collects says of the parcel."""

    DAMAGED = "damaged"
    SHORT = "short"
    REFUSED_DAMAGED = "refused_damaged"
    REFUSED = "refused"


AT_PICKUP_WORDS: Mapping[str, str] = {
    AtPickup.REFUSED: N_("不要了，拒收"),
    AtPickup.REFUSED_DAMAGED: N_("破损，拒收"),
    AtPickup.DAMAGED: N_("破损，先留站点"),
    AtPickup.SHORT: N_("少件，先留站点"),
}
_DOES: Mapping[str, tuple[Callable[[Tx, int, ProblemReason], None], ProblemReason]] = {
    AtPickup.DAMAGED: (set_aside.mark_problem, ProblemReason.DAMAGED),
    AtPickup.SHORT: (set_aside.mark_problem, ProblemReason.SHORT),
    AtPickup.REFUSED_DAMAGED: (set_aside.mark_to_return, ProblemReason.DAMAGED),
    AtPickup.REFUSED: (set_aside.mark_to_return, ProblemReason.REFUSED),
}


def note_at_pickup(tx: Tx, parcel_id: int, said: AtPickup | str, *, under_way: UnderWay | None = None) -> ParcelState:
    """Lists the parcel as 问题件 or 待退 by what was said; returns how it stands. What was to be paid for it comes off the
    ticket. Refused ``pickup.said_unknown``, ``parcel.*``, and as an undo for one that was handed over (``undo.other_day``,
    ``undo.something_followed``, ``undo.paid_for`` naming the receipt), ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    if said not in _DOES:
        raise Refused("pickup.said_unknown", N_("请选择是拒收、破损还是少件；没有改动"))
    row = store.parcel(tx, parcel_id)
    if row["state"] == ParcelState.HANDED_OVER and last_act(tx, parcel_id) == last_acts.HAND_OVER:
        undo_parcel(tx, parcel_id, under_way=under_way)
    elif row["state"] in GONE:
        raise refusals.gone(tx, row)
    elif (line_id := pending_line(tx, parcel_id)) is not None:
        remove_line(tx, line_id)
    act, reason = _DOES[said]
    act(tx, parcel_id, reason)
    return ParcelState(store.parcel(tx, parcel_id)["state"])
