"""Slips and print jobs as values, the states of a job, why it is in one, and what is recorded of the acts on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit
from kiosk.words import N_


class JobState(StrEnum):
    """``under_way`` is never stored in kiosk.db: it is a waiting job that runtime.db shows as begun."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    SENT = "sent"  # all bytes were taken by a printer that gives no status
    CONFIRMED = "confirmed"  # the printer's status after it, or a person, says that it came out
    FAILED = "failed"  # surely no paper, and it will not come by itself
    UNKNOWN = "unknown"  # paper or part of it may have come out: a person is asked
    CANCELLED = "cancelled"


#: Nothing changes these any more; another paper is a new job with the next copy number.
FINAL = frozenset({JobState.SENT, JobState.CONFIRMED, JobState.CANCELLED})
#: What a driver may say of a job that it had.
OUTCOMES = frozenset({JobState.SENT, JobState.CONFIRMED, JobState.FAILED, JobState.UNKNOWN})
#: What the tray at the counter shows.
OPEN = frozenset({JobState.WAITING, JobState.FAILED, JobState.UNKNOWN})

#: Reasons that this room gives. Drivers add those of a device, whose words stand in ``kiosk.devices.reasons``.
REASONS: Mapping[str, str] = {
    "interrupted": N_("设备程序在打印这张单子时中断，不知道出纸了没有"),
    "power_cut": N_("重新开机前可能正在打印这张单子，不知道出纸了没有"),
    "restored": N_("数据是从备份恢复的，备份之后也许已经打印过"),
    "too_old": N_("等得太久，没有自动打印；还要的话请点重打"),
    "held_back": N_("打印机停了一阵，积下的单子多，没有自动打；请挑要打的"),
    "not_printable": N_("这张单子的内容无法打印，请联系县中心"),
    "no_font": N_("缺少打印汉字的字体，请安装后点重打"),
    "no_printer": N_("配置里没有这台打印机了，请换一台打印机补打"),
    "by_operator": N_("操作员取消了打印"),
    "replaced": N_("这张单子后来另外打印了"),
    "came_out": N_("操作员看到已经出纸"),
    "not_there": N_("操作员看到没有出纸，重新打印"),
}

audit.register(
    "slip.reprinted",
    N_("单子 {slip_id} 补打第 {copy_no} 次（打印任务 {job_id}）"),
    slip_id=audit.ID,
    job_id=audit.ID,
    copy_no=audit.NUMBER,
)
audit.register(
    "print_job.answered",
    N_("打印任务 {job_id} 是否出纸，回答：{answer}"),
    job_id=audit.ID,
    answer=audit.ENUM,
)
audit.register("print_job.retried", N_("打印任务 {job_id} 重新打印"), job_id=audit.ID)
audit.register("print_job.cancelled", N_("取消打印任务 {job_id}"), job_id=audit.ID)
audit.register(
    "print_job.doubted", N_("打印任务 {job_id} 不知道是否出纸：{reason}"), job_id=audit.ID, reason=audit.ENUM
)


@dataclass(frozen=True, slots=True)
class VaultBlank:
    """A blank filled from a case's value in the vault."""

    case_kind: str
    case_id: int
    field: str


@dataclass(frozen=True, slots=True)
class ColumnBlank:
    """A blank filled from a search column of a case's own row, which becomes NULL when the person is erased."""

    table: str
    row_id: int
    column: str


Blank = VaultBlank | ColumnBlank


@dataclass(frozen=True, slots=True)
class Slip:
    """An issued slip: what it says without any personal value. ``facts`` and ``blanks`` are canonical JSON."""

    id: int
    template: str
    version: int
    facts: str
    blanks: str
    subject_kind: str
    subject_id: int
    document_no: str | None
    issued_at: str
    hash: str


@dataclass(frozen=True, slots=True)
class Job:
    """One print job; ``copy_no`` 0 is the first paper, n says 补打 第 n 次; ``copies`` are sheets of one job."""

    id: int
    slip_id: int
    printer: str
    copy_no: int
    copies: int
    turn: int
    state: JobState
    reason: str
    attempts: int
    not_before_at: str | None
    created_at: str
    finished_at: str | None


def slip_of(row: sqlite3.Row) -> Slip:
    """A row of ``slips`` as a value."""
    return Slip(**dict(row))


def job_of(row: sqlite3.Row) -> Job:
    """A row of ``print_jobs`` as a value."""
    return Job(**(dict(row) | {"state": JobState(row["state"])}))
