"""Typed fields as data: what a county's file may ask a clerk for, how each is read from what was typed, and shown again.
Used by every room whose forms are data, so that no room takes what another one refuses."""

from kiosk.fields.model import LONGEST_NAME, LONGEST_NOTE, LONGEST_TEXT, TYPES, Field
from kiosk.fields.reading import read, refuse_card_number
from kiosk.fields.showing import show

__all__ = [
    "LONGEST_NAME",
    "LONGEST_NOTE",
    "LONGEST_TEXT",
    "TYPES",
    "Field",
    "read",
    "refuse_card_number",
    "show",
]
