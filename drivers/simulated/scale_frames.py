"""How real scales put a weight into bytes: the sender's side of ``drivers.scale_frames``, written apart from it.

Each returns one frame for a weight in grams, or ``b''`` for what its format has no way to say.
"""

from __future__ import annotations

from collections.abc import Callable

Compose = Callable[[int, bool, bool], bytes]


def _kilograms(grams: int, width: int, fill: str = "0") -> str:
    """Kilograms with three decimals, so wide, the sign apart."""
    whole, rest = divmod(abs(grams), 1000)
    return f"{whole}.{rest:03d}".rjust(width, fill)


def _xor(data: bytes) -> int:
    check = 0
    for byte in data:
        check ^= byte
    return check


def cas(grams: int, is_moving: bool, is_over: bool) -> bytes:
    """SOH STX, status, sign, six characters, kg, check, ETX EOT."""
    body = ("F" if is_over else "U" if is_moving else "S") + ("-" if grams < 0 else " ") + _kilograms(grams, 6) + "kg"
    return b"\x01\x02" + body.encode() + bytes([_xor(body.encode())]) + b"\x03\x04"


def text(grams: int, is_moving: bool, is_over: bool) -> bytes:
    """A line of words."""
    if is_over:
        return b"OL,GS,+         kg\r\n"
    said = "US" if is_moving else "ST"
    return f"{said},GS,{'-' if grams < 0 else '+'}{_kilograms(grams, 8, ' ')}kg\r\n".encode()


def yaohua(grams: int, is_moving: bool, is_over: bool) -> bytes:
    """STX, sign, six digits, three decimals, check in hex, ETX."""
    body = f"{'-' if grams < 0 else '+'}{abs(grams):06d}3".encode()
    return b"" if is_over else b"\x02" + body + f"{_xor(body):02X}".encode() + b"\x03"


def yaohua_forward(grams: int, is_moving: bool, is_over: bool) -> bytes:
    """= and eight characters."""
    shown = "-" + _kilograms(grams, 7) if grams < 0 else _kilograms(grams, 8)
    return b"" if is_over else b"=" + shown.encode()


def yaohua_reversed(grams: int, is_moving: bool, is_over: bool) -> bytes:
    """The same with its last character first."""
    forward = yaohua_forward(grams, is_moving, is_over)
    return forward[:1] + forward[:0:-1]


def yaohua_a12(grams: int, is_moving: bool, is_over: bool) -> bytes:
    """ww, seven characters, kg."""
    shown = "-" + _kilograms(grams, 6) if grams < 0 else _kilograms(grams, 7)
    return b"" if is_over else b"ww" + shown.encode() + b"kg\r\n"


def toledo_8217(grams: int, is_moving: bool, is_over: bool) -> bytes:
    """A weight only when it stands still and is one; else the status byte."""
    status = 0x40 | is_moving | is_over << 1 | (grams < 0) << 2
    if status != 0x40:
        return b"\x02?" + bytes([status]) + b"\r"
    return b"\x02" + _kilograms(grams, 7, " ").encode() + b"\r"


def toledo_continuous(grams: int, is_moving: bool, is_over: bool) -> bytes:
    """Three status words, weight, tare, carriage return, check."""
    state = 0x30 | (grams < 0) << 1 | is_over << 2 | is_moving << 3
    frame = b"\x02" + bytes([0x2D, state, 0x20]) + f"{abs(grams):6d}{0:6d}\r".encode()
    return frame + bytes([-sum(frame) & 0x7F])


def digi(grams: int, is_moving: bool, is_over: bool) -> bytes:
    """Five lines, the last one empty."""
    shown = "-" + _kilograms(grams, 5) if grams < 0 else _kilograms(grams, 6)
    return b"" if is_over else f"@B\r0{shown}\r400.000\rU000.00\rT0000.00\r\n".encode()


def aihua(grams: int, is_moving: bool, is_over: bool) -> bytes:
    """A blank and four digits of grams."""
    return b"" if is_over or not 0 <= grams <= 9999 else f"\r {grams:04d}\n".encode()


COMPOSE: dict[str, Compose] = {
    "cas": cas,
    "text": text,
    "yaohua": yaohua,
    "yaohua_reversed": yaohua_reversed,
    "yaohua_forward": yaohua_forward,
    "yaohua_a12": yaohua_a12,
    "toledo_8217": toledo_8217,
    "toledo_continuous": toledo_continuous,
    "digi": digi,
    "aihua": aihua,
}
