"""The simulated printer's character ROM: 12×24 dots for one byte, 24×24 for two, drawn from Noto Sans CJK SC.

What a real ROM does not have is an empty box here too, so that a slip which relies on it looks as wrong as on paper.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

NARROW, HIGH = 12, 24
WIDE = 24
_SC, _MONO_SC = 2, 7  # faces of the collection
_BASELINE = 21


class Rom:
    """The glyphs of one ROM (``gb2312``, ``gbk`` or ``gb18030``: the two-byte characters of each)."""

    def __init__(self, font: str, rom: str) -> None:
        self.font = font
        self.rom = rom
        self.narrow = lru_cache(maxsize=128)(self._narrow)
        self.wide = lru_cache(maxsize=1024)(self._wide)

    def character(self, pair: bytes) -> str | None:
        """The character of two bytes, None when the ROM has none."""
        try:
            found = pair.decode(self.rom)
        except UnicodeDecodeError:
            return None
        return found if len(found) == 1 and not "\ue000" <= found <= "\uf8ff" else None

    def _narrow(self, byte: int) -> Image:
        return self._draw(chr(byte), NARROW, _MONO_SC) if 0x20 <= byte < 0x7F else box(NARROW)

    def _wide(self, pair: bytes) -> Image:
        character = self.character(pair)
        return box(WIDE) if character is None else self._draw(character, WIDE, _SC)

    def _draw(self, character: str, width: int, face: int) -> Image:
        from PIL import Image, ImageDraw

        cell = Image.new("1", (width, HIGH), 0)
        pen = ImageDraw.Draw(cell)
        pen.fontmode = "1"
        font = _font(self.font, face)
        left = (width - font.getlength(character)) / 2
        pen.text((round(left), _BASELINE), character, fill=255, font=font, anchor="ls")
        return cell


def box(width: int) -> Image:
    """What stands for a character that isn't there."""
    from PIL import Image, ImageDraw

    cell = Image.new("1", (width, HIGH), 0)
    ImageDraw.Draw(cell).rectangle((1, 3, width - 2, HIGH - 3), outline=255)
    return cell


@lru_cache(maxsize=4)
def _font(path: str, face: int):  # noqa: ANN202 - PIL's own type would import it
    from PIL import ImageFont

    return ImageFont.truetype(path, HIGH, index=face)
