"""All doors together: every operation of the API with the roles that may, and an address to knock at."""

from __future__ import annotations

import re

from tests.web.api.doors import goods, money, parcels, station
from tests.web.api.doors.roles import Door

MATRIX: Door = parcels.DOOR | goods.DOOR | money.DOOR | station.DOOR


def address(path: str) -> str:
    """The path with something that isn't there in each place: numbers nobody has, a form and a shelf that look right."""
    path = re.sub(r"\{(number|\w+_id)\}", "424242", path)
    return path.replace("{form}", "F5").replace("{shelf}", "3-1")
