"""Sticker paper: a document drawn as one picture of exactly the sticker's size, so that the next one begins at its own
edge. Text that the printer's ROM sets would be as tall as that printer's lines are, and the tenth label would stand half
on the ninth."""

from __future__ import annotations

from dataclasses import replace

from kiosk.printing import codes
from kiosk.printing.bitmap import Bitmap
from kiosk.printing.columns import NARROWEST
from kiosk.printing.document import Code128, Document, Feed, Pair, Qr, Sticker, Text
from kiosk.printing.layout import Line, lay_out
from kiosk.printing.profile import CELL, PrinterProfile
from kiosk.printing.spelling import face_for, show_on

DOTS_PER_MM = 8  # 203 dpi, as every common label and receipt head
TOP = 6  # white rows above: a label is never cut to the dot


def draw_sticker(document: Document, printer: PrinterProfile) -> Bitmap:
    """The sticker as a picture that spans the printer's row, itself in the middle of it, exactly as tall as the paper.

    What does not fit below is left off. Raises ``ConfigurationError`` when the font is not installed.
    """
    paper = document.sticker
    if paper is None:
        raise ValueError("not a sticker")
    narrow = on_paper(printer, paper)
    face = face_for(narrow)
    rows = paper.height_mm * DOTS_PER_MM
    data, wide = bytearray(narrow.row_bytes * TOP), narrow.row_bytes
    for item in lay_out(document, narrow.columns, show_on(narrow)):
        left = rows - len(data) // wide
        match item:
            case Line() if item.text and face is not None:
                part = face.line(item, wide)
            case Qr():
                part = _qr(item, wide, left)
            case Code128():
                part = codes.draw_code128(item.data, wide) or _qr(Qr(item.data), wide, left)
            case Feed():
                part = Bitmap(wide, CELL * item.lines, bytes(wide * CELL * item.lines))
            case _:
                continue
        data += part.data
    whole = bytes(data[: rows * wide]).ljust(rows * wide, b"\0")
    before = (printer.row_bytes - wide) // 2
    after = printer.row_bytes - wide - before
    spread = b"".join(
        bytes(before) + whole[at : at + wide] + bytes(after) for at in range(0, len(whole), wide)
    )  # fmt: skip
    return Bitmap(printer.row_bytes, rows, spread)


def on_paper(printer: PrinterProfile, paper: Sticker) -> PrinterProfile:
    """The printer as far as the sticker reaches: never wider than its own head."""
    dots = max(240, min(printer.row_bytes * 8, paper.width_mm * DOTS_PER_MM))
    return replace(printer, width_dots=dots, columns=max(20, dots // CELL), text_mode="raster", max_scale=4)


def reprinted(document: Document, mark: str) -> Document:
    """A further paper of the same sticker: there is no line to spare, so 补打 stands in the one that bears the date."""
    blocks = list(document.blocks)
    for number, block in enumerate(blocks):
        if isinstance(block, Pair):
            blocks[number] = replace(block, left=f"{block.left} {mark}")
            return replace(document, blocks=tuple(blocks))
    return replace(document, blocks=(*blocks, Text(mark, align="center")))


def _qr(block: Qr, wide: int, left: int) -> Bitmap:
    """The QR as large as is wished and as the paper has room below; none rather than one that no reader takes."""
    modules = len(codes.qr_modules(block.data)) + 2 * codes.QUIET_MODULES
    module = min(block.module, left // modules)
    if module < NARROWEST:
        return Bitmap(wide, 0, b"")
    return codes.draw_qr(block.data, module, wide)
