"""Finds people and their parcels from whatever the operator has: a scan, a tail, a code, a name or its initials.
Read-only."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from kiosk import vault
from kiosk.codes import CodeKind, Recognised, clean_text, parse_phone, recognise
from kiosk.errors import Refused
from kiosk.parcels import store, view
from kiosk.parcels.model import IN_STOCK, HandOverMethod, ParcelState
from kiosk.parcels.names import clean_hint
from kiosk.parcels.view import ParcelView, PersonView
from kiosk.storage import Reader

_DIGITS = re.compile(r"[0-9]{3,7}")


class FoundBy(StrEnum):
    """By what the parcels were found; as a check of who collects it is a ``HandOverMethod`` of the same name."""

    CODE = "code"
    TAIL = "tail"
    NAME = "name"
    PHONE = "phone"
    WAYBILL = "waybill"
    NOTHING = "nothing"


METHODS = {
    FoundBy.CODE: HandOverMethod.CODE,
    FoundBy.TAIL: HandOverMethod.TAIL,
    FoundBy.NAME: HandOverMethod.NAME,
    FoundBy.PHONE: HandOverMethod.PHONE,
    FoundBy.WAYBILL: HandOverMethod.WAYBILL,
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up came to.

    ``people``: everybody who fits, each with everything they have here; more than one is to be asked. ``parcel`` is the
    very parcel that a code or waybill names, in stock or not; when it has left, ``people`` may still hold the rest.
    """

    by: FoundBy
    kind: CodeKind
    people: tuple[PersonView, ...]
    parcel: ParcelView | None = None

    @property
    def is_asked(self) -> bool:
        """Whether the operator must choose between people."""
        return len(self.people) > 1

    @property
    def has_left(self) -> bool:
        """Whether the named parcel is no longer here."""
        return self.parcel is not None and not self.parcel.is_in_stock and self.parcel.state is not ParcelState.EXPECTED


def look_up(db: Reader, what: str | Recognised) -> Found:
    """Everything in stock that ``what`` can mean, by person. Nothing found is a ``Found`` without people, no error."""
    recognised = recognise(what) if isinstance(what, str) else what
    typed = what if isinstance(what, str) else recognised.text
    match recognised.kind:
        case CodeKind.PICKUP_CODE:
            return _by_code(db, recognised)
        case CodeKind.PHONE:
            return _by_phone(db, recognised)
        case CodeKind.PHONE_TAIL:
            return _by_tail(db, recognised)
        case CodeKind.WAYBILL | CodeKind.BOOK:
            found = _by_waybill(db, recognised)
            if found.parcel is not None:
                return found
            return _by_old_code(db, recognised, typed) or _by_country_code(db, recognised) or found
        case CodeKind.UNREADABLE | CodeKind.NOISE:
            return _by_old_code(db, recognised, typed) or _by_name(db, recognised, typed)
    return Found(FoundBy.NOTHING, recognised.kind, ())


def _by_code(db: Reader, recognised: Recognised) -> Found:
    row = store.by_code(db, recognised.text)
    return Found(FoundBy.CODE, recognised.kind, ()) if row is None else _of_parcel(db, FoundBy.CODE, recognised, row)


def _by_waybill(db: Reader, recognised: Recognised) -> Found:
    rows = store.by_waybill(db, recognised.waybill_no, recognised.piece_index)
    if not rows and not recognised.piece_index:
        rows = store.by_waybill(db, recognised.waybill_no)  # the number of the shipment; its pieces came one by one
    rows = [row for row in rows if row["state"] != ParcelState.UNDONE] or rows
    here = next((row for row in rows if row["state"] in IN_STOCK), None)
    if here is not None or rows:
        return _of_parcel(db, FoundBy.WAYBILL, recognised, here if here is not None else rows[0])
    return Found(FoundBy.WAYBILL, recognised.kind, ())


def _of_parcel(db: Reader, by: FoundBy, recognised: Recognised, row: sqlite3.Row) -> Found:
    person = view.person_of(db, row)
    shown = next(parcel for parcel in person.parcels if parcel.id == row["id"])
    if shown.is_in_stock:
        return Found(by, recognised.kind, (person,), shown)
    rest = tuple(parcel for parcel in person.parcels if parcel.is_in_stock)
    if not rest:
        return Found(by, recognised.kind, (), shown)
    others = PersonView(rest[0].id, person.masked_name, person.masked_phone, rest, person.is_unclear)
    return Found(by, recognised.kind, (others,), shown)


def _by_phone(db: Reader, recognised: Recognised) -> Found:
    try:
        entry = parse_phone(recognised.text)
    except Refused:
        return Found(FoundBy.PHONE, recognised.kind, ())
    if entry.kind != "real":
        return Found(FoundBy.PHONE, recognised.kind, ())
    wanted = vault.phone_hash(db, entry.dialled)
    rows = store.by_tail(db, entry.tail)
    hashes = {row["id"]: row["phone_hash"] for row in rows}
    # A group with another full number is somebody else's; one with the bare tail may be this person's, and comes last.
    fitting = [
        (person, {hashes.get(parcel_id) for parcel_id in person.parcel_ids}) for person in view.show_groups(db, rows)
    ]
    mine = [person for person, known in fitting if wanted in known]
    perhaps = [person for person, known in fitting if known <= {None}]
    return Found(FoundBy.PHONE, recognised.kind, (*mine, *perhaps))


def _by_country_code(db: Reader, recognised: Recognised) -> Found | None:
    """``8613812345678`` is a waybill's form as well: only where no parcel has this number it is somebody's phone."""
    if not recognised.text.startswith("86"):
        return None
    try:
        entry = parse_phone(recognised.text)
    except Refused:
        return None
    return _by_phone(db, Recognised(CodeKind.PHONE, entry.dialled, recognised.length)) if entry.number else None


def _by_tail(db: Reader, recognised: Recognised) -> Found:
    people = view.show_groups(db, store.by_tail(db, recognised.text))
    if people:
        return Found(FoundBy.TAIL, recognised.kind, people)
    return _by_number(db, recognised, recognised.text)


def _by_number(db: Reader, recognised: Recognised, number: str) -> Found:
    """Digits that nobody's tail fits: the last part of a pickup code, as people say it."""
    rows = store.by_code_number(db, number)
    people = tuple({person.parcel_id: person for row in rows for person in [view.person_of(db, row)]}.values())
    only = view.show(db, rows[0]) if len(rows) == 1 else None
    return Found(FoundBy.CODE, recognised.kind, people, only)


def _by_old_code(db: Reader, recognised: Recognised, typed: str) -> Found | None:
    """A code from before that looks like nothing we know: it is what the label says."""
    code = clean_text(typed, 40).upper().replace(" ", "")
    row = store.by_code(db, code) if code else None
    if row is not None:
        return _of_parcel(db, FoundBy.CODE, recognised, row)
    if _DIGITS.fullmatch(code):
        found = _by_number(db, recognised, code)
        return found if found.people else None
    return None


def _by_name(db: Reader, recognised: Recognised, typed: str) -> Found:
    try:
        hint = clean_hint(typed)
    except Refused:
        return Found(FoundBy.NAME, recognised.kind, ())
    if not hint or recognised.noise not in ("", "chinese"):
        return Found(FoundBy.NOTHING, recognised.kind, ())
    rows = store.by_name(db, hint)
    whole = {row["id"]: row for row in rows}
    for row in rows:
        whole |= {other["id"]: other for other in view.relatives(db, row)}
    named = {row["id"] for row in rows}
    people = [person for person in view.show_groups(db, whole.values()) if named & set(person.parcel_ids)]
    return Found(FoundBy.NAME, recognised.kind, tuple(people))
