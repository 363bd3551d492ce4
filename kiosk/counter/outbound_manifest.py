"""The courier stands at the counter: parcels come on the list by sticker or waybill, and the list is given. A scan finds
what it means in the one transaction in which it is done."""

from __future__ import annotations

from kiosk.codes import PARCEL, CodeKind, Recognised, recognise
from kiosk.counter.desk_scans import ALREADY, ATTENTION, DONE
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.obeyed import Obeyed
from kiosk.errors import Refused
from kiosk.manifests import store as lists
from kiosk.outbound import manifests, store
from kiosk.outbound.model import Manifest, Outbound, OutboundState
from kiosk.parcels import store as parcels
from kiosk.parcels.model import IN_STOCK
from kiosk.people import desks
from kiosk.people.model import Desk
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.words import N_


def open_manifest(tx: Tx, carrier: str, *, desk_id: int | None = None) -> Manifest:
    """Begins the list of a carrier, or goes on with the one that is open; scans of the desk go to it.

    Refused ``carrier.unknown``, ``manifest.carrier_needed``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    found = manifests.begin(tx, carrier)
    at = desk_id_of(tx, desk_id)
    if at is not None:
        desks.set_desk(tx, at, open_manifest_id=found.id, mode="outbound", open_parcel_id=None, open_list_id=None)
    return found


def put_on(tx: Tx, manifest_id: int, outbound_id: int) -> Outbound:
    """Puts a parcel on the list; its waybill may be scanned next. Refused as ``outbound.manifests.put_on``."""
    require(tx.actor, Right.SERVE)
    return manifests.put_on(tx, manifest_id, outbound_id)


def take_off(tx: Tx, manifest_id: int, outbound_id: int) -> None:
    """Takes a parcel off the open list."""
    require(tx.actor, Right.SERVE)
    manifests.take_off(tx, manifest_id, outbound_id)


def give_waybill(tx: Tx, outbound_id: int, waybill: str | Recognised, *, is_sure: bool = False) -> Outbound:
    """Notes the carrier's number of a parcel that waits, read or typed.

    Refused as ``outbound.manifests.give_waybill``, and ``outbound.waybill_is_inbound`` for a parcel that came in and
    lies here: then the wrong box is being labelled."""
    require(tx.actor, Right.SERVE)
    recognised = recognise(waybill) if isinstance(waybill, str) else waybill
    _refuse_inbound(tx, recognised)
    return manifests.give_waybill(tx, outbound_id, recognised, is_sure=is_sure)


def take_waybill_off(tx: Tx, outbound_id: int) -> None:
    """Takes a wrong number off a parcel that waits."""
    require(tx.actor, Right.SERVE)
    manifests.take_waybill_off(tx, outbound_id)


def give_manifest(tx: Tx, manifest_id: int, courier: str = "") -> Manifest:
    """The courier takes what is on the list; its paper is printed to be signed. Refused as
    ``outbound.manifests.give``."""
    require(tx.actor, Right.SERVE)
    given = manifests.give(tx, manifest_id, courier)
    _leave_desks(tx, manifest_id)
    if given.slip_id is not None:
        till.print_at_desk(tx, given.slip_id, None)
    return given


def take_manifest_back(tx: Tx, manifest_id: int) -> Manifest:
    """The courier did not take it after all. Refused ``manifest.other_day``, ``manifest.not_given``."""
    require(tx.actor, Right.SERVE)
    return manifests.take_back(tx, manifest_id)


def drop_manifest(tx: Tx, manifest_id: int) -> None:
    """Gives the open list up; nothing leaves."""
    require(tx.actor, Right.SERVE)
    manifests.drop(tx, manifest_id)
    _leave_desks(tx, manifest_id)


def take_scan_for(tx: Tx, desk: Desk, recognised: Recognised) -> Obeyed:
    """What a scan does: at a desk whose list is open a sticker or a waybill comes on it; elsewhere a sticker or a list's
    code opens its page. Refused as the acts, and ``manifest.which_parcel`` for a waybill of nobody."""
    if recognised.kind is CodeKind.MANIFEST:
        of_the_day = lists.by_number(tx, recognised.text)
        if of_the_day is not None:
            return Obeyed("manifest.scanned", N_("交接清单 {number}"), facts={"number": of_the_day.manifest_no, "list_id": of_the_day.id}, go="list")  # fmt: skip
        listed = store.manifest_by_number(tx, recognised.text)
        if listed is None:
            raise Refused(
                "manifest.unknown",
                N_("没有编号为 {manifest_id} 的交接清单，请核对编号"),
                manifest_id=recognised.text[:40],
            )
        return Obeyed("manifest.scanned", N_("交接清单 {number}"), facts={"number": listed.manifest_no, "manifest_id": listed.id}, go="manifest")  # fmt: skip
    sticker = store.by_number(tx, recognised.text) if recognised.kind is CodeKind.OUTBOUND else None
    if recognised.kind is CodeKind.OUTBOUND and sticker is None:
        raise Refused(
            "outbound.unknown", N_("没有编号为 {outbound_id} 的寄件，请核对编号"), outbound_id=recognised.text[:40]
        )
    open_id = desk.open_manifest_id if desk.mode == "outbound" else None
    if open_id is None:
        if sticker is None:
            raise ValueError("a waybill without a list is no affair of sending")
        return Obeyed("outbound.scanned", N_("寄件 {number}"), facts={"number": sticker.outbound_no, "outbound_id": sticker.id}, go="outbound")  # fmt: skip
    require(tx.actor, Right.SERVE)
    if sticker is not None:
        return _listed(manifests.put_on(tx, open_id, sticker.id), was_on=sticker.manifest_id == open_id)
    return _waybill(tx, open_id, recognised)


def _waybill(tx: Tx, manifest_id: int, recognised: Recognised) -> Obeyed:
    if recognised.kind not in PARCEL:
        raise Refused(
            "manifest.not_a_waybill", N_("交接时请扫寄件标签或面单上的条码；没有放进清单，要办别的请先回首页")
        )
    _refuse_inbound(tx, recognised)
    known = store.by_waybill(tx, recognised.waybill_no)
    if known is not None:
        if known.state == OutboundState.GIVEN:
            raise Refused(
                "outbound.already_given",
                N_("这件（{number}）已经交给快递员了；没有放进清单，请核对是不是又扫了一遍"),
                outbound_id=known.id,
                number=known.outbound_no,
            )
        return _listed(manifests.put_on(tx, manifest_id, known.id), was_on=known.manifest_id == manifest_id)
    chosen = store.manifest(tx, manifest_id).chosen_id
    if chosen is None:
        raise Refused(
            "manifest.which_parcel", N_("还不知道这张面单贴在哪一件上；没有记下，请先扫那一件的寄件标签，再扫面单")
        )
    done = manifests.give_waybill(tx, chosen, recognised)
    return Obeyed(
        "outbound.waybill_given", N_("{number} 的运单号记下了（…{tail}）"), DONE,
        {"number": done.outbound_no, "tail": (done.waybill_no or "")[-4:], "outbound_id": done.id},
        changed=("manifest",), go="manifest_open",
    )  # fmt: skip


def _listed(done: Outbound, *, was_on: bool) -> Obeyed:
    facts = {"number": done.outbound_no, "outbound_id": done.id}
    if not done.waybill_no:
        words = N_("{number} 在清单上，请扫这一件的面单")
        return Obeyed("manifest.chosen", words, ATTENTION, facts, changed=("manifest",), go="manifest_open")
    if was_on:
        words = N_("{number} 已经在清单上，没有重复")
        return Obeyed("manifest.listed_before", words, ALREADY, facts, changed=("manifest",), go="manifest_open")
    words = N_("{number} 放进清单了")
    return Obeyed("manifest.listed", words, DONE, facts, changed=("manifest",), go="manifest_open")


def _refuse_inbound(tx: Tx, recognised: Recognised) -> None:
    for row in parcels.by_waybill(tx, recognised.waybill_no) if recognised.waybill_no else ():
        if row["state"] in IN_STOCK:
            raise Refused(
                "outbound.waybill_is_inbound",
                N_("这个运单号是到件，在库（取件码 {pickup_code}），不是寄出的面单；没有记下，请核对"),
                parcel_id=row["id"],
                pickup_code=row["pickup_code"],
            )


def _leave_desks(tx: Tx, manifest_id: int) -> None:
    """No desk has this list open any more."""
    tx.execute(
        "UPDATE desks SET open_manifest_id = NULL, mode = CASE mode WHEN 'outbound' THEN 'home' ELSE mode END"
        " WHERE open_manifest_id = ?",
        manifest_id,
    )
