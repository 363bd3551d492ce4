"""What pages do to the desk they are shown at: the mode that scans are read in, the paper that is on its way."""

from __future__ import annotations

from kiosk.errors import Refused
from kiosk.people import desks
from kiosk.shelf_counts import store as shelf_counts
from kiosk.words import N_
from web.access import wants_part
from web.station import actor, session, station

#: What a scan means only as long as its own page is in front of the operator.
_ENDS_ELSEWHERE = ("intake", "outbound", "manifest", "shelf_count", "relocate")


def under_way() -> list[int]:
    """Print jobs that a printer has begun: their paper comes whatever is decided now."""
    return [progress.job_id for progress in station().runtime.jobs_under_way()]


def desk_id_here() -> int:
    """The desk of the current session; Refused ``desk.none`` where somebody is logged in without one."""
    desk_id = session().desk_id
    if desk_id is None:
        raise Refused("desk.none", N_("当前登录没有柜台，没有办理；请用柜台账号登录"))
    return desk_id


def settle_mode(wanted: str) -> None:
    """Lets a scan mean what the page in front of the operator means by it.

    Intake with an open batch takes parcels in, a courier's open list takes waybills, a list of what leaves takes parcels, a
    shelf count counts and 移库 moves; any other counter page ends that. Only a page that somebody goes to counts, not one whose live part is read again. Direct hand-over is never entered by a page: it is chosen.
    """
    if wants_part() or session().desk_id is None:
        return
    with station().store.reading() as db:
        desk = desks.desk(db, session().desk_id)
        is_counting = wanted == "shelf_count" and shelf_counts.under_way(db) is not None
    mode = desk.mode
    if wanted == "intake":
        mode = "intake" if desk.open_batch_id else desk.mode
    elif wanted == "outbound":
        mode = "outbound" if desk.open_manifest_id else desk.mode
    elif wanted == "manifest":
        mode = "manifest" if desk.open_list_id else desk.mode
    elif wanted == "shelf_count":
        mode = wanted if is_counting else desk.mode
    elif wanted == "relocate" or desk.mode in _ENDS_ELSEWHERE:
        mode = wanted
    if mode != desk.mode:
        # The place whose label was scanned belongs to the mode: whoever comes back says anew where he stands.
        with station().store.transaction(actor()) as tx:
            desks.set_desk(tx, desk.id, mode=mode, at_place="")
