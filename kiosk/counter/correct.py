"""Puts right what was typed wrong, adds the phone that came after the scan, moves a parcel: a new event each, and a
new slip where the paper would be wrong."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import shifts
from kiosk.codes import PhoneEntry, ShelfPlace, parse_phone, parse_shelf
from kiosk.counter import label_paper, last_acts, paper
from kiosk.counter.consent import withdraw_of_another
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import Told
from kiosk.errors import Refused
from kiosk.notices import store as notice_store
from kiosk.notices.actions import UnderWay
from kiosk.notices.model import Channel, NoticeState
from kiosk.parcels import actions, batches, store
from kiosk.parcels.intake import recipient
from kiosk.parcels.model import CASE
from kiosk.people import desks
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.words import N_


@dataclass(frozen=True, slots=True)
class Corrected:
    """Which fields changed (``carrier``, ``phone``, ``name``, ``place``; none: nothing was written) and the new
    paper."""

    parcel_id: int
    fields: tuple[str, ...]
    told: Told


def add_phone(
    tx: Tx,
    parcel_id: int | None = None,
    *,
    phone: str | PhoneEntry | None = None,
    phone_tail: str | None = None,
    name_hint: str | None = None,
    desk_id: int | None = None,
    under_way: UnderWay | None = None,
) -> Corrected:
    """Adds phone, tail or name to a parcel in stock, to the desk's last check-in when no parcel is named.

    A slip that was held for the phone is printed; one that still waits in the queue is replaced. One that may have come
    out stays the only one: its pickup code is right, and whoever wants the tail on it has the batch wait for the phone.
    Refused ``phone.*``, ``intake.no_last_parcel``, ``parcel.*``, ``text.holds_id_number``, ``staff.not_allowed``.
    """
    require(tx.actor, Right.BATCH)
    at = desk_id_of(tx, desk_id)
    if parcel_id is None:
        parcel_id = last_acts.last_parcel(desks.desk(tx, at)) if at is not None else None
    if parcel_id is None:
        raise Refused("intake.no_last_parcel", N_("还没有刚入库的快件可以补电话；请先扫面单，再输尾号"))
    entry = _phone(phone)
    person = recipient(tx, entry, phone_tail, name_hint)
    if not person.is_known:
        raise Refused("phone.empty", N_("没有填手机号。可以填全号、隐私号（号码-分机）或只填尾号四位。"))
    row = store.parcel(tx, parcel_id)
    actions.add_phone(tx, shifts.ensure_open(tx).business_on, row, person)
    withdraw_of_another(tx, row)
    return Corrected(parcel_id, ("phone",), _paper(tx, parcel_id, row["batch_id"], at, under_way))


def correct(
    tx: Tx,
    parcel_id: int,
    *,
    carrier: str | None = None,
    phone: str | PhoneEntry | None = None,
    phone_tail: str | None = None,
    name_hint: str | None = None,
    shelf: str | ShelfPlace | None = None,
    desk_id: int | None = None,
    under_way: UnderWay | None = None,
) -> Corrected:
    """Corrects a parcel in stock; None leaves a field as it is, ``name_hint=''`` takes the name away.

    The pickup code stays whatever changes: the villager holds it. When anything changed, a new slip is printed if there
    was one. Refused as ``add_phone``, and ``carrier.unknown``, ``shelf.unreadable``.
    """
    require(tx.actor, Right.BATCH)
    row = store.parcel(tx, parcel_id)
    place = parse_shelf(shelf) if isinstance(shelf, str) and shelf else shelf or None
    fields = actions.correct(
        tx, shifts.ensure_open(tx).business_on, row, carrier=carrier or None, phone=_phone(phone),
        phone_tail=phone_tail or None, name_hint=name_hint, place=place if isinstance(place, ShelfPlace) else None,
    )  # fmt: skip
    if not fields:
        return Corrected(parcel_id, (), Told())
    withdraw_of_another(tx, row)
    if "place" in fields and label_paper.is_labelled(tx, parcel_id):
        told = label_paper.put_label(tx, parcel_id, desk_id_of(tx, desk_id))
        if fields == ("place",):  # the notice names the code, and that stays
            return Corrected(parcel_id, fields, told)
    return Corrected(parcel_id, fields, paper.print_anew(
        tx, shifts.ensure_open(tx).business_on, parcel_id, desk_id_of(tx, desk_id), under_way
    ))  # fmt: skip


def relocate(
    tx: Tx, parcel_id: int, shelf: str | ShelfPlace, *, desk_id: int | None = None, under_way: UnderWay | None = None
) -> Corrected:
    """Moves a parcel in stock to another place and prints a label that shows both; nothing when it lies there already.

    Where stickers are in use it is a sticker: the notice that the villager holds names the code, and that stays.

    Refused ``shelf.unreadable``, ``parcel.*``, ``staff.not_allowed``.
    """
    require(tx.actor, Right.BATCH)
    row = store.parcel(tx, parcel_id)
    place = parse_shelf(shelf) if isinstance(shelf, str) else shelf
    business_on = shifts.ensure_open(tx).business_on
    actions.relocate(tx, business_on, row, place)
    if (place.shelf, place.layer) == (row["shelf"], row["layer"]):
        return Corrected(parcel_id, (), Told())
    if label_paper.is_labelled(tx, parcel_id):
        return Corrected(parcel_id, ("place",), label_paper.put_label(tx, parcel_id, desk_id_of(tx, desk_id)))
    return Corrected(
        parcel_id, ("place",), paper.print_anew(tx, business_on, parcel_id, desk_id_of(tx, desk_id), under_way)
    )


def _paper(tx: Tx, parcel_id: int, batch_id: int | None, desk_id: int | None, under_way: UnderWay | None) -> Told:
    """The slip that waited for this phone, at once unless its batch prints at the end; else one in place of the slip that
    has not come out yet."""
    held = [
        n
        for n in notice_store.standing(tx, CASE, parcel_id)
        if n.state is NoticeState.HELD and n.channel is Channel.PAPER
    ]
    if held:
        prints_at_end = batch_id is not None and batches.batch(tx, batch_id).print_mode == "batch_end"
        return Told(held[0].id) if prints_at_end else paper.release(tx, held[0], desk_id)
    if paper.is_out(tx, parcel_id, under_way):
        return Told()
    return paper.print_anew(tx, shifts.ensure_open(tx).business_on, parcel_id, desk_id, under_way)


def _phone(phone: str | PhoneEntry | None) -> PhoneEntry | None:
    if isinstance(phone, str):
        return parse_phone(phone) if phone.strip() else None
    return phone
