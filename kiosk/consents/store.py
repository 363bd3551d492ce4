"""All reads of consents, and the colour of a parcel by them in one piece of SQL: pages, lists and intake never differ."""

from __future__ import annotations

import sqlite3

from kiosk import vault
from kiosk.consents.model import CASE, Colour, Consent, Person
from kiosk.errors import Refused
from kiosk.storage import Reader
from kiosk.words import N_

_HELD = "c.withdrawn_at IS NULL"
_HASH = "c.phone_hash = p.phone_hash AND c.phone_hash IS NOT NULL"
_TAIL = (
    "p.phone_hash IS NULL AND c.phone_tail = p.phone_tail AND c.name_hint = p.name_hint AND c.phone_hash IS NULL"
    " AND c.phone_tail IS NOT NULL"
)
_OF_PARCEL = "c.parcel_id = p.id AND c.parcel_id IS NOT NULL"


def _any(*conditions: str) -> str:
    return " OR ".join(f"EXISTS (SELECT 1 FROM consents c WHERE {condition})" for condition in conditions)


_WITHDRAWN = "c.withdrawn_how <> 'mistake'"
_GREEN = _any(f"{_OF_PARCEL} AND {_HELD}", f"{_HASH} AND {_HELD}", f"{_TAIL} AND {_HELD}")
_TAKEN_BACK = _any(f"{_OF_PARCEL} AND {_WITHDRAWN}", f"{_TAIL} AND {_WITHDRAWN}")
#: Over a parcel's row ``p``. Green: somebody agreed. Red: somebody who is known has not, or took it back. Else amber.
COLOUR_SQL = (
    f"CASE WHEN {_GREEN} THEN 'green' WHEN p.phone_hash IS NOT NULL OR {_TAKEN_BACK} THEN 'red' ELSE 'amber' END"
)


def consent(db: Reader, consent_id: int) -> Consent:
    """The consent of this id; Refused ``consent.unknown``."""
    row = db.one("SELECT * FROM consents WHERE id = ?", consent_id)
    if row is None:
        raise Refused("consent.unknown", N_("没有编号为 {consent_id} 的同意记录，请核对编号"), consent_id=consent_id)
    return Consent.of(row)


def colour(db: Reader, parcel_id: int) -> Colour:
    """How a parcel stands."""
    return Colour(db.value(f"SELECT {COLOUR_SQL} FROM parcels p WHERE p.id = ?", parcel_id))


def of_parcel(db: Reader, row: sqlite3.Row) -> Consent | None:
    """The consent by which a parcel's row is green: its own before a standing one. None when it isn't."""
    for condition, values in (
        ("parcel_id = ? AND parcel_id IS NOT NULL", (row["id"],)),
        ("phone_hash = ? AND phone_hash IS NOT NULL", (row["phone_hash"],)),
        (
            "phone_tail = ? AND name_hint = ? AND phone_hash IS NULL AND phone_tail IS NOT NULL AND ? IS NULL",
            (row["phone_tail"], row["name_hint"], row["phone_hash"]),
        ),
    ):
        found = db.one(f"SELECT * FROM consents WHERE {condition} AND withdrawn_at IS NULL", *values)
        if found is not None:
            return Consent.of(found)
    return None


def standing(db: Reader, person: Person) -> Consent | None:
    """The standing consent of a person, None when there is none that counts."""
    if person.phone_hash:
        found = db.one(
            "SELECT * FROM consents WHERE phone_hash = ? AND phone_hash IS NOT NULL AND withdrawn_at IS NULL",
            person.phone_hash,
        )
    else:
        found = db.one(
            "SELECT * FROM consents WHERE phone_tail = ? AND name_hint = ? AND phone_hash IS NULL"
            " AND phone_tail IS NOT NULL AND withdrawn_at IS NULL",
            person.phone_tail,
            person.name_hint,
        )
    return Consent.of(found) if found is not None else None


def for_parcel(db: Reader, parcel_id: int) -> Consent | None:
    """The consent for this one parcel, None when there is none that counts."""
    found = db.one(
        "SELECT * FROM consents WHERE parcel_id = ? AND parcel_id IS NOT NULL AND withdrawn_at IS NULL", parcel_id
    )
    return Consent.of(found) if found is not None else None


def phone_of(db: Reader, consent_id: int) -> str:
    """The full phone of a standing consent; '' when only the tail was known or it was erased."""
    return vault.get(db, CASE, consent_id, "phone") or ""


def page(
    db: Reader, *, scope: str | None = None, holds: bool | None = None, parcel_id: int | None = None,
    before_id: int | None = None, limit: int = 50,
) -> tuple[list[Consent], int | None]:  # fmt: skip
    """Consents newest first that fit every filter given, and the id to go on before (None at the end)."""
    conditions, values = ["id < ?"], [before_id or 2**62]
    for column, value in (("scope", scope), ("parcel_id", parcel_id)):
        if value is not None:
            conditions.append(f"{column} = ? AND {column} IS NOT NULL")
            values.append(value)
    if holds is not None:
        conditions.append(f"withdrawn_at IS {'' if holds else 'NOT '}NULL AND (? = 0 OR erased_at IS NULL)")
        values.append(int(holds))
    rows = db.all(
        f"SELECT * FROM consents WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT ?", *values, limit + 1
    )
    found = [Consent.of(row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None
