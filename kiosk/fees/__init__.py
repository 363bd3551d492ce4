"""Published fees. Only what stands in a published, frozen version may be charged (价格法 art. 13; TC-08)."""

from kiosk.fees.actions import publish
from kiosk.fees.model import FeeItem, FeeVersion, Quote
from kiosk.fees.quote import quote
from kiosk.fees.store import current, version, versions

__all__ = ["FeeItem", "FeeVersion", "Quote", "current", "publish", "quote", "version", "versions"]
