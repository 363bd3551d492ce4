"""Parcels announced before they come: from the county's warehouse, a carrier's list, another station. Intake checks
them off; one that doesn't come is dropped with an event, never silently."""

from __future__ import annotations

import sqlite3

from kiosk.codes import Recognised, carriers, suggest
from kiosk.errors import Refused
from kiosk.parcels import store
from kiosk.parcels.events import record, refusal, write
from kiosk.parcels.intake import Recipient, keep_number
from kiosk.parcels.model import IN_STOCK, EventKind, ParcelState
from kiosk.parcels.refusals import already_in_stock
from kiosk.storage import Tx
from kiosk.words import N_


def note_expected(
    tx: Tx, business_on: str, recognised: Recognised, person: Recipient, *, carrier: str | None = None
) -> int:
    """Writes down one parcel that is on its way; returns its id. Refused ``parcel.already_in_stock``,
    ``parcel.already_expected``, ``carrier.unknown``."""
    for row in store.by_waybill(tx, recognised.waybill_no, recognised.piece_index):
        if row["state"] in IN_STOCK:
            raise already_in_stock(tx, row)
        if row["state"] == ParcelState.EXPECTED:
            raise Refused(
                "parcel.already_expected", N_("这件已在待到件里，没有重复登记"), parcel_id=row["id"]
            )  # fmt: skip
    said = carriers.find_by_any_code(carrier).code if carrier else None
    chosen = suggest(recognised, batch_carrier=said, learned=None)
    parcel_id = tx.insert(
        "parcels", waybill_no=recognised.waybill_no, piece_index=recognised.piece_index,
        piece_total=recognised.piece_total, carrier=chosen.carrier, is_carrier_confirmed=int(said is not None),
        state=ParcelState.EXPECTED.value, steps=1, **person.columns,
    )  # fmt: skip
    if person.number:
        keep_number(tx, parcel_id, person.number)
    record(
        tx, parcel_id, 1, EventKind.EXPECTED_NOTED, business_on, None, ParcelState.EXPECTED,
        detail={"carrier": chosen.carrier}, audited={"carrier": chosen.carrier},
    )  # fmt: skip
    return parcel_id


def drop_expected(tx: Tx, business_on: str, row: sqlite3.Row) -> None:
    """The parcel will not come, or was announced by mistake. Refused as ``write`` once it is here."""
    if row["state"] != ParcelState.EXPECTED:
        raise refusal(tx, row)
    write(
        tx, row, EventKind.EXPECTED_DROPPED, business_on, to_state=ParcelState.UNDONE,
        columns={"out_at": tx.now, "out_on": business_on},
    )  # fmt: skip
