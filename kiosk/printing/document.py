"""What a slip says, block by block, without a word about bytes. Every text is cleaned when its block is made: control
characters never get past this file, so a name with ESC in it cannot drive a printer. ``Document.title`` names the slip
in lists and windows and is not printed: what shall stand on the paper is a block."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal, get_args

Align = Literal["left", "center", "right"]
ALIGNS = ("left", "center", "right")
SIZES = (1, 2, 3, 4)
LONGEST_CODE = 640  # bytes in a QR: a part of a report; pickup codes and document numbers have a few dozen

#: Marks that belong to the character before them; those that can are composed with it (e + U+0301 → é).
_ACCENTED = re.compile("[^\u0300-\u036f][\u0300-\u036f]+")
_ACCENTS = re.compile("[\u0300-\u036f]")
#: A variation selector asks for another shape of the character before it; no receipt font has one.
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BREAKS = "\n\x0b\x0c\x85\u2028\u2029"


class _Cleaning(dict[int, str | None]):
    """Code point → what stays of it; asked of the Unicode tables once for each character met."""

    def __missing__(self, point: int) -> str | None:
        char = chr(point)
        category = unicodedata.category(char)
        if char in _BREAKS:
            kept: str | None = "\n"
        elif char == "\t" or (category == "Zs" and char != "\u3000"):
            kept = " "
        elif category in ("Cc", "Cf"):
            kept = None
        else:
            kept = char
        if len(self) < 20_000:
            self[point] = kept
        return kept


_cleaning = _Cleaning()


def clean(text: str, *, lines: bool = False) -> str:
    """The text without control, format and variation characters, accents composed, every space a plain one.

    Line breaks stay with ``lines`` and become spaces without. Unpaired surrogates and characters that no font has stay:
    they are shown by their code point where the text is printed.
    """
    if not isinstance(text, str):
        raise TypeError(f"a slip takes text, not {type(text).__name__}")
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_cleaning)
        if not lines:
            text = text.replace("\n", " ")
    if not text.isascii():
        if _SELECTORS.search(text):
            text = _SELECTORS.sub("", text)
        if _ACCENTS.search(text):
            text = _ACCENTED.sub(lambda found: unicodedata.normalize("NFC", found.group()), text)
    return text


def _set(block: object, name: str, value: object) -> None:
    object.__setattr__(block, name, value)  # the way a frozen dataclass tidies its own fields


def _check(align: str, size: int) -> None:
    if align not in ALIGNS or size not in SIZES:
        raise ValueError(f"no such alignment or size: {align} {size}")


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; line breaks in it are kept, long lines wrap. ``''`` is an empty line.

    ``size`` multiplies width and height. With ``fit`` the size is the largest up to ``size`` at which each line stands
    undivided (a pickup code must not be torn in two on narrow paper).
    """

    text: str
    align: Align = "left"
    size: int = 1
    bold: bool = False
    fit: bool = False

    def __post_init__(self) -> None:
        _check(self.align, self.size)
        _set(self, "text", clean(self.text, lines=True))


@dataclass(frozen=True, slots=True)
class Pair:
    """A name at the left and its value at the right edge of one line; wraps when both do not fit."""

    left: str
    right: str
    size: int = 1
    bold: bool = False

    def __post_init__(self) -> None:
        _check("left", self.size)
        _set(self, "left", clean(self.left))
        _set(self, "right", clean(self.right))


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row; ``width_share`` is its part of the line's width beside the other cells' shares."""

    text: str
    width_share: int = 1
    align: Align = "left"

    def __post_init__(self) -> None:
        _check(self.align, 1)
        if not 1 <= self.width_share <= 12:
            raise ValueError(f"a cell's share is 1 to 12, not {self.width_share}")
        _set(self, "text", clean(self.text))


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side, each wrapping within its own columns."""

    cells: tuple[Cell, ...]
    bold: bool = False

    def __post_init__(self) -> None:
        _set(self, "cells", tuple(self.cells))
        if not self.cells:
            raise ValueError("a row has at least one cell")


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper, drawn with one printable ASCII character."""

    char: str = "-"

    def __post_init__(self) -> None:
        if len(self.char) != 1 or not "!" <= self.char <= "~":
            raise ValueError(f"a rule is drawn with one ASCII character, not {self.char!r}")


@dataclass(frozen=True, slots=True)
class Code128:
    """A CODE128 bar code, in the middle; a QR where the paper is too narrow or the data is not ASCII."""

    data: str
    caption: bool = True

    def __post_init__(self) -> None:
        _set(self, "data", _code(self.data))


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code at error level M, in the middle. ``module`` is the wished size of a module in dots (3 to 8)."""

    data: str
    module: int = 6

    def __post_init__(self) -> None:
        if not 3 <= self.module <= 8:
            raise ValueError(f"a QR module is 3 to 8 dots, not {self.module}")
        _set(self, "data", _code(self.data))


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank paper, in lines."""

    lines: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.lines <= 20:
            raise ValueError(f"a feed is 1 to 20 lines, not {self.lines}")


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of a slip: paper is fed past the tear-off edge and cut where there is a cutter."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """Opens the cash drawer at the printer; nothing where the printer has none. Left out of every further copy."""


Block = Text | Pair | Row | Rule | Code128 | Qr | Feed | Cut | Drawer
_BLOCKS = frozenset(get_args(Block))


@dataclass(frozen=True, slots=True)
class Sticker:
    """Sticker paper: the whole document is one sticker of this size, never more and never less."""

    width_mm: int
    height_mm: int

    def __post_init__(self) -> None:
        if not (30 <= self.width_mm <= 80 and 20 <= self.height_mm <= 100):
            raise ValueError(f"no such sticker: {self.width_mm} x {self.height_mm} mm")


@dataclass(frozen=True, slots=True)
class Document:
    """A whole slip. A job always ends fed and cut, whether or not the last block is a ``Cut``. With ``sticker`` it is
    drawn as one picture of exactly that size."""

    title: str
    blocks: tuple[Block, ...] = field(default=())
    sticker: Sticker | None = None

    def __post_init__(self) -> None:
        _set(self, "title", clean(self.title))
        _set(self, "blocks", tuple(self.blocks))
        for block in self.blocks:
            if type(block) not in _BLOCKS:
                raise TypeError(f"not a block of a slip: {block!r}")


def _code(data: str) -> str:
    raw = clean(data).encode("utf-8", "replace")  # a code cannot show a surrogate by its code point
    if not 0 < len(raw) <= LONGEST_CODE:
        raise ValueError(f"a printed code holds 1 to {LONGEST_CODE} bytes, not {len(raw)}")
    return raw.decode("utf-8")
