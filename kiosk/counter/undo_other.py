"""What of a desk's pile is neither a check-in nor a hand-over, and how it is taken back: parcels that were moved lie again where
they lay, a consent just noted is withdrawn as a mistake, a piece put on an open list comes off it."""

from __future__ import annotations

from kiosk.consents import store as consents
from kiosk.consents.model import WithdrawnHow
from kiosk.counter.consent import withdraw_consent
from kiosk.counter.correct import relocate
from kiosk.counter.last_acts import CONSENT, MARK, MOVE, Act
from kiosk.counter.last_acts import LISTED as PUT_ON
from kiosk.counter.list_manifest import remove_from_list
from kiosk.counter.relocate_here import came_from
from kiosk.manifests import store as manifests
from kiosk.manifests.model import ManifestState
from kiosk.notices.actions import UnderWay
from kiosk.parcels import store
from kiosk.parcels.model import CASE, EventKind, ParcelState
from kiosk.parcels.problem_cases import UNDOES
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx

ACTS = frozenset({MARK, MOVE, CONSENT, PUT_ON})
#: What was done, as ``Undone.act`` names it.
MOVED, AGREED, LISTED = "relocated", "agreed", "listed"


def is_undone(db: Reader, act: Act) -> bool:
    """Whether nothing of the act stands any more: it was taken back elsewhere, or the parcels have left or were moved on."""
    if act.act == MARK:
        return not still_marked(db, act)
    if act.act == MOVE:
        return not _still_moved(db, act)
    if act.act == CONSENT:
        return consents.consent(db, int(act.more)).withdrawn_at is not None
    return not _still_listed(db, act)


def take_back(tx: Tx, act: Act, desk_id: int, under_way: UnderWay | None) -> tuple[str, tuple[int, ...]]:
    """Takes it back; returns what it was and its parcels. Refused as the act that does it, ``staff.not_allowed``."""
    if act.act == MOVE:
        require(tx.actor, Right.BATCH)
        moved = _still_moved(tx, act)
        for parcel_id, before in moved.items():
            relocate(tx, parcel_id, before, desk_id=desk_id, under_way=under_way)
        return MOVED, tuple(moved)
    if act.act == CONSENT:
        withdraw_consent(tx, int(act.more), WithdrawnHow.MISTAKE)
        return AGREED, act.parcel_ids
    listed = _still_listed(tx, act)
    for parcel_id in listed:
        remove_from_list(tx, int(act.more), parcel_id)
    return LISTED, listed


def still_marked(db: Reader, act: Act) -> dict[int, int]:
    """The parcels whose event of this act was not taken back, and its step."""
    steps = zip(act.parcel_ids, map(int, act.more.split(",")), strict=True)
    return {parcel_id: step for parcel_id, step in steps if not _is_marked_off(db, parcel_id, step)}


def _is_marked_off(db: Reader, parcel_id: int, step: int) -> bool:
    after = db.value(
        "SELECT kind FROM parcel_events WHERE parcel_id = ? AND step > ? AND kind <> ? ORDER BY step LIMIT 1",
        parcel_id,
        step,
        EventKind.SECOND_PICKUP_TRIED.value,
    )
    return after in UNDOES or store.parcel(db, parcel_id)["state"] == ParcelState.UNDONE


def _still_moved(db: Reader, act: Act) -> dict[int, str]:
    found = {}
    for parcel_id, written in zip(act.parcel_ids, act.more.split(","), strict=True):
        if before := came_from(store.parcel(db, parcel_id), written):
            found[parcel_id] = before
    return found


def _still_listed(db: Reader, act: Act) -> tuple[int, ...]:
    manifest_id = int(act.more)
    if manifests.manifest(db, manifest_id).state != ManifestState.OPEN:
        return ()
    return tuple(one for one in act.parcel_ids if manifests.item(db, manifest_id, CASE, one) is not None)
