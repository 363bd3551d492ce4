"""A business day as the other rooms see it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from kiosk import audit
from kiosk.words import N_

audit.register(
    "day.opened", N_("营业日 {business_on} 开始"), business_on=audit.TIME, day_id=audit.ID, is_after_hours=audit.NUMBER
)
audit.register(
    "day.float_set",
    N_("营业日 {business_on} 备用金改为 {float_fen} 分"),
    business_on=audit.TIME,
    float_fen=audit.NUMBER,
)
audit.register(
    "day.closed",
    N_("营业日 {business_on} 日结：实点 {counted_fen} 分，应有 {expected_fen} 分"),
    business_on=audit.TIME,
    day_id=audit.ID,
    counted_fen=audit.NUMBER,
    expected_fen=audit.NUMBER,
    is_closed_late=audit.NUMBER,
)


@dataclass(frozen=True, slots=True)
class Day:
    """One business day; amounts in fen. ``counted_fen`` and ``expected_fen`` are None while it is open."""

    id: int
    business_on: str
    state: str  # 'open' | 'closed'
    opened_at: str
    opened_by: int
    is_after_hours: bool
    float_fen: int
    closed_at: str | None
    closed_by: int | None
    is_closed_late: bool
    counted_fen: int | None
    counted_pieces: dict[str, int] | None
    expected_fen: int | None
    difference_reason: str | None

    @property
    def difference_fen(self) -> int | None:
        """Counted less expected: positive is over (长款), negative short (短款)."""
        if self.counted_fen is None or self.expected_fen is None:
            return None
        return self.counted_fen - self.expected_fen

    @classmethod
    def of(cls, row: sqlite3.Row) -> Day:
        pieces = row["counted_pieces"]
        return cls(
            row["id"], row["business_on"], row["state"], row["opened_at"], row["opened_by"], bool(row["is_after_hours"]),
            row["float_fen"], row["closed_at"], row["closed_by"], bool(row["is_closed_late"]), row["counted_fen"],
            json.loads(pieces) if pieces else None, row["expected_fen"], row["difference_reason"],
        )  # fmt: skip
