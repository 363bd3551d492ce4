"""What this room keeps of people, and how it goes: who takes a list over, and their signature."""

from __future__ import annotations

from kiosk import vault
from kiosk.manifests import erasure
from kiosk.manifests.model import CASE
from kiosk.retention.kinds import PICTURE, Field, Kind, Line, declare, pictures_of
from kiosk.retention.terms import PERSON
from kiosk.words import N_

#: The courier may have left without signing: what nobody signs is over all the same.
_ENDED = "CASE WHEN c.state <> 'open' THEN COALESCE(c.closed_on, c.opened_on) END"

declare(
    Kind(
        CASE, N_("交接清单"), "manifests", "c.opened_at",
        fields={"receiver": Field(N_("接收人"), "name"), "signature": PICTURE},
        lines=(pictures_of(CASE, _ENDED), Line(vault.WHOLE, PERSON, erasure.erase_list, _ENDED)), classes=("parcel", "photo"),
    )
)  # fmt: skip
