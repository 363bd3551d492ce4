"""Any text of up to 200 characters prints: no line over the columns, and every character as itself, as a picture, or as
〓 with its code point where the font has none. Proven on the bytes by an interpreter that knows nothing of the encoder,
with glyphs drawn here and the font's own character table."""

import re
import unicodedata
from functools import lru_cache

import pytest
from fontTools.ttLib import TTFont
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from kiosk.printing.document import Cell, Document, Pair, Row, Text
from kiosk.printing.encode import encode
from kiosk.printing.profile import NOTO, PROFILES, PrinterProfile
from kiosk.printing.typeface import typeface
from tests.unit.printing.paper import Line, Picture, read

HANZI = st.sampled_from("的一是在村民服务站取件码龙龚鑫淼喆堃昇翀镕啊，。（）“”·—①℃￥")
RARE = st.sampled_from("䶮𠮷㐂㛃龦𡈽𪚥〇ｶﾀ한국ñß⸺㎏éǹ")
SAME = st.sampled_from("¥•€０９\u00a0\u3000")
NO_GLYPH = st.sampled_from("😀👨\u200d👩٣กሀ\U000f0000\ue000\ud800")
HOSTILE = st.sampled_from("\x00\x07\x1b\x1d\x1c\x10\x04@!VkvE\n\r\t\x7f\x85\u2028\u200b\ufeff\ufe0f\u0301\u3099")
ASCII = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
ANY = st.characters(exclude_categories=())
TEXTS = st.one_of(
    st.text(st.one_of(HANZI, ASCII), max_size=200),
    st.text(st.one_of(HANZI, RARE, ASCII, SAME, NO_GLYPH, HOSTILE), max_size=200),
    st.text(ANY, max_size=200),
).filter(lambda text: "\u2252" not in text)  # in the ROM and not in the font: shown by a test of its own
PRINTERS = [
    PROFILES["58mm-gb"],
    PrinterProfile(370, 30),
    PrinterProfile(372 + 4, 31, rom="gb2312", max_scale=2),
    PROFILES["80mm-gb"],
    PrinterProfile(512, 42, text_mode="raster"),
    PROFILES["58mm-raster"],
    PROFILES["80mm-raster"],
]
SIZES = st.integers(1, 4)


@lru_cache
def font_characters() -> frozenset[int]:
    with TTFont(NOTO, fontNumber=2, lazy=True) as opened:
        return frozenset(opened.getBestCmap())


@lru_cache
def font(face: int, em: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(NOTO, em, index=face, layout_engine=ImageFont.Layout.BASIC)


def is_mark(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Mc", "Me") and has_glyph(char)


def cleaned(text: str) -> list[str]:
    """What is to be read, without white space: characters with their marks, 〓U+… taken apart."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = ""
    for char in text:
        if char in "\n\x0b\x0c\x85\u2028\u2029\t" or unicodedata.category(char) == "Zs":
            kept += " "
        elif unicodedata.category(char) in ("Cc", "Cf") or re.match("[\ufe00-\ufe0f\U000e0100-\U000e01ef]", char):
            continue
        else:
            kept += char
    kept = re.sub("[^\u0300-\u036f][\u0300-\u036f]+", lambda m: unicodedata.normalize("NFC", m.group()), kept)
    for before, after in (("¥", "￥"), ("•", "·"), ("‧", "·"), ("€", "EUR")):
        kept = kept.replace(before, after)
    return [unicodedata.normalize("NFKC", c) if "０" <= c <= "９" else c for c in kept]


def expected(text: str, printer: PrinterProfile) -> list[str]:
    """The characters to be found on the paper, in order; blanks left out."""
    found: list[str] = []
    for char in cleaned(text):
        if not (in_rom(char, printer) or has_glyph(char)):
            found += f"〓U+{ord(char):04X}"
        elif is_mark(char) and found and not found[-1].isspace():
            found[-1] += char
        else:
            found.append(char)
    return [cluster for cluster in found if not is_blank(cluster)]


def in_rom(char: str, printer: PrinterProfile) -> bool:
    if printer.text_mode == "raster":
        return False
    try:
        raw = char.encode("gbk")
        return bool(raw.decode(printer.rom) or True)
    except UnicodeError:
        return False


def has_glyph(char: str) -> bool:
    return ord(char) in font_characters() or char in " \n"


@lru_cache(maxsize=4096)
def is_blank(cluster: str) -> bool:
    if cluster.isspace():
        return True
    return (
        len(cluster) == 1
        and has_glyph(cluster)
        and not is_mark(cluster)
        and not font(2, 24).getmask(cluster, mode="1").getbbox()
    )


def cell_columns(cluster: str) -> int:
    char = cluster[0]
    return 1 if char < "\x80" or "\uff61" <= char <= "\uff9f" or "\uffe8" <= char <= "\uffee" else 2


@lru_cache(maxsize=4096)
def drawn(char: str, size: int, bold: bool) -> list[str]:
    """The rows of a character's cell. Of marks, and of signs longer than their cell, only the place and some ink is
    proven: their drawing is taken from the typeface."""
    wide, em = cell_columns(char) * 12 * size, 24 * size
    face = font(7 if cell_columns(char) == 1 else 2, em)
    advance = round(face.getlength(char))
    if len(char) > 1 or advance > wide or advance == 0:
        canvas = typeface(NOTO).glyph(char, size, bold)
        assert canvas.getbbox(), f"nothing is drawn for {char!r}"
        return rows_of(canvas)
    canvas = Image.new("1", (wide, em + 6), 0)
    pen = ImageDraw.Draw(canvas)
    pen.fontmode = "1"
    for offset in (0, (size + 1) // 2) if bold else (0,):
        pen.text(((wide - advance) // 2 + offset, 3 + round(0.88 * em)), char, fill=1, font=face, anchor="ls")
    return rows_of(canvas)


def rows_of(canvas: Image.Image) -> list[str]:
    """A one-bit picture as rows of ``0`` and ``1``."""
    wide = (canvas.width + 7) // 8
    data = canvas.tobytes()
    return [
        f"{int.from_bytes(data[y * wide : (y + 1) * wide], 'big'):0{wide * 8}b}"[: canvas.width]
        for y in range(canvas.height)
    ]


class Wanted:
    """Walks the expected characters over what the paper shows."""

    def __init__(self, chars: list[str]) -> None:
        self.chars = chars
        self.at = 0

    def left(self) -> bool:
        return self.at < len(self.chars)

    def text(self, line: Line, columns: int) -> None:
        assert line.columns <= columns, f"{line.columns} columns: {line.text!r}"
        for char in line.text:
            if char not in " \u3000":
                assert self.left() and self.chars[self.at] == char, (self.chars[self.at :][:5], char)
                self.at += 1

    def picture(self, picture: Picture, columns: int, size: int, bold: bool) -> None:
        top = 0
        while top < len(picture.rows):
            tall = 24 * size + 6
            rows = picture.rows[top : top + tall]
            assert len(rows) == tall, "a picture of text is whole lines"
            assert not any("1" in row[columns * 12 :] for row in rows), "ink beyond the last column"
            self.line(rows, columns, size, bold)
            top += tall

    def line(self, rows: list[str], columns: int, size: int, bold: bool) -> None:
        column = 0
        while column < columns:
            if self.left() and self.cell_is(rows, column, self.chars[self.at], size, bold):
                column += cell_columns(self.chars[self.at]) * size
                self.at += 1
            else:
                ink = any(row[column * 12 : column * 12 + 12].count("1") for row in rows)
                assert not ink, f"column {column} shows something else than {self.chars[self.at :][:3]}"
                column += 1

    def cell_is(self, rows: list[str], column: int, char: str, size: int, bold: bool) -> bool:
        wide = cell_columns(char) * 12 * size
        return [row[column * 12 : column * 12 + wide] for row in rows] == drawn(char, size, bold)


def check(document: Document, printer: PrinterProfile, wanted: Wanted, size: int, bold: bool) -> None:
    for item in read(encode(document, printer)):
        if isinstance(item, Line):
            wanted.text(item, printer.columns)
        elif isinstance(item, Picture):
            wanted.picture(item, printer.columns, size, bold)
    assert not wanted.left(), f"not on the paper: {wanted.chars[wanted.at :]}"


@pytest.mark.lesson(24)
@pytest.mark.parametrize("printer", PRINTERS, ids=lambda p: f"{p.width_dots}-{p.columns}-{p.text_mode}")
@given(text=TEXTS, size=SIZES, bold=st.booleans(), align=st.sampled_from(["left", "center", "right"]))
@example(text="王小明\x1b@\x1dV\x00\x1bp\x00\x19\xfa", size=1, bold=False, align="left")
@example(text="䶮𠮷" * 100, size=4, bold=True, align="center")
@example(text="x" * 200, size=3, bold=False, align="right")
@example(text="，" * 200, size=1, bold=False, align="left")
@example(text="〓😀" * 60, size=4, bold=False, align="left")
def test_any_text_prints_within_the_columns_and_complete(printer, text, size, bold, align):
    document = Document("", (Text(text, align, size, bold),))
    check(document, printer, Wanted(expected(text, printer)), size, bold)


@pytest.mark.parametrize("printer", PRINTERS[:1] + PRINTERS[-1:], ids=["gb", "raster"])
@given(left=TEXTS, right=TEXTS, size=SIZES)
def test_any_pair_prints_within_the_columns_and_complete(printer, left, right, size):
    wanted = Wanted(expected(left, printer) + expected(right, printer))
    check(Document("", (Pair(left, right, size),)), printer, wanted, size, False)


@pytest.mark.parametrize("printer", PRINTERS[:1] + PRINTERS[-1:], ids=["gb", "raster"])
@given(
    cells=st.lists(
        st.tuples(TEXTS, st.integers(1, 12), st.sampled_from(["left", "center", "right"])), min_size=1, max_size=9
    )
)
def test_any_row_stays_within_the_columns(printer, cells):
    document = Document("", (Row(tuple(Cell(*cell) for cell in cells)),))
    for item in read(encode(document, printer)):
        if isinstance(item, Line):
            assert item.columns <= printer.columns
        elif isinstance(item, Picture):
            assert not any("1" in row[printer.columns * 12 :] for row in item.rows)


@pytest.mark.parametrize("mode", ["gb", "raster"])
def test_sign_that_only_the_rom_has_is_spelt_where_it_must_be_drawn(mode):
    printer = PrinterProfile(384, 32, text_mode=mode)
    lines = read(encode(Document("", (Text("π≒3"), Text("≒😀"))), printer))
    if mode == "gb":
        assert [line.text for line in lines if isinstance(line, Line)] == ["π≒3", "≒〓U+1F600"]
    else:
        Wanted(list("π〓U+22523〓U+2252〓U+1F600")).picture(lines[0], 32, 1, False)
