"""Invariants of parcels, proved from the rows and not from the guards and indexes that should have kept them: each
chain of events leads to the row as it stands, codes and waybills are single in stock, counts and people are where
they belong."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.parcels.check_chain import chains
from kiosk.parcels.check_cod import collected
from kiosk.parcels.check_problems import cases
from kiosk.parcels.model import IN_STOCK_SQL
from kiosk.parcels.names import keys
from kiosk.storage import Reader
from kiosk.storage.problem import Problem


def problems(db: Reader) -> Iterator[Problem]:
    """Everything about parcels, batches, places and standing proxies that doesn't hold."""
    yield from chains(db)
    yield from _tally(db)
    yield from _single(db)
    yield from _codes(db)
    yield from _people(db)
    yield from _names(db)
    yield from _batches(db)
    yield from _around(db)
    yield from collected(db)
    yield from cases(db)


def _tally(db: Reader) -> Iterator[Problem]:
    """Every parcel is in exactly one state, counted two ways: by what went into a state and out of it again, and by the
    rows as they stand."""
    moved = {
        row[0]: row[1]
        for row in db.connection.execute(
            "SELECT state, SUM(moved) FROM (SELECT to_state AS state, 1 AS moved FROM parcel_events"
            " WHERE from_state IS NOT to_state UNION ALL SELECT from_state, -1 FROM parcel_events"
            " WHERE from_state IS NOT NULL AND from_state <> to_state) GROUP BY state HAVING SUM(moved) <> 0"
        )
    }
    stand = {row[0]: row[1] for row in db.connection.execute("SELECT state, COUNT(*) FROM parcels GROUP BY state")}
    for state in sorted(moved.keys() | stand.keys()):
        if moved.get(state, 0) != stand.get(state, 0):
            yield Problem(
                "parcel.tally_wrong", "parcel", 0, f"{state}: {moved.get(state, 0)} moved, {stand.get(state, 0)} stand"
            )


def _single(db: Reader) -> Iterator[Problem]:
    for row in db.connection.execute(
        f"SELECT MIN(id), COUNT(*) FROM parcels WHERE {IN_STOCK_SQL} GROUP BY waybill_no, piece_index HAVING COUNT(*) > 1"
    ):
        yield Problem("parcel.twice_in_stock", "parcel", row[0], f"{row[1]} parcels")
    for row in db.connection.execute(
        "SELECT pickup_code, COUNT(*) FROM parcels WHERE holds_code = 1 GROUP BY pickup_code HAVING COUNT(*) > 1"
    ):
        yield Problem("pickup_code.held_twice", "pickup_code", row[0], f"{row[1]} parcels")
    for row in db.connection.execute(
        f"SELECT id FROM parcels WHERE {IN_STOCK_SQL} AND (holds_code = 0 OR pickup_code IS NULL OR shelf IS NULL)"
    ):
        yield Problem("parcel.without_code", "parcel", row[0])


def _codes(db: Reader) -> Iterator[Problem]:
    """Our own codes stand in the range of their place and day digit, and no range is behind what it gave."""
    for row in db.connection.execute(
        "SELECT p.id, p.pickup_code, p.code_series, r.last_number FROM parcels p"
        " LEFT JOIN pickup_code_ranges r ON r.code_series = p.code_series"
        " WHERE p.is_opening_stock = 0 AND p.pickup_code IS NOT NULL"
    ):
        series, code = row["code_series"], row["pickup_code"]
        number = code[len(series) :]
        if not series or not code.startswith(series) or not number.isdigit():
            yield Problem("pickup_code.wrong_series", "parcel", row["id"], f"{code} {series}")
        elif row["last_number"] is None or int(number) > row["last_number"]:
            yield Problem("pickup_code.range_behind", "parcel", row["id"], f"{code}, range at {row['last_number']}")


def _people(db: Reader) -> Iterator[Problem]:
    """Search columns fit one another and the vault; an erased person has left nothing."""
    for row in db.connection.execute(
        "SELECT p.*, v.value AS number FROM parcels p LEFT JOIN vault v ON v.case_kind = 'parcel' AND v.case_id = p.id"
        " AND v.field = 'phone'"
    ):
        tail, hashed, number = row["phone_tail"], row["phone_hash"], row["number"]
        match row["phone_kind"]:
            case "none":
                fits = tail is None and hashed is None and number is None
            case "tail_only":
                fits = tail is not None and hashed is None and number is None
            case "virtual":
                fits = hashed is None and number is not None
            case _:
                fits = number is not None and hashed == db.secrets.keyed_hash("phone", number)
        # Full numbers go before tails (90 days, 365 days): then the kind still tells what was known.
        fits = fits or (row["out_at"] is not None and number is None and hashed is None)
        if tail is not None and not (len(tail) == 4 and tail.isdigit()):
            fits = False
        if not fits:
            yield Problem("parcel.phone_torn", "parcel", row["id"], row["phone_kind"])
        if row["erased_at"] is not None:
            personal = ("waybill_no", "phone_tail", "phone_hash", "name_hint", "number")
            left = [name for name in personal if row[name] is not None]
            if left:
                yield Problem("parcel.not_erased", "parcel", row["id"], ", ".join(left))
    for row in db.connection.execute(
        "SELECT v.case_id, v.field FROM vault v LEFT JOIN parcels p ON p.id = v.case_id WHERE v.case_kind = 'parcel'"
        " AND (p.id IS NULL OR p.erased_at IS NOT NULL OR v.field NOT IN ('phone', 'collected_by', 'wrong_person') AND v.retention_class <> 'photo')"
    ):
        yield Problem("parcel.value_of_nobody", "parcel", row["case_id"], row["field"])


def _names(db: Reader) -> Iterator[Problem]:
    """The names by which the stock is searched are those of the parcels that lie here."""
    wanted = {
        (key, row["id"])
        for row in db.connection.execute(
            f"SELECT id, name_hint FROM parcels WHERE {IN_STOCK_SQL} AND name_hint IS NOT NULL"
        )
        for key in keys(row["name_hint"])
    }
    found = {(row[0], row[1]) for row in db.connection.execute("SELECT name_key, parcel_id FROM names_in_stock")}
    for parcel_id in sorted({parcel_id for _key, parcel_id in wanted ^ found}):
        yield Problem("parcel.name_not_indexed", "parcel", parcel_id)


def _batches(db: Reader) -> Iterator[Problem]:
    for row in db.connection.execute(
        "SELECT b.id, b.checked_in, b.undone, COUNT(p.id) AS parcels, COALESCE(SUM(p.state = 'undone'), 0) AS gone"
        " FROM intake_batches b LEFT JOIN parcels p ON p.batch_id = b.id GROUP BY b.id"
        " HAVING parcels <> b.checked_in OR gone <> b.undone"
    ):
        yield Problem(
            "batch.count_wrong", "intake_batch", row["id"],
            f"{row['checked_in']} checked in, {row['undone']} undone; found {row['parcels']} and {row['gone']}",
        )  # fmt: skip
    for action, condition in (("batch.opened", "1"), ("batch.closed", "state = 'closed'")):
        for row in db.connection.execute(
            f"SELECT id FROM intake_batches WHERE {condition} EXCEPT"
            f" SELECT json_extract(facts, '$.batch_id') FROM audit WHERE action = '{action}'"
        ):
            yield Problem("batch.not_recorded", "intake_batch", row[0], action)
    for row in db.connection.execute(
        "SELECT b.id FROM intake_batches b JOIN audit a ON a.action = 'batch.opened'"
        " AND json_extract(a.facts, '$.batch_id') = b.id WHERE json_extract(a.facts, '$.declared') IS NOT b.declared"
        " OR b.opened_at <> a.at OR b.opened_by <> a.actor_id"
    ):
        yield Problem("batch.not_as_recorded", "intake_batch", row[0])


def _around(db: Reader) -> Iterator[Problem]:
    """Places, the desks' open things, notices about parcels, standing proxies."""
    for row in db.connection.execute(
        f"SELECT p.id, p.shelf, p.layer FROM parcels p WHERE p.{IN_STOCK_SQL} AND NOT EXISTS"
        " (SELECT 1 FROM shelves s WHERE s.shelf = p.shelf AND s.layer = p.layer)"
    ):
        yield Problem("parcel.place_unknown", "parcel", row["id"], f"{row['shelf']}-{row['layer']}")
    for row in db.connection.execute(
        "SELECT d.id FROM desks d LEFT JOIN intake_batches b ON b.id = d.open_batch_id"
        " WHERE d.open_batch_id IS NOT NULL AND COALESCE(b.state, '') <> 'open'"
    ):
        yield Problem("desk.batch_not_open", "desk", row[0])
    for row in db.connection.execute(
        "SELECT n.id, p.state FROM notices n LEFT JOIN parcels p ON p.id = n.subject_id WHERE n.subject_kind = 'parcel'"
        f" AND (p.id IS NULL OR (n.state = 'held' AND NOT p.{IN_STOCK_SQL}))"
    ):
        yield Problem("notice.of_no_parcel", "notice", row["id"], str(row["state"]))
    for row in db.connection.execute(
        "SELECT s.id FROM standing_proxies s LEFT JOIN audit a ON a.action = 'proxy.remembered'"
        " AND json_extract(a.facts, '$.proxy_id') = s.id WHERE json_extract(a.facts, '$.relation') IS NOT s.relation"
    ):
        yield Problem("proxy.not_as_recorded", "standing_proxy", row[0])
    for row in db.connection.execute(
        "SELECT p.id FROM parcels p LEFT JOIN parcels b ON b.id = p.previous_id WHERE p.previous_id IS NOT NULL"
        " AND (b.id IS NULL OR b.id >= p.id OR b.piece_index <> p.piece_index"
        " OR (b.waybill_no IS NOT NULL AND p.waybill_no IS NOT NULL AND b.waybill_no <> p.waybill_no))"
    ):
        yield Problem("parcel.wrong_previous", "parcel", row[0])
