"""All SQL of proxy purchases."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.errors import Refused
from kiosk.purchases.model import OPEN_STATES, Purchase
from kiosk.storage import Reader
from kiosk.words import N_

#: What still wants somebody: unfinished, or money on one side. A purchase that stands on an unsettled ticket only is the
#: ticket's. Repeated by ``purchases_open`` as far as an index can.
_OPEN = (
    "state NOT IN ('closed', 'cancelled', 'refunded', 'exchanged')"
    f" AND (state IN ({', '.join(repr(str(state)) for state in sorted(OPEN_STATES))})"
    " OR due_fen <> received_fen OR received_fen <> spent_fen AND paid_by <> 'direct' OR is_disputed)"
    " AND (received_on IS NOT NULL OR origin = 'request')"
)


@dataclass(frozen=True, slots=True)
class Joined:
    """A parcel that came for a purchase. ``left_at`` once it was handed over."""

    parcel_id: int
    purchase_id: int
    waybill_id: int
    left_at: str | None


def purchase(db: Reader, purchase_id: int) -> Purchase:
    """The purchase of this id; raises ``Refused('purchase.unknown')``."""
    row = db.one("SELECT * FROM purchases WHERE id = ?", purchase_id)
    if row is None:
        raise Refused("purchase.unknown", N_("没有编号为 {purchase_id} 的代购，请核对编号"), purchase_id=purchase_id)
    return Purchase.of(row)


def open_purchases(db: Reader) -> list[Purchase]:
    """Whatever still wants somebody, longest in its state first: requests without a price, orders on their way, goods
    not collected, money not given back, disputes."""
    rows = db.all(f"SELECT * FROM purchases WHERE {_OPEN} ORDER BY state_since, id")
    return [Purchase.of(row) for row in rows]


def open_count(db: Reader) -> int:
    """How many ``open_purchases`` there are."""
    return db.value(f"SELECT COUNT(*) FROM purchases WHERE {_OPEN}")


def waiting_since(db: Reader) -> str | None:
    """Since when the purchase that stands longest in its state has been waiting; None when nothing is open."""
    return db.value(f"SELECT MIN(state_since) FROM purchases WHERE {_OPEN}")


def listed(
    db: Reader, *, states: Iterable[str] = (), before_id: int | None = None, limit: int = 50, only: str = ""
) -> tuple[list[Purchase], int | None]:
    """Purchases newest first, of these states (all when none is named), and the id to read on before (None at the end).

    ``only`` is ``'disputed'``, ``'owed'`` (the customer still pays or gets back) or ``'returnable'`` (handed over, the
    days for sending back not over).
    """
    wanted = sorted({str(state) for state in states})
    marks = ", ".join("?" * len(wanted))
    also = {
        "": "",
        "disputed": " AND is_disputed = 1",
        "owed": " AND received_on IS NOT NULL AND due_fen <> received_fen",
        "returnable": " AND state = 'handed_over'",
    }[only]
    rows = db.all(
        f"SELECT * FROM purchases WHERE id < ?{f' AND state IN ({marks})' if wanted else ''}{also}"
        " ORDER BY id DESC LIMIT ?",
        before_id or 2**62,
        *wanted,
        limit + 1,
    )
    found = [Purchase.of(row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else None


def counts_by_state(db: Reader) -> dict[str, int]:
    """How many purchases stand in each state."""
    return {row[0]: row[1] for row in db.all("SELECT state, COUNT(*) FROM purchases GROUP BY state")}


def held_fen(db: Reader) -> int:
    """What the station holds of customers' money, in fen."""
    return db.value("SELECT COALESCE(SUM(MAX(0, received_fen - spent_fen)), 0) FROM purchases")


def advanced_fen(db: Reader) -> int:
    """What the station has paid shops for customers and not got back, in fen."""
    return db.value("SELECT COALESCE(SUM(MAX(0, spent_fen - received_fen)), 0) FROM purchases")


def by_phone(db: Reader, phone_hash: str) -> list[Purchase]:
    """A customer's purchases, newest first."""
    rows = db.all("SELECT * FROM purchases WHERE phone_hash = ? ORDER BY id DESC", phone_hash)
    return [Purchase.of(row) for row in rows]


def returnable_until(db: Reader, business_on: str) -> list[Purchase]:
    """Handed over, level and undisputed, and their days for sending back were over before this date."""
    rows = db.all(
        "SELECT * FROM purchases WHERE state = 'handed_over' AND is_disputed = 0 AND due_fen = received_fen"
        " AND received_fen = spent_fen AND (return_until_on IS NULL OR return_until_on < ?) ORDER BY id",
        business_on,
    )
    return [Purchase.of(row) for row in rows]


def events(db: Reader, purchase_id: int) -> list[sqlite3.Row]:
    """What happened to a purchase, in order."""
    return db.all("SELECT * FROM purchase_events WHERE purchase_id = ? ORDER BY step", purchase_id)


def waybills(db: Reader, purchase_id: int) -> list[sqlite3.Row]:
    """Its waybills, in the order in which they were learnt."""
    return db.all("SELECT * FROM purchase_waybills WHERE purchase_id = ? ORDER BY id", purchase_id)


def awaiting(db: Reader, waybill_no: str) -> list[sqlite3.Row]:
    """The waybill's row of every purchase that expects goods under this number; one look-up in an index."""
    return db.all(
        "SELECT w.* FROM purchase_waybills w JOIN purchases p ON p.id = w.purchase_id WHERE w.waybill_no = ?"
        " AND w.waybill_no IS NOT NULL AND w.way <> 'back' AND (p.state IN ('ordered', 'shipped', 'arrived') AND p.ends_as = ''"
        " OR p.state = 'returning' AND p.ends_as = 'exchanged' AND w.way = 'replacement') ORDER BY w.id",
        waybill_no,
    )


def of_parcel(db: Reader, parcel_id: int) -> list[Joined]:
    """The purchases that came in a parcel; one look-up in an index, almost always empty."""
    rows = db.all(
        "SELECT parcel_id, purchase_id, waybill_id, left_at FROM purchase_parcels WHERE parcel_id = ?", parcel_id
    )
    return [Joined(*row) for row in rows]


def parcels(db: Reader, purchase_id: int) -> list[Joined]:
    """The parcels that came for a purchase."""
    rows = db.all(
        "SELECT parcel_id, purchase_id, waybill_id, left_at FROM purchase_parcels WHERE purchase_id = ? ORDER BY parcel_id",
        purchase_id,
    )
    return [Joined(*row) for row in rows]


def is_all_here(db: Reader, purchase_id: int, way: str) -> bool:
    """Whether a parcel came for every waybill of this way, and there is one."""
    row = db.one(
        "SELECT COUNT(*) AS n, COUNT((SELECT 1 FROM purchase_parcels j WHERE j.waybill_id = w.id LIMIT 1)) AS came"
        " FROM purchase_waybills w WHERE w.purchase_id = ? AND w.way = ?",
        purchase_id,
        way,
    )
    return row is not None and row["n"] == row["came"] > 0


def has_pending_line(db: Reader, purchase_id: int) -> bool:
    """Whether a line about it stands on an unsettled ticket: until then nothing else may move its money."""
    return bool(
        db.value(
            "SELECT 1 FROM ticket_lines WHERE case_kind = 'purchase' AND case_id = ? AND state = 'pending'", purchase_id
        )
    )


def share_of_platforms(db: Reader, from_on: str, to_on: str) -> list[sqlite3.Row]:
    """Platform, number and sum of what was ordered between two business dates, most first (NORM-14)."""
    return db.all(
        "SELECT platform, COUNT(*) AS count, SUM(amount_fen) AS amount_fen FROM purchases"
        " WHERE ordered_on BETWEEN ? AND ? AND state <> 'cancelled' GROUP BY platform ORDER BY count DESC, platform",
        from_on,
        to_on,
    )
