"""Published fees. Only what stands in a published, frozen version may be charged (价格法 art. 13; TC-08)."""

from kiosk.fees.actions import begin_draft, discard_draft, publish, publish_draft, save_draft
from kiosk.fees.model import INBOUND_WARNING, SERVICE_WORDS, Draft, FeeItem, FeeVersion, Quote
from kiosk.fees.quote import quote
from kiosk.fees.store import current, numbered, open_draft, upcoming, version, versions

__all__ = [
    "INBOUND_WARNING",
    "SERVICE_WORDS",
    "Draft",
    "FeeItem",
    "FeeVersion",
    "Quote",
    "begin_draft",
    "current",
    "discard_draft",
    "numbered",
    "open_draft",
    "publish",
    "publish_draft",
    "quote",
    "save_draft",
    "upcoming",
    "version",
    "versions",
]
