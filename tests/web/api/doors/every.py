"""All doors together: every operation of the API with the roles that may, and an address to knock at."""

from __future__ import annotations

import re

from tests.web.api.doors import goods, money, parcels, station
from tests.web.api.doors.roles import Door

MATRIX: Door = parcels.DOOR | goods.DOOR | money.DOOR | station.DOOR


#: What looks right in an address that names no number.
_PLACES = {
    "form": "F5", "shelf": "3-1", "kind": "week", "code": "2020-W01", "name": "F1-2", "register": "complaints",
    "act": "close",
}  # fmt: skip


LOOKS_RIGHT = {
    "{form}": "F5", "{shelf}": "3-1", "{kind}": "week", "{code}": "2026-W47", "{name}": "report.daily.json",
    "{register}": "complaints", "{act}": "close",
}  # fmt: skip


def address(path: str) -> str:
    """The path with something that isn't there in each place: numbers nobody has, a form and a shelf that look right."""
    path = re.sub(r"\{(number|\w+_id)\}", "424242", path)
    for name, there in _PLACES.items():
        path = path.replace("{" + name + "}", there)
    return path
