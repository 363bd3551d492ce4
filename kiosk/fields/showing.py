"""A kept value as people read it: names and phones as others may see them unless asked otherwise."""

from __future__ import annotations

import re

from kiosk import money, vault
from kiosk.codes.phone import mask as mask_phone
from kiosk.codes.plain import mask_name
from kiosk.words import N_, say


def show(field_type: str, kept: str, *, is_masked: bool = True) -> str:
    """``kept`` by the type of its field; the words for what was erased stay as they are."""
    if field_type == "money":
        return money.yuan(int(kept)) if re.fullmatch(r"\d+", kept, re.ASCII) else kept
    if field_type == "tick":
        return say(N_("已确认")) if kept == "1" else kept
    if not is_masked or kept == vault.ERASED or kept == say(vault.ERASED):
        return kept
    return {"phone": mask_phone, "person": mask_name}.get(field_type, str)(kept)
