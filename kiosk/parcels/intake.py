"""Takes a parcel in: duplicate, carrier, place, pickup code, personal values, event. One function, because nothing of
it may happen without the rest; whatever is uncertain is a warning, since an unknown pattern must never block the
counter."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk import vault
from kiosk.codes import PhoneEntry, Recognised, ShelfPlace, carriers, suggest
from kiosk.errors import Refused
from kiosk.parcels import allotment, learning, pickup_codes, places, store, traits
from kiosk.parcels.allotment import Where
from kiosk.parcels.batches import Batch, put_down, require_open
from kiosk.parcels.events import index_name, record
from kiosk.parcels.model import CASE, IN_STOCK, RETENTION, STATE_WORDS, EventKind, ParcelState, PhoneKind
from kiosk.parcels.names import clean_hint
from kiosk.parcels.refusals import already_in_stock, when
from kiosk.parcels.traits import NOTHING, Trait, Wish
from kiosk.storage import Tx
from kiosk.words import N_, say


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to look at that did not stop the act: a stable code, a marked message and its facts."""

    code: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self.message, **self.facts)


@dataclass(frozen=True, slots=True)
class Recipient:
    """What is known of the person: the search columns of the parcel's row, and the full number for the vault ('' for
    none). Made by ``recipient``."""

    columns: Mapping[str, Any]
    number: str

    @property
    def is_known(self) -> bool:
        """Whether a notice could find anybody."""
        return bool(self.number or self.columns["phone_tail"] or self.columns["name_hint"])


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A parcel that has just been taken in."""

    parcel_id: int
    pickup_code: str
    place: ShelfPlace
    carrier: str
    warnings: tuple[Warned, ...]
    previous_id: int | None
    has_phone: bool
    was_expected: bool


def recipient(tx: Tx, phone: PhoneEntry | None, phone_tail: str | None, name_hint: str | None) -> Recipient:
    """What to store of a person. ``phone_tail`` is the tail of the real phone, told beside a virtual number.

    Refused ``phone.tail_unreadable`` for a tail that is not four digits, ``phone.tail_contradicts`` for one that is
    not the number's.
    """
    tail = (phone_tail or "").strip()
    if tail and not (len(tail) == 4 and tail.isascii() and tail.isdigit()):
        raise Refused("phone.tail_unreadable", N_("尾号是手机号最后四位数字；没有保存，请再看一遍面单"))
    if phone is not None and phone.tail and tail and phone.tail != tail:
        raise Refused("phone.tail_contradicts", N_("尾号和手机号的最后四位不一样；没有保存，请对着面单再看一遍"))
    hint = clean_hint(name_hint)
    tail = (phone.tail if phone is not None else "") or tail
    kind = PhoneKind(phone.kind) if phone is not None else PhoneKind.TAIL_ONLY if tail else PhoneKind.NONE
    number = phone.dialled if phone is not None else ""
    columns = {
        "phone_kind": kind.value,
        "phone_tail": tail or None,
        "phone_hash": vault.phone_hash(tx, number) if kind is PhoneKind.REAL else None,
        "name_hint": hint or None,
    }
    return Recipient(columns, number)


def laid_over(tx: Tx, row: sqlite3.Row, person: Recipient, *, cleared: bool = False) -> Recipient:
    """What is known of a parcel's person once ``person`` is laid over its row: a name doesn't wipe the phone, nor the
    reverse. ``cleared`` takes the name away."""
    there = vault.get(tx, CASE, row["id"], "phone") or ""
    has_phone = person.columns["phone_kind"] != PhoneKind.NONE
    has_name = bool(person.columns["name_hint"]) or cleared
    columns = {
        name: value if (has_phone if name.startswith("phone") else has_name) else row[name]
        for name, value in person.columns.items()
    }
    number = person.number if has_phone else there
    if person.columns["phone_kind"] == PhoneKind.TAIL_ONLY and row["phone_kind"] == PhoneKind.VIRTUAL:
        # The tail of the real phone, told beside the virtual number that the label bears.
        columns["phone_kind"], number = PhoneKind.VIRTUAL.value, there
    elif person.columns["phone_kind"] == PhoneKind.VIRTUAL and not person.columns["phone_tail"]:
        columns["phone_tail"] = row["phone_tail"]
    return Recipient(columns, number)


def keep_number(tx: Tx, parcel_id: int, number: str) -> None:
    """Puts the full number of a parcel where it can be erased; '' takes away what was there."""
    if number:
        vault.put(tx, CASE, parcel_id, "phone", number, RETENTION)
    else:
        vault.remove(tx, CASE, parcel_id, "phone")


def check_in(
    tx: Tx,
    business_on: str,
    recognised: Recognised,
    *,
    batch: Batch | None = None,
    carrier: str | None = None,
    person: Recipient,
    place: ShelfPlace | None = None,
    old_code: str | None = None,
    special: frozenset[Trait] = NOTHING,
) -> CheckedIn:
    """Takes in one recognised waybill (a book that the operator called a parcel included).

    ``carrier`` is what a person or program said, stronger than the batch. ``old_code`` is the code of a parcel that
    already lies on the shelf (opening stock). ``special`` is what the parcel is, for its place. Refused ``parcel.already_in_stock``, ``batch.closed``,
    ``carrier.unknown``, ``pickup_code.in_use``, ``pickup_code.unreadable``."""
    if batch is not None:
        require_open(batch)
    said = carriers.find_by_any_code(carrier).code if carrier else None
    warnings: list[Warned] = []
    before = store.by_waybill(tx, recognised.waybill_no, recognised.piece_index)
    for row in before:
        if row["state"] in IN_STOCK:
            raise already_in_stock(tx, row)
    announced = next((row for row in before if row["state"] == ParcelState.EXPECTED), None)
    previous = next((row for row in before if row["state"] not in (ParcelState.UNDONE, ParcelState.EXPECTED)), None)
    if previous is not None:
        warnings.append(_came_back(tx, previous))
    if recognised.piece_index and not person.is_known:
        person = _of_the_shipment(tx, recognised) or person
    if announced is not None:
        person = laid_over(tx, announced, _without_a_known_tail(person, announced))
    elif not person.is_known:
        person = _announced_and_taken_back(tx, before) or person

    confirmed = said or (batch.carrier if batch is not None else "") or None
    chosen = suggest(
        recognised,
        batch_carrier=confirmed,
        learned=None if confirmed else learning.learned(tx, recognised),
    )
    warnings += [Warned(w.code, w.message, w.facts) for w in chosen.warnings]
    is_confirmed = confirmed is not None and chosen.carrier == confirmed
    found, allotted = _put(tx, business_on, batch, place, old_code, traits.wish(special))
    where = found.place
    warnings += _about_place(found)
    columns: dict[str, Any] = {}
    if old_code:
        columns = {"is_opening_stock": 1}
    else:
        columns = {"is_opening_stock": int(batch.is_opening_stock)} if batch is not None else {}
    columns |= {
        "piece_total": recognised.piece_total, "carrier": chosen.carrier,
        "batch_id": batch.id if batch is not None else None,
        "previous_id": previous["id"] if previous is not None else None, "state": ParcelState.ON_SHELF.value,
        "shelf": where.shelf, "layer": where.layer, "pickup_code": allotted.code, "code_series": allotted.series,
        "holds_code": 1, "is_carrier_confirmed": int(is_confirmed), "checked_in_at": tx.now,
        "checked_in_on": business_on, **person.columns,
    }  # fmt: skip
    step = 1 if announced is None else announced["steps"] + 1
    if announced is None:
        parcel_id = tx.insert(
            "parcels", waybill_no=recognised.waybill_no, piece_index=recognised.piece_index, steps=step, **columns
        )
    else:
        parcel_id = announced["id"]
        tx.change("parcels", parcel_id, steps=step, **columns)
    if person.number or announced is not None:
        keep_number(tx, parcel_id, person.number)
    if special:
        traits.note(tx, parcel_id, special)
    if person.columns["name_hint"]:
        index_name(tx, parcel_id, person.columns["name_hint"])
    record(
        tx, parcel_id, step, EventKind.CHECKED_IN, business_on,
        ParcelState.EXPECTED if announced is not None else None, ParcelState.ON_SHELF,
        detail={"carrier": chosen.carrier, "shelf": where.shelf, "layer": where.layer},
        audited={
            "batch_id": batch.id if batch is not None else None,
            "carrier": chosen.carrier,
            "pickup_code": allotted.code,
        },
    )  # fmt: skip
    if batch is not None:
        tx.execute("UPDATE intake_batches SET checked_in = checked_in + 1 WHERE id = ?", batch.id)
    if is_confirmed:
        learning.learn(tx, recognised, chosen.carrier)
    return CheckedIn(
        parcel_id, allotted.code, where, chosen.carrier, tuple(warnings), previous["id"] if previous is not None else None,
        person.columns["phone_kind"] != PhoneKind.NONE, announced is not None,
    )  # fmt: skip


def _put(
    tx: Tx, business_on: str, batch: Batch | None, place: ShelfPlace | None, old_code: str | None, wish: Wish
) -> tuple[Where, pickup_codes.Allotted]:
    if old_code:
        allotted = pickup_codes.take_old(tx, old_code)
        if place is None and allotted.series:
            shelf, layer, _digit = allotted.series.split("-")
            place = ShelfPlace(shelf, int(layer))
        where = places.know(tx, place or (batch.place if batch is not None else places.first_place(tx)))
        return Where(where), allotted
    if place is not None:
        found = Where(places.know(tx, place))
    else:
        start = batch.place if batch is not None else places.know(tx, places.first_place(tx))
        is_locked = batch is not None and batch.is_place_locked
        found = allotment.next_place(tx, start, wish, is_locked=is_locked)
    if batch is not None and found.moves_on and found.place != batch.place:
        put_down(tx, batch.id, found.place)
    return found, pickup_codes.allot(tx, found.place, business_on)


def _about_place(found: Where) -> list[Warned]:
    """What to look at where the parcel goes; its place stands on the label all the same."""
    facts = {"place": str(found.place)}
    told = []
    if found.is_over:
        told.append(Warned("shelf.over_capacity", N_("{place} 已放满，还是放在这里；请看看有没有别的地方"), facts))
    if found.is_misfit:
        told.append(Warned("shelf.not_meant_for_it", N_("没有适合这件的空位，先放 {place}，请留意"), facts))
    return told


def _came_back(tx: Tx, previous: sqlite3.Row) -> Warned:
    return Warned(
        "parcel.came_back",
        N_("这个运单 {when} 来过（{state}），这次另记一件，请看一眼是不是同一件"),
        {
            "parcel_id": previous["id"],
            "when": when(tx, previous["checked_in_at"]),
            "state": say(STATE_WORDS[ParcelState(previous["state"])]),
        },
    )


def _of_the_shipment(tx: Tx, recognised: Recognised) -> Recipient | None:
    """The person of another piece of the same shipment that is here: the pieces are one person's."""
    for row in store.pieces_in_stock(tx, recognised.waybill_no):
        found = _known_of(tx, row)
        if found.is_known:
            return found
    return None


def _without_a_known_tail(person: Recipient, row: sqlite3.Row) -> Recipient:
    """The person without a bare tail that says no more than the number that was announced."""
    columns = person.columns
    if columns["phone_kind"] != PhoneKind.TAIL_ONLY or columns["phone_tail"] != row["phone_tail"]:
        return person
    return Recipient({**columns, "phone_kind": PhoneKind.NONE.value, "phone_tail": None}, "")


def _announced_and_taken_back(tx: Tx, before: list[sqlite3.Row]) -> Recipient | None:
    """The person of whom the announcement told, where its parcel came in and that was undone: it is scanned again, and its
    recipient is the same."""
    for row in before:
        is_undone = row["state"] == ParcelState.UNDONE and row["checked_in_at"] is not None and row["erased_at"] is None
        if is_undone and tx.value(
            "SELECT 1 FROM parcel_events WHERE parcel_id = ? AND kind = ?", row["id"], EventKind.EXPECTED_NOTED.value
        ):
            return _known_of(tx, row)
    return None


def _known_of(tx: Tx, row: sqlite3.Row) -> Recipient:
    """The person that a parcel's row names already."""
    names = ("phone_kind", "phone_tail", "phone_hash", "name_hint")
    return Recipient({name: row[name] for name in names}, vault.get(tx, CASE, row["id"], "phone") or "")
