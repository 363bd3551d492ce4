"""A list is signed, and what stands on it leaves in the same transaction: returns go back to their carrier, transfers to
the other station; the pieces of a door round leave one by one, at each door. Signed by mistake, a list is taken back on
its own day and everything lies where it lay."""

from __future__ import annotations

from kiosk import shifts
from kiosk.attachments import Picture
from kiosk.counter.list_manifest import leave_desks, require_still
from kiosk.counter.outbound_manifest import take_manifest_back as take_outbound_back
from kiosk.errors import Refused
from kiosk.manifests import actions, signing, store
from kiosk.manifests.model import OUTBOUND_CASE, Manifest, ManifestKind, ManifestState, Outcome, SignatureMade
from kiosk.notices import actions as notices
from kiosk.notices.model import GONE
from kiosk.outbound import store as outbound
from kiosk.parcels import leaving
from kiosk.parcels import store as parcels
from kiosk.parcels.model import CASE
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_


def sign_list(
    tx: Tx,
    manifest_id: int,
    picture: Picture | None = None,
    *,
    accepts_difference: bool = False,
    under_way: notices.UnderWay | None = None,
) -> Manifest:
    """Signs a closed list: on the screen with a picture (``signing.read_signature``), on the paper without one.

    Each parcel of a return is returned, each of a transfer passed on. Refused ``manifest.difference`` until it is
    accepted, ``manifest.piece_changed``, ``manifest.not_closed``, ``manifest.signed_before``, ``staff.not_allowed``.
    """
    found = store.manifest(tx, manifest_id)
    require(tx.actor, _right(found))
    business_on = shifts.ensure_open(tx).business_on
    signing.sign(tx, business_on, manifest_id, picture, accepts_difference=accepts_difference)
    if found.kind == ManifestKind.INTAKE:
        return store.manifest(tx, manifest_id)
    for item in store.items(tx, manifest_id):
        row = parcels.parcel(tx, item.subject_id)
        require_still(tx, found, row)
        if found.kind == ManifestKind.DOOR:
            continue
        act = leaving.return_parcel if found.kind == ManifestKind.RETURN else leaving.pass_on
        act(tx, business_on, row, manifest_id)
        notices.cancel(tx, CASE, row["id"], GONE, under_way)
        actions.end_item(tx, manifest_id, CASE, row["id"], Outcome.LEFT)
    return store.manifest(tx, manifest_id)


def sign_outbound(tx: Tx, manifest_id: int, picture: Picture | None = None) -> SignatureMade:
    """The courier signs the list of outbound parcels that was given. Refused ``manifest.not_given``,
    ``manifest.signed_before``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    given = outbound.manifest(tx, manifest_id)
    if given.state != "given" or given.slip_id is None:
        raise Refused("manifest.not_given", N_("这张清单没有交出去，没有改动"), manifest_id=manifest_id)
    business_on = shifts.ensure_open(tx).business_on
    return signing.write(tx, business_on, OUTBOUND_CASE, manifest_id, given.slip_id, picture)


def void_list(tx: Tx, manifest_id: int) -> Manifest:
    """Gives a list up. Open or waiting: what is on it is free. Signed: on its own business day only, and each parcel
    that left by it lies where it lay. The number stays used, a signature stays as evidence.

    Refused ``manifest.other_day``, ``manifest.round_told`` (a piece of the round was delivered: undo that first),
    ``manifest.is_void``, ``parcel.code_given_on``.
    """
    found = store.manifest(tx, manifest_id)
    require(tx.actor, _right(found))
    business_on = shifts.ensure_open(tx).business_on
    if found.state == ManifestState.SIGNED:
        made = store.signature(tx, "manifest", manifest_id)
        if made is None or made.signed_on != business_on:
            raise Refused(
                "manifest.other_day",
                N_("清单 {number} 是 {day} 交接的，不能撤销；没有改动，请与快递公司联系"),
                number=found.manifest_no,
                day=made.signed_on if made else "",
            )
        for item in store.items(tx, manifest_id):
            if item.outcome == Outcome.DELIVERED:
                raise Refused(
                    "manifest.round_told",
                    N_("这一趟已有件送到了，没有撤销；送错的请先逐件撤销「已送到」"),
                    manifest_id=manifest_id,
                )
            if item.outcome == Outcome.LEFT:
                leaving.undo_leaving(tx, business_on, parcels.parcel(tx, item.subject_id))
                actions.end_item(tx, manifest_id, CASE, item.subject_id, Outcome.TAKEN_BACK)
    done = actions.void(tx, manifest_id)
    leave_desks(tx, manifest_id)
    return done


def take_piece_back(tx: Tx, parcel_id: int) -> None:
    """One parcel of a signed list did not leave after all (the courier left it behind): it lies where it lay, and the
    list says so. On its business day. Refused as ``leaving.undo_leaving``."""
    require(tx.actor, Right.SERVE)
    row = parcels.parcel(tx, parcel_id)
    manifest_id = leaving.manifest_of(tx, row)
    leaving.undo_leaving(tx, shifts.ensure_open(tx).business_on, row)
    if manifest_id is not None:
        is_door = store.manifest(tx, manifest_id).kind == ManifestKind.DOOR
        actions.end_item(tx, manifest_id, CASE, parcel_id, Outcome.HELD if is_door else Outcome.TAKEN_BACK)


def take_outbound_list_back(tx: Tx, manifest_id: int) -> None:
    """The courier did not take the outbound list after all, signed or not; on its own business day."""
    take_outbound_back(tx, manifest_id)


def _right(found: Manifest) -> Right:
    return Right.BATCH if found.kind == ManifestKind.INTAKE else Right.SERVE
