"""A shelf count and what it found. It takes no snapshot of two thousand rows when it begins: a parcel that came, went or
was moved while people count is told apart by its own times, so intake and hand-over go on and make no false missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit
from kiosk.codes import ShelfPlace
from kiosk.words import N_

CASE, FIND_CASE = "shelf_count", "shelf_count_find"
LETTER = "PC"


class CountState(StrEnum):
    """Where a count is; stored."""

    COUNTING = "counting"
    CLOSED = "closed"
    CANCELLED = "cancelled"


COUNT_STATE_WORDS: Mapping[str, str] = {
    CountState.COUNTING: N_("正在盘"),
    CountState.CLOSED: N_("已盘完"),
    CountState.CANCELLED: N_("已放弃"),
}


class FindKind(StrEnum):
    """What one parcel came to. ``gone``: lies here and left by the book; ``unknown``: lies here and never came."""

    FOUND = "found"
    WRONG_SLOT = "wrong_slot"
    GONE = "gone"
    UNKNOWN = "unknown"
    MISSING = "missing"


FIND_WORDS: Mapping[str, str] = {
    FindKind.FOUND: N_("找到"),
    FindKind.WRONG_SLOT: N_("放错位置"),
    FindKind.GONE: N_("多出：账上已离开"),
    FindKind.UNKNOWN: N_("多出：没有入库"),
    FindKind.MISSING: N_("没找到"),
}
#: What somebody has to do something about.
TO_SETTLE = (FindKind.MISSING, FindKind.WRONG_SLOT, FindKind.GONE, FindKind.UNKNOWN)


class Answer(StrEnum):
    """What was done about a find."""

    RELOCATED = "relocated"
    CHECKED_IN = "checked_in"
    BACK_IN_STOCK = "back_in_stock"
    SEEN = "seen"
    PROBLEM = "problem"
    LOST = "lost"


ANSWER_WORDS: Mapping[str, str] = {
    Answer.RELOCATED: N_("已移库"),
    Answer.CHECKED_IN: N_("已入库"),
    Answer.BACK_IN_STOCK: N_("已恢复在库"),
    Answer.SEEN: N_("后来找到了"),
    Answer.PROBLEM: N_("已列为问题件"),
    Answer.LOST: N_("已登记丢失"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """How many of each kind; they stand on the report and are frozen with it. ``moved_meanwhile`` came back or were put
    elsewhere while people counted, or are out on a round to the doors: they are neither found nor missing."""

    found: int
    wrong_slot: int
    gone: int
    unknown: int
    missing: int
    moved_meanwhile: int

    @property
    def surplus(self) -> int:
        """What lies here and shouldn't by the book."""
        return self.gone + self.unknown

    @property
    def is_clean(self) -> bool:
        """Whether book and shelves agree."""
        return not (self.wrong_slot or self.gone or self.unknown or self.missing)


@dataclass(frozen=True, slots=True)
class ShelfCount:
    """One count; ``scope`` is a shelf, '' for the whole station. ``figures`` None while it goes on."""

    id: int
    state: CountState
    scope: str
    begun_seq: int
    begun_at: str
    begun_on: str
    document_no: str | None
    slip_id: int | None
    figures: Figures | None
    ended_at: str | None
    ended_on: str | None

    @property
    def is_open(self) -> bool:
        """Whether scans still go to it."""
        return self.state is CountState.COUNTING

    @classmethod
    def of(cls, row: sqlite3.Row) -> ShelfCount:
        names = Figures.__slots__
        figures = Figures(**{name: row[name] for name in names}) if row["missing"] is not None else None
        return cls(
            row["id"], CountState(row["state"]), row["scope"], row["begun_seq"], row["begun_at"], row["begun_on"], row["document_no"],
            row["slip_id"], figures, row["ended_at"], row["ended_on"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Find:
    """One parcel of a count. ``place`` is where it was seen, ``book_place`` where it lay by the book then; '' for
    nowhere. ``waybill_no`` only of one that never came, '' once erased."""

    id: int
    count_id: int
    kind: FindKind
    parcel_id: int | None
    waybill_no: str
    piece_index: int
    place: str
    book_place: str
    at: str
    answer: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> Find:
        return cls(
            row["id"], row["count_id"], FindKind(row["kind"]), row["parcel_id"], row["waybill_no"] or "",
            row["piece_index"], _place(row["shelf"], row["layer"]), _place(row["book_shelf"], row["book_layer"]),
            row["at"], row["answer"],
        )  # fmt: skip


def _place(shelf: str | None, layer: int | None) -> str:
    return str(ShelfPlace(shelf, layer)) if shelf is not None and layer is not None else ""


_C = {"count_id": audit.ID}
audit.register("shelf_count.begun", N_("开始快件盘点 {count_id}，范围 {scope}"), **_C, scope=audit.CODE)
audit.register(
    "shelf_count.closed",
    N_("快件盘点 {number}：找到 {found}，放错 {wrong_slot}，没找到 {missing}，多出 {surplus}"),
    **_C, number=audit.CODE, found=audit.NUMBER, wrong_slot=audit.NUMBER, missing=audit.NUMBER, surplus=audit.NUMBER,
)  # fmt: skip
audit.register("shelf_count.cancelled", N_("放弃快件盘点 {count_id}"), **_C)
audit.register(
    "shelf_count.answered",
    N_("快件盘点 {count_id}：快件 {parcel_id} {answer}"),
    **_C, parcel_id=audit.ID, answer=audit.ENUM,
)  # fmt: skip
