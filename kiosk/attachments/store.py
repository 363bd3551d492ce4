"""All SQL of attachments."""

from __future__ import annotations

from kiosk.attachments.model import Attachment
from kiosk.errors import Refused
from kiosk.storage import Reader
from kiosk.words import N_


def attachment(db: Reader, attachment_id: int) -> Attachment:
    """The attachment of this id; raises ``Refused('attachment.unknown')``."""
    row = db.one("SELECT * FROM attachments WHERE id = ?", attachment_id)
    if row is None:
        raise Refused("attachment.unknown", N_("没有编号为 {attachment_id} 的照片"), attachment_id=attachment_id)
    return Attachment.of(row)


def of_case(db: Reader, case_kind: str, case_id: int) -> list[Attachment]:
    """The pictures of a case that are not erased, oldest first."""
    rows = db.all(
        "SELECT a.* FROM attachments a JOIN vault v ON v.case_kind = a.case_kind AND v.case_id = a.case_id"
        " AND v.field = a.field WHERE a.case_kind = ? AND a.case_id = ? ORDER BY a.id",
        case_kind,
        case_id,
    )
    return [Attachment.of(row) for row in rows]


def how_many(db: Reader, case_kind: str, case_id: int) -> int:
    """How many pictures a case ever had, erased ones among them."""
    return int(
        db.value("SELECT COUNT(*) FROM attachments WHERE case_kind = ? AND case_id = ?", case_kind, case_id)
    )  # fmt: skip
