"""Takes the one-time code to the county under the station's own key, and the county's key home. A code that did not arrive
goes again; one that the county refused is shown to the person who typed it."""

from __future__ import annotations

import json
import logging

from kiosk import clock
from kiosk.counter.enrol import note_enrolled
from kiosk.errors import Refused, SyncError, SyncTransient
from kiosk.outbox import enrolment
from kiosk.outbox.enrolment import Enrolment
from kiosk.reports import signing, station_keys
from kiosk.storage import Store
from kiosk.words import N_, say
from sync.transport import Transport

log = logging.getLogger("sync")

ENDPOINT = "/api/v1/enrolments"
TYPE = "station-enrolment+jws"
FORMAT = "station-enrolment/1"
#: What the county says of a code, in our words; anything else is shown as it said it.
_WORDS = {
    "enrolment.code_wrong": N_("县中心不认这个登记码：抄错了、过期了或已经用过；请核对，或请县中心重新给一个"),
    "enrolment.too_many_tries": N_("试错次数太多，这个登记码作废了；请县中心重新给一个"),
}


def enrol(store: Store, transport: Transport) -> Enrolment | None:
    """Sends the code that is under way, if there is one, and writes what became of it; returns it as it then stands.

    Raises ``SyncTransient`` when it did not arrive: it is still under way.
    """
    with store.reading() as db:
        asked = enrolment.asked(db)
        if asked is None:
            return None
        question = signing.sign_as(
            station_keys.current_seed(db), TYPE, _payload(asked, store, station_keys.public_jwk(db))
        )
    try:
        answer = transport.ask(ENDPOINT, question.envelope)
        with store.transaction() as tx:
            note_enrolled(tx, asked.id, answer)
        log.info("enrolled at the county centre")
    except SyncTransient:
        raise
    except (SyncError, Refused) as error:
        _refused(store, asked, error)
    with store.reading() as db:
        return enrolment.find(db, asked.id)


def _payload(asked: Enrolment, store: Store, public_key: str) -> dict[str, object]:
    return {
        "format": FORMAT, "station": store.settings.station.code, "code": asked.code, "made_at": clock.stamp(),
        "key": {"jwk": json.loads(public_key)},
    }  # fmt: skip


def _refused(store: Store, asked: Enrolment, error: SyncError | Refused) -> None:
    locale = store.settings.station.locale
    known = _WORDS.get(str(error.facts.get("code", "")))
    said = str(error.facts.get("said", ""))
    reason = say(known, locale) if known else said or say(error.message, locale, **error.facts)
    log.warning("the county centre did not enrol this station: %s", reason)
    with store.transaction() as tx:
        enrolment.end(tx, asked.id, "refused", reason)
