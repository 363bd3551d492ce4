"""What pages do to the desk they are shown at: the mode that scans are read in, the paper that is on its way."""

from __future__ import annotations

from kiosk.people import desks
from web.access import wants_part
from web.station import actor, session, station


def under_way() -> list[int]:
    """Print jobs that a printer has begun: their paper comes whatever is decided now."""
    return [progress.job_id for progress in station().runtime.jobs_under_way()]


def settle_mode(wanted: str) -> None:
    """Lets a scan mean what the page in front of the operator means by it.

    Intake with an open batch takes parcels in, a courier's open list takes waybills; any other counter page ends that. Only a page that somebody goes to
    counts, not one whose live part is read again. Direct hand-over is never entered by a page: it is chosen.
    """
    if wants_part() or session().desk_id is None:
        return
    with station().store.reading() as db:
        desk = desks.desk(db, session().desk_id)
    mode = desk.mode
    if wanted == "intake":
        mode = "intake" if desk.open_batch_id else desk.mode
    elif wanted == "outbound":
        mode = "outbound" if desk.open_manifest_id else desk.mode
    elif desk.mode in ("intake", "outbound"):
        mode = wanted
    if mode != desk.mode:
        with station().store.transaction(actor()) as tx:
            desks.set_desk(tx, desk.id, mode=mode)
