"""The received messages as they came, each under its acknowledgement number. The number is taken in the transaction that
stores the message, so the numbers of a day have no gap, whoever else stores at the same moment."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from sync.centre.prepared import Prepared
from sync.centre.tables import numbers, reports, stations


@dataclass(frozen=True, slots=True)
class Received:
    """One stored message."""

    id: int
    acknowledgement_no: str
    received_at: str
    road: str  # 'https' | 'folder' | 'mail' | 'phone'
    station: str
    sequence: int
    topic: str
    hash: str
    key_id: int
    envelope: str
    payload: str


_COLUMNS = tuple(reports.c[name] for name in Received.__slots__)
#: Built once: they are asked for every report that comes.
_FIND = Prepared(
    select(*_COLUMNS).where(reports.c.station == bindparam("named"), reports.c.sequence == bindparam("numbered"))
)
_ADD = Prepared(insert(reports).returning(reports.c.id), columns=Received.__slots__[1:])
_NUMBER = Prepared(
    *(
        made(numbers)
        .values(scope=bindparam("scope"), last=1)
        .on_conflict_do_update(index_elements=["scope"], set_={"last": numbers.c.last + 1})
        .returning(numbers.c.last)
        for made in (insert_sqlite, insert_postgresql)
    )
)


def find(db: Connection, station: str, sequence: int) -> Received | None:
    """The message of a station with this sequence number."""
    found = _FIND.rows(db, {"named": station, "numbered": sequence})
    return Received(*found[0]) if found else None


def add(db: Connection, scope: str, key_id: int, **columns: str | int) -> tuple[int, str]:
    """Stores a message; its row and its acknowledgement number, the next of ``scope`` (a date, digits only)."""
    ((taken,),) = _NUMBER.rows(db, {"scope": scope})
    number = f"C-{scope}-{taken:06d}"
    ((made,),) = _ADD.rows(db, {"acknowledgement_no": number, "key_id": key_id, **columns})
    return made, number


def listed(db: Connection, station: str = "", before_id: int = 2**62, limit: int = 50) -> list[Received]:
    """Messages with an id below ``before_id``, newest first, of one station or (``''``) of all."""
    query = select(*_COLUMNS).where(reports.c.id < before_id).order_by(reports.c.id.desc()).limit(limit)
    if station:
        query = query.where(reports.c.station == station)
    return [Received(**row._mapping) for row in db.execute(query).all()]


def counts(db: Connection) -> tuple[int, int]:
    """How many messages there are, and of how many stations. Kept in the stations' rows: counting the messages of three
    years takes a second."""
    query = select(func.coalesce(func.sum(stations.c.received), 0), func.count()).where(stations.c.received > 0)
    row = db.execute(query).one()
    return int(row[0]), int(row[1])
