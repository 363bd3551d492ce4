"""Consent at the counter: noted for a parcel or for good from a parcel's page, at pick-up or by a call, and withdrawn. Joins
parcels, which know no consents, to consents, which know no parcels.

Whoever collected by the pickup code had been told where the parcel lay and came for it: that hand-over is the evidence that
this parcel might lie here (domain.md §4.1), and no row is written beside it. So an undo of the hand-over takes it back by
itself, and nobody is held to have agreed for the parcels to come."""

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
from kiosk.counter import last_acts
from kiosk.errors import Refused
from kiosk.parcels import store as parcels
from kiosk.parcels.model import CASE, HandOverMethod, ParcelState
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
    is_by_code: bool = False  # green because it was collected by its pickup code

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
    return _remember(tx, actions.give(tx, on, scope, how, parcel_id=parcel_id, person=person_of(tx, row)), [parcel_id])


def give_standing(tx: Tx, phone: str, how: How | str) -> Consent:
    """Notes that whoever has this full phone agrees for good. Refused ``staff.not_allowed``, ``phone.*``,
    ``consent.person_unknown``, ``consent.how_unknown``."""
    require(tx.actor, Right.SERVE)
    on = shifts.ensure_open(tx).business_on
    return _remember(tx, actions.give(tx, on, Scope.STANDING, how, person=_of_phone(tx, phone)), [])


def _remember(tx: Tx, found: Consent, parcel_ids: list[int]) -> Consent:
    """撤销上一件 at this desk takes a consent back that was noted just now."""
    if found.given_at == tx.now:
        last_acts.remember_here(tx, last_acts.CONSENT, parcel_ids, str(found.id))
    return found


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
    colour = store.colour(db, row["id"])
    is_known = Person(row["phone_hash"], row["phone_tail"], row["name_hint"]).is_known
    if colour is Colour.GREEN:
        return Standing(colour, store.of_parcel(db, row), is_known)
    is_by_code = _collected_by_code(db, row)
    return Standing(Colour.GREEN if is_by_code else colour, None, is_known, is_by_code)


def withdraw_of_another(tx: Tx, before: sqlite3.Row) -> None:
    """A parcel turned out to be somebody else's than ``before`` said: who agreed for it had no say, so that is taken back
    as a mistake. A phone that only becomes whole, or a name, changes nobody."""
    after = parcels.parcel(tx, before["id"])
    is_another = any(
        before[key] and after[key] and before[key] != after[key] for key in ("phone_tail", "phone_hash")
    )  # fmt: skip
    given = store.for_parcel(tx, before["id"]) if is_another else None
    if given is not None:
        actions.withdraw(tx, shifts.ensure_open(tx).business_on, given.id, WithdrawnHow.MISTAKE)


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


def _collected_by_code(db: Reader, row: sqlite3.Row) -> bool:
    return row["state"] == ParcelState.HANDED_OVER and (
        db.value(
            "SELECT method FROM parcel_events e WHERE parcel_id = ? AND kind = 'handed_over' AND NOT EXISTS (SELECT 1 FROM"
            " parcel_problems p WHERE p.parcel_id = e.parcel_id AND p.kind = 'wrong_person' AND p.resolution IN ('',"
            " 'compensated', 'settled')) ORDER BY step DESC LIMIT 1",  # whoever had no claim to it agreed to nothing
            row["id"],
        )
        == HandOverMethod.CODE
    )


def _of_phone(db: Reader, phone: str) -> Person:
    entry = parse_phone(phone)
    if entry.kind != "real":
        raise Refused(
            "consent.person_unknown",
            N_("要填完整的手机号：只有尾号或隐私号认不出是哪一家；没有记下，可以在那一件的页面记「只这一件」"),
        )
    return Person(vault.phone_hash(db, entry.dialled), entry.tail, None, entry.dialled)
