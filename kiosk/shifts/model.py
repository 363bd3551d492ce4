"""A business day as the other rooms see it, and the acts on days and the drawer that are recorded."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk import audit
from kiosk.words import N_

#: Why what was counted is not what the book says, at a close and at a hand-over of the drawer.
REASON_WORDS: Mapping[str, str] = {
    "unexplained": N_("原因不明"),
    "wrong_change": N_("找零差错"),
    "not_recorded": N_("漏记或多记"),
    "counterfeit": N_("收到假币"),
    "other": N_("其他原因"),
}

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
audit.register(
    "drawer.handed_over",
    N_("交接抽屉：人员 {from_staff_id} 交给人员 {to_staff_id}，实点 {counted_fen} 分，应有 {expected_fen} 分"),
    hand_over_id=audit.ID,
    business_on=audit.TIME,
    from_staff_id=audit.ID,
    to_staff_id=audit.ID,
    counted_fen=audit.NUMBER,
    expected_fen=audit.NUMBER,
    reason=audit.ENUM,
)
audit.register(
    "wallet.compared",
    N_("核对 {wallet}：账上 {moved_fen} 分，看到 {seen_fen} 分（{reason}）"),
    business_on=audit.TIME,
    wallet=audit.ENUM,
    moved_fen=audit.NUMBER,
    seen_fen=audit.NUMBER,
    reason=audit.ENUM,
)
audit.register(
    "closing.entered",
    N_("登记停业 {from_on} 至 {to_on}（{reason}）"),
    closing_id=audit.ID,
    from_on=audit.TIME,
    to_on=audit.TIME,
    reason=audit.ENUM,
)
audit.register("closing.withdrawn", N_("撤回停业登记 {closing_id}"), closing_id=audit.ID)
audit.register(
    "clock.accepted",
    N_("站长确认电脑时钟正确（{reason}）：上一个营业日的记录到 {last_at}"),
    acceptance_id=audit.ID,
    last_at=audit.TIME,
    reason=audit.ENUM,
)


@dataclass(frozen=True, slots=True)
class Day:
    """One business day; amounts in fen. ``counted_fen`` and ``expected_fen`` are None while it is open."""

    id: int
    business_on: str
    state: str  # 'open' | 'closed'
    opened_at: str
    opened_by_kind: str
    opened_by: int
    is_after_hours: bool
    float_fen: int
    float_pieces: dict[str, int] | None
    float_by_kind: str | None
    float_by: int | None
    closed_at: str | None
    closed_by_kind: str
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
        columns = {name: row[name] for name in cls.__slots__}
        for name in ("float_pieces", "counted_pieces"):
            columns[name] = json.loads(columns[name]) if columns[name] else None
        for name in ("is_after_hours", "is_closed_late"):
            columns[name] = bool(columns[name])
        return cls(**columns)


@dataclass(frozen=True, slots=True)
class HandOver:
    """The drawer passed from one person to another; amounts in fen. ``from_staff_id`` None: nobody answered for it."""

    id: int
    business_on: str
    count_id: int
    from_staff_id: int | None
    to_staff_id: int
    counted_fen: int
    expected_fen: int
    difference_reason: str | None
    entry_id: int | None
    handed_at: str
    handed_by_kind: str
    handed_by_id: int

    @property
    def difference_fen(self) -> int:
        """Counted less expected."""
        return self.counted_fen - self.expected_fen

    @classmethod
    def of(cls, row: sqlite3.Row) -> HandOver:
        return cls(**{name: row[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A manager's word that the clock is right although the day before was opened or closed later than it says."""

    id: int
    after_day_id: int
    last_at: str
    accepted_at: str
    reason: str
    accepted_by_kind: str
    accepted_by_id: int

    @classmethod
    def of(cls, row: sqlite3.Row) -> Acceptance:
        return cls(**{name: row[name] for name in cls.__slots__})
