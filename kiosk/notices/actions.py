"""What is done with a notice: held back, given to its channel, cancelled, sent again. A channel that fails never
undoes the act that the notice tells of."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from kiosk import audit
from kiosk.errors import Refused
from kiosk.notices import store
from kiosk.notices.model import NO_PRINTER, Channel, Notice, NoticeState
from kiosk.printing import jobs
from kiosk.storage import Tx
from kiosk.words import N_

#: Print jobs that runtime.db shows as begun, asked for inside the transaction and only when one is to be cancelled.
UnderWay = Callable[[], Collection[int]]


def hold(
    tx: Tx, business_on: str, subject_kind: str, subject_id: int, kind: str, facts: Mapping[str, Any] | None = None
) -> int:
    """Notes a paper notice that is printed later (end of the batch, phone still to come); returns its id."""
    return note(tx, business_on, subject_kind, subject_id, kind, Channel.PAPER, NoticeState.HELD, facts=facts)


def tell_on_paper(
    tx: Tx,
    business_on: str,
    subject_kind: str,
    subject_id: int,
    kind: str,
    slip_id: int,
    printer: str,
    *,
    facts: Mapping[str, Any] | None = None,
) -> tuple[int, int | None]:
    """Queues a frozen slip as a notice; returns notice and job id.

    Without a printer the notice has failed with its reason and no job; it can be sent again once there is one.
    """
    job_id = jobs.queue(tx, slip_id, printer) if printer else None
    state, result = (NoticeState.QUEUED, "") if job_id is not None else (NoticeState.FAILED, NO_PRINTER)
    notice_id = note(
        tx, business_on, subject_kind, subject_id, kind, Channel.PAPER, state,
        result=result, facts=facts, slip_id=slip_id, job_id=job_id,
    )  # fmt: skip
    return notice_id, job_id


def release(tx: Tx, notice_id: int, slip_id: int, printer: str) -> int | None:
    """Gives a held notice to the printer; returns the job's id, None without a printer (the notice has failed then)."""
    job_id = jobs.queue(tx, slip_id, printer) if printer else None
    state, result = (NoticeState.QUEUED, "") if job_id is not None else (NoticeState.FAILED, NO_PRINTER)
    tx.change("notices", notice_id, state=state.value, result=result, slip_id=slip_id, job_id=job_id, changed_at=tx.now)
    return job_id


def cancel(
    tx: Tx, subject_kind: str, subject_id: int, why: str, under_way: UnderWay | None = None, *, only_paper: bool = False
) -> int:
    """Takes back what has not been told yet; returns how many notices that were.

    A print job that still waits is cancelled with its notice, unless the printer has begun it: then, and also when
    nobody says what is ``under_way``, the paper comes and the notice stays as it is. ``only_paper`` leaves reminders.
    """
    cancelled = 0
    for notice in store.standing(tx, subject_kind, subject_id):
        if only_paper and notice.channel is not Channel.PAPER:
            continue
        if notice.state is NoticeState.QUEUED and notice.job_id is not None:
            if under_way is None:
                continue
            begun = under_way()
            if notice.job_id in begun:
                continue
            jobs.cancel(tx, notice.job_id, under_way=begun)
        elif notice.state is not NoticeState.HELD:
            continue
        change(tx, notice.id, NoticeState.CANCELLED, why)
        cancelled += 1
    return cancelled


def resend(tx: Tx, business_on: str, notice_id: int, printer: str) -> Notice:
    """Tells the same again as a new notice that names the old one; a further paper says 补打 第 n 次.

    Refused ``notice.not_sent_yet`` while it is held, ``notice.no_printer``, and as ``printing.jobs.reprint``.
    """
    old = store.notice(tx, notice_id)
    if old.slip_id is None:
        raise Refused("notice.not_sent_yet", N_("这条通知还没有打印过，不用重发；本批结束时会打印"))
    if not printer:
        raise Refused("notice.no_printer", N_("没有配置打印机，没有重发；请先在设备页设置打印机"))
    job_id = jobs.reprint(tx, old.slip_id, printer)
    new_id = note(
        tx, business_on, old.subject_kind, old.subject_id, old.kind, Channel.PAPER, NoticeState.QUEUED,
        facts=old.facts, slip_id=old.slip_id, job_id=job_id, resends_id=old.id,
    )  # fmt: skip
    audit.record(
        tx, "notice.resent", notice_id=old.id, new_notice_id=new_id, subject_kind=old.subject_kind,
        subject_id=old.subject_id,
    )  # fmt: skip
    return store.notice(tx, new_id)


def note(
    tx: Tx,
    business_on: str,
    subject_kind: str,
    subject_id: int,
    kind: str,
    channel: Channel,
    state: NoticeState,
    *,
    result: str = "",
    facts: Mapping[str, Any] | None = None,
    slip_id: int | None = None,
    job_id: int | None = None,
    resends_id: int | None = None,
) -> int:
    """Writes a notice as it stands; returns its id."""
    return tx.insert(
        "notices", subject_kind=subject_kind, subject_id=subject_id, kind=kind, channel=channel.value,
        state=state.value, result=result, facts=json.dumps(dict(facts or {}), ensure_ascii=False, sort_keys=True),
        slip_id=slip_id, job_id=job_id, resends_id=resends_id, created_at=tx.now, business_on=business_on,
        changed_at=tx.now,
    )  # fmt: skip


def change(tx: Tx, notice_id: int, state: NoticeState, result: str) -> None:
    """Moves a notice to another state with its result."""
    tx.change("notices", notice_id, state=state.value, result=result, changed_at=tx.now)
