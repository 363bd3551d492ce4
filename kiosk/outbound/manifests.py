"""交接清单: what one courier takes at once. A parcel gets on it by its sticker or its waybill; a carrier's number belongs
to one parcel, and a number of another carrier to none of this list. Given, the list is numbered and stays as it is."""

from __future__ import annotations

from kiosk import audit, shifts, vault
from kiosk.codes import OTHER, Recognised, about_a_person, carriers, same_family, waybill_of
from kiosk.errors import Refused
from kiosk.outbound.actions import in_state
from kiosk.outbound.model import (
    MANIFEST_CASE,
    MANIFEST_WORDS,
    RETENTION,
    Manifest,
    ManifestState,
    Outbound,
    OutboundState,
)
from kiosk.outbound.slips import freeze_manifest
from kiosk.outbound.store import by_waybill, manifest, on_manifest, open_manifest, outbound
from kiosk.storage import Tx
from kiosk.storage.numbers import document_no
from kiosk.words import N_, say

#: A longer list is given in two, so that a scan never waits for it and its paper can be signed on one hand.
MOST_PIECES = 300


def begin(tx: Tx, carrier: str) -> Manifest:
    """The list that is open for this carrier, begun if there is none. Refused ``carrier.unknown``."""
    code = carriers.find_by_any_code(carrier).code
    if code == OTHER:
        raise Refused("manifest.carrier_needed", N_("交接要选定一家快递公司；没有开始，请选择"))
    there = open_manifest(tx, code)
    if there is not None:
        return there
    manifest_id = tx.insert(
        "outbound_manifests", state=ManifestState.OPEN, carrier=code, opened_on=shifts.ensure_open(tx).business_on,
        opened_at=tx.now, opened_by_kind=tx.actor.kind, opened_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(tx, "manifest.opened", manifest_id=manifest_id, carrier=code)
    return manifest(tx, manifest_id)


def put_on(tx: Tx, manifest_id: int, outbound_id: int) -> Outbound:
    """Puts a waiting parcel on the list and makes it the one whose waybill is scanned next; does nothing new for one
    that is on it. Refused ``manifest.other_carrier``, ``manifest.not_open``, ``outbound.too_far``."""
    listed = _open(tx, manifest_id)
    found = in_state(tx, outbound_id, OutboundState.ACCEPTED)
    if found.carrier != listed.carrier:
        raise Refused(
            "manifest.other_carrier",
            N_("{number} 是{carrier}的件，不能交给{other}；没有放进清单"),
            outbound_id=found.id,
            number=found.outbound_no,
            carrier=carriers.find(found.carrier).name(),
            other=carriers.find(listed.carrier).name(),
        )
    if found.manifest_id is None:
        if len(on_manifest(tx, manifest_id)) >= MOST_PIECES:
            raise Refused(
                "manifest.too_long", N_("一张清单最多 {most} 件；没有放进去，请先交出这一张"), most=MOST_PIECES
            )
        tx.change("outbound_parcels", outbound_id, manifest_id=manifest_id)
    tx.change("outbound_manifests", manifest_id, chosen_id=None if found.waybill_no else outbound_id)
    return outbound(tx, outbound_id)


def take_off(tx: Tx, manifest_id: int, outbound_id: int) -> None:
    """Takes a parcel off the open list; it waits for its courier as before, with the waybill it has."""
    _open(tx, manifest_id)
    found = outbound(tx, outbound_id)
    if found.manifest_id != manifest_id:
        raise Refused("manifest.not_on_it", N_("这件不在这张清单上，没有改动"), outbound_id=outbound_id)
    tx.change("outbound_parcels", outbound_id, manifest_id=None)
    tx.execute(
        "UPDATE outbound_manifests SET chosen_id = NULL WHERE id = ? AND chosen_id = ?", manifest_id, outbound_id
    )


def give_waybill(tx: Tx, outbound_id: int, recognised: Recognised, *, is_sure: bool = False) -> Outbound:
    """Notes the carrier's number of a parcel that waits: read from the label that the courier has put on it.

    Does nothing when it has this very number. Refused ``waybill.is_<kind>``, ``outbound.waybill_taken`` (naming the
    parcel that has it), ``outbound.has_waybill``, ``outbound.foreign_waybill``: a number that by its own letters is
    another carrier's; ``is_sure`` takes one that only looks so.
    """
    number = waybill_of(recognised, book_is_parcel=is_sure)
    if recognised.piece_index:
        number += f"-{recognised.piece_index}"
    found = in_state(tx, outbound_id, OutboundState.ACCEPTED)
    if found.waybill_no == number:
        return found
    holder = by_waybill(tx, number)
    if holder is not None:
        raise Refused(
            "outbound.waybill_taken",
            N_("这个运单号已经是寄件 {number} 的；没有记下，请核对是不是贴错了面单"),
            outbound_id=holder.id,
            number=holder.outbound_no or str(holder.id),
        )
    if found.waybill_no:
        raise Refused(
            "outbound.has_waybill",
            N_("寄件 {number} 已经有运单号（…{tail}）；没有改，换了面单请先在它的页面去掉原来的"),
            outbound_id=found.id,
            number=found.outbound_no,
            tail=found.waybill_no[-4:],
        )
    _refuse_foreign(recognised, found, is_sure)
    tx.change("outbound_parcels", outbound_id, waybill_no=number)
    tx.execute("UPDATE outbound_manifests SET chosen_id = NULL WHERE chosen_id = ? AND state = 'open'", outbound_id)
    audit.record(tx, "outbound.waybill_given", outbound_id=outbound_id)
    return outbound(tx, outbound_id)


def take_waybill_off(tx: Tx, outbound_id: int) -> None:
    """Takes a wrong number off a parcel that waits; does nothing when it has none."""
    found = in_state(tx, outbound_id, OutboundState.ACCEPTED)
    if found.waybill_no:
        tx.change("outbound_parcels", outbound_id, waybill_no=None)
        audit.record(tx, "outbound.waybill_taken_off", outbound_id=outbound_id)


def give(tx: Tx, manifest_id: int, courier: str = "") -> Manifest:
    """The courier takes what is on the list: the list gets its number and its paper, each parcel is given.

    Refused ``manifest.empty``, ``manifest.waybill_missing`` (naming the first without), ``manifest.not_open``,
    ``text.holds_id_number``.
    """
    listed = _open(tx, manifest_id)
    parcels = on_manifest(tx, manifest_id)
    if not parcels:
        raise Refused("manifest.empty", N_("清单上还没有件，没有交接；请先扫我们的标签，再扫面单"))
    bare = [parcel for parcel in parcels if not parcel.waybill_no]
    if bare:
        raise Refused(
            "manifest.waybill_missing",
            N_("还有 {count} 件没有运单号（先是 {number}）；没有交接，请补扫面单，或从清单去掉"),
            count=len(bare),
            number=bare[0].outbound_no,
            outbound_id=bare[0].id,
        )
    name = about_a_person(courier, 20)
    business_on = shifts.ensure_open(tx).business_on
    number = document_no(tx, "MF", business_on)
    if name:
        vault.put(tx, MANIFEST_CASE, manifest_id, "courier", name, RETENTION)
    slip_id = freeze_manifest(tx, listed, number, parcels)
    tx.change(
        "outbound_manifests", manifest_id, state=ManifestState.GIVEN, manifest_no=number, pieces=len(parcels),
        chosen_id=None, given_on=business_on, given_at=tx.now, given_by_kind=tx.actor.kind, given_by_id=tx.actor.id,
        slip_id=slip_id,
    )  # fmt: skip
    for parcel in parcels:
        tx.change("outbound_parcels", parcel.id, state=OutboundState.GIVEN, given_at=tx.now)
    audit.record(
        tx, "manifest.given", manifest_id=manifest_id, manifest_no=number, carrier=listed.carrier, pieces=len(parcels)
    )
    return manifest(tx, manifest_id)


def take_back(tx: Tx, manifest_id: int) -> Manifest:
    """The courier did not take it after all: every parcel of the list waits again. On its own business day only; the
    number stays used. Refused ``manifest.other_day``, ``manifest.not_given``."""
    found = manifest(tx, manifest_id)
    if found.state != ManifestState.GIVEN:
        raise Refused("manifest.not_given", N_("这张清单没有交出去，没有改动"), manifest_id=manifest_id)
    if found.given_on != shifts.ensure_open(tx).business_on:
        raise Refused(
            "manifest.other_day",
            N_("清单 {number} 是 {day} 交接的，不能撤销；没有改动，请与快递公司联系"),
            number=found.manifest_no,
            day=found.given_on,
        )
    parcels = on_manifest(tx, manifest_id)
    tx.change("outbound_manifests", manifest_id, state=ManifestState.TAKEN_BACK, ended_at=tx.now)
    for parcel in parcels:
        tx.change("outbound_parcels", parcel.id, state=OutboundState.ACCEPTED, given_at=None, manifest_id=None)
    audit.record(tx, "manifest.taken_back", manifest_id=manifest_id, pieces=len(parcels))
    return manifest(tx, manifest_id)


def drop(tx: Tx, manifest_id: int) -> None:
    """Gives the open list up; what was on it waits as before."""
    _open(tx, manifest_id)
    for parcel in on_manifest(tx, manifest_id):
        tx.change("outbound_parcels", parcel.id, manifest_id=None)
    tx.change("outbound_manifests", manifest_id, state=ManifestState.DROPPED, chosen_id=None, ended_at=tx.now)
    audit.record(tx, "manifest.dropped", manifest_id=manifest_id)


def _open(tx: Tx, manifest_id: int) -> Manifest:
    found = manifest(tx, manifest_id)
    if found.state != ManifestState.OPEN:
        raise Refused(
            "manifest.not_open",
            N_("这张清单{state_name}，不能再改；没有改动，请另开一张"),
            manifest_id=manifest_id,
            state=found.state,
            state_name=say(MANIFEST_WORDS[found.state]),
        )
    return found


def _refuse_foreign(recognised: Recognised, found: Outbound, is_sure: bool) -> None:
    """A number that by its letters is another carrier's is refused always; one that only looks so, until it is sure."""
    ranked = recognised.candidates
    if not ranked or any(same_family(one.carrier, found.carrier) for one in ranked):
        return
    certain = [one.carrier for one in ranked if one.confidence == "H"]
    likely = [one.carrier for one in ranked if one.confidence == "M"]
    if certain or (likely and not is_sure):
        raise Refused(
            "outbound.foreign_waybill",
            N_("单号像{seems}，这件是{carrier}的；没有记下，请核对面单"),
            outbound_id=found.id,
            seems=carriers.find((certain or likely)[0]).name(),
            carrier=carriers.find(found.carrier).name(),
            is_certain=bool(certain),
        )
