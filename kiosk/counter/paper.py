"""Joins a parcel to its intake slip and notice: when it is printed, held back, printed anew. Paper never decides over
the act: without a printer the notice says so and the parcel is in all the same."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk.counter.last_acts import desk_of
from kiosk.notices import actions as notices
from kiosk.notices import store as notice_store
from kiosk.notices.model import REPLACED, Channel, Notice, NoticeState
from kiosk.parcels import store
from kiosk.parcels.batches import Batch
from kiosk.parcels.model import CASE, PhoneKind
from kiosk.parcels.slips import freeze_intake_slip
from kiosk.printing import jobs
from kiosk.printing.model import JobState
from kiosk.storage import Tx

ARRIVAL = "arrival"
_OUT = frozenset({JobState.SENT, JobState.CONFIRMED, JobState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Told:
    """The notice of a parcel with its slip and print job; None for what there is not (yet)."""

    notice_id: int | None = None
    slip_id: int | None = None
    job_id: int | None = None


def printer_at(tx: Tx, desk_id: int | None) -> str:
    """The printer of the desk, else the station's; '' when it has none."""
    desk = desk_of(tx, desk_id)
    return tx.settings.printer_for(desk.name if desk is not None else "")


def tell_arrival(
    tx: Tx, business_on: str, row: sqlite3.Row, mode: str, *, waits_for_phone: bool, desk_id: int | None
) -> Told:
    """The notice of a parcel that has just come in: printed, held or not made at all, as ``mode`` says."""
    if mode == "never":
        return Told()
    if mode == "batch_end" or (waits_for_phone and row["phone_kind"] == PhoneKind.NONE):
        return Told(notices.hold(tx, business_on, CASE, row["id"], ARRIVAL))
    return _print(tx, business_on, row, desk_id)


def release(tx: Tx, notice: Notice, desk_id: int | None) -> Told:
    """Prints a held notice with the parcel as it is now."""
    slip_id = freeze_intake_slip(tx, store.parcel(tx, notice.subject_id))
    job_id = notices.release(tx, notice.id, slip_id, printer_at(tx, desk_id))
    return Told(notice.id, slip_id, job_id)


def release_waiting(tx: Tx, batch: Batch, before_id: int, desk_id: int | None) -> None:
    """Prints the slip of the parcel before, whose phone nobody typed: the next scan says that none will come."""
    previous = tx.value(
        "SELECT id FROM parcels WHERE batch_id = ? AND id < ? ORDER BY id DESC LIMIT 1", batch.id, before_id
    )
    if previous is not None:
        for notice in notice_store.standing(tx, CASE, previous):
            if notice.state is NoticeState.HELD and notice.channel is Channel.PAPER:
                release(tx, notice, desk_id)


def print_anew(
    tx: Tx, business_on: str, parcel_id: int, desk_id: int | None, under_way: notices.UnderWay | None = None
) -> Told:
    """After a correction: a held notice stays held (it prints what is right then), a slip that still waits is replaced,
    and one that has come out is followed by a slip that says 更正. Nothing where there was no slip."""
    row = store.parcel(tx, parcel_id)
    before = notice_store.papers_of(tx, CASE, parcel_id)
    if not before:
        return Told()
    if before[-1].state is NoticeState.HELD:
        return Told(before[-1].id)
    notices.cancel(tx, CASE, parcel_id, REPLACED, under_way, only_paper=True)
    may_be_out = any(_may_be_paper(tx, notice) for notice in before)
    return _print(tx, business_on, row, desk_id, is_correction=may_be_out)


def is_out(tx: Tx, parcel_id: int, under_way: notices.UnderWay | None = None) -> bool:
    """True when a slip of this parcel has come out, is coming out or may have."""
    begun = set(under_way()) if under_way is not None else set()
    found = [n.job_id for n in notice_store.of_subject(tx, CASE, parcel_id) if n.job_id is not None]
    return any(job_id in begun or jobs.find(tx, job_id).state in _OUT for job_id in found)


def _may_be_paper(tx: Tx, notice: Notice) -> bool:
    return notice.job_id is not None and jobs.find(tx, notice.job_id).state not in ("failed", "cancelled")


def _print(tx: Tx, business_on: str, row: sqlite3.Row, desk_id: int | None, *, is_correction: bool = False) -> Told:
    slip_id = freeze_intake_slip(tx, row, is_correction=is_correction)
    notice_id, job_id = notices.tell_on_paper(
        tx, business_on, CASE, row["id"], ARRIVAL, slip_id, printer_at(tx, desk_id)
    )
    return Told(notice_id, slip_id, job_id)
