"""未同意清单: what a courier brought whose recipients have not agreed to the station. Those are taken to the door or asked by
phone; whoever can't be known by a bare tail stands apart as 无法判断. Only what lies here and is on nobody's list of consents."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk import audit
from kiosk.codes import carriers
from kiosk.consents.model import Colour
from kiosk.consents.slips import MOST_LISTED, Line, freeze_courier_list
from kiosk.consents.store import COLOUR_SQL
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import printer_at
from kiosk.errors import Refused
from kiosk.parcels import batches
from kiosk.parcels.model import IN_STOCK_SQL
from kiosk.people.rights import Right, require
from kiosk.printing import jobs
from kiosk.printing.model import ColumnBlank
from kiosk.storage import Reader, Tx
from kiosk.words import N_


@dataclass(frozen=True, slots=True)
class Waiting:
    """One parcel whose recipient has not agreed: its row and colour."""

    row: sqlite3.Row
    colour: Colour


@dataclass(frozen=True, slots=True)
class CourierList:
    """The paper as it was made; ``job_id`` None without a printer."""

    slip_id: int
    red: int
    amber: int
    job_id: int | None


def not_agreed(
    db: Reader, *, batch_id: int | None = None, carrier: str | None = None, colour: Colour | str | None = None,
    after_id: int = 0, limit: int = MOST_LISTED,
) -> list[Waiting]:  # fmt: skip
    """Parcels in stock that are not green, oldest first, of a batch or carrier or all."""
    where, values = _here(batch_id, carrier)
    wanted = "colour = ?" if colour else "colour <> ?"
    rows = db.all(
        f"SELECT * FROM (SELECT p.*, {COLOUR_SQL} AS colour FROM parcels p WHERE {where} AND p.id > ?)"
        f" WHERE {wanted} ORDER BY id LIMIT ?",
        *values, after_id, str(colour or Colour.GREEN), limit,
    )  # fmt: skip
    return [Waiting(row, Colour(row["colour"])) for row in rows]


def counts(db: Reader) -> dict[str, dict[str, int]]:
    """Carrier → colour → how many parcels in stock."""
    found: dict[str, dict[str, int]] = {}
    for row in db.all(
        f"SELECT carrier, colour, COUNT(*) AS many FROM (SELECT p.carrier, {COLOUR_SQL} AS colour FROM parcels p"
        f" WHERE p.{IN_STOCK_SQL}) GROUP BY carrier, colour ORDER BY carrier"
    ):
        found.setdefault(row["carrier"], {})[row["colour"]] = row["many"]
    return found


def count_red(db: Reader, batch_id: int) -> int:
    """How many parcels of a batch are of somebody known who has not agreed."""
    return int(
        db.value(
            f"SELECT COUNT(*) FROM parcels p WHERE p.batch_id = ? AND p.{IN_STOCK_SQL} AND {COLOUR_SQL} = 'red'",
            batch_id,
        )
    )


def make_courier_list(
    tx: Tx, *, batch_id: int | None = None, carrier: str = "", desk_id: int | None = None
) -> CourierList:
    """Freezes the list of a batch, or of all that lies here of a carrier, and prints it where there is a printer.

    Refused ``staff.not_allowed``, ``batch.unknown``, ``carrier.unknown``, ``consent.list_whose``, ``consent.list_empty``.
    """
    require(tx.actor, Right.SERVE)
    if batch_id is not None:
        carrier = batches.batch(tx, batch_id).carrier
    elif carrier:
        carrier = carriers.find_by_any_code(carrier).code
    else:
        raise Refused("consent.list_whose", N_("请选择是哪一批，或哪家快递公司的清单；没有打印"))
    whose = None if batch_id is not None else carrier
    found = not_agreed(tx, batch_id=batch_id, carrier=whose, colour=Colour.RED)
    red = len(found)  # first of all: a full paper leaves none of them off for somebody who can't be judged
    found += not_agreed(tx, batch_id=batch_id, carrier=whose, colour=Colour.AMBER, limit=MOST_LISTED - red)
    if not found:
        raise Refused("consent.list_empty", N_("没有未同意的件，不用打清单"))
    left = _count(tx, batch_id, whose) - len(found) if len(found) == MOST_LISTED else 0
    seq = audit.record(
        tx, "consent.list_made", batch_id=batch_id, carrier=carrier or None, red=red, amber=len(found) - red
    )  # fmt: skip
    slip_id = freeze_courier_list(tx, seq, batch_id, carrier, [_line(one) for one in found], left)
    printer = printer_at(tx, desk_id_of(tx, desk_id))
    return CourierList(slip_id, red, len(found) - red, jobs.queue(tx, slip_id, printer) if printer else None)


def _here(batch_id: int | None, carrier: str | None) -> tuple[str, list[int | str]]:
    """What lies here of a batch, of a carrier, or all: the condition over ``p`` and its values."""
    given = [(column, value) for column, value in (("batch_id", batch_id), ("carrier", carrier)) if value is not None]
    where = " AND ".join([f"p.{IN_STOCK_SQL}", *(f"p.{column} = ?" for column, _value in given)])
    return where, [value for _column, value in given]


def _count(db: Reader, batch_id: int | None, carrier: str | None) -> int:
    where, values = _here(batch_id, carrier)
    return int(db.value(f"SELECT COUNT(*) FROM parcels p WHERE {where} AND {COLOUR_SQL} <> 'green'", *values))


def _line(one: Waiting) -> Line:
    row = one.row
    columns = {"waybill": "waybill_no", "tail": "phone_tail", "name": "name_hint"}
    blanks = {name: ColumnBlank("parcels", row["id"], column) for name, column in columns.items()}
    return Line(row["pickup_code"], row["carrier"], f"{row['shelf']}-{row['layer']}", one.colour, blanks)
