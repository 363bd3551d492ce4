"""A document as a picture of its paper, drawn with the raster font whatever the printer's mode: for looking at slips
on a page and for reading their codes back in tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from kiosk.printing import codes
from kiosk.printing.bitmap import Bitmap, blank
from kiosk.printing.document import Code128, Cut, Document, Feed, Qr
from kiosk.printing.layout import Line, lay_out
from kiosk.printing.profile import PrinterProfile
from kiosk.printing.spelling import face_for, show_on
from kiosk.printing.sticker import draw_sticker, on_paper
from kiosk.printing.typeface import height

if TYPE_CHECKING:
    from PIL.Image import Image

MARGIN = 24  # white dots around: the unprinted edge of the paper


def draw(document: Document, printer: PrinterProfile) -> Image:
    """The slip in black and white with a white margin. Raises ``ConfigurationError`` when the font is not installed."""
    from PIL import Image

    parts = list(_bitmaps(document, replace(printer, text_mode="raster")))
    data = b"".join(part.data for part in parts)
    wide = parts[0].row_bytes if parts else printer.row_bytes  # a sticker is as wide as its paper
    size = (wide * 8, sum(part.rows for part in parts))
    ink = Image.frombytes("1", size, data) if data else Image.new("1", (size[0], 1), 0)
    paper = Image.new("1", (ink.width + 2 * MARGIN, ink.height + 2 * MARGIN), 1)
    paper.paste(0, (MARGIN, MARGIN), ink)
    return paper


def render_png(document: Document, printer: PrinterProfile) -> bytes:
    """The same as a PNG file."""
    file = BytesIO()
    draw(document, printer).save(file, "PNG", optimize=True)
    return file.getvalue()


def _bitmaps(document: Document, printer: PrinterProfile) -> Iterator[Bitmap]:
    if document.sticker is not None:
        yield draw_sticker(document, on_paper(printer, document.sticker))
        return
    face = face_for(printer)
    wide = printer.row_bytes
    for item in lay_out(document, printer.columns, show_on(printer)):
        match item:
            case Line() if item.text:
                yield face.line(item, wide)  # type: ignore[union-attr]
            case Line():
                yield blank(wide, height(1))
            case Code128():
                yield codes.draw_code128(item.data, wide) or codes.draw_qr(item.data, codes.USUAL_MODULE, wide)
            case Qr():
                yield codes.draw_qr(item.data, item.module, wide)
            case Feed():
                yield blank(wide, height(1) * item.lines)
            case Cut():
                yield blank(wide, 12)
                yield Bitmap(wide, 1, b"\xf0" * wide)
                yield blank(wide, 12)
