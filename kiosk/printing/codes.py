"""Bar codes and QR codes drawn by ourselves with modules of whole dots, because python-escpos' software bar code rounds
them and no reader takes it (hardware.md §1.8); and the printer's own commands for the same where it has them."""

from __future__ import annotations

import re
from functools import lru_cache

from kiosk.printing.bitmap import Bitmap, centred

QUIET_DOTS = 20  # white at each side of a bar code; the paper's own margin adds to it
QUIET_MODULES = 4  # white around a QR, as its standard asks
BAR_ROWS = 72
USUAL_MODULE = 6  # dots of a QR module that phones and imagers read at arm's length
MODULE_DOTS = (3, 2)  # widths of a bar code's module, the better one first
#: Before a code that sets a scanner instead of being data; as python-barcode writes it.
FNC3 = "\xf3"
_DIGITS = re.compile(r"\d+")


@lru_cache(maxsize=128)
def bars(data: str) -> str | None:
    """The modules of a CODE128 as ``1`` (bar) and ``0``; None when the data is not plain ASCII after an FNC3."""
    plain = data.removeprefix(FNC3)
    if not plain.isascii() or not plain.isprintable():
        return None
    from barcode.codex import Code128

    return Code128(data).build()[0]


def bar_module(modules: int, dots: int) -> int:
    """Dots of a module so that the bar code and its quiet zones fit; 0 when no readable width does."""
    return next((dot for dot in MODULE_DOTS if modules * dot + 2 * QUIET_DOTS <= dots), 0)


def draw_code128(data: str, row_bytes: int) -> Bitmap | None:
    """The bar code in the middle of the paper, None when it is too wide or its data is not ASCII."""
    bits = bars(data)
    module = bar_module(len(bits), row_bytes * 8) if bits else 0
    if not bits or not module:
        return None
    return centred([("0", 8), ("".join(bit * module for bit in bits), BAR_ROWS), ("0", 8)], row_bytes)


@lru_cache(maxsize=128)
def qr_modules(data: str) -> tuple[str, ...]:
    """The QR's rows of ``1`` (black) and ``0`` at level M, without a quiet zone."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    code: QRCode = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(data.encode("utf-8"))
    code.make(fit=True)
    return tuple("".join("1" if black else "0" for black in row) for row in code.get_matrix())


def qr_module(modules: int, wished: int, dots: int) -> int:
    """Dots of a module: the wished ones, or as many as fit with the quiet zone."""
    return max(1, min(wished, dots // (modules + 2 * QUIET_MODULES)))


def draw_qr(data: str, wished: int, row_bytes: int) -> Bitmap:
    """The QR in the middle of the paper with its quiet zone."""
    rows = qr_modules(data)
    module = qr_module(len(rows), wished, row_bytes * 8)
    quiet = ("0", QUIET_MODULES * module)
    return centred([quiet, *(("".join(bit * module for bit in row), module) for row in rows), quiet], row_bytes)


def native_qr(data: str, wished: int, dots: int) -> bytes:
    """``GS ( k``: model 2, module size, level M, store, print."""
    module = qr_module(len(qr_modules(data)), wished, dots)
    raw = data.encode("utf-8")
    length = (len(raw) + 3).to_bytes(2, "little")
    return (
        b"\x1d(k\x04\x001A2\x00"
        + b"\x1d(k\x03\x001C" + bytes([module])
        + b"\x1d(k\x03\x001E1"
        + b"\x1d(k" + length + b"1P0" + raw
        + b"\x1d(k\x03\x001Q0"
    )  # fmt: skip


def native_code128(data: str, dots: int) -> bytes | None:
    """``GS k 73`` with our own code sets and no text under the bars; None when it would be too wide or too long.

    A printer prints nothing at all of a bar code that is too wide, so the modules are counted here.
    """
    if not data.isascii() or not data.isprintable():
        return None
    payload, symbols = _code_sets(data)
    module = bar_module(11 * (symbols + 1) + 13, dots)  # symbols with the start, then the check and the stop
    if not module or len(payload) > 255:
        return None
    look = b"\x1dh" + bytes([BAR_ROWS]) + b"\x1dw" + bytes([module]) + b"\x1df\x00" + b"\x1dH\x00"
    return look + b"\x1dkI" + bytes([len(payload)]) + payload


def _code_sets(data: str) -> tuple[bytes, int]:
    """The data with ``{B`` and ``{C`` before each part, and its number of symbols including start and shifts of set.

    In set C a byte is a number from 0 to 99. It pays for four digits at an edge and for six in the middle; an odd digit
    stays in B. A ``{`` of the data is doubled.
    """
    parts: list[tuple[str, str]] = []
    at = 0
    for run in _DIGITS.finditer(data):
        first, last = run.span()
        at_edge = first == 0 or last == len(data)
        if last - first < (4 if at_edge else 6):
            continue
        if (last - first) % 2:
            if first == 0:
                last -= 1
            else:
                first += 1
        if at < first:
            parts.append(("B", data[at:first]))
        parts.append(("C", data[first:last]))
        at = last
    if at < len(data):
        parts.append(("B", data[at:]))
    payload = bytearray()
    symbols = 0
    for name, text in parts:
        payload += b"{" + name.encode()
        if name == "B":
            payload += text.replace("{", "{{").encode("ascii")
            symbols += 1 + len(text)
        else:
            payload += bytes(int(text[i : i + 2]) for i in range(0, len(text), 2))
            symbols += 1 + len(text) // 2
    return bytes(payload), symbols
