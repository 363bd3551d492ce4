"""The international postal number (UPU S10, ``AA 12345678 C CC``), the only waybill form here with a public check
digit. Sample numbers in vendors' own documents fail it: a wrong one is a warning, never a refusal (domain.md §1.3)."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def check_digit(serial: str) -> str:
    """The ninth digit for eight serial digits: 11 minus the weighted sum mod 11, with 10 → 0 and 11 → 5."""
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, serial, strict=True)) % 11
    return {10: "0", 11: "5"}.get(rest, str(rest))


def check(text: str) -> bool | None:
    """Whether the check digit of an S10 number is right; None when ``text`` has not the form of one."""
    shape = _SHAPE.fullmatch(text)
    return None if shape is None else check_digit(shape[1]) == shape[2]
