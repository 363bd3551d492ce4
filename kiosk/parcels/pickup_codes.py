"""Allots pickup codes ``shelf-layer-DNNN``: D is the last digit of the day (a hint to age, not a key), NNN the next
number.

A code is *held* by one parcel: while it is in stock, and afterwards while it rests, until somebody else gets it. New
numbers come first; once a place and day digit have used 999 of them, the one that has rested longest is given again
if its rest is over, else the number grows a digit. So nothing is ever scanned and no place is ever full."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from kiosk import clock
from kiosk.codes import ShelfPlace, format_pickup_code, parse_old_code
from kiosk.errors import Refused
from kiosk.parcels.model import IN_STOCK
from kiosk.parcels.refusals import when
from kiosk.storage import Tx
from kiosk.words import N_

#: Numbers of three digits; the fourth comes when these are used up.
SHORT_NUMBERS = 999
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
    last = tx.value("SELECT last_number FROM pickup_code_ranges WHERE code_series = ?", series) or 0
    if last >= SHORT_NUMBERS:
        rested = _longest_rested(tx, series)
        if rested is not None:
            return Allotted(rested, series)
    number = last
    while True:
        number += 1
        code = format_pickup_code(place.shelf, place.layer, f"{digit}{number:03d}")
        # Only a code that came in with the opening stock can be ahead of the range; it is stepped over once, for good.
        if not tx.value("SELECT 1 FROM parcels WHERE pickup_code = ? AND holds_code = 1", code):
            break
    tx.execute(
        "INSERT INTO pickup_code_ranges (code_series, last_number) VALUES (?, ?)"
        " ON CONFLICT (code_series) DO UPDATE SET last_number = excluded.last_number",
        series,
        number,
    )
    return Allotted(code, series)


def _longest_rested(tx: Tx, series: str) -> str | None:
    rested_since = clock.stamp(clock.read(tx.now) - timedelta(days=tx.settings.parcels.code_cooldown_days))
    row = tx.one(
        "SELECT id, pickup_code FROM parcels WHERE code_series = ? AND out_at <= ? AND holds_code = 1"
        " AND out_at IS NOT NULL ORDER BY out_at LIMIT 1",
        series,
        rested_since,
    )
    if row is None:
        return None
    tx.execute("UPDATE parcels SET holds_code = 0 WHERE id = ?", row["id"])
    return str(row["pickup_code"])


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
