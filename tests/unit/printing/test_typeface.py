"""Glyphs: which the font has, that each character fits its cell, and that none is an empty box."""

import pytest
from fontTools.ttLib import TTFont

from kiosk.errors import ConfigurationError
from kiosk.printing.columns import cluster_width
from kiosk.printing.layout import Line
from kiosk.printing.profile import NOTO
from kiosk.printing.typeface import typeface


@pytest.fixture(scope="module")
def characters() -> set[int]:
    with TTFont(NOTO, fontNumber=2, lazy=True) as font:
        assert font["name"].getDebugName(4) == "Noto Sans CJK SC"
        return set(font.getBestCmap())


def test_missing_glyphs_are_those_missing_in_the_fonts_own_table(characters):
    face = typeface(NOTO)
    points = [
        *range(0x20, 0x3000, 3),
        *range(0x3000, 0xFFFF, 17),
        *range(0x1F000, 0x1FAFF, 5),
        *range(0x20000, 0x31000, 97),
    ]
    points += [0x4DAE, 0x20BB7, 0x2252, 0x1F600, 0xE000, 0xFFFE]
    wrong = [
        hex(point)
        for point in points
        if not 0xD800 <= point < 0xE000
        and not chr(point).isspace()
        and chr(point).isprintable()
        and face.lacks(chr(point)) != (point not in characters)
    ]
    assert not wrong
    assert face.lacks("\ud800")


def test_every_character_of_the_rom_but_one_can_be_drawn():
    face = typeface(NOTO)
    missing = []
    for point in range(0x20, 0xFFFF):
        char = chr(point)
        if not 0xD800 <= point < 0xE000 and char.encode("gbk", "ignore") and char.isprintable() and face.lacks(char):
            missing.append(char)
    assert missing == ["≒"]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize("cluster", ["A", "取", "𠮷", "ｶ", "·", "⸺", "x\u0301", "\u0301", "が"])
def test_glyph_fills_no_more_than_its_cell_and_is_not_empty(cluster, size):
    glyph = typeface(NOTO).glyph(cluster, size, False)
    assert glyph.size == (cluster_width(cluster) * 12 * size, 24 * size + 6)
    assert glyph.mode == "1"
    assert glyph.getbbox()


def test_bold_has_more_ink():
    face = typeface(NOTO)
    plain, bold = face.glyph("民", 1, False), face.glyph("民", 1, True)
    ink = [int.from_bytes(glyph.tobytes(), "big").bit_count() for glyph in (plain, bold)]
    assert ink[1] > 1.2 * ink[0]


def test_shapes_are_those_of_the_mainland_and_not_of_japan():
    from PIL import ImageFont

    for char in "直骨角画":
        japanese = ImageFont.truetype(NOTO, 24, index=0, layout_engine=0).getmask(char, mode="1")
        chinese = typeface(NOTO)._mask(char)
        assert chinese != (japanese.size, bytes(japanese))


def test_line_is_as_wide_as_the_paper():
    bitmap = typeface(NOTO).line(Line("取件 A", 2, 2), 48)
    assert (bitmap.row_bytes, bitmap.rows, len(bitmap.data)) == (48, 54, 48 * 54)


def test_font_that_is_no_font_is_a_configuration_error(tmp_path):
    broken = tmp_path / "font.ttc"
    broken.write_bytes(b"not a font")
    with pytest.raises(ConfigurationError, match="fonts-noto-cjk"):
        typeface(str(broken))
