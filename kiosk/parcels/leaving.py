"""The ways out of the house beside the hand-over: passed on, delivered to the door, returned, lost; and each one's way
back. Every function is one event; manifests, notices and orders are joined to it by ``kiosk.counter``."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from kiosk.errors import Refused
from kiosk.parcels.actions import last_event, other_day, something_followed
from kiosk.parcels.cod import refuse_paid
from kiosk.parcels.erasure import back_in_stock
from kiosk.parcels.events import refusal, write
from kiosk.parcels.model import IN_STOCK, IN_STOCK_SQL, EventKind, ParcelState, ProblemReason
from kiosk.parcels.refusals import refuse_erased, set_aside
from kiosk.storage import Tx
from kiosk.words import N_

_OUT: Mapping[EventKind, ParcelState] = {
    EventKind.PASSED_ON: ParcelState.PASSED_ON,
    EventKind.DOOR_DELIVERED: ParcelState.DOOR_DELIVERED,
    EventKind.RETURNED: ParcelState.RETURNED,
}
_BACK: Mapping[ParcelState, tuple[EventKind, EventKind]] = {
    ParcelState.PASSED_ON: (EventKind.PASSED_ON, EventKind.PASSING_ON_UNDONE),
    ParcelState.DOOR_DELIVERED: (EventKind.DOOR_DELIVERED, EventKind.DOOR_DELIVERY_UNDONE),
    ParcelState.RETURNED: (EventKind.RETURNED, EventKind.RETURN_UNDONE),
}

#: After these a parcel handed over is known to be with the wrong person: noted so, or so again after an undo.
_WITH_WRONG_PERSON = frozenset({EventKind.WRONG_PERSON_NOTED, EventKind.LOSS_UNDONE, EventKind.RECOVERY_UNDONE})


def pass_on(tx: Tx, business_on: str, row: sqlite3.Row, manifest_id: int | None) -> None:
    """Gives a parcel to another station. Refused ``parcel.is_problem`` and ``parcel.is_to_return`` for one that is set
    aside, ``parcel.unpaid_here`` for one with money to collect, and as ``write``."""
    require_free(tx, row)
    _out(tx, business_on, row, EventKind.PASSED_ON, manifest_id)


def deliver_to_door(tx: Tx, business_on: str, row: sqlite3.Row, manifest_id: int | None) -> None:
    """The recipient has it at the door. Refusals as ``pass_on``."""
    require_free(tx, row)
    _out(tx, business_on, row, EventKind.DOOR_DELIVERED, manifest_id)


def return_parcel(tx: Tx, business_on: str, row: sqlite3.Row, manifest_id: int | None) -> None:
    """The courier took it back; only what stands on the list of those that go back may (快递暂行条例 art. 27: the
    station never disposes of anything)."""
    _out(tx, business_on, row, EventKind.RETURNED, manifest_id)


def undo_leaving(tx: Tx, business_on: str, row: sqlite3.Row) -> None:
    """Takes passing on, door delivery or return back on its business day: the parcel lies where it lay, under its code.

    Refused ``undo.other_day``, ``undo.something_followed``, and as ``write`` in any other state.
    """
    state = ParcelState(row["state"])
    if state not in _BACK:
        raise refusal(tx, row)
    went, undone = _BACK[state]
    last = last_event(tx, row)
    if last["kind"] != went:
        raise something_followed()
    if row["out_on"] != business_on:
        raise other_day(tx, row["out_at"])
    require_room_for(tx, row)
    write(tx, row, undone, business_on, to_state=ParcelState(last["from_state"]), columns=back_in_stock(tx, row))


def lose(tx: Tx, business_on: str, row: sqlite3.Row, reason: ProblemReason) -> None:
    """The parcel can't be found, or was given to the wrong person and is not got back (then it must have been noted
    so). Refused ``parcel.already_handed_over`` and as ``write``."""
    if row["state"] == ParcelState.HANDED_OVER and not is_with_wrong_person(tx, row):
        raise refusal(tx, row)
    write(
        tx, row, EventKind.LOST, business_on, to_state=ParcelState.LOST,
        columns={"out_at": tx.now, "out_on": business_on}, detail={"reason": reason.value},
        audited={"reason": reason.value},
    )  # fmt: skip


def find_again(
    tx: Tx, business_on: str, row: sqlite3.Row, *, as_problem: bool = False, is_paid_back: bool = False
) -> None:
    """A lost parcel turned up: it waits under its old code, on any later day too.

    Refused ``parcel.code_given_on`` when its code went to another parcel meanwhile or the number came in again, and
    ``parcel.person_erased`` after so long that its person was erased: then it is taken in anew. Refused as
    ``cod.refuse_paid`` unless the money goes back with it.
    """
    if row["state"] != ParcelState.LOST:
        raise refusal(tx, row)
    if not is_paid_back:
        refuse_paid(tx, row, business_on)
    require_room_for(tx, row)
    state = ParcelState.PROBLEM if as_problem else ParcelState.ON_SHELF
    write(tx, row, EventKind.FOUND_AGAIN, business_on, to_state=state, columns=back_in_stock(tx, row))


def note_wrong_person(tx: Tx, business_on: str, row: sqlite3.Row) -> None:
    """It is known now that whoever collected it had no claim to it. The parcel stays handed over until it is back.

    Refused ``parcel.with_wrong_person`` when that is known already, and as ``write``.
    """
    if row["state"] != ParcelState.HANDED_OVER:
        raise refusal(tx, row)
    if is_with_wrong_person(tx, row):
        raise Refused(
            "parcel.with_wrong_person",
            N_("这件已登记为错给了别人，没有重复登记；追回来了请点「已追回」"),
            parcel_id=row["id"],
        )
    write(tx, row, EventKind.WRONG_PERSON_NOTED, business_on)


def recover(
    tx: Tx, business_on: str, row: sqlite3.Row, *, as_problem: bool = False, is_paid_back: bool = False
) -> None:
    """The wrong person brought it back: it waits for the right one. Refused as ``find_again``, and as ``write`` when nobody
    noted that it was with the wrong one."""
    if row["state"] != ParcelState.HANDED_OVER or not is_with_wrong_person(tx, row):
        raise refusal(tx, row)
    if not is_paid_back:
        refuse_paid(tx, row, business_on)
    require_room_for(tx, row)
    state = ParcelState.PROBLEM if as_problem else ParcelState.ON_SHELF
    write(tx, row, EventKind.RECOVERED, business_on, to_state=state, columns=back_in_stock(tx, row))


def is_with_wrong_person(tx: Tx, row: sqlite3.Row) -> bool:
    """Whether the last that is known of a parcel handed over is that it went to the wrong person."""
    return row["state"] == ParcelState.HANDED_OVER and last_event(tx, row)["kind"] in _WITH_WRONG_PERSON


def was_lost_elsewhere(tx: Tx, row: sqlite3.Row) -> bool:
    """Whether a parcel was with the wrong person when it was lost last, and not on its shelf."""
    before = tx.value(
        "SELECT from_state FROM parcel_events WHERE parcel_id = ? AND kind = 'lost' ORDER BY step DESC LIMIT 1",
        row["id"],
    )
    return bool(before == ParcelState.HANDED_OVER)


def manifest_of(tx: Tx, row: sqlite3.Row) -> int | None:
    """The manifest by which a parcel left, or None."""
    last = last_event(tx, row)
    found: int | None = json.loads(last["detail"]).get("manifest_id")
    return found


def require_room_for(tx: Tx, row: sqlite3.Row) -> None:
    """The parcel's code is still its own and its number is not in stock a second time; else Refused
    ``parcel.code_given_on``. ``parcel.person_erased`` as ``refuse_erased``."""
    refuse_erased(row)
    again = tx.value(
        f"SELECT 1 FROM parcels WHERE waybill_no = ? AND piece_index = ? AND {IN_STOCK_SQL}",
        row["waybill_no"],
        row["piece_index"],
    )
    if again or not row["holds_code"]:
        raise Refused(
            "parcel.code_given_on",
            N_("它的取件码已给了别的快件，或同一运单又入了库；没有改动，请把它重新扫码入库"),
            parcel_id=row["id"],
        )


def require_free(tx: Tx, row: sqlite3.Row) -> None:
    """Nothing stands against giving this parcel away: it is not set aside and there is no money to collect for it."""
    if row["state"] in (ParcelState.PROBLEM, ParcelState.TO_RETURN):
        raise set_aside(tx, row)
    if row["state"] in IN_STOCK and row["cod_fen"] + row["freight_collect_fen"]:
        raise Refused(
            "parcel.unpaid_here",
            N_("这件有代收货款或到付运费，要先在柜台收款，没有交出去；确认不用收请先在快件页面改掉金额"),
            parcel_id=row["id"],
        )


def _out(tx: Tx, business_on: str, row: sqlite3.Row, kind: EventKind, manifest_id: int | None) -> None:
    write(
        tx, row, kind, business_on, to_state=_OUT[kind], columns={"out_at": tx.now, "out_on": business_on},
        detail={"manifest_id": manifest_id} if manifest_id is not None else None, audited={"manifest_id": manifest_id},
    )  # fmt: skip
