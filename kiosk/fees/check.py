"""Invariants of the fee board: every version is as it was published, numbers have no gap, a published draft says what its
version says."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kiosk.fees.actions import version_hash
from kiosk.fees.document import read
from kiosk.fees.store import version
from kiosk.storage import Reader
from kiosk.storage.numbers import last_number
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Versions whose hash does not fit or that the audit does not know, gaps in their numbers, drafts that do not say what
    was published of them."""
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
    for draft in db.all("SELECT id, content, version_id FROM fee_drafts WHERE state = 'published'"):
        found, _mistakes = read(json.loads(draft["content"]))
        frozen = version(db, draft["version_id"])
        said = (found.effective_on, found.basis, found.approver, found.items) if found is not None else None
        if frozen is None or said != (frozen.effective_on, frozen.basis, frozen.approver, frozen.items):
            yield Problem("fees.draft_differs", "fee_draft", draft["id"], f"version {draft['version_id']}")
