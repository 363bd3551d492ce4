"""Tells what a scan would do, and does nothing: for programs that look before they act (``POST /scans``) and for the
page of a desk that tries a scanner out."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.codes import Candidate, CodeKind, recognise
from kiosk.counter.scan_decision import ScanAction, decide
from kiosk.errors import Refused
from kiosk.parcels import store, view
from kiosk.parcels.model import IN_STOCK
from kiosk.parcels.refusals import already_in_stock
from kiosk.parcels.view import ParcelView, PersonView
from kiosk.people.model import Desk
from kiosk.storage import Reader


@dataclass(frozen=True, slots=True)
class WouldDo:
    """What the same scan at the desk would do. ``refused`` says why it would do nothing, or that the parcel has
    left."""

    kind: CodeKind
    action: ScanAction
    waybill_no: str
    parcel: ParcelView | None
    people: tuple[PersonView, ...]
    candidates: tuple[Candidate, ...]
    refused: Refused | None


def what_would(db: Reader, desk: Desk | None, text: str) -> WouldDo:
    """Recognises ``text``, looks it up and names the action; changes nothing. Without a desk: as in mode home."""
    recognised = recognise(text)
    decision = decide(db, desk, recognised)
    action, refused = decision.action, decision.refused
    parcel = decision.found.parcel if decision.found is not None else None
    if action is ScanAction.CHECK_IN:
        rows = store.by_waybill(db, recognised.waybill_no, recognised.piece_index)
        here = next((row for row in rows if row["state"] in IN_STOCK), None)
        if here is not None:
            action, refused, parcel = ScanAction.REFUSE, already_in_stock(db, here), view.show(db, here)
    people = decision.found.people if decision.found is not None else ()
    return WouldDo(recognised.kind, action, recognised.waybill_no, parcel, people, recognised.candidates, refused)
