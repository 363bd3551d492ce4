"""What an A4 form says, part by part, as ``document`` is for slips: pure values, cleaned as they are made, without a word
about PDF. A slip's template may have such a form beside it (``register_sheet``): the same frozen facts and blanks on
large paper, so that paper and file never tell two stories."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from kiosk.printing import slips
from kiosk.printing.document import ALIGNS, clean
from kiosk.settings import driven_clock
from kiosk.storage import Reader
from kiosk.words import current_locale, say, use_locale

Align = Literal["left", "center", "right"]


def _set(block: object, name: str, value: object) -> None:
    object.__setattr__(block, name, value)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph over the whole width; line breaks are kept."""

    text: str
    bold: bool = False
    align: Align = "left"

    def __post_init__(self) -> None:
        _set(self, "text", clean(self.text, lines=True))


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and their values, two pairs a line."""

    pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        _set(self, "pairs", tuple((clean(name), clean(value)) for name, value in self.pairs))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width_share`` is its part of the width, 0: as wide as its longest cell."""

    head: str
    width_share: int = 1
    align: Align = "left"

    def __post_init__(self) -> None:
        if self.align not in ALIGNS or not 0 <= self.width_share <= 12:
            raise ValueError(f"no such column: {self.width_share} {self.align}")
        _set(self, "head", clean(self.head))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads that come again on every page; no row is torn by a page's end. ``is_roomy``: rows are high
    enough to write in. The last ``sum_rows`` are sums and stand in bold."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    is_roomy: bool = False
    sum_rows: int = 0

    def __post_init__(self) -> None:
        _set(self, "rows", tuple(tuple(map(clean, row)) for row in self.rows))
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row of a table has a cell for each column")


@dataclass(frozen=True, slots=True, repr=False)
class Signature:
    """A place to sign: a line, or the picture (JPEG or PNG) of what was signed on the screen."""

    label: str
    name: str = ""
    said: str = ""  # below the line: when and how
    picture: bytes | None = None

    def __post_init__(self) -> None:
        for part in ("label", "name", "said"):
            _set(self, part, clean(getattr(self, part)))


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign, side by side; kept together on one page."""

    places: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Cards:
    """Bar codes with their words below, two side by side, to be scanned from the paper: a mat of commands."""

    pairs: tuple[tuple[str, str], ...]  # words, then the code

    def __post_init__(self) -> None:
        _set(self, "pairs", tuple((clean(words), clean(code)) for words, code in self.pairs))


@dataclass(frozen=True, slots=True)
class Box:
    """A named box of a form; an empty one is to be written into. It is at least ``height_mm`` high."""

    label: str
    text: str = ""
    height_mm: int = 9

    def __post_init__(self) -> None:
        _set(self, "label", clean(self.label, lines=True))
        _set(self, "text", clean(self.text, lines=True))


@dataclass(frozen=True, slots=True)
class Form:
    """Boxes in ruled lines, as on the forms of an office: two side by side, or one over the whole width."""

    lines: tuple[tuple[Box, ...], ...]

    def __post_init__(self) -> None:
        if any(not 1 <= len(line) <= 2 for line in self.lines):
            raise ValueError("a line of a form has one box or two")


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars side by side under a title: the words below each, its value, and the value as it is written. A value below zero
    hangs under the line."""

    title: str
    bars: tuple[tuple[str, int, str], ...]

    def __post_init__(self) -> None:
        _set(self, "title", clean(self.title))
        _set(self, "bars", tuple((clean(words), int(value), clean(said)) for words, value, said in self.bars))


@dataclass(frozen=True, slots=True)
class QrCodes:
    """QR codes with their words above, two side by side, large enough for a phone at arm's length."""

    pairs: tuple[tuple[str, str], ...]  # words, then the data

    def __post_init__(self) -> None:
        _set(self, "pairs", tuple((clean(words), data) for words, data in self.pairs))


Part = Paragraph | Facts | Table | Signatures | Cards | Form | Plot | QrCodes


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole form. ``code`` is drawn as CODE128 with ``number`` below it; the foot bears number and page on every page."""

    title: str
    issuer: str = ""
    number: str = ""
    code: str = ""
    parts: tuple[Part, ...] = field(default=())
    foot: str = ""

    def __post_init__(self) -> None:
        for name in ("title", "issuer", "number", "code", "foot"):
            _set(self, name, clean(getattr(self, name)))
        _set(self, "parts", tuple(self.parts))


Build = Callable[[dict[str, Any], dict[str, str]], Sheet]

_sheets: dict[tuple[str, int], Build] = {}


def register_sheet(template: str, version: int, build: Build) -> None:
    """Declares the A4 form of a slip's template; registered in the room's ``slips``, beside the template itself."""
    if _sheets.setdefault((template, version), build) is not build:
        raise ValueError(f"sheet {template} {version} is declared twice")


def has_sheet(db: Reader, slip_id: int) -> bool:
    """True when the slip can also be had as A4. Refused ``slip.unknown``."""
    return _build(slips.find(db, slip_id)) is not None


def compose_sheet(db: Reader, slip_id: int, *, without: frozenset[str] = frozenset()) -> Sheet:
    """The slip as an A4 form as it reads now: blanks filled, in the station's language.

    ``without`` names blanks that the reader may not see; the form then reads as if they had never been filled. Raises
    LookupError for a slip without such a form.
    """
    slip = slips.find(db, slip_id)
    build = _build(slip)
    if build is None:
        raise LookupError(f"no sheet for {slip.template} {slip.version}")
    before = current_locale()
    use_locale(db.settings.station.locale)
    try:
        blanks = {name: value for name, value in slips.filled(db, slip).items() if name not in without}
        told = json.loads(slip.facts)
        is_driven = told.pop(slips.DRIVEN, False)
        sheet = build(told, blanks)
        return replace(sheet, foot=f"{sheet.foot} ▲ {say(driven_clock.MARK)}".strip()) if is_driven else sheet
    finally:
        use_locale(before)


def _build(slip: slips.Slip) -> Build | None:
    if (slip.template, slip.version) not in _sheets:
        slips.load_templates()
    return _sheets.get((slip.template, slip.version))
