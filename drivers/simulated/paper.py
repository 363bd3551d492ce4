"""The mechanism of the simulated printer: carries out commands and draws the slip, dot by dot.

It prints as pessimistically as cheap firmware does: a line that is too long wraps, a picture stands at the left
whatever the alignment, a bar code or QR that is too wide isn't printed at all, a four-byte character comes out as
something else. What went wrong is counted in the slip's facts.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from drivers.simulated import symbols
from drivers.simulated.commands import Command, Control, Text, Token
from drivers.simulated.glyphs import NARROW, Rom
from kiosk.printing.profile import PrinterProfile

if TYPE_CHECKING:
    from PIL.Image import Image

LINE_ROWS = 30
CUTTER_ROWS = 96
#: White above a slip: the way from the head to the cutter, which the last cut left blank.
TOP_ROWS = 24
#: Longer than any slip: a stuck sender must not fill the memory.
LONGEST_ROWS = 24_000


class Paper:
    """The paper of one printer. ``put`` takes tokens; each slip torn or cut off is given to ``on_slip``."""

    def __init__(self, profile: PrinterProfile, on_slip: Callable[[bytes, dict[str, Any]], None]) -> None:
        self.profile = profile
        self.on_slip = on_slip
        self.rom = Rom(profile.font, profile.rom)
        self.lines_printed = 0
        self._strips: list[Image] = []
        self._rows = 0
        self._new_slip()
        self._initialise()

    @property
    def has_ink(self) -> bool:
        """True when something stands on the paper that has not been cut off."""
        return bool(self._inked or self._cells)

    def put(self, token: Token) -> None:
        """Carries out one token."""
        match token:
            case Text():
                self._text(token.raw)
            case Control(byte=0x0A):
                self._feed_line()
            case Control(byte=0x09):
                self._text(b" " * (8 - sum(cell.width for cell in self._cells) // NARROW % 8))
            case Control():
                pass
            case Command(is_known=False):
                self._facts["unknown"] += 1
            case Command():
                self._command(token.name, token.argument)

    def tear_off(self, cut: str = "") -> None:
        """Ends the slip: what stands on it becomes a picture, unless nothing does."""
        if self._cells:
            self._feed_line()
        if self._inked or self._facts["drawer"]:
            facts = {key: count for key, count in self._facts.items() if count}
            self.on_slip(self._png(), {**facts, "cut": cut, "text": self._said})
        self._strips, self._rows = [], 0
        self._new_slip()

    # Modes ----------------------------------------------------------------------------------------------------------

    def _new_slip(self) -> None:
        self._inked = False
        self._facts: Counter[str] = Counter()
        self._said: list[str] = []

    def _initialise(self) -> None:
        self._cells: list[Image] = []
        self._line = ""
        self._lead = b""
        self._align = 0
        self._scale = (1, 1)
        self._hanzi_double = False
        self._bold = False
        self._reverse = False
        self._chinese = True  # Chinese models power up in Chinese mode
        self._line_rows = LINE_ROWS
        self._bar_rows, self._bar_module, self._caption = 162, 3, 0
        self._qr_module, self._qr_level, self._qr_data = 3, 48, b""

    def _command(self, name: bytes, argument: bytes) -> None:
        n = argument[0] if argument else 0
        match name:
            case b"\x1b@":
                if self._inked and not self.profile.has_cutter:
                    self.tear_off()
                self._initialise()
            case b"\x1ba":
                self._align = n % 48
            case b"\x1d!":
                self._scale = (min(8, (n >> 4) + 1), min(8, (n & 15) + 1))
            case b"\x1b!":
                self._scale, self._bold = (2 if n & 0x20 else 1, 2 if n & 0x10 else 1), bool(n & 8)
            case b"\x1bE" | b"\x1bG":
                self._bold = bool(n & 1)
            case b"\x1dB":
                self._reverse = bool(n & 1)
            case b"\x1c&" | b"\x1c.":
                self._chinese, self._lead = name == b"\x1c&", b""
            case b"\x1cW":
                self._hanzi_double = bool(n & 1)
            case b"\x1b2":
                self._line_rows = LINE_ROWS
            case b"\x1b3":
                self._line_rows = n
            case b"\x1bd":
                for _ in range(max(1, n)):
                    self._feed_line()
            case b"\x1bJ":
                self._feed_line(rows=n)
            case b"\x1dV":
                self._cut(n)
            case b"\x1bi" | b"\x1bm":
                self._cut(1)
            case b"\x1bp":
                self._facts["drawer"] += 1
            case b"\x1bB":
                self._facts["beeps"] += 1
            case b"\x1dh" | b"\x1dw" | b"\x1dH":
                self._bar_setting(name, n)
            case b"\x1dk":
                self._bar_code(argument)
            case b"\x1d(":
                self._two_dimensional(argument)
            case b"\x1dv":
                self._raster(argument)
            case b"\x1b*" | b"\x1d*":
                self._facts["pictures_not_drawn"] += 1

    def _cut(self, mode: int) -> None:
        if self._cells:
            self._feed_line()
        if self.profile.has_cutter:
            self._add_blank(CUTTER_ROWS)
            self.tear_off("partial" if mode in (1, 49, 66, 98) else "full")

    # Lines of text --------------------------------------------------------------------------------------------------

    def _text(self, raw: bytes) -> None:
        for byte in raw:
            if self._lead:
                pair, self._lead = self._lead + bytes([byte]), b""
                if 0x40 <= byte <= 0xFE and byte != 0x7F:
                    self._hanzi(pair)
                    continue
                self._facts["wrong_characters"] += 1  # a four-byte code: the ROM sees half of it
                self._cell(self.rom.narrow(0xFF), self._scale, "▯")
            if byte >= 0x80:
                if self._chinese and 0x81 <= byte <= 0xFE:
                    self._lead = bytes([byte])
                else:
                    self._facts["wrong_characters"] += 1
                    self._cell(self.rom.narrow(byte), self._scale, "▯")
            else:
                self._cell(self.rom.narrow(byte), self._scale, chr(byte))

    def _hanzi(self, pair: bytes) -> None:
        character = self.rom.character(pair)
        if character is None:
            self._facts["wrong_characters"] += 1
        self._cell(self.rom.wide(pair), (2, 2) if self._hanzi_double else self._scale, character or "▯")

    def _cell(self, glyph: Image, scale: tuple[int, int], character: str) -> None:
        from PIL import Image, ImageChops

        if self._bold:
            bolder = Image.new("1", glyph.size, 0)
            bolder.paste(glyph, (1, 0))
            glyph = ImageChops.logical_or(glyph, bolder)
        if self._reverse:
            glyph = ImageChops.invert(glyph)
        if scale != (1, 1):
            glyph = glyph.resize((glyph.width * scale[0], glyph.height * scale[1]), Image.Resampling.NEAREST)
        if sum(cell.width for cell in self._cells) + glyph.width > self.profile.columns * NARROW:
            self._facts["wrapped"] += 1
            self._feed_line()
        self._cells.append(glyph)
        self._line += character

    def _feed_line(self, rows: int | None = None) -> None:
        """Prints the line, if there is one, and feeds."""
        from PIL import Image

        if not self._cells:
            self._add_blank(self._line_rows if rows is None else rows)
            self.lines_printed += 1
            return
        height = max(max(cell.height for cell in self._cells), self._line_rows if rows is None else rows)
        strip = Image.new("1", (self.profile.width_dots, height), 0)
        left = self._left(sum(cell.width for cell in self._cells))
        bottom = max(cell.height for cell in self._cells)
        for cell in self._cells:
            strip.paste(cell, (left, bottom - cell.height))
            left += cell.width
        self._said.append(self._line.rstrip())
        self._cells, self._line = [], ""
        self._add(strip)
        self.lines_printed += 1

    def _left(self, width: int) -> int:
        """Where something this wide begins, as ``ESC a`` has set it."""
        spare = self.profile.width_dots - width
        return (0, spare // 2, spare)[self._align % 3]

    # Codes and pictures -----------------------------------------------------------------------------------------------

    def _bar_setting(self, name: bytes, n: int) -> None:
        if name == b"\x1dh":
            self._bar_rows = max(1, n)
        elif name == b"\x1dw":
            self._bar_module = min(6, max(1, n))
        else:
            self._caption = n % 48

    def _bar_code(self, argument: bytes) -> None:
        kind, data = argument[0], argument[2:] if argument[0] >= 65 else argument[1:-1]
        bits = symbols.code128(data) if kind == 73 else None
        if bits is None or len(bits) * self._bar_module > self.profile.width_dots:
            self._facts["codes_not_printed"] += 1
            return
        self._modules([bits], self._bar_module, self._bar_rows)
        if self._caption:
            shown = data.decode("latin-1")[2:]
            self._align, kept = 1, self._align
            self._text(shown.encode("latin-1"))
            self._feed_line()
            self._align = kept

    def _two_dimensional(self, argument: bytes) -> None:
        """``GS ( k``, QR only: argument is letter, pL, pH, cn, fn, data."""
        if argument[0:1] != b"k" or len(argument) < 5 or argument[3] != 49:
            return
        function, data = argument[4], argument[5:]
        if function == 67 and data:
            self._qr_module = max(1, data[0])
        elif function == 69 and data and 48 <= data[0] <= 51:
            self._qr_level = data[0]
        elif function == 80:
            self._qr_data = data[1:]
        elif function == 81 and self._qr_data:
            rows = symbols.qr(self._qr_data, self._qr_level)
            if len(rows) * self._qr_module > self.profile.width_dots:
                self._facts["codes_not_printed"] += 1
            else:
                self._modules(rows, self._qr_module, self._qr_module)

    def _modules(self, rows: list[str], width: int, height: int) -> None:
        """Draws modules at the place that the alignment gives."""
        from PIL import Image

        picture = Image.new("1", (len(rows[0]), len(rows)), 0)
        picture.putdata([255 if bit == "1" else 0 for row in rows for bit in row])
        picture = picture.resize((picture.width * width, picture.height * height), Image.Resampling.NEAREST)
        strip = Image.new("1", (self.profile.width_dots, picture.height), 0)
        strip.paste(picture, (self._left(picture.width), 0))
        self._add(strip)

    def _raster(self, argument: bytes) -> None:
        """``GS v 0``: argument is ``0``, m, xL, xH, yL, yH, rows."""
        from PIL import Image

        mode, across, down = argument[1] % 48, argument[2] + 256 * argument[3], argument[4] + 256 * argument[5]
        if not across or not down:
            return
        picture = Image.frombytes("1", (across * 8, down), argument[6:])
        if mode:
            factors = (2 if mode & 1 else 1, 2 if mode & 2 else 1)
            size = (picture.width * factors[0], picture.height * factors[1])
            picture = picture.resize(size, Image.Resampling.NEAREST)
        if picture.width > self.profile.width_dots:
            self._facts["pictures_cut"] += 1
        strip = Image.new("1", (self.profile.width_dots, picture.height), 0)
        strip.paste(picture, (0, 0))
        self._add(strip)
        self.lines_printed += max(1, down // LINE_ROWS)

    # Paper ------------------------------------------------------------------------------------------------------------

    def _add(self, strip: Image) -> None:
        self._inked = True
        self._put_strip(strip)

    def _add_blank(self, rows: int) -> None:
        from PIL import Image

        if rows:
            self._put_strip(Image.new("1", (self.profile.width_dots, rows), 0))

    def _put_strip(self, strip: Image) -> None:
        if self._rows + strip.height > LONGEST_ROWS:
            self.tear_off()
        self._strips.append(strip)
        self._rows += strip.height

    def _png(self) -> bytes:
        from PIL import Image, ImageChops

        whole = Image.new("1", (self.profile.width_dots, TOP_ROWS + self._rows), 0)
        top = TOP_ROWS
        for strip in self._strips:
            whole.paste(strip, (0, top))
            top += strip.height
        out = io.BytesIO()
        ImageChops.invert(whole).save(out, "PNG", optimize=True)
        return out.getvalue()
