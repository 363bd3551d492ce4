"""Consent at the counter: noted for a parcel or for good from a parcel's page, at pick-up or by a call, and withdrawn. Joins
parcels, which know no consents, to consents, which know no parcels."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk import shifts, vault
from kiosk.codes import mask_name, mask_phone, parse_phone
from kiosk.consents import actions, store
from kiosk.consents.model import (
    COLOUR_SHAPES,
    COLOUR_WORDS,
    HOW_WORDS,
    SCOPE_WORDS,
    WITHDRAWN_WORDS,
    Colour,
    Consent,
    How,
    Person,
    Scope,
    WithdrawnHow,
)
from kiosk.errors import Refused
from kiosk.parcels import store as parcels
from kiosk.parcels.model import CASE, ParcelState
from kiosk.people.rights import Right, require
from kiosk.people.staff import name_of
from kiosk.storage import Reader, Tx
from kiosk.words import N_, say

#: What no consent is noted for any more: it never came, or it is as if it had not.
_NEVER_HERE = frozenset({ParcelState.UNDONE, ParcelState.EXPECTED})


@dataclass(frozen=True, slots=True)
class Standing:
    """How a parcel stands, in shape and word, and the consent that makes it green."""

    colour: Colour
    consent: Consent | None
    may_stand: bool  # whether the person is known well enough for a standing consent

    @property
    def words(self) -> str:
        return say(COLOUR_WORDS[self.colour])

    @property
    def shape(self) -> str:
        return COLOUR_SHAPES[self.colour]

    @property
    def badge(self) -> str:
        """The class that pages draw it with."""
        return {Colour.GREEN: "ok", Colour.AMBER: "warn", Colour.RED: "problem"}[self.colour]


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent as anybody at the counter may see it: masked, in words."""

    row: Consent
    masked_phone: str
    masked_name: str
    given_by: str

    @property
    def scope_name(self) -> str:
        return say(SCOPE_WORDS[self.row.scope])

    @property
    def how_name(self) -> str:
        return say(HOW_WORDS[self.row.how])

    @property
    def withdrawn_name(self) -> str:
        return say(WITHDRAWN_WORDS[self.row.withdrawn_how]) if self.row.withdrawn_how else ""


def give_consent(tx: Tx, parcel_id: int, scope: Scope | str, how: How | str) -> Consent:
    """Notes that the recipient of a parcel agrees, for this one or for good; the one that counts already when there is one.

    Refused ``staff.not_allowed``, ``parcel.unknown``, ``consent.never_here`` and as ``consents.actions.give``.
    """
    require(tx.actor, Right.SERVE)
    row = parcels.parcel(tx, parcel_id)
    if row["state"] in _NEVER_HERE:
        raise Refused("consent.never_here", N_("这件没有在站点（还没到，或已撤销入库）；没有记下"), parcel_id=parcel_id)
    on = shifts.ensure_open(tx).business_on
    return actions.give(tx, on, scope, how, parcel_id=parcel_id, person=person_of(tx, row))


def give_standing(tx: Tx, phone: str, how: How | str) -> Consent:
    """Notes that whoever has this full phone agrees for good. Refused ``staff.not_allowed``, ``phone.*``,
    ``consent.person_unknown``, ``consent.how_unknown``."""
    require(tx.actor, Right.SERVE)
    return actions.give(tx, shifts.ensure_open(tx).business_on, Scope.STANDING, how, person=_of_phone(tx, phone))


def withdraw_consent(tx: Tx, consent_id: int, how: WithdrawnHow | str) -> Consent:
    """Ends a consent. Refused ``staff.not_allowed`` and as ``consents.actions.withdraw``."""
    require(tx.actor, Right.SERVE)
    return actions.withdraw(tx, shifts.ensure_open(tx).business_on, consent_id, how)


def find_standing(db: Reader, phone: str) -> Consent:
    """The standing consent of a full phone. Refused ``phone.*``, ``consent.person_unknown``, ``consent.none``."""
    found = store.standing(db, _of_phone(db, phone))
    if found is None:
        raise Refused("consent.none", N_("这个号码没有有效的「以后的都同意」；没有改动"))
    return found


def standing_of(db: Reader, row: sqlite3.Row) -> Standing:
    """How a parcel's row stands."""
    return Standing(store.colour(db, row["id"]), store.of_parcel(db, row), person_of(db, row).is_known)


def standings(db: Reader, parcel_ids: list[int]) -> dict[int, Standing]:
    """How these parcels stand, by id."""
    return {parcel_id: standing_of(db, parcels.parcel(db, parcel_id)) for parcel_id in parcel_ids}


def person_of(db: Reader, row: sqlite3.Row) -> Person:
    """By what the recipient of a parcel's row is known."""
    number = vault.get(db, CASE, row["id"], "phone") if row["phone_hash"] else None
    return Person(row["phone_hash"], row["phone_tail"], row["name_hint"], number or "")


def show_consent(db: Reader, found: Consent) -> ConsentView:
    """A consent in words; one for a parcel shows the parcel's masked person."""
    whose = parcels.parcel(db, found.parcel_id) if found.parcel_id is not None else None
    tail = whose["phone_tail"] if whose is not None else found.phone_tail
    name = whose["name_hint"] if whose is not None else found.name_hint
    number = store.phone_of(db, found.id)
    return ConsentView(
        found, mask_phone(number or tail or ""), mask_name(name or ""),
        name_of(db, found.given_by_kind, found.given_by_id),
    )  # fmt: skip


def _of_phone(db: Reader, phone: str) -> Person:
    entry = parse_phone(phone)
    if entry.kind != "real":
        raise Refused(
            "consent.person_unknown",
            N_("要填完整的手机号：只有尾号或隐私号认不出是哪一家；没有记下，可以在那一件的页面记「只这一件」"),
        )
    return Person(vault.phone_hash(db, entry.dialled), entry.tail, None, entry.dialled)
