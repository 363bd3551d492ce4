"""Row ids as they come in addresses and forms. SQLite holds 64 bits: a longer number is nobody's id, and so is whatever
``str.isdigit`` calls a digit and ``int`` doesn't (``²``); neither may end as a fault of the program."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import IntegerConverter, Map, ValidationError

LARGEST_ID = 2**63 - 1
_LONGEST = len(str(LARGEST_ID))


class RowIdConverter(IntegerConverter):
    """``<int:parcel_id>`` of the pages: a number that no row can have leads to no page (404)."""

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, **{"max": LARGEST_ID, **options})

    def to_python(self, value: str) -> int:
        """The id; ValidationError for one that is too long even to be read."""
        if len(value) > _LONGEST:
            raise ValidationError
        return int(super().to_python(value))


def row_id(text: str) -> int:
    """The id that a form or query says; 0, which no row has, for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST):
        return 0
    found = int(text)
    return found if found <= LARGEST_ID else 0
