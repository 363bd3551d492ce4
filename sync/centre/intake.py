"""The centre's first act: a report comes in and gets a number, by whatever road. The same report again gets the same number,
however often and however late it comes; other content under a number of sequence that is taken is refused and shown.

A station's key is enrolled, or, where the centre was told to trust the first (a demonstration), the key of the first
report is pinned. It signs the next key itself (``key.rotated``); any other key is refused, and shown as well.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from kiosk import clock
from kiosk.errors import Refused
from kiosk.reports import signing
from kiosk.reports.envelope import Opened
from kiosk.words import N_
from sync.centre import anomalies, keeping, reports, stations
from sync.centre.figures import Figures, figures, figures_of
from sync.centre.office import Centre
from sync.centre.problems import Turned, turned
from sync.centre.reading import Claim, claim, incomplete, proven, verified
from sync.centre.reports import Received
from sync.centre.stations import Station, StationKey

log = logging.getLogger("centre")

ROTATED = "key.rotated"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the station is told; the same for the same report, but for ``is_new``."""

    acknowledgement_no: str
    received_at: str
    station: str
    sequence: int
    hash: str
    is_new: bool


def take(centre: Centre, envelope: str, road: str = "https") -> Receipt:
    """Stores a report, if it is what it claims to be, and returns the receipt once that is durable.

    Raises ``Turned``: 400 and 422 for what is no report, 403 for a station or a key that is not known here, 409 for
    other content under the same sequence number, 425 for a key that an earlier message may yet bring.
    """
    # Nearly all are as they should be: then the database is asked once, where they are stored.
    found = proven(envelope)
    claimed = found[1] if found else claim(envelope)
    try:
        opened = found[0] if found else _verified(centre, envelope, claimed)
        with centre.database.writing() as db:
            receipt = _store(centre, db, envelope, opened, claimed, road)
    except _Seen as seen:
        with centre.database.writing() as db:
            anomalies.note(db, seen.kind, claimed.station, seen.sequence, seen.digest, **seen.told)
        log.warning("station %s: %s, sequence %d", claimed.station, seen.kind, seen.sequence)
        raise seen.turned from seen
    return receipt


class _Seen(Exception):
    """Turned away, and a person must know; it ends the transaction before the note is written in one of its own."""

    def __init__(self, kind: str, sequence: int, digest: str, turned: Turned, **told: str) -> None:
        self.kind, self.sequence, self.digest, self.turned = kind, sequence, digest, turned
        self.told = told
        super().__init__(kind)


def _verified(centre: Centre, envelope: str, claimed: Claim) -> Opened:
    """The report under the key that the station has here; what is wrong with it, in the order in which it matters."""
    with centre.database.reading() as db:
        key = stations.key_of(db, claimed.station, claimed.sequence)
        if key is None and not centre.trusts_first:
            raise _unknown(claimed)
        if key is not None and key.thumbprint != claimed.thumbprint:
            known = reports.find(db, claimed.station, claimed.sequence)
            if known is None or known.envelope != envelope:
                raise _other_key(db, claimed)
            # Its reply was lost, and the station has another key since.
            return verified(envelope, stations.key_by_id(db, known.key_id))
    try:
        return verified(envelope, key.public_key if key else claimed.public_key)
    except Turned as error:
        if key is None or error.code not in ("envelope.signature_wrong", "report.incomplete"):
            raise
        kind = "signature_wrong" if error.code == "envelope.signature_wrong" else "content_unreadable"
        raise _Seen(kind, 0, claimed.thumbprint, error) from error


def _store(centre: Centre, db: Connection, envelope: str, opened: Opened, claimed: Claim, road: str) -> Receipt:
    """Keeps what the claimed key has signed, if that is the station's."""
    here = stations.hold(db, opened.station)
    if here is None and centre.trusts_first:
        stations.add(db, opened.station)
        here = stations.hold(db, opened.station)
    if here is None:
        raise _unknown(claimed)
    # Above the highest number there is nothing yet, which spares the usual report one question.
    is_known = opened.sequence <= here.highest_sequence
    known = reports.find(db, opened.station, opened.sequence) if is_known else None
    key = stations.key_of(db, opened.station, opened.sequence)
    if key is None and not centre.trusts_first:
        raise _unknown(claimed)
    is_same = known is not None and known.envelope == envelope
    if key is not None and key.thumbprint != claimed.thumbprint and not is_same:
        raise _other_key(db, claimed)
    if known is not None:
        return _again(db, known, opened, here)
    if key is None:
        key = stations.add_key(db, opened.station, claimed.public_key, claimed.thumbprint, "first_seen")
    return _new(centre, db, envelope, opened, key, here, road)


def _new(
    centre: Centre, db: Connection, envelope: str, opened: Opened, key: StationKey, here: Station, road: str
) -> Receipt:
    new_key = _rotation(opened) if opened.topic == ROTATED else None
    at = clock.now()
    received_at = clock.stamp(at)
    report_id, number = reports.add(
        db,
        clock.local(at, centre.zone).strftime("%Y%m%d"),
        key.id,
        received_at=received_at,
        road=road,
        station=opened.station,
        sequence=opened.sequence,
        topic=opened.topic,
        hash=opened.hash,
        envelope=envelope,
        payload=opened.payload,
    )
    keeping.keep(db, report_id, here, opened.sequence, received_at, _figures(opened))
    if new_key is not None:
        mark = signing.thumbprint(new_key)
        stations.add_key(db, opened.station, new_key, mark, "rotated", opened.sequence + 1)
    return Receipt(number, received_at, opened.station, opened.sequence, opened.hash, True)


def _figures(opened: Opened) -> Figures:
    return figures_of(opened.topic, opened.made_at, opened.content)


def _again(db: Connection, known: Received, opened: Opened, here: Station) -> Receipt:
    if known.hash == opened.hash:
        anomalies.note(db, "replayed", known.station, known.sequence, known.hash)
        return Receipt(known.acknowledgement_no, known.received_at, known.station, known.sequence, known.hash, False)
    other = _figures(opened)
    kind = _kind_of_other(figures(known.payload), other, here.made_at)
    words = {
        "day_rewritten": N_("这一天的报告已收下（回执号 {number}），内容不同的没有收下；更正请作补充报告"),
        "station_restored": N_(
            "序号 {sequence} 已有别的报告（回执号 {number}），没有收下；本站多半用旧备份恢复过，请与县中心核对"
        ),
        "sequence_taken": N_("序号 {sequence} 已有内容不同的报告（回执号 {number}），没有收下；请联系县中心核对"),
    }
    members = {
        "acknowledgement_no": known.acknowledgement_no,
        "hash": known.hash,
        "highest_sequence": here.highest_sequence,
    }
    said = Turned(
        409, f"report.{kind}", words[kind], members=members, sequence=known.sequence, number=known.acknowledgement_no
    )
    raise _Seen(kind, known.sequence, opened.hash, said, business_on=other.business_on or "")


def _kind_of_other(known: Figures, other: Figures, made_at: str | None) -> str:
    """What it means that a known number of sequence comes with other content."""
    if known.business_on and (known.topic, known.first_on, known.business_on) == (
        other.topic, other.first_on, other.business_on,
    ):  # fmt: skip
        return "day_rewritten"
    return "station_restored" if (other.made_at or "") > (made_at or "") else "sequence_taken"


def _rotation(opened: Opened) -> str:
    """The key that a station's message names as its next. Raises ``Turned``."""
    try:
        said: Any = opened.content["key"]
        return signing.jwk_text(json.dumps(said["jwk"]))
    except (Refused, KeyError, TypeError) as error:
        raise turned(error) if isinstance(error, Refused) else incomplete("key") from error


def _unknown(claimed: Claim) -> _Seen:
    said = Turned(
        403,
        "station.unknown",
        N_("站点 {station} 没有在县中心登记公钥，没有收下；请先登记"),
        station=claimed.station,
    )
    return _Seen("station_unknown", 0, claimed.thumbprint, said)


def _other_key(db: Connection, claimed: Claim) -> _Seen:
    here = stations.find(db, claimed.station)
    if here is not None and claimed.sequence > here.highest_sequence + 1 or (here is not None and here.missing):
        said = Turned(
            425,
            "station.key_not_yet_known",
            N_("站点 {station} 的这把公钥还不认识，前面的消息也还没有到齐，没有收下；请先把前面的送来"),
            station=claimed.station,
        )
    else:
        said = Turned(
            403,
            "station.key_differs",
            N_("站点 {station} 的公钥与登记的不同，没有收下；请核对站点公钥后重新登记"),
            station=claimed.station,
        )
    return _Seen("key_differs", 0, claimed.thumbprint, said)
