"""A notice, its channels and states."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk import audit
from kiosk.words import N_


class Channel(StrEnum):
    """The road to the person; more come later through the same record."""

    PAPER = "paper"


class NoticeState(StrEnum):
    """``held``: waits for the end of its batch or for a phone. ``queued``: its channel has it. ``unknown`` is only ever
    computed: the printer broke off and nobody has said yet whether paper came out."""

    HELD = "held"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


STATE_WORDS: Mapping[NoticeState, str] = {
    NoticeState.HELD: N_("待打印"),
    NoticeState.QUEUED: N_("打印中"),
    NoticeState.SENT: N_("已打印"),
    NoticeState.FAILED: N_("没有打成"),
    NoticeState.UNKNOWN: N_("不知道是否出纸"),
    NoticeState.CANCELLED: N_("已取消"),
}

#: Why a notice failed or was cancelled.
NO_PRINTER = "no_printer"
UNDONE = "undone"
COLLECTED = "collected"
REPLACED = "replaced"
RESULT_WORDS: Mapping[str, str] = {
    NO_PRINTER: N_("没有配置打印机"),
    UNDONE: N_("入库已撤销"),
    COLLECTED: N_("已经取走"),
    REPLACED: N_("换成了更正后的单子"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice with the state that is true now: of paper, its print job's."""

    id: int
    subject_kind: str
    subject_id: int
    kind: str
    channel: Channel
    state: NoticeState
    result: str
    facts: Mapping[str, Any]
    slip_id: int | None
    job_id: int | None
    resends_id: int | None
    created_at: str
    changed_at: str

    @classmethod
    def of(cls, row: sqlite3.Row, state: NoticeState, result: str) -> Notice:
        return cls(
            row["id"], row["subject_kind"], row["subject_id"], row["kind"], Channel(row["channel"]), state, result,
            json.loads(row["facts"]), row["slip_id"], row["job_id"], row["resends_id"], row["created_at"],
            row["changed_at"],
        )  # fmt: skip


audit.register(
    "notice.resent",
    N_("重发了通知 {notice_id}（{subject_kind} {subject_id}），新通知 {new_notice_id}"),
    notice_id=audit.ID,
    new_notice_id=audit.ID,
    subject_kind=audit.ENUM,
    subject_id=audit.ID,
)
