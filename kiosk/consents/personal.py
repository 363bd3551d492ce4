"""What this room keeps of people, and how it goes: the phone of a standing consent, or the tail and name by which it is found.
A consent for one parcel names nobody but through its parcel."""

from __future__ import annotations

from kiosk import vault
from kiosk.consents.actions import erase_consent
from kiosk.consents.model import CASE
from kiosk.retention.kinds import Field, Kind, Line, declare
from kiosk.retention.terms import CONSENT
from kiosk.words import N_

#: Withdrawn, or since the last parcel that came for this person.
_ENDED = (
    "CASE WHEN c.scope = 'standing' THEN COALESCE(c.withdrawn_on, MAX(c.given_on, COALESCE((SELECT MAX(p.checked_in_on)"
    " FROM parcels p WHERE p.phone_tail = c.phone_tail AND p.phone_tail IS NOT NULL"
    " AND (p.phone_hash = c.phone_hash OR c.phone_hash IS NULL)), ''))) END"
)

declare(
    Kind(
        CASE, N_("收件人同意"), "consents", "c.given_at", fields={"phone": Field(N_("收件人电话"), "phone")},
        lines=(Line(vault.WHOLE, CONSENT, erase_consent, _ENDED),), columns=("phone_hash", "phone_tail", "name_hint"),
        by_hash="c.phone_tail = :tail AND c.phone_hash = :hash", classes=("station",),
    )
)  # fmt: skip
