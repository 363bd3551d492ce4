"""What goes wrong as parcels change hands by a list, one line each: id, sentence, the refusal's code ('' where the station
does it and says so)."""

from __future__ import annotations

PATHS: list[tuple[str, str, str]] = [
    ("list-difference", "fewer parcels came than were declared: both accept it and the courier leaves", "manifest.difference"),
    ("list-board-empty", "the board to sign on is left white", "signature.empty"),
    ("list-signed-twice", "a list that was signed is signed again", "manifest.signed_before"),
    ("list-not-set-aside", "a parcel that nobody set aside is put on a list of returns", "manifest.not_to_return"),
    ("list-other-carrier", "a parcel of another carrier is put on a courier's list of returns", "manifest.other_carrier"),
    ("list-nothing", "the counting ends with nothing on the list", "manifest.nothing_on_it"),
    ("list-unknown", "a waybill of nobody is typed onto the list", "manifest.parcel_not_found"),
    ("list-twice", "a parcel that is on a list is put on another", "manifest.on_another"),
    ("list-not-taken", "a list was signed by mistake: taken back on its day, everything lies where it lay", ""),
    ("list-collected", "a parcel of a counted list is collected: the list is made anew without it", "manifest.piece_changed"),
    ("list-nobody", "nobody is named who takes the parcels to the doors", "manifest.receiver_needed"),
    ("list-told-twice", "a parcel that was delivered is told as brought back", "manifest.piece_ended"),
    ("list-round-told", "a round is to be taken back of which a parcel was delivered", "manifest.round_told"),
]  # fmt: skip
