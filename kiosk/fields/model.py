"""What a field is. Rooms add keys of their own by a subclass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kiosk.words import DEFAULT_LOCALE, current_locale

TYPES = ("text", "note", "choice", "date", "time", "money", "count", "phone", "person", "card_last4", "tick")
LONGEST_TEXT, LONGEST_NOTE, LONGEST_NAME = 60, 200, 20
MOST_COUNT, MOST_NUMBER = 9999, 999_999
#: A date further ahead is a slip of the pen: no railway or hotel sells so early.
MOST_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``least``, ``most``, ``step`` are fen of a ``money`` field, plain numbers of a ``count`` or ``number``.

    ``kept`` is its class of retention. Beside ``TYPES`` there are ``number``, a whole number that may be 0, and
    ``month`` (``2026-11``).
    """

    code: str
    label: str
    label_en: str
    type: str
    required: bool = True
    prints: bool = True
    choices: tuple[str, ...] = ()
    longest: int = LONGEST_TEXT
    least: int = 0
    most: int = 0
    step: int = 0
    may_be_past: bool = False
    hint: str = ""
    kept: str = "money"

    def name(self, locale: str | None = None) -> str:
        """Its label in the reader's language, where the data has one."""
        return self.label if (locale or current_locale()) == DEFAULT_LOCALE else self.label_en or self.label
