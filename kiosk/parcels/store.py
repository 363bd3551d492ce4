"""Reads of parcels. Every search by waybill, code, tail, phone or name is one look-up in an index, whatever the
history: the partial indexes hold only what is in stock, and their condition is repeated in each query word for
word."""

from __future__ import annotations

import sqlite3

from kiosk.errors import Refused
from kiosk.parcels.model import IN_STOCK, IN_STOCK_SQL, NAMED_SETS, SET_ASIDE_SQL, ParcelState
from kiosk.parcels.refusals import unknown
from kiosk.storage import Reader
from kiosk.words import N_

#: More rows than this say "type more", not "read on".
MOST_FOUND = 60
LAST_CHARACTER = "\U0010ffff"


def parcel(db: Reader, parcel_id: int) -> sqlite3.Row:
    """The parcel's row; Refused ``parcel.unknown``."""
    row = db.one("SELECT * FROM parcels WHERE id = ?", parcel_id)
    if row is None:
        raise unknown(parcel_id)
    return row


def by_waybill(db: Reader, waybill_no: str, piece_index: int | None = None) -> list[sqlite3.Row]:
    """Every parcel that ever came with this number, newest first; all pieces when ``piece_index`` is None."""
    if piece_index is None:
        return db.all("SELECT * FROM parcels WHERE waybill_no = ? ORDER BY id DESC", waybill_no)
    return db.all(
        "SELECT * FROM parcels WHERE waybill_no = ? AND piece_index = ? ORDER BY id DESC", waybill_no, piece_index
    )


def pieces_in_stock(db: Reader, waybill_no: str) -> list[sqlite3.Row]:
    """The pieces of one shipment that are here."""
    return db.all(f"SELECT * FROM parcels WHERE waybill_no = ? AND {IN_STOCK_SQL} ORDER BY id", waybill_no)


def by_code(db: Reader, pickup_code: str) -> sqlite3.Row | None:
    """The parcel that holds this pickup code: in stock, or the last one out while the code rests."""
    return db.one("SELECT * FROM parcels WHERE pickup_code = ? AND holds_code = 1", pickup_code)


def by_code_number(db: Reader, number: str) -> list[sqlite3.Row]:
    """Parcels in stock whose code ends with this number, on whichever shelf (people leave the shelf out)."""
    return db.all(
        "SELECT p.* FROM shelves s CROSS JOIN parcels p ON p.pickup_code = s.shelf || '-' || s.layer || '-' || ?"
        f" AND p.holds_code = 1 WHERE p.{IN_STOCK_SQL} LIMIT ?",
        number,
        MOST_FOUND,
    )


def by_tail(db: Reader, tail: str) -> list[sqlite3.Row]:
    """Parcels in stock with this phone tail."""
    return db.all(
        f"SELECT * FROM parcels WHERE phone_tail = ? AND {IN_STOCK_SQL} AND phone_tail IS NOT NULL ORDER BY id LIMIT ?",
        tail,
        MOST_FOUND,
    )


def by_phone(db: Reader, phone_hash: str, tail: str) -> list[sqlite3.Row]:
    """Parcels in stock with this very phone number, found by its tail."""
    return [row for row in by_tail(db, tail) if row["phone_hash"] == phone_hash]


def by_name(db: Reader, beginning: str) -> list[sqlite3.Row]:
    """Parcels in stock whose name or initials begin so, and those whose hint is the beginning of it (张 for 张三)."""
    shorter = [beginning[:size] for size in range(1, len(beginning))] if not beginning.isascii() else []
    marks = ", ".join("?" * len(shorter))
    ids = db.all(
        "SELECT DISTINCT parcel_id FROM names_in_stock WHERE name_key >= ? AND name_key < ? LIMIT ?",
        beginning,
        beginning + LAST_CHARACTER,
        MOST_FOUND,
    )
    if shorter:
        ids += db.all(f"SELECT parcel_id FROM names_in_stock WHERE name_key IN ({marks}) LIMIT ?", *shorter, MOST_FOUND)
    return [parcel(db, parcel_id) for parcel_id in dict.fromkeys(row[0] for row in ids)]


def person_has_more(db: Reader, parcel_id: int) -> bool:
    """Whether anything is left in stock under the tail or phone of this parcel."""
    row = parcel(db, parcel_id)
    if row["state"] in IN_STOCK:
        return True
    return bool(row["phone_tail"]) and bool(by_tail(db, row["phone_tail"]))


def events(db: Reader, parcel_id: int) -> list[sqlite3.Row]:
    """What happened to a parcel, in order."""
    return db.all("SELECT * FROM parcel_events WHERE parcel_id = ? ORDER BY step", parcel_id)


def states_of(state: str | None) -> frozenset[ParcelState] | None:
    """The states that a filter names (one state or a named set); None for no filter, Refused
    ``parcel.state_unknown``."""
    if state is None or state == "":
        return None
    if state in NAMED_SETS:
        return NAMED_SETS[state]
    try:
        return frozenset({ParcelState(state)})
    except ValueError:
        known = ", ".join([*NAMED_SETS, *ParcelState])
        raise Refused(
            "parcel.state_unknown", N_("没有「{state}」这种状态，可用：{known}"), state=state[:20], known=known
        ) from None


def page(
    db: Reader,
    *,
    waybill_no: str | None = None,
    phone_tail: str | None = None,
    pickup_code: str | None = None,
    batch_id: int | None = None,
    state: str | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> tuple[list[sqlite3.Row], int | None]:
    """Parcels newest first that fit every filter given, and the id to go on before (None at the end).

    At least one filter leads each query to an index; without any it walks the ids downwards.
    """
    states = states_of(state)
    conditions, values = [], []
    for column, value in (("waybill_no", waybill_no), ("pickup_code", pickup_code), ("batch_id", batch_id)):
        if value is not None:
            conditions.append(f"{column} = ?" + (" AND holds_code = 1" if column == "pickup_code" else ""))
            values.append(value)
    if phone_tail is not None:
        conditions.append("phone_tail = ? AND phone_tail IS NOT NULL")
        values.append(phone_tail)
    if before_id is not None:
        conditions.append("id < ?")
        values.append(before_id)
    where = ""
    if states == IN_STOCK and waybill_no is pickup_code is batch_id is phone_tail:
        # Left alone, SQLite walks the ids downwards, through a million parcels of history, to save a small sort. The
        # ids of the stock stand in its index.
        older = " AND id < ?" if before_id is not None else ""
        where = (
            "WHERE id IN (SELECT id FROM parcels INDEXED BY places_in_stock"
            f" WHERE {IN_STOCK_SQL}{older} ORDER BY id DESC LIMIT ?)"
        )
        values.append(limit + 1)
    else:
        if states is not None:
            conditions += _state_conditions(states)
        where = "WHERE " + " AND ".join(conditions) if conditions else ""
    rows = db.all(f"SELECT * FROM parcels {where} ORDER BY id DESC LIMIT ?", *values, limit + 1)
    return rows[:limit], rows[limit - 1]["id"] if len(rows) > limit else None


def _state_conditions(states: frozenset[ParcelState]) -> list[str]:
    """The states in words that lead to the partial index which holds them, if one does."""
    wanted = f"state IN ({', '.join(repr(state.value) for state in sorted(states))})"
    if not states & {ParcelState.ON_SHELF, ParcelState.HANDED_OVER}:
        return [wanted, SET_ASIDE_SQL]
    return [wanted, IN_STOCK_SQL] if states <= IN_STOCK else [wanted]


def count_in_stock(db: Reader) -> int:
    """How many parcels lie here."""
    return db.value(f"SELECT COUNT(*) FROM parcels WHERE {IN_STOCK_SQL}")


def counts_by_state(db: Reader) -> dict[str, int]:
    """How many parcels are in each state that is in stock."""
    rows = db.all(f"SELECT state, COUNT(*) FROM parcels WHERE {IN_STOCK_SQL} GROUP BY state")
    return {row[0]: row[1] for row in rows}


def counts_by_event(db: Reader, business_on: str) -> dict[str, int]:
    """How many events of each kind a business date saw (the report's 到件, 取件 …)."""
    rows = db.all("SELECT kind, COUNT(*) FROM parcel_events WHERE business_on = ? GROUP BY kind", business_on)
    return {row[0]: row[1] for row in rows}
