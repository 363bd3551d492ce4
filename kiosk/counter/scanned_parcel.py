"""The very parcel that a scan names, wherever it is: for 盘点 and 移库, which ask about a box and not about a person."""

from __future__ import annotations

import sqlite3

from kiosk.codes import PARCEL, CodeKind, Recognised, clean_text
from kiosk.errors import Refused
from kiosk.parcels import store
from kiosk.parcels.model import IN_STOCK, ParcelState
from kiosk.storage import Reader
from kiosk.words import N_

#: What may name a box: its sticker, its waybill, or the code of another station that came with the opening stock.
MAY_NAME = PARCEL | {CodeKind.PICKUP_CODE, CodeKind.UNREADABLE}


def scanned_parcel(db: Reader, recognised: Recognised) -> sqlite3.Row | None:
    """The parcel's row: the one in stock before one that left, that before one that never came; None for none.

    Refused ``scan.which_piece`` when a number without its piece names several boxes that are here."""
    if recognised.kind is CodeKind.PICKUP_CODE:
        return store.by_code(db, recognised.text)
    if recognised.kind in PARCEL:
        rows = store.by_waybill(db, recognised.waybill_no, recognised.piece_index)
        if not rows and not recognised.piece_index:
            rows = store.by_waybill(db, recognised.waybill_no)
            if sum(row["state"] in IN_STOCK for row in rows) > 1:
                raise Refused(
                    "scan.which_piece",
                    N_("这个运单有好几件在库，分不清是哪一件，没有记下；请扫这件的取件码标签或带件号的条码"),
                )
        best = sorted(rows, key=lambda row: (row["state"] not in IN_STOCK, row["state"] in _NEVER_CAME))
        if best:
            return best[0]
    code = clean_text(recognised.text, 40).upper().replace(" ", "")
    return store.by_code(db, code) if code else None


_NEVER_CAME = frozenset({ParcelState.UNDONE, ParcelState.EXPECTED})
