"""Goods codes (EAN-13) by prefix and check digit. A 13-digit waybill passes the check digit one time in ten, so only
the prefixes that China gives to goods (690–699) and that books have (978, 979) are taken for goods."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_GOODS = re.compile(r"69[0-9]{11}")
_BOOK = re.compile(r"97[89][0-9]{10}")


def has_check_digit(text: str) -> bool:
    """Whether 13 digits end with the check digit of EAN-13 (weights 1 and 3 from the left, domain.md §2.2)."""
    digits = [ord(character) - 48 for character in text]
    return (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def is_goods(text: str) -> bool:
    """Whether ``text`` is the code of an article registered in China: 690–699, 13 digits, right check digit."""
    return _GOODS.fullmatch(text) is not None and has_check_digit(text)


def is_book(text: str) -> bool:
    """Whether ``text`` is an ISBN-13; it may also be a parcel of 中国邮政 (97…), so the operator is asked."""
    return _BOOK.fullmatch(text) is not None and has_check_digit(text)


@dataclass(frozen=True, slots=True)
class ScaleCode:
    """What the label of a shop's scale says: the number of the goods, and their weight or their price."""

    plu: str
    grams: int | None
    amount_fen: int | None


def read_scale_code(text: str, forms: Iterable[str]) -> ScaleCode | None:
    """The first form (setting ``goods.scale_codes``) that fits a 13-digit in-store code; None for any other text, a wrong check digit, or nothing
    weighed."""
    if re.fullmatch(r"2[0-9]{12}", text) is None or not has_check_digit(text):
        return None
    for form in forms:
        read = {"P": "", "W": "", "M": ""}
        for place, digit in zip(form, text, strict=True):
            if place in read:
                read[place] += digit
            elif place not in "FC" and place != digit:
                break
        else:
            grams, fen = int(read["W"] or 0), int(read["M"] or 0)
            if grams or fen:
                return ScaleCode(read["P"].lstrip("0") or "0", grams or None, fen or None)
    return None
