"""Enrolment at the county: the code is asked with, and its answer pins the county's key in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import outbox
from kiosk.errors import Refused
from kiosk.inbox import keys
from kiosk.outbox import enrolment
from kiosk.people.rights import Right, require
from kiosk.reports import station_keys
from kiosk.storage import Tx
from kiosk.words import N_


def ask_enrolment(tx: Tx, code: str) -> int:
    """The manager sends the one-time code that the county gave him; returns the enrolment's id.

    Refused ``staff.not_allowed``, ``enrolment.no_address`` (reports don't go by the network), ``enrolment.code_unreadable``.
    """
    require(tx.actor, Right.MANAGE)
    county = tx.settings.county
    if county.road != "https" or not county.address:
        raise Refused(
            "enrolment.no_address", N_("还没有填写县中心的网址，登记码没有发出；请先请安装人员填好 county.address")
        )
    return enrolment.ask(tx, code, station_keys.thumbprint(tx))


def note_enrolled(tx: Tx, enrolment_id: int, answer: Mapping[str, Any]) -> None:
    """The county took the code: its key is pinned, and what waited for the enrolment goes at once.

    Refused ``enrolment.answer_wrong`` for an answer about another station or key, ``envelope.key_unreadable``.
    """
    asked = enrolment.find(tx, enrolment_id)
    county_key = answer.get("centre_key")
    is_ours = asked is not None and answer.get("thumbprint") == asked.thumbprint
    if not is_ours or answer.get("station") != tx.settings.station.code or not isinstance(county_key, dict):
        raise Refused("enrolment.answer_wrong", N_("县中心的答复不是给本站的，没有登记；请联系县中心"))
    pinned = keys.pin(tx, county_key.get("jwk", county_key), "enrolment")
    enrolment.end(tx, enrolment_id, "enrolled", county_thumbprint=pinned.thumbprint)
    outbox.try_again(tx, later_than=tx.now)
