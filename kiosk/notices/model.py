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
    #: A reminder that staff has yet to tell, by whichever of the two below.
    STAFF = "staff"
    PHONE = "phone"
    GROUP = "group"


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

#: The same where a person tells and no paper.
TOLD_WORDS: Mapping[NoticeState, str] = STATE_WORDS | {
    NoticeState.HELD: N_("还没有通知"),
    NoticeState.SENT: N_("已通知"),
    NoticeState.FAILED: N_("没有联系上"),
}

#: Reminders in their order: a later one takes the place of an earlier one that nobody told yet.
REMINDERS = ("reminder_1", "reminder_2", "reminder_3")
CALL = "call"
GROUP_TEXT = "group_text"
KIND_WORDS: Mapping[str, str] = {
    "arrival": N_("纸质取件单"),
    "reminder_1": N_("第一次提醒"),
    "reminder_2": N_("第二次提醒"),
    "reminder_3": N_("滞留提醒"),
    CALL: N_("打电话"),
    GROUP_TEXT: N_("发到群里"),
}

#: Why a notice failed or was cancelled, and how a person was told.
NO_PRINTER = "no_printer"
UNDONE = "undone"
COLLECTED = "collected"
GONE = "gone"
REPLACED = "replaced"
LOST = "lost"
REACHED = "reached"
NOT_REACHED = "not_reached"
IN_GROUP = "in_group"
MISTAKEN = "mistaken"
RESULT_WORDS: Mapping[str, str] = {
    NO_PRINTER: N_("没有配置打印机"),
    UNDONE: N_("入库已撤销"),
    COLLECTED: N_("已经取走"),
    GONE: N_("已退回、转交或送到"),
    REPLACED: N_("换成了更正后的单子"),
    LOST: N_("快件丢失"),
    REACHED: N_("电话打通了"),
    NOT_REACHED: N_("电话没打通"),
    IN_GROUP: N_("已发到群里"),
    MISTAKEN: N_("记错了，已撤销"),
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
    business_on: str

    @property
    def title(self) -> str:
        """What it is, marked."""
        return KIND_WORDS.get(self.kind, KIND_WORDS["arrival"])

    @property
    def words(self) -> Mapping[NoticeState, str]:
        """Its state in words: paper is printed, a person is told."""
        return STATE_WORDS if self.channel is Channel.PAPER else TOLD_WORDS

    @classmethod
    def of(cls, row: sqlite3.Row, state: NoticeState, result: str) -> Notice:
        return cls(
            row["id"], row["subject_kind"], row["subject_id"], row["kind"], Channel(row["channel"]), state, result,
            json.loads(row["facts"]), row["slip_id"], row["job_id"], row["resends_id"], row["created_at"],
            row["changed_at"], row["business_on"],
        )  # fmt: skip


audit.register(
    "notice.resent",
    N_("重发了通知 {notice_id}（{subject_kind} {subject_id}），新通知 {new_notice_id}"),
    notice_id=audit.ID,
    new_notice_id=audit.ID,
    subject_kind=audit.ENUM,
    subject_id=audit.ID,
)
audit.register(
    "notice.called", N_("给快件 {subject_id} 的收件人打电话：{outcome}"), subject_id=audit.ID, outcome=audit.ENUM
)
audit.register("notice.group_told", N_("把 {count} 件的提醒发到了群里"), count=audit.NUMBER)
audit.register("notice.taken_back", N_("撤销了通知 {notice_id}（记错了）"), notice_id=audit.ID)
