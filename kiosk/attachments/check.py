"""Invariants of attachments: each picture in the vault is the one that was put in evidence, and each row was recorded."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk import vault
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Pictures that are not the ones attached, and rows that nobody recorded."""
    rows = db.all(
        "SELECT a.id, a.case_kind, a.case_id, a.field, a.proof, EXISTS (SELECT 1 FROM audit r WHERE r.action ="
        " 'attachment.added' AND json_extract(r.facts, '$.attachment_id') = a.id"
        " AND json_extract(r.facts, '$.case_kind') = a.case_kind AND json_extract(r.facts, '$.case_id') = a.case_id"
        " AND json_extract(r.facts, '$.proof') = a.proof) AS is_recorded FROM attachments a"
    )
    for row in rows:
        now = vault.proof(db, row["case_kind"], row["case_id"], row["field"])
        if now is not None and now != row["proof"]:
            yield Problem("attachment.not_as_attached", "attachment", row["id"])
        if not row["is_recorded"]:
            yield Problem("attachment.not_recorded", "attachment", row["id"])
