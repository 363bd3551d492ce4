"""Invariants of the fee board: every version is as it was published, numbers have no gap."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kiosk.fees.actions import version_hash
from kiosk.storage import Reader
from kiosk.storage.numbers import last_number
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Versions whose hash does not fit or that the audit does not know, and gaps in their numbers."""
    rows = db.all("SELECT * FROM fee_versions ORDER BY number")
    published = {
        facts["number"]: facts["hash"]
        for (text,) in db.all("SELECT facts FROM audit WHERE action = 'fees.published'")
        for facts in [json.loads(text)]
    }
    for row in rows:
        wanted = version_hash(row["number"], row["effective_on"], row["basis"], row["approver"], row["items"])
        if row["hash"] != wanted or published.get(row["number"]) != wanted:
            yield Problem("fees.version_changed", "fee_version", row["id"])
    if [row["number"] for row in rows] != list(range(1, last_number(db, "fee_version") + 1)):
        yield Problem("fees.number_gap", "fee_version", len(rows))
