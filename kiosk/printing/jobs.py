"""Durable print jobs: paper is asked for in the act's own transaction and comes when the printer is there. No job
vanishes, and none is printed twice without a person or the paper itself saying so. The order that the process which
owns the printers keeps, and why a crash is then survived, stands at ``recover``."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kiosk import audit
from kiosk.errors import Refused
from kiosk.printing import slips
from kiosk.printing.document import Document
from kiosk.printing.model import OUTCOMES, Job, JobState, job_of
from kiosk.storage import Reader, Tx
from kiosk.words import N_


def queue(tx: Tx, slip_id: int, printer: str, *, copies: int = 1, not_before_at: str | None = None) -> int:
    """Asks for the first paper of a slip, as ``copies`` numbered sheets of one job; returns the job's id.

    ``not_before_at`` holds it, and every later job of that printer, back until then. Raises ``Refused`` when there may
    already be paper of this slip: that is a reprint.
    """
    if _papers(tx, slip_id):
        raise Refused("slip.already_printed", N_("这张单子已经打印过或正在等打印；再要一张请点补打"), slip_id=slip_id)
    return _insert(tx, slip_id, printer, 0, copies, not_before_at)


def reprint(tx: Tx, slip_id: int, printer: str) -> int:
    """Asks for a further paper, which says 补打 第 n 次, and records it; returns the job's id.

    A slip of which surely no paper ever came (never asked for, failed, cancelled) gets its first paper instead, without
    the mark. Raises ``Refused`` while an earlier job of the slip still waits or is in doubt, because one more would
    make two.
    """
    slips.find(tx, slip_id)
    for state in tx.all("SELECT DISTINCT state FROM print_jobs WHERE slip_id = ?", slip_id):
        if state["state"] == JobState.WAITING:
            raise Refused("print_job.still_waiting", N_("这张单子还在等打印，不用补打；请先看打印机"), slip_id=slip_id)
        if state["state"] == JobState.UNKNOWN:
            raise Refused("print_job.in_doubt", N_("上一张不知道出纸了没有；请先在打印列表里回答"), slip_id=slip_id)
    copy_no = _papers(tx, slip_id)
    job_id = _insert(tx, slip_id, printer, copy_no, 1, None)
    if copy_no:
        audit.record(tx, "slip.reprinted", slip_id=slip_id, job_id=job_id, copy_no=copy_no)
    return job_id


def find(db: Reader, job_id: int) -> Job:
    """The job; raises ``Refused('print_job.unknown')``."""
    row = db.one("SELECT * FROM print_jobs WHERE id = ?", job_id)
    if row is None:
        raise Refused("print_job.unknown", N_("没有编号为 {job_id} 的打印任务"), job_id=job_id)
    return job_of(row)


def document(db: Reader, job: Job) -> Document:
    """What the job prints, composed anew from its slip: its mark, its sheets, its blanks as they are now."""
    return slips.compose(db, job.slip_id, copy_no=job.copy_no, copied_at=job.created_at, copies=job.copies)


def of_slip(db: Reader, slip_id: int) -> list[Job]:
    """Every job of a slip, oldest first."""
    return [job_of(row) for row in db.all("SELECT * FROM print_jobs WHERE slip_id = ? ORDER BY id", slip_id)]


def tray(db: Reader) -> list[Job]:
    """What the counter must know of: in doubt, failed, waiting; oldest first."""
    rows = db.all("SELECT * FROM print_jobs WHERE state IN ('failed', 'unknown') ORDER BY id")
    rows += db.all("SELECT * FROM print_jobs WHERE state = 'waiting' ORDER BY turn")
    return [job_of(row) for row in rows]


def take_next(db: Reader, printer: str, now: str) -> Job | None:
    """Step 1: the first waiting job of a printer, None when there is none or its time has not come.

    Later jobs never overtake it, on which ``recover`` relies.
    """
    row = db.one("SELECT * FROM print_jobs WHERE printer = ? AND state = 'waiting' ORDER BY turn LIMIT 1", printer)
    if row is None or (row["not_before_at"] or "") > now:
        return None
    return job_of(row)


def still_wanted(tx: Tx, job_id: int) -> bool:
    """Step 3: whether the job, already marked as begun, is still to be sent. Must run inside a transaction."""
    return tx.value("SELECT state FROM print_jobs WHERE id = ?", job_id) == JobState.WAITING


def finish(tx: Tx, job_id: int, outcome: str, reason: str = "") -> None:
    """Step 5: what became of a job that was sent, once.

    ``sent`` only for a printer that gives no status; ``confirmed`` when its status after the job was good; ``unknown``
    when bytes went and the end is unclear; ``failed`` when surely nothing came and waiting will not help. The last two
    have a reason. Does nothing when the job already ended; raises ValueError for an outcome that is none.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"not an outcome of a print job: {outcome}")
    if tx.value("SELECT state FROM print_jobs WHERE id = ?", job_id) == JobState.WAITING:
        _end(tx, job_id, JobState(outcome), reason, attempts=1)


def recover(tx: Tx, under_way: Collection[int], *, progress_kept: bool) -> list[int]:
    """At the start of the process that owns the printers, before its first job: puts jobs in doubt, returns their ids.

    ``under_way`` are the jobs that runtime.db shows as begun. ``progress_kept`` is False when that file is new, which
    shows in the absence of an earlier heartbeat of that process.

    kiosk.db is written once a job, so what is being sent just now stands in runtime.db, which survives a killed process
    but not a power cut. That is sound because the process keeps this order for each printer, one job at a time, in the
    order of their turns; and whoever joins the queue, even again, joins at its end:

    1. ``take_next``: the first waiting job, read only.
    2. runtime.db: ``job_begun``.
    3. ``still_wanted``, in a transaction of its own (it writes nothing and costs no sync): it comes either before a
       cancelling, which then sees the mark of step 2, or after it, and then says no.
    4. the bytes; runtime.db: ``job_sent``.
    5. ``finish`` in a transaction; runtime.db: ``job_over``. Only then the next job.

    A printer that surely took no byte (absent, no paper) changes nothing: mark off, try later, the job still waits.
    After a mere kill the marks of step 2 name the jobs in doubt. After a power cut only the *first waiting job of each
    printer* can have been under way, so that one is in doubt and the others are not. At the very first start of a
    station nothing is. A job in doubt is ``unknown`` with its reason, and a person is asked 出纸了吗？
    """
    doubtful = [int(job_id) for job_id in sorted(under_way) if still_wanted(tx, job_id)]
    reason = "interrupted"
    if not progress_kept and has_started(tx):
        reason = "power_cut"
        rows = tx.all("SELECT id, MIN(turn) FROM print_jobs WHERE state = 'waiting' GROUP BY printer")
        doubtful = sorted({row["id"] for row in rows} | set(doubtful))
    for job_id in doubtful:
        _doubt(tx, job_id, reason)
    tx.insert("print_starts", at=tx.now, progress_kept=int(progress_kept), doubtful=len(doubtful))
    return doubtful


def has_started(db: Reader) -> bool:
    """Whether a process that owns the printers has ever begun its work here (see ``recover``)."""
    return bool(db.value("SELECT 1 FROM print_starts LIMIT 1"))


def doubt_all(tx: Tx, reason: str = "restored") -> int:
    """Puts every waiting job in doubt and returns how many: after a restore nobody knows what was printed since."""
    rows = tx.all("SELECT id FROM print_jobs WHERE state = 'waiting' ORDER BY id")
    for row in rows:
        _doubt(tx, row["id"], reason)
    return len(rows)


def answer_unknown(tx: Tx, job_id: int, came_out: bool) -> None:
    """A person's answer to 出纸了吗？: yes confirms the job, no makes the same job wait again. Recorded.

    Raises ``Refused`` when the job is not in doubt (any more).
    """
    job = _expect(tx, job_id, {JobState.UNKNOWN}, N_("这个打印任务已经有了结果，不用回答"))
    if came_out:
        _end(tx, job_id, JobState.CONFIRMED, "came_out")
    else:
        _wait_again(tx, job, "not_there")
    audit.record(tx, "print_job.answered", job_id=job_id, answer="came_out" if came_out else "not_there")


def retry(tx: Tx, job_id: int) -> None:
    """Makes a failed job wait again, at the end of the queue. Recorded.

    Raises ``Refused`` when it has not failed (any more).
    """
    job = _expect(tx, job_id, {JobState.FAILED}, N_("这个打印任务没有失败，不用重打"))
    _wait_again(tx, job, "")
    audit.record(tx, "print_job.retried", job_id=job_id)


def cancel(tx: Tx, job_id: int, *, under_way: Collection[int]) -> None:
    """Ends a job that waits or failed, without paper. Recorded. One in doubt is answered instead.

    ``under_way`` are the jobs that runtime.db shows as begun, read inside this transaction (see the module's order).
    Raises ``Refused`` for one of them, and for a job that has ended.
    """
    if job_id in under_way:
        raise Refused("print_job.under_way", N_("这张单子正在打印，来不及取消了"), job_id=job_id)
    job = find(tx, job_id)
    if job.state == JobState.UNKNOWN:
        raise Refused("print_job.in_doubt", N_("不知道这张出纸了没有；请先在打印列表里回答"), job_id=job_id)
    _expect(tx, job_id, {JobState.WAITING, JobState.FAILED}, N_("这个打印任务已经结束，没有可取消的"))
    _end(tx, job_id, JobState.CANCELLED, "by_operator")
    audit.record(tx, "print_job.cancelled", job_id=job_id)


def set_aside(tx: Tx, before_at: str, *, under_way: Collection[int]) -> int:
    """Fails jobs that have waited since before ``before_at`` and returns how many.

    A printer that comes back after a day must not pour out yesterday's notices; a person picks what is still wanted.
    """
    rows = tx.all(
        "SELECT id FROM print_jobs WHERE state = 'waiting' AND created_at < ? ORDER BY id LIMIT 500", before_at
    )
    old = [row["id"] for row in rows if row["id"] not in under_way]
    for job_id in old:
        _end(tx, job_id, JobState.FAILED, "too_old")
    return len(old)


def hold_back(tx: Tx, printer: str, few: int, *, under_way: Collection[int]) -> int:
    """Fails what waits for a printer that is back after a stop, if it is more than ``few``, and returns how many.

    Fifty slips at once bury the one that somebody stands waiting for: a person picks what is still wanted
    (lessons.md 22). What is asked for from now on comes at once.
    """
    rows = tx.all("SELECT id FROM print_jobs WHERE printer = ? AND state = 'waiting' ORDER BY turn", printer)
    held = [row["id"] for row in rows if row["id"] not in under_way]
    if len(held) <= few:
        return 0
    for job_id in held:
        _end(tx, job_id, JobState.FAILED, "held_back")
    return len(held)


def choose(tx: Tx, job_ids: Iterable[int], *, is_wanted: bool) -> int:
    """A person's choice among failed jobs: they wait again in this order, or end without paper. Returns how many.

    One that has not failed any more, because somebody else was quicker, is passed over. Recorded one by one.
    """
    done = 0
    for job_id in job_ids:
        if find(tx, job_id).state is JobState.FAILED:
            if is_wanted:
                retry(tx, job_id)
            else:
                cancel(tx, job_id, under_way=())
            done += 1
    return done


def not_printed(db: Reader, waiting_since: str) -> int:
    """How many slips the counter should know of: in doubt, failed, or waiting since before ``waiting_since``."""
    return db.value(
        "SELECT (SELECT COUNT(*) FROM print_jobs WHERE state IN ('failed', 'unknown'))"
        " + (SELECT COUNT(*) FROM print_jobs WHERE state = 'waiting' AND created_at < ?)",
        waiting_since,
    )


def lately(db: Reader, since: str, limit: int = 10) -> list[Job]:
    """What was printed, or sent to a printer that gives no status, since then; newest first."""
    rows = db.all(
        "SELECT * FROM print_jobs WHERE state IN ('sent', 'confirmed') AND id > (SELECT MAX(id) FROM print_jobs) - ?"
        " AND finished_at >= ? ORDER BY finished_at DESC LIMIT ?",
        20 * limit, since, limit,
    )  # fmt: skip
    return [job_of(row) for row in rows]


def _papers(db: Reader, slip_id: int) -> int:
    """How many papers of the slip there may be: the next copy number."""
    return db.value(
        "SELECT COALESCE(MAX(copy_no) + 1, 0) FROM print_jobs"
        " WHERE slip_id = ? AND state NOT IN ('failed', 'cancelled')",
        slip_id,
    )


def _next_turn(tx: Tx) -> int:
    return tx.value("SELECT COALESCE(MAX(turn), 0) + 1 FROM print_jobs")


def _insert(tx: Tx, slip_id: int, printer: str, copy_no: int, copies: int, not_before_at: str | None) -> int:
    for row in tx.all("SELECT id FROM print_jobs WHERE slip_id = ? AND state = 'failed'", slip_id):
        _end(tx, row["id"], JobState.CANCELLED, "replaced")  # its number goes to the new job
    return tx.insert(
        "print_jobs",
        slip_id=slip_id,
        printer=printer,
        copy_no=copy_no,
        copies=copies,
        turn=_next_turn(tx),
        state=JobState.WAITING.value,
        not_before_at=not_before_at,
        created_at=tx.now,
    )


def _end(tx: Tx, job_id: int, state: JobState, reason: str, attempts: int = 0) -> None:
    tx.execute(
        "UPDATE print_jobs SET state = ?, reason = ?, attempts = attempts + ?, finished_at = ? WHERE id = ?",
        state.value,
        reason,
        attempts,
        tx.now,
        job_id,
    )


def _doubt(tx: Tx, job_id: int, reason: str) -> None:
    _end(tx, job_id, JobState.UNKNOWN, reason, attempts=1)
    audit.record(tx, "print_job.doubted", job_id=job_id, reason=reason)


def _wait_again(tx: Tx, job: Job, reason: str) -> None:
    tx.change(
        "print_jobs",
        job.id,
        state=JobState.WAITING.value,
        turn=_next_turn(tx),
        reason=reason,
        not_before_at=None,
        finished_at=None,
    )


def _expect(tx: Tx, job_id: int, states: Collection[JobState], message: str) -> Job:
    job = find(tx, job_id)
    if job.state not in states:
        raise Refused("print_job.not_open", message, job_id=job_id, state=job.state.value)
    return job
