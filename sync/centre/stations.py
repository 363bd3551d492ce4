"""The stations that the centre knows, and the keys by which their messages are verified. A key is never changed: another
one takes its place, from a number of sequence on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from kiosk import clock
from sync.centre import anomalies
from sync.centre.prepared import Prepared
from sync.centre.tables import reports, station_keys, stations

#: A difference of clocks that nobody needs to look into.
CLOCK_TOLERANCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Station:
    """One station as it is known now. ``clock_ahead_seconds``: of its clock before ours, when it last told the time."""

    station: str
    name: str
    added_at: str
    since_on: str | None
    enrolled_on: str | None
    highest_sequence: int
    received: int
    made_at: str | None
    seen_at: str | None
    clock_ahead_seconds: int | None
    clock_at: str | None
    polled_made_at: str | None

    @property
    def missing(self) -> int:
        """How many numbers below the highest have not come."""
        return self.highest_sequence - self.received

    @property
    def expected_from(self) -> str | None:
        """The first date whose report is expected; None: it has neither reported nor been enrolled."""
        return self.since_on or self.enrolled_on

    @property
    def is_clock_wrong(self) -> bool:
        """The clock was further off than anybody tolerates."""
        return abs(self.clock_ahead_seconds or 0) > CLOCK_TOLERANCE_SECONDS


@dataclass(frozen=True, slots=True)
class StationKey:
    """A key of a station, for messages from ``first_sequence`` on. ``public_key`` is a JWK as JSON text."""

    id: int
    station: str
    public_key: str
    thumbprint: str
    how: str  # 'enrolled' | 'first_seen' | 'code' | 'rotated'
    since_at: str
    first_sequence: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Sequence numbers of a station that never arrived although later ones did: how many, and the first of them."""

    station: str
    missing: int
    first_missing: int


def add(db: Connection, station: str) -> None:
    """Makes the station known; does nothing when it is."""
    row = {"station": station, "name": "", "added_at": clock.stamp(), "highest_sequence": 0, "received": 0}
    made = insert_sqlite(stations) if db.dialect.name == "sqlite" else insert_postgresql(stations)
    db.execute(made.values(row).on_conflict_do_nothing())


_NAMED = stations.c.station == bindparam("named")
#: Built once: they are asked for every report that comes.
_HELD = Prepared(select(stations).where(_NAMED).with_for_update())
_ENROLLED = station_keys.alias("enrolled")
#: The key that a station was last enrolled by. A rotation goes on from there; what was before it counts no more.
_BEGINS = (
    select(func.max(_ENROLLED.c.id))
    .where(_ENROLLED.c.station == station_keys.c.station, _ENROLLED.c.how != "rotated")
    .scalar_subquery()
)
_IN_ORDER = (station_keys.c.first_sequence.desc(), station_keys.c.id.desc())
#: By number and not by arrival: the old key, which may have been stolen, could otherwise name another next key in a number
#: below the rotation that never came, and take the station over.
_KEY_OF = Prepared(
    select(station_keys)
    .where(
        station_keys.c.station == bindparam("named"),
        station_keys.c.first_sequence <= bindparam("sequence"),
        station_keys.c.id >= _BEGINS,
    )
    .order_by(*_IN_ORDER)
    .limit(1)
)


def hold(db: Connection, station: str) -> Station | None:
    """The station; nobody else gets at it before this transaction has ended. What else is asked about it is asked after
    this: PostgreSQL answers the rest of a statement that had to wait from before the wait."""
    found = _HELD.rows(db, {"named": station})
    return Station(*found[0]) if found else None


def find(db: Connection, station: str, *, hold: bool = False) -> Station | None:
    """The station; ``hold`` lets no other transaction at it before this one has ended."""
    query = select(stations).where(stations.c.station == station)
    row = db.execute(query.with_for_update() if hold else query).one_or_none()
    return Station(**row._mapping) if row else None


def known(db: Connection, after: str = "", limit: int = 1000) -> list[Station]:
    """The stations by code, those after ``after``."""
    query = select(stations).where(stations.c.station > after).order_by(stations.c.station).limit(limit)
    return [Station(**row._mapping) for row in db.execute(query).all()]


def count(db: Connection) -> int:
    """How many there are."""
    return int(db.execute(select(func.count()).select_from(stations)).scalar_one())


def key_of(db: Connection, station: str, sequence: int = 2**62) -> StationKey | None:
    """The key by which the station's message of this number is verified, the present one when none is named."""
    found = _KEY_OF.rows(db, {"named": station, "sequence": sequence})
    return StationKey(*found[0]) if found else None


def key_by_id(db: Connection, key_id: int) -> str:
    """The public key that verified a stored message."""
    return str(db.execute(select(station_keys.c.public_key).where(station_keys.c.id == key_id)).scalar_one())


def keys(db: Connection) -> list[StationKey]:
    """The present key of each station."""
    place = func.row_number().over(partition_by=station_keys.c.station, order_by=_IN_ORDER).label("place")
    ranked = select(station_keys, place).where(station_keys.c.id >= _BEGINS).subquery()
    query = select(ranked).where(ranked.c.place == 1).order_by(ranked.c.station)
    return [StationKey(*row[:-1]) for row in db.execute(query).all()]


def add_key(
    db: Connection, station: str, public_key: str, thumbprint: str, how: str, first_sequence: int = 1
) -> StationKey:
    """From ``first_sequence`` on the station's messages are verified with this key; the former ones stay on record."""
    add(db, station)
    row = {
        "station": station, "public_key": public_key, "thumbprint": thumbprint, "how": how, "since_at": clock.stamp(),
        "first_sequence": first_sequence,
    }  # fmt: skip
    made = db.execute(insert(station_keys).values(row).returning(station_keys.c.id)).scalar_one()
    anomalies.settle_key(db, station, thumbprint)
    return StationKey(id=made, **row)  # type: ignore[arg-type]


def enrolled(db: Connection, station: str, on: str) -> None:
    """From this date on reports are expected, though none should come. Does nothing the second time."""
    db.execute(
        update(stations).where(_NAMED, stations.c.enrolled_on.is_(None)).values(enrolled_on=on), {"named": station}
    )


def told_time(db: Connection, station: str, made_at: str, received_at: str) -> int:
    """Keeps how far the station's clock is ahead of ours and lets a person know when it is too far; the seconds."""
    ahead = round((clock.read(made_at) - clock.read(received_at)).total_seconds())
    ahead = max(min(ahead, 2**31 - 1), -(2**31) + 1)
    db.execute(
        update(stations)
        .where(stations.c.station == station)
        .values(clock_ahead_seconds=ahead, clock_at=received_at, seen_at=received_at)
    )
    if abs(ahead) > CLOCK_TOLERANCE_SECONDS:
        anomalies.note(db, "clock_differs", station, minutes=round(abs(ahead) / 60), is_slow=ahead < 0)
    return ahead


def gaps(db: Connection, station: str = "", limit: int = 1000) -> list[Gap]:
    """The stations whose sequence has holes below the highest number that arrived, by code."""
    query = select(stations.c.station, (stations.c.highest_sequence - stations.c.received).label("missing"))
    query = query.where(stations.c.highest_sequence > stations.c.received).order_by(stations.c.station)
    if station:
        query = query.where(stations.c.station == station)
    rows = db.execute(query.limit(limit)).all()
    return [Gap(row.station, row.missing, first_missing(db, row.station)) for row in rows]


def first_missing(db: Connection, station: str) -> int:
    """The lowest number that has not come from the station."""
    following = reports.alias("following")
    has_next = (
        select(literal_column("1"))
        .where(following.c.station == reports.c.station, following.c.sequence == reports.c.sequence + 1)
        .exists()
    )
    begins = select(literal_column("1")).where(reports.c.station == station, reports.c.sequence == 1)
    if not db.execute(begins).first():
        return 1
    query = select(reports.c.sequence).where(reports.c.station == station, ~has_next).order_by("sequence").limit(1)
    return int(db.execute(query).scalar_one()) + 1
