"""Allots pickup codes ``shelf-layer-DNNN``: D is the last digit of the day (a hint to age, not a key), NNN the next
number.

A code is *held* by one parcel: while it is in stock, and afterwards while it rests, until somebody else gets it. New
numbers come first. Once a place and day digit have used 999 of them the numbers are gone round again, next-fit: a
code whose rest is over is given again, one still held is stepped over; after a few such steps the number grows a
digit instead. So an allotment costs a bounded number of look-ups in one index, and no place is ever full."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from kiosk import clock
from kiosk.codes import ShelfPlace, parse_old_code
from kiosk.errors import Refused
from kiosk.parcels.model import IN_STOCK
from kiosk.parcels.refusals import when
from kiosk.storage import Tx
from kiosk.words import N_

#: Numbers of three digits; the fourth comes when these are used up.
SHORT_NUMBERS = 999
#: So many held codes are stepped over in one allotment, and the next goes on from there; then a new number is kinder.
MOST_STEPS = 4
_OURS = re.compile(r"([A-Z]{0,2}[0-9]{0,3}-[0-9]{1,2})-([0-9])[0-9]{3,6}")


@dataclass(frozen=True, slots=True)
class Allotted:
    """A code for the next parcel and the series that it belongs to ('' for one from elsewhere)."""

    code: str
    series: str


def allot(tx: Tx, place: ShelfPlace, business_on: str) -> Allotted:
    """The code for a parcel put at ``place`` on this business date; unique among all that are held."""
    digit = business_on[-1]
    series = f"{place}-{digit}"
    row = tx.one("SELECT last_number, ring_number FROM pickup_code_ranges WHERE code_series = ?", series)
    last, ring = (row["last_number"], row["ring_number"]) if row is not None else (0, 0)
    if last >= SHORT_NUMBERS:
        rested, ring = _go_round(tx, place, digit, last, ring)
        if rested:
            tx.execute("UPDATE pickup_code_ranges SET ring_number = ? WHERE code_series = ?", ring, series)
            return Allotted(rested, series)
    while True:
        last += 1
        code = _code(place, digit, last)
        # Only a code that came in with the opening stock can be ahead of the range; it is stepped over once, for good.
        if _holder(tx, code) is None:
            break
    tx.execute(
        "INSERT INTO pickup_code_ranges (code_series, last_number, ring_number) VALUES (?, ?, ?) ON CONFLICT (code_series)"
        " DO UPDATE SET last_number = excluded.last_number, ring_number = excluded.ring_number",
        series,
        last,
        ring,
    )
    return Allotted(code, series)


def _go_round(tx: Tx, place: ShelfPlace, digit: str, last: int, ring: int) -> tuple[str, int]:
    """The next code on the ring that nobody holds or whose rest is over, freed; '' after too many that are held."""
    rested_since = clock.stamp(clock.read(tx.now) - timedelta(days=tx.settings.parcels.code_cooldown_days))
    for _ in range(MOST_STEPS):
        ring = ring % last + 1
        code = _code(place, digit, ring)
        holder = _holder(tx, code)
        if holder is None:
            return code, ring
        if holder["out_at"] is not None and holder["out_at"] <= rested_since:
            tx.execute("UPDATE parcels SET holds_code = 0 WHERE id = ?", holder["id"])
            return code, ring
    return "", ring


def _code(place: ShelfPlace, digit: str, number: int) -> str:
    return f"{place}-{digit}{number:03d}"


def _holder(tx: Tx, code: str) -> sqlite3.Row | None:
    return tx.one("SELECT id, out_at FROM parcels WHERE pickup_code = ? AND holds_code = 1", code)


def take_old(tx: Tx, text: str) -> Allotted:
    """The code that a parcel of the opening stock already bears.

    Refused ``pickup_code.unreadable``, or ``pickup_code.in_use`` while another parcel in stock has it; one at rest is
    taken over, since the label is on the shelf whether we like it or not.
    """
    code = parse_old_code(text)
    holder = tx.one("SELECT * FROM parcels WHERE pickup_code = ? AND holds_code = 1", code)
    if holder is not None:
        if holder["state"] in IN_STOCK:
            raise Refused(
                "pickup_code.in_use",
                N_("取件码 {pickup_code} 已有在库的快件（{when} 入库）。没有录入；请核对，或不填旧码另给一个"),
                pickup_code=code,
                parcel_id=holder["id"],
                at=holder["checked_in_at"],
                when=when(tx, holder["checked_in_at"]),
            )
        tx.execute("UPDATE parcels SET holds_code = 0 WHERE id = ?", holder["id"])
    ours = _OURS.fullmatch(code)
    return Allotted(code, f"{ours[1]}-{ours[2]}" if ours else "")
