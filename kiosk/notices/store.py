"""Reads of notices. What became of a paper notice is its print job's state, looked up and never copied, so the two
cannot disagree."""

from __future__ import annotations

import sqlite3

from kiosk.errors import Refused
from kiosk.notices.model import Channel, Notice, NoticeState
from kiosk.printing.model import JobState
from kiosk.storage import Reader
from kiosk.words import N_

_SELECT = (
    "SELECT n.*, j.state AS job_state, j.reason AS job_reason FROM notices n LEFT JOIN print_jobs j ON j.id = n.job_id"
)
_OF_PAPER = {
    JobState.WAITING: NoticeState.QUEUED,
    JobState.SENT: NoticeState.SENT,
    JobState.CONFIRMED: NoticeState.SENT,
    JobState.FAILED: NoticeState.FAILED,
    JobState.UNKNOWN: NoticeState.UNKNOWN,
    JobState.CANCELLED: NoticeState.CANCELLED,
}


def notice(db: Reader, notice_id: int) -> Notice:
    """The notice of this id; Refused ``notice.unknown``."""
    row = db.one(f"{_SELECT} WHERE n.id = ?", notice_id)
    if row is None:
        raise Refused("notice.unknown", N_("没有编号为 {notice_id} 的通知"), notice_id=notice_id)
    return _of(row)


def of_subject(db: Reader, subject_kind: str, subject_id: int) -> list[Notice]:
    """Every notice about a subject, oldest first."""
    rows = db.all(f"{_SELECT} WHERE n.subject_kind = ? AND n.subject_id = ? ORDER BY n.id", subject_kind, subject_id)
    return [_of(row) for row in rows]


def papers_of(db: Reader, subject_kind: str, subject_id: int) -> list[Notice]:
    """The paper among the notices about a subject, oldest first."""
    return [found for found in of_subject(db, subject_kind, subject_id) if found.channel is Channel.PAPER]


def standing(db: Reader, subject_kind: str, subject_id: int) -> list[Notice]:
    """Notices about a subject that are held or with their channel."""
    rows = db.all(
        f"{_SELECT} WHERE n.subject_kind = ? AND n.subject_id = ? AND n.state IN ('held', 'queued') ORDER BY n.id",
        subject_kind,
        subject_id,
    )
    return [_of(row) for row in rows]


def held(db: Reader, subject_kind: str) -> list[Notice]:
    """Paper about this kind of subject that waits for something, oldest first."""
    rows = db.all(
        f"{_SELECT} WHERE n.state = 'held' AND n.subject_kind = ? AND n.channel = 'paper' ORDER BY n.id", subject_kind
    )
    return [_of(row) for row in rows]


def _of(row: sqlite3.Row) -> Notice:
    state, result = NoticeState(row["state"]), row["result"]
    if state is NoticeState.QUEUED and row["channel"] == Channel.PAPER and row["job_state"]:
        state, result = _OF_PAPER[JobState(row["job_state"])], row["job_reason"]
    return Notice.of(row, state, result)
