"""Quantities of goods, defined once: a whole number of pieces or of grams. A product is priced per unit; ``unit_size``
says how many pieces (always 1) or grams make one unit, so that no fraction is ever stored."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from kiosk import money
from kiosk.errors import Refused
from kiosk.words import N_

#: Nothing that a village counter stocks of one kind is more: ten tons, or as many pieces.
MOST = 9_999_999


class Measure(StrEnum):
    PIECE = "piece"
    WEIGHT = "weight"


#: Units of weight as farmers price by them, in grams.
WEIGHT_UNITS = {"斤": 500, "公斤": 1000, "两": 50, "克": 1}
#: Units of pieces that the form offers; any other word will do.
PIECE_UNITS = ("个", "枚", "只", "袋", "瓶", "盒", "罐", "件", "把")
_NUMBER = re.compile(r"(\d{1,7})(?:\.(\d{1,3}))?", re.ASCII)


def unit_size(measure: Measure, unit: str) -> int:
    """How many pieces or grams make one unit; raises ``Refused('product.unit_wrong')``."""
    if measure == Measure.PIECE:
        return 1
    size = WEIGHT_UNITS.get(unit)
    if size is None:
        raise Refused(
            "product.unit_wrong", N_("按重量卖的商品，单位只能是：{units}；没有保存"), units="、".join(WEIGHT_UNITS)
        )
    return size


def read_quantity(text: str, size: int) -> int:
    """What was typed, in units with up to three decimals, as pieces or grams; half-up to the gram.

    Raises ``Refused('quantity.unreadable')``, also for half a piece and for nothing.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    if money.has_too_many_digits(folded):
        raise Refused("quantity.unreadable", N_("数量的位数太多，没有保存；请核对是否把条码扫进了数量栏，再填一遍数量"))
    read = _NUMBER.fullmatch(folded)
    thousandths = int(read[1]) * 1000 + int((read[2] or "").ljust(3, "0")) if read else 0
    scaled = thousandths * size
    if read is None or (size == 1 and scaled % 1000):
        raise Refused(
            "quantity.unreadable",
            N_("数量「{text}」看不懂，请填 3 或 1.25 这样的数字（按件卖的只能是整数）；没有保存"),
            text=text[:20],
        )
    return checked((2 * scaled + 1000) // 2000)


def checked(quantity: int) -> int:
    """The quantity itself; raises ``Refused('quantity.wrong')`` for nothing, less than nothing or too much."""
    if not 1 <= quantity <= MOST:
        raise Refused("quantity.wrong", N_("数量应在 1 到 {most} 之间（按重量卖的以克计）；没有保存"), most=MOST)
    return quantity


def show_quantity(quantity: int, unit: str, size: int) -> str:
    """``1.25 斤``, ``30 枚``, ``-0.5 公斤``: in units, without needless zeros."""
    whole, rest = divmod(abs(quantity), size)
    digits = f"{whole}.{rest * 1000 // size:03d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"{'-' if quantity < 0 else ''}{digits} {unit}".strip()


def amount_fen(price_fen: int, quantity: int, size: int) -> int:
    """The price of a quantity, half-up to the fen."""
    return (2 * price_fen * quantity + size) // (2 * size)


def part_fen(total_fen: int, quantity: int, of: int) -> int:
    """The share of a cost that goes with a part of the goods, half-up; all of it with all of them."""
    return (2 * total_fen * quantity + of) // (2 * of)
