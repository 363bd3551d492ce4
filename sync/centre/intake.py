"""The centre's one act: a report comes in and gets a number. The same report again gets the same number, however often
and however late it comes; other content under a number of sequence that is taken is refused and shown.

A station's key is enrolled by a person, or, where the centre was told to trust the first (a demonstration), the key of the
first report is pinned. From then on any other key is refused, and shown as well.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass

from kiosk import clock
from kiosk.reports.envelope import Opened
from kiosk.words import N_
from sync.centre.problems import Turned
from sync.centre.reading import Claim, claim, verified
from sync.centre.store import CentreStore, StationKey

log = logging.getLogger("centre")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the station is told; the same for the same report, but for ``is_new``."""

    acknowledgement_no: str
    received_at: str
    station: str
    sequence: int
    hash: str
    is_new: bool


def take(store: CentreStore, envelope: str, *, trusts_first: bool, zone: str) -> Receipt:
    """Stores a report, if it is what it claims to be, and returns the receipt once that is durable.

    Raises ``Turned``: 400 and 422 for what is no report, 403 for a station or a key that is not known here, 409 for
    other content under the same sequence number.
    """
    claimed = claim(envelope)
    key = store.key_of(claimed.station)
    if key is None and not trusts_first:
        store.note("station_unknown", claimed.station, 0, claimed.thumbprint)
        raise Turned(
            403,
            "station.unknown",
            N_("站点 {station} 没有在县中心登记公钥，没有收下；请先登记"),
            station=claimed.station,
        )
    if key is not None and key.thumbprint != claimed.thumbprint:
        raise _other_key(store, claimed)
    try:
        opened = verified(envelope, key.public_key if key else claimed.public_key)
    except Turned as turned:
        if key is not None and turned.code == "envelope.signature_wrong":
            store.note("signature_wrong", claimed.station, 0, claimed.thumbprint)
        raise
    return _store(store, envelope, opened, claimed, key, zone)


def _store(
    store: CentreStore, envelope: str, opened: Opened, claimed: Claim, key: StationKey | None, zone: str
) -> Receipt:
    with store.transaction() as db:
        known = store.find(db, opened.station, opened.sequence)
        if known is None:
            key = key or store.key_of(claimed.station)  # another thread may have pinned one since we looked
            if key is None:
                key = store.add_key(db, claimed.station, claimed.public_key, claimed.thumbprint, "first_seen")
            if key.thumbprint == claimed.thumbprint:
                return _new(store, db, envelope, opened, key, zone)
    if known is None:
        raise _other_key(store, claimed)
    if known.hash != opened.hash:
        store.note("sequence_taken", opened.station, opened.sequence, opened.hash)
        log.warning("station %s sent other content under sequence %d", opened.station, opened.sequence)
        raise Turned(
            409,
            "report.sequence_taken",
            N_("序号 {sequence} 已有内容不同的报告（回执号 {number}），没有收下；请联系县中心核对"),
            sequence=opened.sequence,
            number=known.acknowledgement_no,
        )
    return Receipt(known.acknowledgement_no, known.received_at, known.station, known.sequence, known.hash, False)


def _new(
    store: CentreStore, db: sqlite3.Connection, envelope: str, opened: Opened, key: StationKey, zone: str
) -> Receipt:
    at = clock.now()
    number = store.add_report(
        db,
        clock.local(at, zone).strftime("%Y%m%d"),
        received_at=clock.stamp(at),
        station=opened.station,
        sequence=opened.sequence,
        topic=opened.topic,
        hash=opened.hash,
        key_id=key.id,
        envelope=envelope,
        payload=opened.payload,
    )
    return Receipt(number, clock.stamp(at), opened.station, opened.sequence, opened.hash, True)


def _other_key(store: CentreStore, claimed: Claim) -> Turned:
    store.note("key_differs", claimed.station, 0, claimed.thumbprint)
    log.warning("station %s came with another key: %s", claimed.station, claimed.thumbprint)
    return Turned(
        403,
        "station.key_differs",
        N_("站点 {station} 的公钥与登记的不同，没有收下；请核对站点公钥后重新登记"),
        station=claimed.station,
    )
