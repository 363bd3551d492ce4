"""Enrolment: the county gives a station a one-time code, the station sends it under the signature of its own key, and from
then on that key is the station's. A code is good for one key and fourteen days; the same key may send it again, because
the reply may have been lost. Wrong tries end a code, and a person sees them.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from kiosk import clock
from kiosk.words import N_
from sync.centre import anomalies, county_key, downlink, stations
from sync.centre.office import Centre
from sync.centre.problems import Turned
from sync.centre.reading import STATION, claim, incomplete, read
from sync.centre.tables import enrolment_codes

TYPE = "station-enrolment+jws"
FORMAT = "station-enrolment/1"
#: Without 0 O, 1 I L, 2 Z, 5 S, 8 B, U V: it is read out on the phone and copied from paper.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH = 8
GOOD_FOR_DAYS = 14
MOST_TRIES = 10
_FIELDS = {"station": str, "code": str, "made_at": str, "key": dict}


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What the station is told."""

    station: str
    thumbprint: str
    centre_key: str


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code that waits for its station. The code itself is nowhere."""

    station: str
    made_at: str
    expires_at: str
    tries: int


def new_code(centre: Centre, station: str) -> str:
    """A code for the station, which ends the codes before it. It is shown once and kept only as a keyed hash.

    Raises ``Turned('station.code_wrong')`` for a code of a station that can't be one.
    """
    require_station(station)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    now = clock.now()
    with centre.database.writing() as db:
        stations.add(db, station)
        stations.find(db, station, hold=True)
        db.execute(
            update(enrolment_codes)
            .where(enrolment_codes.c.station == station, enrolment_codes.c.ended_at.is_(None))
            .values(ended_at=clock.stamp(now))
        )
        db.execute(
            insert(enrolment_codes).values(
                station=station,
                code_hash=_hash(centre, station, code),
                made_at=clock.stamp(now),
                expires_at=clock.stamp(now + timedelta(days=GOOD_FOR_DAYS)),
                tries=0,
            )
        )
    return code


def enrol(centre: Centre, envelope: str) -> Enrolled:
    """Takes a station's own key for the code that it was given. Raises ``Turned``: 400 and 422 for what is no enrolment,
    403 ``enrolment.code_wrong`` for a code that is wrong, ended or another station's."""
    claimed = claim(envelope, TYPE)
    said = read(envelope, claimed.public_key, TYPE, FORMAT, _FIELDS)
    if said["key"] != {"jwk": _jwk(claimed.public_key)}:
        raise incomplete("key")
    with centre.database.writing() as db:
        found = _try(centre, db, claimed.station, said["code"], claimed.thumbprint)
        if found is not None:
            key = stations.key_of(db, claimed.station)
            if key is None or key.thumbprint != claimed.thumbprint:
                stations.add_key(db, claimed.station, claimed.public_key, claimed.thumbprint, "code")
                stations.enrolled(db, claimed.station, centre.today.isoformat())
                downlink.sign_again(centre, db, claimed.station)
            stations.told_time(db, claimed.station, said["made_at"], clock.stamp())
            return Enrolled(claimed.station, claimed.thumbprint, county_key.current(centre, db).public_key)
    raise Turned(
        403, "enrolment.code_wrong", N_("登记码不对或已过期，没有登记；请核对站点代码，或请县中心另发一个登记码")
    )


def enrol_key(centre: Centre, station: str, public_key: str, thumbprint: str, *, replace: bool) -> bool:
    """A person enrols a key that he has compared; False when it is the station's already.

    Raises ``Turned('station.key_differs')`` when another one is and it was not asked to replace it.
    """
    require_station(station)
    with centre.database.writing() as db:
        stations.add(db, station)
        stations.find(db, station, hold=True)
        known = stations.key_of(db, station)
        if known is not None and known.thumbprint == thumbprint:
            return False
        if known is not None and not replace:
            raise Turned(
                409,
                "station.key_differs",
                N_("站点 {station} 已登记另一把公钥 {mark}，没有改动；确要更换请加 --replace"),
                station=station,
                mark=known.thumbprint,
            )
        stations.add_key(db, station, public_key, thumbprint, "enrolled")
        stations.enrolled(db, station, centre.today.isoformat())
    return True


def open_codes(db: Connection) -> list[OpenCode]:
    """The codes that wait, by station."""
    code = enrolment_codes.c
    query = (
        select(code.station, code.made_at, code.expires_at, code.tries)
        .where(code.ended_at.is_(None), code.expires_at > clock.stamp())
        .order_by(code.station)
    )
    return [OpenCode(**row._mapping) for row in db.execute(query).all()]


def require_station(station: str) -> None:
    """Raises ``Turned('station.code_wrong')`` for what can be no station's code."""
    if not STATION.fullmatch(station):
        raise Turned(422, "station.code_wrong", N_("站点代码只能有字母、数字、- 和 _，最多 32 个；没有登记"))


def _try(centre: Centre, db: Connection, station: str, code: str, thumbprint: str) -> Any:
    """The row of the station's latest code, if this is it and it may still be used by this key; None after a wrong try."""
    if stations.find(db, station, hold=True) is None:
        anomalies.note(db, "code_wrong", station, 0, thumbprint)
        return None
    column = enrolment_codes.c
    row = db.execute(
        select(enrolment_codes).where(column.station == station).order_by(column.id.desc()).limit(1)
    ).one_or_none()
    typed = _hash(centre, station, code.strip().upper().replace("-", "").replace(" ", ""))
    fits = row is not None and hmac.compare_digest(row.code_hash, typed)
    present = stations.key_of(db, station)
    if row is not None and fits and row.thumbprint == thumbprint and present and present.thumbprint == thumbprint:
        return row  # its reply was lost; once the station has another key, a used code brings no former one back
    is_open = row is not None and row.ended_at is None and row.expires_at > clock.stamp()
    if row is not None and fits and is_open:
        db.execute(
            update(enrolment_codes).where(column.id == row.id).values(ended_at=clock.stamp(), thumbprint=thumbprint)
        )
        return row
    anomalies.note(db, "code_wrong", station, 0, thumbprint)
    if row is not None and is_open:
        is_over = row.tries + 1 >= MOST_TRIES
        ended_at = clock.stamp() if is_over else None
        db.execute(update(enrolment_codes).where(column.id == row.id).values(tries=row.tries + 1, ended_at=ended_at))
        if is_over:
            anomalies.note(db, "code_exhausted", station)
    return None


def _hash(centre: Centre, station: str, code: str) -> str:
    return centre.secrets.keyed_hash("enrolment", f"{station} {code}")


def _jwk(public_key: str) -> Any:
    import json

    return json.loads(public_key)
