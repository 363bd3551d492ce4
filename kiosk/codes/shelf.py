"""Pickup codes (取件码) and the shelf places in them: ``3-2-1005`` is shelf 3, layer 2, number 1005. The code never
changes while the parcel is in stock; the place may, so the two are stored apart and only formed alike."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kiosk.codes.plain import PLAIN_DASHES
from kiosk.errors import Refused
from kiosk.words import N_

# A shelf is a number, or one or two letters with a number (an area, a brand): 3, 12, A, A3, SF1.
_SHELF = r"(?:[A-Z]{1,2}[0-9]{0,3}|[0-9]{1,3})"
_PLACE = re.compile(rf"({_SHELF})-([0-9]{{1,2}})")
_CODE = re.compile(rf"({_SHELF})-([0-9]{{1,2}})-([0-9]{{3,7}})")
# Codes of lockers and small stations: column and cell, J5-21, B3-01175. They come in with the opening stock.
_LETTERED = re.compile(r"[A-Z]{1,2}[0-9]{1,3}-[0-9]{2,6}")
_OLD = re.compile(r"[0-9A-Z](?:[0-9A-Z-]{0,18}[0-9A-Z])?")
#: Digits a number is filled up to, so that codes are of one length: day digit and three more (domain.md §2.6).
NUMBER_DIGITS = 4


#: Over a row with ``shelf`` and ``layer``: shelf 2 before shelf 10, as ``walk`` has it.
WALK_SQL = "length(shelf), shelf, layer"


def walk(shelf: str) -> tuple[int, str]:
    """Sorts shelves as one walks along them: shelf 2 before shelf 10, A before A1."""
    return len(shelf), shelf


@dataclass(frozen=True, slots=True)
class ShelfPlace:
    """A layer of a shelf, where a parcel lies."""

    shelf: str
    layer: int

    def __str__(self) -> str:
        return f"{self.shelf}-{self.layer}"


@dataclass(frozen=True, slots=True)
class PickupCode:
    """The three parts of a pickup code; ``number`` keeps its leading zeros, as the villager reads them."""

    shelf: str
    layer: int
    number: str

    def __str__(self) -> str:
        return f"{self.shelf}-{self.layer}-{self.number}"


def plain_code(text: str) -> str:
    """Text in the one form in which codes are stored: half-width, upper case, no spaces, plain dashes."""
    return "".join(unicodedata.normalize("NFKC", text).translate(PLAIN_DASHES).upper().split())


def is_pickup_code(text: str) -> bool:
    """Whether ``text`` (normalised, upper case) has the form of a pickup code as stations print them."""
    return _CODE.fullmatch(text) is not None or _LETTERED.fullmatch(text) is not None


def is_old_code(text: str) -> bool:
    """Whether ``text`` (normalised, upper case) can be a code from before: 1 to 20 letters, digits and inner dashes."""
    return _OLD.fullmatch(text) is not None


def parse_pickup_code(text: str) -> PickupCode:
    """The parts of a code of our own form (layer 03 reads as 3); Refused ``pickup_code.unreadable`` otherwise."""
    shape = _CODE.fullmatch(plain_code(text))
    if shape is None:
        raise Refused("pickup_code.unreadable", N_("这不像取件码。取件码是“货架-层-号”，例如 3-2-1005，请再看一下。"))
    return PickupCode(shape[1], int(shape[2]), shape[3])


def format_pickup_code(shelf: str, layer: int, number: int | str) -> str:
    """``3-2-1005``: an int is filled up to four digits, digits given as text are kept as they are.

    Refused ``shelf.unreadable`` for a shelf or layer that a label can't carry; ValueError for a number below 0 or that
    is no number.
    """
    place = shelf_place(shelf, layer)
    digits = f"{number:0{NUMBER_DIGITS}d}" if isinstance(number, int) else number
    code = f"{place}-{digits}"
    if _CODE.fullmatch(code) is None:
        raise ValueError(f"not a number of a pickup code: {number!r}")
    return code


def parse_old_code(text: str) -> str:
    """A code that a parcel brought along from before (opening stock), in the form in which it is stored.

    1 to 20 letters, digits and dashes; Refused ``pickup_code.unreadable`` otherwise.
    """
    code = plain_code(text)
    if not is_old_code(code):
        raise Refused(
            "pickup_code.unreadable", N_("这个旧取件码用不了：只能有字母、数字和横线，最多 20 个。请改后再录入。")
        )
    return code


def shelf_place(shelf: str, layer: int) -> ShelfPlace:
    """The place that a new label names. Letters O and I are refused: on a label they are read as 0 and 1."""
    name = plain_code(shelf)
    if re.fullmatch(_SHELF, name) is None or "O" in name or "I" in name:
        raise Refused(
            "shelf.unreadable",
            N_("货架名只能是数字，或一两个字母加数字（不用 O 和 I），例如 3、A3。没有保存，请改后再试。"),
        )
    if not 0 <= layer <= 99:
        raise Refused("shelf.unreadable", N_("货架层数要在 0 到 99 之间。没有保存，请改后再试。"))
    return ShelfPlace(name, layer)


def parse_shelf(text: str) -> ShelfPlace:
    """The place written as ``3-2`` (a shelf label's text); Refused ``shelf.unreadable`` otherwise."""
    shape = _PLACE.fullmatch(plain_code(text))
    if shape is None:
        raise Refused("shelf.unreadable", N_("这不像货架标签。货架标签是“货架-层”，例如 3-2，请再扫一次。"))
    return ShelfPlace(shape[1], int(shape[2]))
