"""The recovery code on paper. Only its hash is kept; until somebody has noted it the code itself stands in the vault, so
that the printer can write it, and is erased then or after ten minutes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from kiosk import clock, vault
from kiosk.counter.slips import RECOVERY_CODE
from kiosk.printing import jobs, slips
from kiosk.printing.model import JobState
from kiosk.storage import Reader, Tx

CASE, CASE_ID, FIELD = "recovery", 1, "code"
KEPT_SECONDS = 600


def print_recovery_code(tx: Tx, code: str, desk_name: str = "") -> int | None:
    """Queues the paper with a code that was just made; returns the job's id, None where there is no printer."""
    printer = tx.settings.printer_for(desk_name)
    if not printer:
        return None
    vault.put(tx, CASE, CASE_ID, FIELD, code, "station")
    at = clock.to_minute(tx.now, tx.settings.station.zone)
    facts = {"station": tx.settings.station.name, "at": at}
    slip_id = slips.freeze(tx, RECOVERY_CODE, facts, {"code": (CASE, CASE_ID, FIELD)}, CASE, CASE_ID)
    return jobs.queue(tx, slip_id, printer)


def forget_recovery_code(tx: Tx, under_way: Collection[int] = ()) -> bool:
    """Erases the code, and with it a paper that has not begun to print; False when there was none to erase.

    Must run inside ``store.transaction(…, erasing=True)``.
    """
    for slip in slips.of_subject(tx, CASE, CASE_ID):
        for job in jobs.of_slip(tx, slip.id):
            if job.state is JobState.WAITING and job.id not in under_way:
                jobs.cancel(tx, job.id, under_way=under_way)
    return vault.erase(tx, CASE, CASE_ID, "noted") > 0


def is_forgotten_too_long(db: Reader) -> bool:
    """True when a code still stands there that nobody has noted in time."""
    put_at = db.value("SELECT put_at FROM vault WHERE case_kind = ? AND case_id = ?", CASE, CASE_ID)
    return put_at is not None and clock.read(put_at) + timedelta(seconds=KEPT_SECONDS) < clock.now()
