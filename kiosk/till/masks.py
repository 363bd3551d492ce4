"""How much of a personal value others may see on a receipt or at the counter."""

from __future__ import annotations

from kiosk import vault
from kiosk.codes.phone import mask as mask_phone
from kiosk.codes.plain import mask_name
from kiosk.words import say


def masked(value: str, mask: str) -> str:
    """``value`` by the rule of its kind: ``''`` as it is, ``name``, ``phone``, ``account``; an erased one says so."""
    if value == vault.ERASED or value == say(vault.ERASED):
        return value
    return {"": str, "name": mask_name, "phone": mask_phone, "account": mask_account}[mask](value)


def mask_account(number: str) -> str:
    """``0602…500``: the first four and last three of ten characters or more, else only the last three."""
    if len(number) >= 10:
        return f"{number[:4]}…{number[-3:]}"
    return f"…{number[-3:]}" if len(number) > 3 else "…"
