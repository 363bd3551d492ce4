"""What is known of a picture besides the picture, and the acts on it that are recorded."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk import audit
from kiosk.words import N_

#: The retention class of pictures unless their case says another.
RETENTION = "photo"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One picture of a case. ``field`` is where it lies in the vault (``voucher-1``), ``proof`` its salted hash."""

    id: int
    case_kind: str
    case_id: int
    field: str
    proof: str
    bytes: int
    width: int
    height: int
    added_at: str
    added_by_kind: str
    added_by_id: int

    @classmethod
    def of(cls, row: sqlite3.Row) -> Attachment:
        return cls(**{name: row[name] for name in cls.__slots__})


audit.register(
    "attachment.added",
    N_("{case_kind} {case_id} 附上照片 {attachment_id}"),
    attachment_id=audit.ID,
    case_kind=audit.ENUM,
    case_id=audit.ID,
    proof=audit.HASH,
)
audit.register(
    "attachment.dropped",
    N_("拿掉了 {case_kind} {case_id} 的照片 {attachment_id}"),
    attachment_id=audit.ID,
    case_kind=audit.ENUM,
    case_id=audit.ID,
)
audit.register("attachment.shown", N_("查看照片 {attachment_id}"), attachment_id=audit.ID)
