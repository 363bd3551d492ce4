"""A phone photographs one parcel: paired at the counter, opened by the phone once, good for ten minutes. The photos are
kept as from whoever began the pairing."""

from __future__ import annotations

from kiosk.attachments import Picture, attach
from kiosk.counter.parcel_problems import PHOTO, require_photographed
from kiosk.parcels import photo_pairings
from kiosk.parcels.model import CASE
from kiosk.parcels.photo_pairings import Pairing
from kiosk.people.rights import Right, require
from kiosk.storage import Tx


def begin_pairing(tx: Tx, parcel_id: int) -> tuple[Pairing, str]:
    """Lets one phone send photos of this parcel; returns the pairing and the secret of its QR. Refused
    ``parcel.erased``, ``parcel.unknown``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    require_photographed(tx, parcel_id)
    return photo_pairings.begin(tx, parcel_id)


def send_photo(tx: Tx, key: str, picture: Picture) -> int:
    """A photo from the phone that holds this key; returns its id. The transaction's actor is the one who began the
    pairing. Refused ``pairing.over``, ``attachment.too_many``, ``parcel.erased``."""
    found = photo_pairings.of_key(tx, key, tx.now)
    require_photographed(tx, found.parcel_id)
    return attach(tx, CASE, found.parcel_id, PHOTO, picture)


def end_pairing(tx: Tx, pairing_id: int) -> None:
    """The counter ends it. Does nothing when it has ended. Refused ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    photo_pairings.end(tx, pairing_id)
