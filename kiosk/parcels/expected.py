"""Parcels announced before they come: from the county's warehouse, a carrier's list, another station. Intake checks
them off; one that doesn't come is dropped with an event, never silently."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.codes import Recognised, carriers, suggest
from kiosk.errors import Refused
from kiosk.parcels import store
from kiosk.parcels.events import record, refusal, write
from kiosk.parcels.intake import Recipient, keep_number
from kiosk.parcels.model import IN_STOCK, SET_ASIDE_SQL, EventKind, ParcelState
from kiosk.parcels.refusals import already_in_stock
from kiosk.storage import Reader, Tx
from kiosk.words import N_


class Source(StrEnum):
    """Who said that a parcel would come."""

    COUNTY = "county"
    CARRIER = "carrier"
    STATION = "station"


SOURCE_WORDS: Mapping[str, str] = {
    Source.COUNTY: N_("县里的仓库"),
    Source.CARRIER: N_("快递公司"),
    Source.STATION: N_("别的站点"),
}


@dataclass(frozen=True, slots=True)
class Announced:
    """A parcel that is on its way, as its announcement says."""

    row: sqlite3.Row
    announced_at: str
    source: str  # '' when nobody said
    due_on: str  # the day on which it was to come, '' when nobody said

    def is_late(self, today: date) -> bool:
        """Whether it should have been here before today."""
        return bool(self.due_on) and self.due_on < today.isoformat()


def note_expected(
    tx: Tx, business_on: str, recognised: Recognised, person: Recipient, *, carrier: str | None = None,
    source: Source | None = None, due_on: date | None = None,
) -> int:  # fmt: skip
    """Writes down one parcel that is on its way, who said so and for which day; returns its id. Both stand in the event of
    the announcement, which outlives the arrival. Refused ``parcel.already_in_stock``, ``parcel.already_expected``,
    ``carrier.unknown``."""
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
        detail={
            "carrier": chosen.carrier, **({"source": source.value} if source else {}),
            **({"due_on": due_on.isoformat()} if due_on else {}),
        },
        audited={"carrier": chosen.carrier},
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


def announced(db: Reader, *, limit: int, before_id: int | None = None) -> tuple[list[Announced], int | None]:
    """What is still on its way, the latest announcement first, and the id to go on before (None at the end)."""
    rows, more = store.page(db, state=ParcelState.EXPECTED.value, before_id=before_id, limit=limit)
    return [_announced(db, row) for row in rows], more


def count_late(db: Reader, today: date) -> int:
    """How many should have been here before today and are not."""
    sql = (
        "SELECT COUNT(*) FROM parcels p JOIN parcel_events e ON e.parcel_id = p.id AND e.kind = 'expected_noted'"
        f" WHERE p.state = 'expected' AND p.{SET_ASIDE_SQL} AND e.detail ->> 'due_on' < ?"
    )
    return int(db.value(sql, today.isoformat()))


def announcement(db: Reader, parcel_id: int) -> Announced:
    """By whom and for when a parcel was announced that is still on its way."""
    return _announced(db, store.parcel(db, parcel_id))


def _announced(db: Reader, row: sqlite3.Row) -> Announced:
    noted = next(event for event in store.events(db, row["id"]) if event["kind"] == EventKind.EXPECTED_NOTED)
    detail = json.loads(noted["detail"])
    return Announced(row, noted["at"], detail.get("source", ""), detail.get("due_on", ""))
