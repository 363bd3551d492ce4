"""What the county has to tell its stations: signed once with the centre's key, numbered without a gap for each station, and
fetched by the station when it asks. The station says up to where it has applied them and what it has put aside.

A message that names people is emptied of them some weeks after it was made, whatever became of it; its number and topic stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from kiosk import clock
from kiosk.errors import Refused
from kiosk.inbox import message as county_message
from kiosk.inbox import topics
from kiosk.reports import signing
from kiosk.words import N_
from sync.centre import anomalies, county_key, stations
from sync.centre.office import Centre
from sync.centre.problems import Turned
from sync.centre.reading import claim, incomplete, read
from sync.centre.tables import messages
from sync.centre.tables import stations as stations_table

AT_ONCE = 20
ROTATED = "key.rotated"
#: Topics that name people, with what their content becomes; how long a station may ask for them again.
NAMES_PEOPLE: Mapping[str, Mapping[str, Any]] = {"parcels.expected": {"items": []}}
KEPT_DAYS = 35
LARGEST_CONTENT_BYTES = 96 * 1024
_POLL = {"station": str, "made_at": str, "after": int, "parked": list}
_MOST_PARKED = 1000


@dataclass(frozen=True, slots=True)
class Queued:
    """One message to a station and how far it has come."""

    id: int
    station: str
    sequence: int
    topic: str
    made_at: str
    content: str
    envelope: str
    fetched_at: str | None
    applied_at: str | None
    parked_at: str | None
    parked_code: str | None

    @property
    def state(self) -> str:
        """``waiting``, ``fetched``, ``applied`` or ``parked``."""
        if self.parked_at:
            return "parked"
        if self.applied_at:
            return "applied"
        return "fetched" if self.fetched_at else "waiting"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a station that asks is given: envelopes, oldest first, and whether there are more."""

    messages: list[str]
    more: bool


def queue(centre: Centre, to: Iterable[str], topic: str, content: Mapping[str, Any]) -> list[Queued]:
    """Signs one message for each of these stations, all or none.

    Raises ``Turned``: ``message.topic_unknown``, ``message.content_wrong`` and ``station.unknown``.
    """
    check(topic, content)
    named = sorted(set(to))
    with centre.database.writing() as db:
        added = [_add(centre, db, station, topic, content) for station in named]
        _clear(centre, db)  # after the stations are held, in the order of ``poll``: each would wait for the other
        return added


def check(topic: str, content: Mapping[str, Any]) -> None:
    """Raises ``Turned`` for what no station could read."""
    if topic == ROTATED or topic not in topics.TOPIC_WORDS:
        raise Turned(422, "message.topic_unknown", N_("没有「{topic}」这种消息，没有发出"), topic=topic[:60])
    try:
        is_small = len(signing.canonical(dict(content)).encode()) <= LARGEST_CONTENT_BYTES
    except (TypeError, ValueError) as error:
        raise Turned(422, "message.content_wrong", N_("消息的内容不能有小数；金额以分为单位，没有发出")) from error
    if not is_small:
        raise Turned(422, "message.content_wrong", N_("消息太长，没有发出；请分几次发"))
    try:
        topics.read(topic, content)
    except Refused as error:
        place = error.facts.get("place", "content")
        raise Turned(422, "message.content_wrong", N_("消息里的 {place} 写错或缺少，没有发出"), place=place) from error


def new_key(centre: Centre) -> county_key.CountyKey:
    """Makes a new key of the centre's and tells every enrolled station, each under the old key's signature."""
    with centre.database.writing() as db:
        seed = county_key.seed(centre, db)
        new = county_key.add(centre, db)
        for key in stations.keys(db):
            _add(centre, db, key.station, ROTATED, _rotation(new), seed)
    return new


def poll(centre: Centre, envelope: str) -> Answer:
    """What a station's question brings it. Raises ``Turned``: 400 and 422 for what is no question, 403 for a station or
    key that is not known, 409 ``poll.replayed`` for a question that was asked before."""
    claimed = claim(envelope, county_message.POLL_TYPE)
    with centre.database.writing() as db:
        here = stations.find(db, claimed.station, hold=True)
        key = stations.key_of(db, claimed.station)
        if here is None or key is None or key.thumbprint != claimed.thumbprint:
            kind = "station_unknown" if key is None else "key_differs"
            anomalies.note(db, kind, claimed.station, 0, claimed.thumbprint)
            refusal: Turned | None = Turned(
                403, f"station.{'unknown' if key is None else 'key_differs'}",
                N_("县中心不认识站点 {station} 的这把公钥，没有答复；请先登记"), station=claimed.station,
            )  # fmt: skip
        else:
            said = read(envelope, key.public_key, county_message.POLL_TYPE, county_message.POLL_FORMAT, _POLL)
            parked = _parked(said)
            refusal = None
            if _is_replayed(here, said["made_at"]):
                anomalies.note(db, "poll_replayed", claimed.station)
                refusal = Turned(409, "poll.replayed", N_("这个请求已经答复过，没有再答复；请核对本机的时间"))
            else:
                stations.told_time(db, claimed.station, said["made_at"], clock.stamp())
                db.execute(
                    update(stations_table)
                    .where(stations_table.c.station == claimed.station)
                    .values(polled_made_at=said["made_at"])
                )
                _clear(centre, db, claimed.station)
                _number_behind(centre, db, claimed.station, said["after"])
                _applied(db, claimed.station, said["after"], parked)
                answer = _following(db, claimed.station, said["after"])
    if refusal is not None:
        raise refusal
    return answer


def sign_again(centre: Centre, db: Connection, station: str) -> None:
    """Signs a station's messages with the present key: one that was just enrolled knows no other. What announced a key
    announces this one now, or the station would turn back to one that signs nothing any more."""
    seed = county_key.seed(centre, db)
    present = _rotation(county_key.current(centre, db))
    for found in db.execute(select(messages).where(messages.c.station == station)).all():
        content = present if found.topic == ROTATED else json.loads(found.content)
        _seal(db, seed, Queued(**found._mapping), content)


def listed(db: Connection, station: str = "", before_id: int = 2**62, limit: int = 50) -> list[Queued]:
    """Messages with an id below ``before_id``, newest first, of one station or (``''``) of all."""
    query = select(messages).where(messages.c.id < before_id).order_by(messages.c.id.desc()).limit(limit)
    if station:
        query = query.where(messages.c.station == station)
    return [Queued(**row._mapping) for row in db.execute(query).all()]


def _rotation(key: county_key.CountyKey) -> dict[str, Any]:
    return {"key": {"jwk": json.loads(key.public_key)}, "thumbprint": key.thumbprint}


def _add(
    centre: Centre, db: Connection, station: str, topic: str, content: Mapping[str, Any], seed: bytes | None = None
) -> Queued:
    if stations.find(db, station, hold=True) is None:
        raise Turned(404, "station.unknown", N_("县中心没有这个站点"))
    last = db.execute(select(func.max(messages.c.sequence)).where(messages.c.station == station)).scalar_one()
    made_at = clock.stamp()
    signed = county_message.sign(
        seed or county_key.seed(centre, db), station=station, sequence=(last or 0) + 1, topic=topic, made_at=made_at,
        content=content,
    )  # fmt: skip
    row = {
        "station": station, "sequence": (last or 0) + 1, "topic": topic, "made_at": made_at,
        "content": signing.canonical(dict(content)), "envelope": signed.envelope,
    }  # fmt: skip
    made = db.execute(insert(messages).values(row).returning(messages)).one()
    return Queued(**made._mapping)


def _seal(db: Connection, seed: bytes, found: Queued, content: Mapping[str, Any]) -> None:
    signed = county_message.sign(
        seed, station=found.station, sequence=found.sequence, topic=found.topic, made_at=found.made_at, content=content
    )
    changed = {"content": signing.canonical(dict(content)), "envelope": signed.envelope}
    db.execute(update(messages).where(messages.c.id == found.id).values(changed))


def _clear(centre: Centre, db: Connection, station: str = "") -> None:
    """Empties messages that name people and are older than anybody may ask for: one that was put aside, or that a station
    never fetched, names them no longer than one that was applied."""
    before = clock.stamp(clock.now() - timedelta(days=KEPT_DAYS))
    for topic, empty in NAMES_PEOPLE.items():
        query = select(messages).where(
            messages.c.topic == topic,
            messages.c.made_at < before,
            messages.c.content != signing.canonical(dict(empty)),
        )
        for found in db.execute(query.where(messages.c.station == station) if station else query).all():
            _seal(db, county_key.seed(centre, db), Queued(**found._mapping), empty)


def _parked(said: Mapping[str, Any]) -> dict[int, str]:
    found: dict[int, str] = {}
    if not 0 <= said["after"] <= 2**53 or len(said["parked"]) > _MOST_PARKED:
        raise incomplete("after")
    for item in said["parked"]:
        sequence = item.get("sequence") if isinstance(item, dict) else None
        code = item.get("code") if isinstance(item, dict) else None
        if type(sequence) is not int or not isinstance(code, str) or not 0 < sequence <= 2**53:
            raise incomplete("parked")
        found[sequence] = code[:60] if code.isprintable() else "?"
    return found


def _is_replayed(here: stations.Station, made_at: str) -> bool:
    """Asked at an instant that is not after the one asked before, unless the clock was put right since."""
    last = here.polled_made_at
    if last is None or made_at > last:
        return False
    off = abs((clock.read(made_at) - clock.now()).total_seconds())
    return made_at == last or off > stations.CLOCK_TOLERANCE_SECONDS


def _number_behind(centre: Centre, db: Connection, station: str, after: int) -> None:
    """Gives messages that were never given out the numbers behind what the station has, signed by the key that signed them
    before. Theirs were told to it already: this centre was restored from a back-up, or the station had another one, and
    they would pass for applied and be lost."""
    mine = messages.c.station == station
    query = select(messages).where(mine, messages.c.sequence <= after, messages.c.fetched_at.is_(None))
    last = int(db.execute(select(func.max(messages.c.sequence)).where(mine)).scalar_one() or 0)
    for number, row in enumerate(db.execute(query.order_by(messages.c.sequence)).all(), max(last, after) + 1):
        found = Queued(**row._mapping)
        header, _said = signing.claimed(found.envelope)
        db.execute(update(messages).where(messages.c.id == found.id).values(sequence=number))
        seed = county_key.seed(centre, db, str(header["kid"]))
        _seal(db, seed, replace(found, sequence=number), json.loads(found.content))


def _applied(db: Connection, station: str, after: int, parked: Mapping[int, str]) -> None:
    """Keeps what the station says of the messages that it has."""
    mine = messages.c.station == station
    now = clock.stamp()
    last = db.execute(select(func.max(messages.c.sequence)).where(mine)).scalar_one() or 0
    applied = db.execute(select(func.max(messages.c.sequence)).where(mine, messages.c.applied_at.is_not(None)))
    if after < (applied.scalar_one() or 0):
        anomalies.note(db, "station_restored", station)
    if after > last:
        anomalies.note(db, "poll_ahead", station)
    aside = list(parked) or [0]
    had = messages.c.sequence <= after
    db.execute(
        update(messages)
        .where(mine, had, messages.c.applied_at.is_(None), messages.c.sequence.not_in(aside))
        .values(applied_at=now, parked_at=None, parked_code=None, fetched_at=func.coalesce(messages.c.fetched_at, now))
    )
    for sequence, code in parked.items():
        changed = db.execute(
            update(messages)
            .where(mine, messages.c.sequence == sequence, messages.c.parked_at.is_(None))
            .values(parked_at=now, parked_code=code, applied_at=None)
        )
        if changed.rowcount:
            anomalies.note(db, "message_parked", station, sequence, code=code)


def _following(db: Connection, station: str, after: int) -> Answer:
    query = (
        select(messages.c.id, messages.c.envelope)
        .where(messages.c.station == station, messages.c.sequence > after)
        .order_by(messages.c.sequence)
        .limit(AT_ONCE + 1)
    )
    rows = db.execute(query).all()
    given = rows[:AT_ONCE]
    db.execute(
        update(messages)
        .where(messages.c.id.in_([row.id for row in given]), messages.c.fetched_at.is_(None))
        .values(fetched_at=clock.stamp())
    )
    return Answer([row.envelope for row in given], len(rows) > AT_ONCE)
