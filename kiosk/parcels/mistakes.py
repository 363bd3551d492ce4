"""What was done to a parcel by mistake is taken back on its business day, as a new event: set aside, put back, lost, found,
noted with the wrong person, recovered. The hand-over, the check-in and the other ways out have their undo beside them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from kiosk.parcels import cod
from kiosk.parcels.actions import last_event, other_day, something_followed
from kiosk.parcels.erasure import back_in_stock
from kiosk.parcels.events import write
from kiosk.parcels.leaving import require_room_for
from kiosk.parcels.model import IN_STOCK, EventKind, ParcelState
from kiosk.storage import Tx

#: Event → the event that takes it back.
UNDONE_BY: Mapping[str, EventKind] = {
    EventKind.MARKED_PROBLEM: EventKind.SETTING_ASIDE_UNDONE,
    EventKind.MARKED_TO_RETURN: EventKind.SETTING_ASIDE_UNDONE,
    EventKind.PUT_BACK: EventKind.SETTING_ASIDE_UNDONE,
    EventKind.LOST: EventKind.LOSS_UNDONE,
    EventKind.FOUND_AGAIN: EventKind.FINDING_UNDONE,
    EventKind.WRONG_PERSON_NOTED: EventKind.WRONG_PERSON_UNDONE,
    EventKind.RECOVERED: EventKind.RECOVERY_UNDONE,
}


def undo_mistake(tx: Tx, business_on: str, row: sqlite3.Row) -> EventKind:
    """Takes the last act on a parcel back; returns the kind of what was undone.

    Refused ``undo.something_followed`` when the last act is none of these, ``undo.other_day``, ``parcel.code_given_on``.
    """
    last = last_event(tx, row)
    undone = UNDONE_BY.get(last["kind"])
    if undone is None:
        raise something_followed()
    if last["business_on"] != business_on:
        raise other_day(tx, last["at"])
    was, state = ParcelState(last["from_state"]), ParcelState(row["state"])
    columns: dict[str, str | None] = {}
    if was in IN_STOCK and state not in IN_STOCK:
        require_room_for(tx, row)
        columns = back_in_stock(tx, row)
    elif was != state and was not in IN_STOCK:
        if state in IN_STOCK and cod.owed_fen(row):
            raise something_followed()  # its money went back as it came back: it is handed over again, and paid
        columns = {"out_at": tx.now, "out_on": business_on}
    write(tx, row, undone, business_on, to_state=was, columns=columns)
    return EventKind(last["kind"])
