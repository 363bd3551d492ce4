"""What staff do with a parcel that is here: hand it over, take an act back, correct, move, set aside. Each is one
event; ``kiosk.counter`` joins notices and paper to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from kiosk import vault
from kiosk.codes import PhoneEntry, Recognised, ShelfPlace, carriers, recognise
from kiosk.errors import Refused
from kiosk.parcels import learning, places, store
from kiosk.parcels.erasure import back_in_stock
from kiosk.parcels.events import refusal, write
from kiosk.parcels.intake import Recipient, keep_number, laid_over, recipient
from kiosk.parcels.model import (
    CASE,
    IN_STOCK,
    IN_STOCK_SQL,
    UNDOABLE_AFTER,
    EventKind,
    HandOverMethod,
    ParcelState,
    ProblemReason,
    Relation,
)
from kiosk.parcels.refusals import refuse_erased, set_aside, when
from kiosk.storage import Reader, Tx
from kiosk.words import N_


def hand_over(
    tx: Tx,
    business_on: str,
    row: sqlite3.Row,
    method: HandOverMethod,
    *,
    relation: Relation | None = None,
    even_set_aside: bool = False,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Gives the parcel (its row as read in this transaction) out of our hands.

    Refused ``parcel.already_handed_over`` and the like when it is gone, ``parcel.is_problem`` or
    ``parcel.is_to_return`` unless the operator says ``even_set_aside``."""
    if row["state"] in (ParcelState.PROBLEM, ParcelState.TO_RETURN) and not even_set_aside:
        raise set_aside(tx, row)
    words = relation.value if relation is not None else ""
    write(
        tx, row, EventKind.HANDED_OVER, business_on, to_state=ParcelState.HANDED_OVER,
        columns={"out_at": tx.now, "out_on": business_on}, method=method.value, relation=words, detail=detail,
        audited={"method": method.value, "relation": words},
    )  # fmt: skip


def undo_hand_over(tx: Tx, business_on: str, row: sqlite3.Row) -> None:
    """Takes a hand-over back: the parcel lies on its shelf again under the same code.

    Refused ``undo.other_day`` after its business day, ``undo.something_followed`` when anything happened to the parcel
    since, when the same waybill came in again, or when its code was given to another parcel; ``parcel.person_erased`` when
    the person had their data erased meanwhile.
    """
    if row["state"] != ParcelState.HANDED_OVER:
        raise something_followed()
    last = last_event(tx, row)
    if last["kind"] != EventKind.HANDED_OVER:
        raise something_followed()
    if row["out_on"] != business_on:
        raise other_day(tx, row["out_at"])
    refuse_erased(row)
    again = tx.value(
        f"SELECT 1 FROM parcels WHERE waybill_no = ? AND piece_index = ? AND {IN_STOCK_SQL}",
        row["waybill_no"],
        row["piece_index"],
    )
    if again or not row["holds_code"]:
        raise something_followed()
    write(
        tx, row, EventKind.HAND_OVER_UNDONE, business_on, to_state=ParcelState(last["from_state"]),
        columns=back_in_stock(tx, row),
    )  # fmt: skip


def undo_check_in(tx: Tx, business_on: str, row: sqlite3.Row) -> None:
    """Takes a check-in back; the code rests as after a hand-over, since its label may be out.

    Refused ``undo.other_day``, ``undo.something_followed`` once more than its own data was changed, and as ``write``.
    """
    if row["state"] != ParcelState.ON_SHELF:
        raise refusal(tx, row)
    if row["checked_in_on"] != business_on:
        raise other_day(tx, row["checked_in_at"])
    if any(event["kind"] not in UNDOABLE_AFTER for event in store.events(tx, row["id"])):
        raise something_followed()
    write(
        tx, row, EventKind.UNDONE, business_on, to_state=ParcelState.UNDONE,
        columns={"out_at": tx.now, "out_on": business_on},
    )  # fmt: skip
    if row["batch_id"] is not None:
        tx.execute("UPDATE intake_batches SET undone = undone + 1 WHERE id = ?", row["batch_id"])
    if row["is_carrier_confirmed"]:
        learning.unlearn(tx, _number(row), row["carrier"])


def add_phone(tx: Tx, business_on: str, row: sqlite3.Row, person: Recipient) -> None:
    """Adds what the scan could not tell; replaces what was there."""
    merged = laid_over(tx, row, person)
    write(tx, row, EventKind.PHONE_ADDED, business_on, columns=merged.columns)
    keep_number(tx, row["id"], merged.number)


def correct(
    tx: Tx,
    business_on: str,
    row: sqlite3.Row,
    *,
    carrier: str | None = None,
    phone: PhoneEntry | None = None,
    phone_tail: str | None = None,
    name_hint: str | None = None,
    place: ShelfPlace | None = None,
) -> tuple[str, ...]:
    """Corrects what was typed wrong; None leaves a field, ``''`` for the name takes it away. The code never changes.

    Returns the names of the fields that really changed, sorted; without any it writes nothing.
    """
    if row["state"] not in IN_STOCK:
        raise refusal(tx, row)
    columns: dict[str, Any] = {}
    detail: dict[str, Any] = {}
    number: str | None = None
    if carrier is not None and (code := carriers.find_by_any_code(carrier).code) != row["carrier"]:
        columns |= {"carrier": code, "is_carrier_confirmed": 1}
        detail |= {"carrier_before": row["carrier"], "carrier": code}
    if place is not None and (place.shelf, place.layer) != (row["shelf"], row["layer"]):
        places.know(tx, place)
        columns |= {"shelf": place.shelf, "layer": place.layer}
        detail |= {"shelf": place.shelf, "layer": place.layer}
    if phone is not None or phone_tail is not None or name_hint is not None:
        merged = laid_over(tx, row, recipient(tx, phone, phone_tail, name_hint), cleared=name_hint == "")
        number = merged.number
        columns |= {name: value for name, value in merged.columns.items() if value != row[name]}
        if number != (vault.get(tx, CASE, row["id"], "phone") or ""):
            columns["phone_kind"] = merged.columns["phone_kind"]  # two virtual numbers differ in no column
    fields = tuple(sorted({_FIELDS[name] for name in columns}))
    if not fields:
        return ()
    write(
        tx, row, EventKind.CORRECTED, business_on, columns=columns, detail=detail | {"fields": list(fields)},
        audited={"fields": ".".join(fields)},
    )  # fmt: skip
    if number is not None:
        keep_number(tx, row["id"], number)
    if "carrier" in fields:
        number = _number(row)
        if row["is_carrier_confirmed"]:
            learning.unlearn(tx, number, row["carrier"])
        learning.learn(tx, number, columns["carrier"])
    return fields


_FIELDS: Mapping[str, str] = {
    "carrier": "carrier",
    "is_carrier_confirmed": "carrier",
    "shelf": "place",
    "layer": "place",
    "phone_kind": "phone",
    "phone_tail": "phone",
    "phone_hash": "phone",
    "name_hint": "name",
}


def relocate(tx: Tx, business_on: str, row: sqlite3.Row, place: ShelfPlace) -> None:
    """Moves a parcel to another place; its code stays, the villager holds it. Does nothing when it lies there."""
    if (place.shelf, place.layer) == (row["shelf"], row["layer"]):
        return
    places.know(tx, place)
    write(
        tx, row, EventKind.RELOCATED, business_on, columns={"shelf": place.shelf, "layer": place.layer},
        detail={"shelf": place.shelf, "layer": place.layer}, audited={"shelf": place.shelf, "layer": place.layer},
    )  # fmt: skip


def mark_problem(tx: Tx, business_on: str, row: sqlite3.Row, reason: ProblemReason) -> None:
    """Sets a parcel aside as 问题件; it is not handed over silently any more."""
    write(
        tx, row, EventKind.MARKED_PROBLEM, business_on, to_state=ParcelState.PROBLEM, detail={"reason": reason.value},
        audited={"reason": reason.value},
    )  # fmt: skip


def mark_to_return(tx: Tx, business_on: str, row: sqlite3.Row, reason: ProblemReason) -> None:
    """Puts a parcel on the list of those that go back."""
    write(
        tx, row, EventKind.MARKED_TO_RETURN, business_on, to_state=ParcelState.TO_RETURN,
        detail={"reason": reason.value}, audited={"reason": reason.value},
    )  # fmt: skip


def put_back(tx: Tx, business_on: str, row: sqlite3.Row) -> None:
    """The problem is solved, or the parcel is not returned after all: it waits on the shelf again."""
    write(tx, row, EventKind.PUT_BACK, business_on, to_state=ParcelState.ON_SHELF)


def second_pickup_tried(tx: Tx, business_on: str, row: sqlite3.Row, method: HandOverMethod) -> None:
    """Remembers that somebody came for a parcel that had left; does nothing for one that was undone or is here."""
    if row["state"] in IN_STOCK or row["state"] in (ParcelState.UNDONE, ParcelState.EXPECTED):
        return
    write(
        tx, row, EventKind.SECOND_PICKUP_TRIED, business_on, detail={"method": method.value},
        audited={"method": method.value},
    )  # fmt: skip


def _number(row: sqlite3.Row) -> Recognised:
    return recognise(row["waybill_no"])


def last_event(tx: Reader, row: sqlite3.Row) -> sqlite3.Row:
    """The parcel's last event that did anything: that somebody came in vain for it changed nothing."""
    found = tx.one(
        "SELECT * FROM parcel_events WHERE parcel_id = ? AND kind <> ? ORDER BY step DESC LIMIT 1",
        row["id"],
        EventKind.SECOND_PICKUP_TRIED.value,
    )
    if found is None:
        raise KeyError(f"parcel {row['id']} has no event")
    return found


def something_followed() -> Refused:
    """An act can't be taken back: the parcel went on since."""
    return Refused(
        "undo.something_followed", N_("这件后来又有别的操作，不能直接撤销；没有改动任何内容，请在快件页面更正")
    )


def other_day(tx: Tx, at: str) -> Refused:
    """An act can't be taken back: the report of its day holds it."""
    return Refused(
        "undo.other_day",
        N_("这是上一个营业日（{when}）的操作，不能撤销，日报已经算进去了；请在快件页面更正"),
        at=at,
        when=when(tx, at),
    )
