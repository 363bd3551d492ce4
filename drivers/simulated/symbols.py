"""The bar codes and QR codes that a printer draws itself, as rows of black and white modules."""

from __future__ import annotations

from functools import lru_cache

_STOP = "1100011101011"
_START = {"A": 103, "B": 104, "C": 105}
_SWITCH = {"A": 101, "B": 100, "C": 99}
_FNC = {"1": 102, "2": 97, "3": 96}
_LEVELS = "LMQH"


@lru_cache(maxsize=1)
def _patterns() -> tuple[str, ...]:
    from barcode.charsets.code128 import CODES

    return tuple(CODES[:106])


def code128(payload: bytes) -> str | None:
    """The modules of ``GS k 73`` data, whose code sets are named in it (``{A {B {C``); None for data that no printer
    takes."""
    values = _values(payload)
    if not values:
        return None
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    return "".join(_patterns()[value] for value in (*values, check)) + _STOP


def _values(payload: bytes) -> list[int]:
    """Start value and symbol values. In ``{C`` each byte is a number 0–99; ``{{`` is a brace."""
    text = payload.decode("latin-1")
    if len(text) < 3 or text[0] != "{" or text[1] not in _START:
        return []
    code_set, place = text[1], 2
    values = [_START[code_set]]
    while place < len(text):
        character = text[place]
        if character == "{":
            following = text[place + 1 : place + 2]
            place += 2
            if following in _SWITCH and following:
                code_set = following
                values.append(_SWITCH[code_set])
                continue
            if following in _FNC and following:
                values.append(_FNC[following])
                continue
            if following != "{":
                return []
        else:
            place += 1
        value = _value(code_set, ord(character))
        if value is None:
            return []
        values.append(value)
    return values


def _value(code_set: str, point: int) -> int | None:
    if code_set == "C":
        return point if point <= 99 else None
    if code_set == "A" and point < 0x20:
        return point + 64
    if 0x20 <= point < (0x60 if code_set == "A" else 0x80):
        return point - 0x20
    return None


def qr(data: bytes, level: int) -> list[str]:
    """The rows of a QR without its quiet zone; ``level`` 48–51 as in ``GS ( k`` function 69."""
    from qrcode import constants
    from qrcode.main import QRCode

    code: QRCode = QRCode(error_correction=getattr(constants, f"ERROR_CORRECT_{_LEVELS[level - 48]}"), border=0)
    code.add_data(data)
    code.make(fit=True)
    return ["".join("1" if black else "0" for black in row) for row in code.get_matrix()]
