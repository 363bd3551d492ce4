"""Which characters a printer's ROM has, and their bytes: one function, checked over the whole plane."""

import unicodedata

import pytest

from kiosk.printing.gb import legible, rom_bytes

PLANE = [chr(point) for point in range(0x80, 0x30000) if not 0xD800 <= point < 0xE000]


@pytest.mark.parametrize(("rom", "hanzi"), [("gb2312", 6763), ("gbk", 20902 + 21), ("gb18030", 20902 + 21 + 52)])
def test_every_character_of_a_rom_is_two_bytes_and_no_mark(rom, hanzi):
    found = [char for char in PLANE if rom_bytes(char, rom) is not None]
    assert all(len(rom_bytes(char, rom)) == 2 for char in found)
    assert not [char for char in found if unicodedata.category(char) in ("Mn", "Me", "Mc", "Co", "Cc")]
    assert sum("\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" for char in found) == hanzi


@pytest.mark.parametrize("rom", ["gb2312", "gbk", "gb18030"])
def test_a_text_is_printable_exactly_when_all_its_characters_are(rom):
    assert rom_bytes("取件码 3-2-1005，￥0.00", rom) == "取件码 3-2-1005，￥0.00".encode("gb18030")
    assert rom_bytes("取𠮷", rom) is None
    assert rom_bytes("\ud800", rom) is None
    assert rom_bytes("😀", rom) is None


def test_rare_name_characters_are_told_apart_by_rom():
    assert rom_bytes("喆堃昇翀镕", "gb2312") is None
    assert rom_bytes("喆堃昇翀镕", "gbk") == "喆堃昇翀镕".encode("gbk")
    assert rom_bytes("䶮", "gbk") is None
    assert rom_bytes("䶮", "gb18030") == b"\xfe\x9f"
    assert rom_bytes("·—①", "gb2312") == bytes.fromhex("a1a4a1aaa2d9")
    assert rom_bytes("\ue5e5", "gb18030") is None  # two bytes of the user-defined area, which no ROM draws


def test_signs_that_break_printers_are_replaced():
    assert legible("¥12 • 1\u20272 €5 ０９") == "￥12 · 1·2 EUR5 09"
    assert rom_bytes(legible("¥"), "gbk") == b"\xa3\xa4"
    assert legible("a¥"[:1]) == "a"
