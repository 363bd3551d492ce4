"""Invariants of consents: each was given and withdrawn by an act that is recorded, one counts for a person or parcel at a
time, and the phone in the vault is the one by which it is found."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kiosk import vault
from kiosk.consents.model import CASE
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Everything about consents that doesn't hold."""
    yield from _twice(db)
    yield from _phones(db)
    yield from _recorded(db)


def _twice(db: Reader) -> Iterator[Problem]:
    for row in db.all(
        "SELECT MIN(id), COUNT(*) FROM consents WHERE withdrawn_at IS NULL AND erased_at IS NULL"
        " GROUP BY parcel_id, phone_hash, CASE WHEN phone_hash IS NULL THEN phone_tail END, name_hint HAVING COUNT(*) > 1"
    ):
        yield Problem("consent.twice", "consent", row[0], f"{row[1]} count at once")


def _phones(db: Reader) -> Iterator[Problem]:
    for row in db.all(
        "SELECT c.id, c.phone_hash, v.value FROM vault v LEFT JOIN consents c ON c.id = v.case_id"
        " WHERE v.case_kind = ? AND v.field = 'phone'",
        CASE,
    ):
        if row["phone_hash"] is None or row["phone_hash"] != vault.phone_hash(db, row["value"]):
            yield Problem("consent.phone_differs", "consent", row["id"] or 0)


def _recorded(db: Reader) -> Iterator[Problem]:
    given = {facts["consent_id"]: (facts["scope"], facts["how"], facts["parcel_id"]) for facts in _facts(db, "given")}
    withdrawn = {facts["consent_id"]: facts["how"] for facts in _facts(db, "withdrawn")}
    for row in db.all("SELECT id, scope, how, parcel_id, withdrawn_how FROM consents"):
        is_given = given.pop(row["id"], None) == (row["scope"], row["how"], row["parcel_id"])
        if not is_given or withdrawn.pop(row["id"], None) != row["withdrawn_how"]:
            yield Problem("consent.not_as_audited", "consent", row["id"])
    for consent_id in sorted({*given, *withdrawn}):
        yield Problem("consent.not_as_audited", "consent", consent_id)


def _facts(db: Reader, act: str) -> Iterator[dict]:
    for (text,) in db.connection.execute("SELECT facts FROM audit WHERE action = ?", (f"consent.{act}",)):
        yield json.loads(text)
