"""What a printer can show of a text: its ROM's characters, those that we can draw, and 〓 with the code point for the rest.
Of its own, because whole slips, stickers and pictures on the screen must all spell alike."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.errors import ConfigurationError
from kiosk.printing.gb import legible, rom_bytes
from kiosk.printing.layout import Show
from kiosk.printing.profile import PrinterProfile
from kiosk.printing.typeface import Typeface, typeface

GETA = "〓"


def face_for(printer: PrinterProfile) -> Typeface | None:
    """The printer's typeface; None when the font is not installed and the printer can do without."""
    try:
        return typeface(printer.font)
    except ConfigurationError:
        if printer.text_mode == "raster":
            raise
        return None


def show_on(printer: PrinterProfile) -> Show:
    """What puts texts into characters that this printer prints or we can draw, and others into 〓 with the code point.

    A few characters are in the ROM and not in the font (≒): they stay as they are unless their line must be drawn.
    """
    is_gb = printer.text_mode == "gb"

    def printed(text: str) -> bool:
        return is_gb and rom_bytes(text, printer.rom) is not None

    def show(texts: tuple[str, ...]) -> tuple[str, ...]:
        texts = tuple(map(legible, texts))
        if printed("".join(texts)):
            return texts
        face = face_for(printer)

        def drawn(char: str) -> bool:
            return char in " \n" or (face is not None and not face.lacks(char))

        shown = tuple(_spelt(text, lambda char: printed(char) or drawn(char)) for text in texts)
        return shown if printed("".join(shown)) else tuple(_spelt(text, drawn) for text in texts)

    return show


def _spelt(text: str, has: Callable[[str], bool]) -> str:
    return "".join(char if has(char) else f"{GETA}U+{ord(char):04X}" for char in text)
