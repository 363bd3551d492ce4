"""A document as the bytes that one printer takes, the whole job at once. Pure: the same document and profile give the
same bytes, so a test needs no printer and a retry sends what was sent before.

In ``gb`` mode a line goes as GB text when the printer's ROM has all its characters and as a picture otherwise; in
``raster`` mode every line is a picture. Lines are set with spaces and pictures span the paper, so nothing depends on
how a printer centres. A character that can be neither printed nor drawn is shown as 〓 and its code point.
"""

from __future__ import annotations

from kiosk.printing import codes
from kiosk.printing.bitmap import Bitmap, pieces
from kiosk.printing.document import Code128, Cut, Document, Drawer, Feed, Qr
from kiosk.printing.gb import rom_bytes
from kiosk.printing.layout import Item, Line, lay_out
from kiosk.printing.profile import PrinterProfile
from kiosk.printing.spelling import face_for, show_on
from kiosk.printing.sticker import draw_sticker

#: Initialise; Chinese mode on, before the first character of a line; no spacing around Hanzi.
START = b"\x1b@" + b"\x1c&" + b"\x1cS\x00\x00"
NEW_LINE = b"\n"
CUT = b"\x1dVB\x00"  # feed to the cutter and cut; ignored without one
NEXT_STICKER = b"\x0c"  # to the top of the next one, found by the gap sensor
BOLD_ON, BOLD_OFF = b"\x1bE\x01", b"\x1bE\x00"
PLAIN_SIZE = b"\x1d!\x00"
#: A native code stands outside Chinese mode, is centred by the printer and has a white line above and below.
BEFORE_CODE, AFTER_CODE = b"\x1c.\n\x1ba\x01", b"\n\x1ba\x00\x1c&"


def encode(document: Document, printer: PrinterProfile) -> bytes:
    """The whole job, from initialising to the cut.

    Raises ``ConfigurationError`` in raster mode when the font is not installed; ``gb`` mode then shows what its ROM
    lacks by code points.
    """
    if document.sticker is not None:
        return _sticker(document, printer)
    job = _Job(printer)
    for item in lay_out(document, printer.columns, show_on(printer)):
        job.add(item)
    return job.end()


def _sticker(document: Document, printer: PrinterProfile) -> bytes:
    """One sticker: the picture, then on to the next one. No cut, and nothing fed that the next would miss."""
    out = bytearray(START)
    for piece in pieces([draw_sticker(document, printer)]):
        out += b"\x1dv0\x00" + piece.row_bytes.to_bytes(2, "little") + piece.rows.to_bytes(2, "little") + piece.data
    return bytes(out + (NEXT_STICKER if printer.has_gap_sensor else b"\x1bJ" + bytes([printer.sticker_gap_dots])))


class _Job:
    """The bytes so far, and the pictures that wait to be joined into one."""

    def __init__(self, printer: PrinterProfile) -> None:
        self.printer = printer
        self.out = bytearray(START)
        self.pictures: list[Bitmap] = []
        self.is_open = True  # something stands on the paper that is not yet cut off

    def add(self, item: Item) -> None:
        if isinstance(item, Cut):
            self._cut()
            return
        self.is_open = True
        match item:
            case Line():
                self._line(item)
            case Feed():
                self._send(b"\x1bd" + bytes([item.lines]))
            case Code128():
                self._code128(item)
            case Qr():
                self._qr(item.data, item.module)
            case Drawer():
                self._drawer()

    def end(self) -> bytes:
        if self.is_open:
            self._cut()
        return bytes(self.out)

    def _send(self, raw: bytes) -> None:
        for piece in pieces(self.pictures):
            self.out += b"\x1dv0\x00" + piece.row_bytes.to_bytes(2, "little") + piece.rows.to_bytes(2, "little")
            self.out += piece.data
        self.pictures.clear()
        self.out += raw

    def _line(self, line: Line) -> None:
        if not line.text:
            self._send(NEW_LINE)
            return
        printer = self.printer
        raw = rom_bytes(line.text, printer.rom) if printer.text_mode == "gb" else None
        size = line.size
        if raw is None or size > printer.max_scale:
            face = face_for(printer)
            if face is not None:
                self.pictures.append(face.line(line, printer.row_bytes))
                return
            size = min(size, printer.max_scale)
        scale = 0x11 * (size - 1)
        before = (b"\x1d!" + bytes([scale]) if scale else b"") + (BOLD_ON if line.bold else b"")
        after = (BOLD_OFF if line.bold else b"") + (PLAIN_SIZE if scale else b"")
        self._send(b" " * line.indent + before + (raw or b"") + after + NEW_LINE)

    def _code128(self, block: Code128) -> None:
        if self.printer.native_code128:
            native = codes.native_code128(block.data, self.printer.row_bytes * 8)
            if native:
                self._send(BEFORE_CODE + native + AFTER_CODE)
                return
        picture = codes.draw_code128(block.data, self.printer.row_bytes)
        if picture:
            self.pictures.append(picture)
        else:
            self._qr(block.data, codes.USUAL_MODULE)

    def _qr(self, data: str, module: int) -> None:
        if self.printer.native_qr:
            self._send(BEFORE_CODE + codes.native_qr(data, module, self.printer.row_bytes * 8) + AFTER_CODE)
        else:
            self.pictures.append(codes.draw_qr(data, module, self.printer.row_bytes))

    def _drawer(self) -> None:
        printer = self.printer
        if printer.drawer_pin:
            pin = 0 if printer.drawer_pin == 2 else 1
            self._send(bytes([0x1B, 0x70, pin, printer.drawer_on_ms // 2, printer.drawer_off_ms // 2]))

    def _cut(self) -> None:
        tail = b"\x1bd" + bytes([self.printer.tail_lines]) if self.printer.tail_lines else b""
        self._send(tail + (CUT if self.printer.has_cutter else b""))
        self.is_open = False
