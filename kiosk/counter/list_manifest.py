"""Lists by which parcels leave (退件, 转交, 送货上门), made piece by piece at the counter: what may stand on which list is
decided here, as it is put on and again as the counting ends, because a parcel can be collected in between."""

from __future__ import annotations

import json
import sqlite3

from kiosk import shifts
from kiosk.codes import PARCEL, CodeKind, Recognised, carriers
from kiosk.counter import last_acts
from kiosk.counter.desk_scans import ALREADY, DONE
from kiosk.counter.intake_manifest import make_intake_list
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.obeyed import Obeyed
from kiosk.counter.show_manifest import returning
from kiosk.errors import Refused
from kiosk.manifests import actions, store
from kiosk.manifests.model import KIND_WORDS, Item, Manifest, ManifestKind, ManifestState
from kiosk.manifests.slips import Line
from kiosk.parcels import store as parcels
from kiosk.parcels.events import refusal
from kiosk.parcels.leaving import require_free
from kiosk.parcels.model import CASE, IN_STOCK, PROBLEM_WORDS, ParcelState, ProblemReason
from kiosk.parcels.refusals import last_move
from kiosk.people import desks
from kiosk.people.rights import Right, require
from kiosk.printing.model import ColumnBlank
from kiosk.purchases import store as purchases
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.words import N_, say


def open_list(tx: Tx, kind: str, *, carrier: str = "", receiver: str = "", desk_id: int | None = None) -> Manifest:
    """Begins a list or goes on with the open one for the same carrier or receiver; scans of the desk go to it.

    Refused ``staff.not_allowed``, ``manifest.kind_unknown`` (also for intake, whose list is its batch), and as
    ``manifests.actions.open_list``.
    """
    require(tx.actor, Right.SERVE)
    if kind == ManifestKind.INTAKE:
        kind = ""  # a batch is its own list
    found = actions.open_list(tx, shifts.ensure_open(tx).business_on, kind, carrier=carrier, receiver=receiver)
    go_on_with(tx, found.id, desk_id=desk_id)
    return found


def go_on_with(tx: Tx, manifest_id: int, *, desk_id: int | None = None) -> Manifest:
    """Turns the desk to an open list: scans go to it. Refused ``manifest.not_open``."""
    require(tx.actor, Right.SERVE)
    found = actions.require_open(tx, manifest_id)
    at = desk_id_of(tx, desk_id)
    if at is not None:
        desks.set_desk(tx, at, open_list_id=found.id, mode="manifest", open_parcel_id=None, open_manifest_id=None)
    return found


def add_to_list(tx: Tx, manifest_id: int, parcel_id: int, note: str = "") -> Item:
    """Puts a parcel on an open list; does nothing new for one that is on it.

    Refused ``manifest.not_to_return`` (on a list of returns only what was set aside for it), ``manifest.other_carrier``,
    ``manifest.is_purchased``, ``parcel.is_problem``, ``parcel.is_to_return``, ``parcel.unpaid_here``, and as
    ``manifests.actions.add``.
    """
    require(tx.actor, Right.SERVE)
    found = actions.require_open(tx, manifest_id)
    require_may_leave(tx, found, parcels.parcel(tx, parcel_id))
    return actions.add(tx, manifest_id, CASE, parcel_id, note)


def add_all_returning(tx: Tx, manifest_id: int) -> int:
    """Puts everything on a list of returns that goes back with its carrier and is on no list; returns how many.

    Refused ``manifest.too_long`` where one list doesn't hold them all, ``manifest.not_open``."""
    require(tx.actor, Right.SERVE)
    found = actions.require_open(tx, manifest_id)
    rest = returning(tx, found) if found.kind == ManifestKind.RETURN else []
    for parcel in rest:
        actions.add(tx, manifest_id, CASE, parcel.id)
    return len(rest)


def remove_from_list(tx: Tx, manifest_id: int, parcel_id: int) -> None:
    """Takes a parcel off an open list; it lies where it lay."""
    require(tx.actor, Right.SERVE)
    actions.remove(tx, manifest_id, CASE, parcel_id)


def close_list(tx: Tx, manifest_id: int, *, declared: int | None = None, desk_id: int | None = None) -> Manifest:
    """Ends the counting: number, paper (printed at the desk), and the list waits to be signed. ``declared``: how many
    it should be, as the county or the courier said.

    Refused ``manifest.piece_changed`` (naming the first parcel that may not leave any more), ``manifest.nothing_on_it``,
    ``manifest.not_open``.
    """
    require(tx.actor, Right.SERVE)
    found = actions.require_open(tx, manifest_id)
    lines = []
    for item in store.items(tx, manifest_id):
        row = parcels.parcel(tx, item.subject_id)
        require_still(tx, found, row)
        lines.append(line_of(tx, row, item.note, found.kind))
    business_on = shifts.ensure_open(tx).business_on
    closed = actions.close(tx, business_on, manifest_id, lines, declared=declared)
    leave_desks(tx, manifest_id)
    if closed.slip_id is not None:
        till.print_at_desk(tx, closed.slip_id, desk_id)
    return closed


def renew_list(tx: Tx, manifest_id: int) -> Manifest:
    """Something on a closed list is not right: it is void and a new one begun with what may still leave. For an intake
    batch the list is made anew from what is in it now. Refused ``manifest.not_closed``."""
    found = store.manifest(tx, manifest_id)
    require(tx.actor, Right.BATCH if found.kind == ManifestKind.INTAKE else Right.SERVE)
    if found.state != ManifestState.CLOSED:
        raise Refused(
            "manifest.not_closed", N_("这张清单还没有清点完（或已签收、作废），没有重开"), manifest_id=manifest_id
        )
    items = store.items(tx, manifest_id)
    actions.void(tx, manifest_id)
    if found.batch_id is not None:
        anew = make_intake_list(tx, found.batch_id, replaces_id=found.id)
        if anew is None:
            raise Refused("manifest.nothing_on_it", N_("清单上还没有件，没有交接；请先扫要交出的件"))
        return anew
    anew = actions.open_list(
        tx, shifts.ensure_open(tx).business_on, found.kind, carrier=found.carrier,
        receiver=store.receiver_of(tx, found.id), declared=found.declared, replaces_id=found.id,
    )  # fmt: skip
    for item in items:
        if may_leave(tx, anew, parcels.parcel(tx, item.subject_id)) is None:
            actions.add(tx, anew.id, CASE, item.subject_id, item.note)
    return go_on_with(tx, anew.id)


def may_leave(tx: Tx, listed: Manifest, row: sqlite3.Row) -> Refused | None:
    """Why a parcel may not stand on this list; None when it may."""
    try:
        require_may_leave(tx, listed, row)
    except Refused as refused:
        return refused
    return None


def require_may_leave(tx: Tx, listed: Manifest, row: sqlite3.Row) -> None:
    """Raises why a parcel may not stand on this list."""
    if row["state"] not in IN_STOCK:
        raise refusal(tx, row)
    if listed.kind == ManifestKind.RETURN:
        if row["state"] != ParcelState.TO_RETURN:
            raise Refused(
                "manifest.not_to_return",
                N_("这件（{pickup_code}）没有列入待退，没有放进清单；要退请先在快件页面点「列为待退」"),
                parcel_id=row["id"],
                pickup_code=row["pickup_code"],
            )
        if row["carrier"] != listed.carrier:
            raise Refused(
                "manifest.other_carrier",
                N_("{number} 是{carrier}的件，不能交给{other}；没有放进清单"),
                parcel_id=row["id"],
                number=row["pickup_code"],
                carrier=carriers.find(row["carrier"]).name(),
                other=carriers.find(listed.carrier).name(),
            )
    else:
        require_free(tx, row)
    if listed.kind != ManifestKind.DOOR and purchases.of_parcel(tx, row["id"]):
        raise Refused(
            "manifest.is_purchased",
            N_("这件（{pickup_code}）是代购的货，没有放进清单；请在代购单里退换，或办成送货上门"),
            parcel_id=row["id"],
            pickup_code=row["pickup_code"],
        )


def require_still(tx: Tx, listed: Manifest, row: sqlite3.Row) -> None:
    """Raises Refused ``manifest.piece_changed`` when a parcel of the list may not leave any more."""
    why = may_leave(tx, listed, row)
    if why is not None:
        raise Refused(
            "manifest.piece_changed",
            N_("清单上的 {pickup_code} 已有变动（{why}）；没有交接，请从清单去掉这一件，清点完的请重开一张"),
            parcel_id=row["id"],
            pickup_code=row["pickup_code"] or "",
            why=say(why.message, **why.facts),
            because=why.code,
        )


def line_of(db: Reader, row: sqlite3.Row, note: str, kind: str) -> Line:
    """A parcel as the list's paper names it; tail and name only where somebody must be found at a door."""
    columns = {"waybill": "waybill_no"} | (
        {"tail": "phone_tail", "name": "name_hint"} if kind == ManifestKind.DOOR else {}
    )
    why = ""
    if kind == ManifestKind.RETURN:
        move = last_move(db, row["id"])
        why = PROBLEM_WORDS[ProblemReason(json.loads(move["detail"]).get("reason", "other") if move else "other")]
    blanks = {name: ColumnBlank("parcels", row["id"], column) for name, column in columns.items()}
    return Line(row["pickup_code"], row["carrier"], why, note, blanks)


def take_list_scan(tx: Tx, manifest_id: int, recognised: Recognised) -> Obeyed:
    """A label or waybill scanned at a desk whose list is open: the parcel comes on it. Refused as ``add_to_list``, and
    ``manifest.not_a_parcel``, ``manifest.parcel_not_found``."""
    if recognised.kind not in PARCEL and recognised.kind is not CodeKind.PICKUP_CODE:
        raise Refused("manifest.not_a_parcel", N_("交接时请扫快件上的取件码或面单；没有放进清单，要办别的请先回首页"))
    row = find_parcel(tx, recognised)
    was_on = store.item(tx, manifest_id, CASE, row["id"]) is not None
    add_to_list(tx, manifest_id, row["id"])
    if not was_on:
        last_acts.remember_here(tx, last_acts.LISTED, [row["id"]], str(manifest_id))
    facts = {"pickup_code": row["pickup_code"], "kind_name": say(KIND_WORDS[store.manifest(tx, manifest_id).kind])}
    words = N_("{pickup_code} 已经在清单上，没有重复") if was_on else N_("{pickup_code} 放进{kind_name}了")
    code = "manifest.listed_before" if was_on else "manifest.listed"
    return Obeyed(
        code, words, ALREADY if was_on else DONE, facts, parcel_id=row["id"], changed=("manifest",), go="list_open"
    )


def find_parcel(tx: Tx, recognised: Recognised) -> sqlite3.Row:
    """The parcel in stock under a code or waybill; the one that was here last when none is. Refused
    ``manifest.parcel_not_found``."""
    if recognised.kind is CodeKind.PICKUP_CODE:
        found = parcels.by_code(tx, recognised.text)
        rows = [found] if found is not None else []
    else:
        rows = parcels.by_waybill(tx, recognised.waybill_no, recognised.piece_index or None)
    here = next((row for row in rows if row["state"] in IN_STOCK), None)
    if here is None and not rows:
        raise Refused("manifest.parcel_not_found", N_("没有这个快件，没有放进清单；请核对是不是本站的件"))
    return here if here is not None else rows[0]


def leave_desks(tx: Tx, manifest_id: int) -> None:
    """No desk has this list open any more."""
    tx.execute(
        "UPDATE desks SET open_list_id = NULL, mode = CASE mode WHEN 'manifest' THEN 'home' ELSE mode END"
        " WHERE open_list_id = ?",
        manifest_id,
    )
