"""Characters drawn by us: Noto Sans CJK SC, one bit, no dithering, each in the cell that its columns give it. Pillow
and the font are loaded when the first glyph is drawn, because the web process seldom draws any."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kiosk.errors import ConfigurationError
from kiosk.printing.bitmap import Bitmap
from kiosk.printing.columns import cluster_width, clusters
from kiosk.printing.layout import Line
from kiosk.printing.profile import CELL
from kiosk.words import N_

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

PACKAGE = "fonts-noto-cjk"
SC = 2  # face of the collection: Noto Sans CJK SC; 0 is Japanese, with other shapes of the same characters
MONO_SC = 7  # the same Hanzi with Latin of half an em, which fits a column
EM = 2 * CELL
ABOVE = BELOW = 3  # white rows over and under a line of text, room for accents and descenders
BASELINE = 0.88  # of the em
LAST_ACCENT = "\u036f"
UNASSIGNED = "\U0010ffff"  # a code point that no font may have: its picture is that of every missing glyph


class Typeface:
    """The glyphs of one font file."""

    def __init__(self, path: str) -> None:
        self.path = path
        # Caches of this typeface and not of the class, which would keep every typeface alive.
        self._font = lru_cache(maxsize=16)(self._open)
        self.glyph = lru_cache(maxsize=4096)(self._glyph)
        self.lacks = lru_cache(maxsize=8192)(self._lacks)
        self._missing = self._mask(UNASSIGNED)

    def line(self, line: Line, row_bytes: int) -> Bitmap:
        """A line of text as a picture that spans the paper."""
        from PIL import Image

        picture = Image.new("1", (row_bytes * 8, height(line.size)), 0)
        column = line.indent
        for cluster in clusters(line.text):
            if cluster != " ":
                picture.paste(self.glyph(cluster, line.size, line.bold), (column * CELL, 0))
            column += cluster_width(cluster) * line.size
        return Bitmap(row_bytes, picture.height, picture.tobytes())

    def _lacks(self, char: str) -> bool:
        """True when the font has no glyph: what is drawn is the font's picture for a missing one."""
        return "\ud800" <= char <= "\udfff" or self._mask(char) == self._missing

    def _mask(self, char: str) -> tuple[tuple[int, int], bytes]:
        mask = self._font(SC, EM).getmask(char, mode="1")
        return mask.size, bytes(mask)

    def _glyph(self, cluster: str, size: int, bold: bool) -> Image:
        from PIL import Image, ImageDraw

        cell, em = cluster_width(cluster) * CELL * size, EM * size
        font = self._font(MONO_SC if cell < em else SC, em)
        advance = round(font.getlength(cluster[0]))
        room = max(cell, advance)  # a few dashes and signs are longer than their cell and are drawn narrower
        baseline = ABOVE + round(BASELINE * em)
        canvas = Image.new("1", (room, height(size)), 0)
        pen = ImageDraw.Draw(canvas)
        pen.fontmode = "1"
        for char, left, up in self._places(cluster, font, (room - advance) // 2, advance, room):
            pen.text((left, baseline - up), char, fill=1, font=font, anchor="ls")
            if bold:
                pen.text((left + (size + 1) // 2, baseline - up), char, fill=1, font=font, anchor="ls")
        if room > cell:
            grey = canvas.convert("L").resize((cell, canvas.height), Image.Resampling.BOX)
            canvas = grey.point(lambda value: 255 if value > 80 else 0).convert("1", dither=Image.Dither.NONE)
        return canvas

    @staticmethod
    def _places(cluster: str, font: FreeTypeFont, start: int, advance: int, room: int) -> list[tuple[str, int, int]]:
        """Where the pen stands for each character, and how far above the line.

        The font moves its Latin accents by GPOS, which only a text shaper reads: they go over the middle, an eighth of
        an em up. The marks of Hanzi and kana lie left of the pen by themselves.
        """
        places = [(cluster[0], start, 0)] if advance else []
        for mark in cluster[1:] if advance else cluster:
            left, _, right, _ = font.getbbox(mark, anchor="ls")
            if advance and mark > LAST_ACCENT:
                places.append((mark, start + advance, 0))
            else:
                places.append((mark, round((room - right - left) / 2), int(font.size) // 8))
        return places

    def _open(self, face: int, em: int) -> FreeTypeFont:
        from PIL import ImageFont

        try:
            return ImageFont.truetype(self.path, em, index=face, layout_engine=ImageFont.Layout.BASIC)
        except OSError as error:
            raise ConfigurationError(
                N_("打印汉字的字体 {file} 打不开：请安装 Debian 软件包 {package}"), file=self.path, package=PACKAGE
            ) from error


def height(size: int) -> int:
    """Rows of a drawn line."""
    return EM * size + ABOVE + BELOW


@lru_cache(maxsize=4)
def typeface(path: str) -> Typeface:
    """The typeface of a font file, opened once; ``ConfigurationError`` names the missing Debian package."""
    return Typeface(path)
