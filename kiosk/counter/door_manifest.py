"""A door round (送货上门) after it was signed: each parcel is delivered or brought back by an act of its own, told from the
door or when the round is over. What nobody has told of is out with the deliverer."""

from __future__ import annotations

from kiosk import shifts
from kiosk.counter import join_purchase
from kiosk.counter.sign_manifest import take_piece_back
from kiosk.errors import Refused
from kiosk.manifests import actions, store
from kiosk.manifests.model import Manifest, ManifestKind, ManifestState, Outcome
from kiosk.notices import actions as notices
from kiosk.notices.model import GONE
from kiosk.parcels import leaving
from kiosk.parcels import store as parcels
from kiosk.parcels.model import CASE
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_


def deliver(tx: Tx, manifest_id: int, parcel_id: int, *, under_way: notices.UnderWay | None = None) -> None:
    """The recipient has it at the door. Refused ``manifest.not_out``, ``manifest.not_on_it``, ``manifest.piece_ended``,
    ``purchase.balance_owed``, and as ``leaving.deliver_to_door`` (collected at the counter meanwhile …)."""
    _round(tx, manifest_id)
    actions.end_item(tx, manifest_id, CASE, parcel_id, Outcome.DELIVERED)
    row = parcels.parcel(tx, parcel_id)
    ordered = join_purchase.may_leave(tx, row)
    leaving.deliver_to_door(tx, shifts.ensure_open(tx).business_on, row, manifest_id)
    notices.cancel(tx, CASE, parcel_id, GONE, under_way)
    if ordered:
        join_purchase.has_left(tx, ordered, under_way)


def bring_back(tx: Tx, manifest_id: int, parcel_id: int) -> None:
    """Nobody was at home, or would not have it: it is back on its shelf. Also how a parcel that was given away otherwise
    meanwhile comes off the round. Refused ``manifest.not_out``, ``manifest.not_on_it``, ``manifest.piece_ended``."""
    _round(tx, manifest_id)
    actions.end_item(tx, manifest_id, CASE, parcel_id, Outcome.BROUGHT_BACK)


def bring_back_rest(tx: Tx, manifest_id: int) -> int:
    """The round is over: what nobody told of was brought back. Returns how many."""
    _round(tx, manifest_id)
    rest = [item for item in store.items(tx, manifest_id) if item.holds]
    for item in rest:
        actions.end_item(tx, manifest_id, item.subject_kind, item.subject_id, Outcome.BROUGHT_BACK)
    return len(rest)


def undo_delivery(tx: Tx, parcel_id: int) -> None:
    """Told by mistake: the parcel is out on its round again. On its business day. Refused ``undo.other_day``,
    ``undo.something_followed``, ``purchase.too_far``."""
    take_piece_back(tx, parcel_id)
    join_purchase.came_back(tx, parcel_id)


def _round(tx: Tx, manifest_id: int) -> Manifest:
    require(tx.actor, Right.SERVE)
    found = store.manifest(tx, manifest_id)
    if found.kind != ManifestKind.DOOR or found.state != ManifestState.SIGNED:
        raise Refused(
            "manifest.not_out", N_("这张清单还没有签收出发（或不是送货清单），没有改动"), manifest_id=manifest_id
        )
    return found
