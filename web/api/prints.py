"""Print jobs by API: what has not come out and what is in doubt, a person's answer and choice, one more paper. A program that
asked for a slip reads here by its ``print_job_id`` what became of it."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import fields

from kiosk.counter import reprint as slip_reprint
from kiosk.people.rights import Right
from kiosk.printing import jobs, slips
from kiosk.printing.model import Job, JobState
from kiosk.storage import Reader, Tx
from web.api.fields import LARGEST_ID, Asked, Flag, Items, Told, Word, instant, row_id, said
from web.api.lists import MOST_ITEMS, Page, list_of, page
from web.api.once import Done, once
from web.api.once import said as answer
from web.api.operation import Room
from web.station import station

room = Room("prints", "Print jobs: what has not come out, what is in doubt, one more paper.")
JOB = f"<int(min=1, max={LARGEST_ID}):print_job_id>"
SLIP = f"<int(min=1, max={LARGEST_ID}):slip_id>"
PRINT, DROP = "print", "drop"


class PrintTold(Told):
    """One print job."""

    id = said(fields.Integer)
    slip_id = said(fields.Integer)
    title = said(doc="what kind of slip it is; never whose")
    document_no = said(may_be_null=True)
    printer = said()
    state = said(
        doc="`waiting`, `under_way`, `sent` (to a printer that gives no status), `confirmed`, `failed`, `unknown` (somebody"
        " must look whether it came out), `cancelled`"
    )
    reason = said(doc="why it is in this state; `held_back`: many had piled up behind a stop, see `/prints/choose`")
    copy_no = said(fields.Integer, doc="0 is the first paper, n says 补打 第 n 次")
    copies = said(fields.Integer)
    created_at = instant()
    finished_at = instant(may_be_null=True)


class CameOut(Asked):
    """Whether the paper is there."""

    came_out = Flag(required=True, doc="false: the same job waits again")


class Choice(Asked):
    """Which of the slips that piled up are still wanted, in the order in which they are to come."""

    print_job_ids = Items(row_id(), MOST_ITEMS, least=1, required=True)
    choice = Word((PRINT, DROP), required=True)


class ChosenTold(Told):
    """How many of them had still to be decided; the others somebody else was quicker with."""

    done = said(fields.Integer)


class ReprintTold(Told):
    """A further paper that was asked for."""

    slip_id = said(fields.Integer)
    print_job_id = said(fields.Integer)


@room.reads("/prints", list_of(PrintTold), rights=[Right.READ], asks=Page)
def list_prints(asked: dict[str, Any]) -> Response:
    """What has not come out: in doubt, failed, held back, waiting."""
    limit = asked["limit"]
    with station().store.reading() as db:
        found = sorted(jobs.tray(db), key=lambda job: -job.id)
        found = [job for job in found if asked["before"] is None or job.id < asked["before"]]
        items = _told(db, found[:limit])
    return answer(page(items, asked, items[-1]["id"] if len(found) > limit else None))


@room.reads(f"/prints/{JOB}", PrintTold, rights=[Right.READ])
def show_print(print_job_id: int) -> Response:
    """One print job, also one that has ended. 404 `print_job.unknown`."""
    with station().store.reading() as db:
        return answer(_told(db, [jobs.find(db, print_job_id)])[0])


@room.acts(f"/prints/{JOB}/answer", PrintTold, rights=[Right.SERVE], asks=CameOut)
def answer_print(asked: dict[str, Any], print_job_id: int) -> Response:
    """出纸了吗？ True ends the job, false makes the same one wait again. 409 `print_job.not_open`."""

    def act(tx: Tx) -> Done:
        jobs.answer_unknown(tx, print_job_id, asked["came_out"])
        return _done(tx, print_job_id)

    return once(act)


@room.acts(f"/prints/{JOB}/retry", PrintTold, rights=[Right.SERVE])
def retry_print(_: dict[str, Any], print_job_id: int) -> Response:
    """Makes a failed job wait again. 409 `print_job.not_open`."""

    def act(tx: Tx) -> Done:
        jobs.retry(tx, print_job_id)
        return _done(tx, print_job_id)

    return once(act)


@room.acts(f"/prints/{JOB}/cancel", PrintTold, rights=[Right.SERVE])
def cancel_print(_: dict[str, Any], print_job_id: int) -> Response:
    """Ends a job that waits or failed, without paper; the slip stays. 409 `print_job.not_open`, `print_job.in_doubt`,
    `print_job.under_way`."""

    def act(tx: Tx) -> Done:
        jobs.cancel(tx, print_job_id, under_way=_begun())
        return _done(tx, print_job_id)

    return once(act)


@room.acts("/prints/choose", ChosenTold, rights=[Right.SERVE], asks=Choice, may_fail=(404,))
def choose_prints(asked: dict[str, Any]) -> Response:
    """After a printer's stop: of the slips that piled up (`failed`, `held_back`) these are printed now, or not at all.
    404 `print_job.unknown`: nothing was changed."""

    def act(tx: Tx) -> Done:
        return Done(200, {"done": jobs.choose(tx, asked["print_job_ids"], is_wanted=asked["choice"] == PRINT)})

    return once(act)


@room.acts(f"/prints/slips/{SLIP}/reprint", ReprintTold, rights=[Right.SERVE], status=201)
def reprint_slip(_: dict[str, Any], slip_id: int) -> Response:
    """Asks for one more paper of a slip, marked 补打 with its number. 404 `slip.unknown`; 409 `print_job.still_waiting`,
    `print_job.in_doubt`; 422 `printer.none`."""

    def act(tx: Tx) -> Done:
        job_id = slip_reprint.reprint(tx, slip_id)
        return Done(201, {"slip_id": slip_id, "print_job_id": job_id}, f"/api/v1/prints/{job_id}")

    return once(act)


def _begun() -> set[int]:
    return {progress.job_id for progress in station().runtime.jobs_under_way()}


def _done(tx: Tx, job_id: int) -> Done:
    return Done(200, _told(tx, [jobs.find(tx, job_id)])[0])


def _told(db: Reader, found: list[Job]) -> list[dict[str, Any]]:
    begun = _begun()
    told = []
    for job in found:
        state = JobState.UNDER_WAY if job.state is JobState.WAITING and job.id in begun else job.state
        names = ("id", "slip_id", "printer", "reason", "copy_no", "copies", "created_at", "finished_at")
        told.append(
            {name: getattr(job, name) for name in names}
            | {
                "title": slips.compose(db, job.slip_id).title, "state": state.value,
                "document_no": slips.find(db, job.slip_id).document_no,
            }
        )  # fmt: skip
    return told
