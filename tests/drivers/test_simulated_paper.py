"""The simulated printer's picture is what the bytes say: read back by independent decoders, wrong where a real one is."""

import io

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from pyzbar import pyzbar

from drivers.simulated import symbols
from drivers.simulated.commands import Command, CommandReader, Control, Text
from drivers.simulated.glyphs import Rom
from drivers.simulated.paper import TOP_ROWS, Paper
from kiosk.printing.document import Cell, Code128, Cut, Document, Drawer, Pair, Qr, Row
from kiosk.printing.document import Text as Line
from kiosk.printing.encode import encode
from kiosk.printing.profile import NOTO, PROFILES, PrinterProfile

GB = PROFILES["80mm-gb"]
INIT = b"\x1b@\x1c&"
CUT = b"\x1dVB\x00"


def printed(data, profile=GB, piece=None):
    """The slips that the bytes give, as pictures with their facts."""
    slips = []
    paper = Paper(profile, lambda png, facts: slips.append((Image.open(io.BytesIO(png)), facts)))
    reader = CommandReader()
    for start in range(0, len(data), piece or max(1, len(data))):
        for token in reader.feed(data[start : start + (piece or len(data))]):
            paper.put(token)
    assert not reader.is_inside
    if paper.has_ink:
        paper.tear_off()
    return slips


def ink(picture, box=None):
    grey = picture.convert("L")
    return (grey.crop(box) if box else grey).histogram()[0]


def read_codes(picture):
    """What zbar and zxing read on it, as sets."""
    framed = ImageOps.expand(picture.convert("L"), 40, 255)
    return (
        {found.data.decode() for found in pyzbar.decode(framed)},
        {found.text for found in zxingcpp.read_barcodes(framed)},
    )


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_every_code_on_a_slip_is_read_back_by_two_readers(profile):
    codes = ("YT8962646785389", "~PK:3-2-1005")
    document = Document("t", (Line("取件"), Code128(codes[0]), Line("码"), Qr(codes[1]), Cut()))
    ((picture, facts),) = printed(encode(document, profile), profile)
    assert picture.width == profile.width_dots
    assert read_codes(picture) == (set(codes), set(codes))
    assert "codes_not_printed" not in facts


@pytest.mark.parametrize("data", ["3-2-1005", "SF1234567890123", "123456", "Ab{1}cd", "~RC:F1-0001"])
def test_code128_of_the_printer_itself_is_read_back(data):
    payload = b"{B" + data.replace("{", "{{").encode()
    job = INIT + b"\x1dw\x02\x1dh\x50\x1ba\x01\x1dkI" + bytes([len(payload)]) + payload + b"\n" + CUT
    ((picture, _),) = printed(job)
    assert read_codes(picture) == ({data}, {data})


def test_code128_in_set_c_takes_numbers_and_not_digits():
    payload = b"{BSF{C" + bytes([12, 34, 56, 78, 90])
    ((picture, _),) = printed(INIT + b"\x1dw\x02\x1dkI" + bytes([len(payload)]) + payload + CUT)
    assert read_codes(picture) == ({"SF1234567890"}, {"SF1234567890"})
    assert symbols.code128(b"{C123456") is not None, "digits are numbers 49..54 there: another code"
    assert read_codes(printed(INIT + b"\x1dw\x02\x1dkI\x08{C123456" + CUT)[0][0])[0] != {"123456"}


@pytest.mark.parametrize("payload", [b"", b"123456", b"{X12", b"{B\xff", b"{C\x64", b"{B{9"])
def test_code128_that_no_printer_takes_is_not_printed(payload):
    assert symbols.code128(payload) is None
    job = INIT + "字\n".encode("gbk") + b"\x1dkI" + bytes([len(payload)]) + payload + CUT
    ((_, facts),) = printed(job)
    assert facts["codes_not_printed"] == 1


def test_code_too_wide_for_the_paper_is_not_printed_at_all():
    payload = b"{BJDVA12345678901-1-1-"
    job = INIT + "字\n".encode("gbk") + b"\x1dw\x03\x1dkI" + bytes([len(payload)]) + payload + CUT
    ((picture, facts),) = printed(job, PROFILES["58mm-gb"])
    assert facts["codes_not_printed"] == 1
    assert read_codes(picture) == (set(), set())


@pytest.mark.parametrize(("level", "module"), [(48, 4), (49, 5), (50, 6), (51, 8)])
def test_qr_of_the_printer_itself_is_read_back(level, module):
    data = "https://example.invalid/p?c=3-2-1005"
    job = (
        INIT + b"\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C" + bytes([module]) + b"\x1d(k\x03\x001E" + bytes([level])
        + b"\x1d(k" + (len(data) + 3).to_bytes(2, "little") + b"1P0" + data.encode() + b"\x1d(k\x03\x001Q0" + CUT
    )  # fmt: skip
    ((picture, _),) = printed(job)
    assert read_codes(picture) == ({data}, {data})


def test_text_stands_in_its_cells():
    job = INIT + "AB枫".encode("gbk") + b"\n" + CUT
    ((picture, facts),) = printed(job)
    assert facts["text"] == ["AB枫"]
    font = Rom(NOTO, "gbk")
    glyphs = [font.narrow(0x41), font.narrow(0x42), font.wide("枫".encode("gbk"))]
    left = 0
    for glyph in glyphs:
        # Each glyph stands exactly in the columns that its bytes take.
        cell = picture.convert("L").crop((left, 0, left + glyph.width, TOP_ROWS + 40))
        assert cell.histogram()[0] == glyph.convert("L").histogram()[255]
        left += glyph.width
    assert ink(picture, (left, 0, picture.width, picture.height)) == 0


def test_double_size_takes_double_room_and_goes_back():
    ((picture, _),) = printed(
        INIT + b"\x1d!\x11" + "大".encode("gbk") + b"\x1d!\x00\n" + "小".encode("gbk") + b"\n" + CUT
    )
    ((small, _),) = printed(INIT + "大".encode("gbk") + b"\n" + CUT)
    assert ink(picture, (0, 0, 48, TOP_ROWS + 48)) == 4 * ink(small, (0, 0, 24, TOP_ROWS + 30))
    assert ink(picture, (24, TOP_ROWS + 50, 48, TOP_ROWS + 80)) == 0


def test_bold_has_more_ink():
    plain = printed(INIT + "粗\n".encode("gbk") + CUT)[0][0]
    bold = printed(INIT + b"\x1bE\x01" + "粗\n".encode("gbk") + CUT)[0][0]
    assert ink(bold) > ink(plain)


@pytest.mark.parametrize(("align", "left"), [(0, 0), (1, (576 - 24) // 2), (2, 576 - 24)])
def test_alignment_moves_text(align, left):
    ((picture, _),) = printed(INIT + b"\x1ba" + bytes([align]) + "中\n".encode("gbk") + CUT)
    assert ink(picture, (left, 0, left + 24, picture.height)) == ink(picture) > 0


def test_alignment_does_not_move_pictures():
    row = b"\xff" * 4
    ((picture, _),) = printed(INIT + b"\x1ba\x01\x1dv0\x00\x04\x00\x08\x00" + row * 8 + CUT)
    assert ink(picture, (0, TOP_ROWS, 32, TOP_ROWS + 8)) == ink(picture) == 256


def test_line_longer_than_the_paper_wraps_and_is_counted():
    ((_, facts),) = printed(INIT + b"A" * 49 + b"\n" + CUT)
    assert (facts["wrapped"], facts["text"]) == (1, ["A" * 48, "A"])
    ((_, fitting),) = printed(INIT + b"A" * 48 + b"\n" + CUT)
    assert "wrapped" not in fitting


def test_four_byte_characters_come_out_wrong_as_on_a_real_rom():
    ((_, facts),) = printed(INIT + "¥192".encode("gb18030") + b"\n" + CUT)
    assert facts["wrong_characters"] == 2
    assert "192" in facts["text"][0] and "¥" not in facts["text"][0]


def test_hanzi_outside_chinese_mode_come_out_wrong():
    ((_, facts),) = printed(b"\x1b@\x1c." + "包裹\n".encode("gbk") + CUT)
    assert facts["wrong_characters"] == 4


def test_character_missing_in_a_small_rom_is_a_box():
    small = PrinterProfile(384, 32, rom="gb2312")
    assert "wrong_characters" not in printed(INIT + "喆堃\n".encode("gbk"), PROFILES["58mm-gb"])[0][1]
    assert printed(INIT + "喆堃\n".encode("gbk"), small)[0][1]["wrong_characters"] == 2


def test_initialise_throws_the_unfinished_line_away():
    ((_, facts),) = printed(INIT + b"half a line" + INIT + b"whole\n" + CUT)
    assert facts["text"] == ["whole"]


def test_printer_without_cutter_tears_at_the_next_job():
    profile = PROFILES["58mm-gb"]
    slips = printed(INIT + b"one\n\x1bd\x04" + INIT + b"two\n\x1bd\x04", profile)
    assert [facts["text"] for _, facts in slips] == [["one"], ["two"]]


def test_drawer_opens_even_without_a_slip():
    assert printed(INIT + b"\x1bp\x00\x19\xfa" + CUT)[0][1]["drawer"] == 1


def test_nothing_printed_is_no_slip():
    assert printed(INIT + b"\n\n\x1bd\x04" + CUT) == []


def test_unknown_command_is_counted_and_its_rest_is_text():
    ((_, facts),) = printed(INIT + b"\x1bqHello\n" + CUT)
    assert (facts["unknown"], facts["text"]) == (1, ["Hello"])


@given(st.integers(1, 40))
def test_pieces_in_which_the_bytes_come_do_not_matter(piece):
    document = Document(
        "t",
        (
            Line("枫林村", align="center", size=2), Pair("合计", "￥0.00"), Code128("3-2-1005"), Qr("~PK:3-2-1005"),
            Row((Cell("甲", 1), Cell("乙", 1, "right"))), Drawer(), Cut(),
        ),
    )  # fmt: skip
    data = encode(document, GB)
    (whole,), (pieced,) = printed(data), printed(data, piece=piece)
    assert (pieced[0].tobytes(), pieced[1]) == (whole[0].tobytes(), whole[1])


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_survived(data):
    paper, reader = Paper(GB, lambda png, facts: None), CommandReader()
    for token in reader.feed(data + b"\n"):
        paper.put(token)
    paper.tear_off()


@pytest.mark.parametrize(
    ("data", "tokens"),
    [
        (b"ab\n", [Text(b"ab"), Control(10)]),
        (b"\x10\x04\x01", [Command(b"\x10\x04", b"\x01")]),
        (b"\x1dVB\x00x", [Command(b"\x1dV", b"B\x00"), Text(b"x")]),
        (b"\x1dV\x00x", [Command(b"\x1dV", b"\x00"), Text(b"x")]),
        (b"\x1dk\x04ABC\x00x", [Command(b"\x1dk", b"\x04ABC\x00"), Text(b"x")]),
        (b"\x1dv0\x00\x01\x00\x02\x00\x10\x04", [Command(b"\x1dv", b"0\x00\x01\x00\x02\x00\x10\x04")]),
        (b"\x1b*\x21\x01\x00abcx", [Command(b"\x1b*", b"\x21\x01\x00abc"), Text(b"x")]),
        (b"\x1b*\x00\x02\x00abx", [Command(b"\x1b*", b"\x00\x02\x00ab"), Text(b"x")]),
        (b"\x1d*\x01\x01" + b"a" * 8 + b"x", [Command(b"\x1d*", b"\x01\x01" + b"a" * 8), Text(b"x")]),
        (b"\x1bD\x08\x10\x00x", [Command(b"\x1bD", b"\x08\x10\x00"), Text(b"x")]),
        (b"\x10\x14\x01\x00\x01x", [Command(b"\x10\x14", b"\x01\x00\x01"), Text(b"x")]),
        (b"\x1bz", [Command(b"\x1bz", b"", is_known=False)]),
    ],
)
def test_command_is_cut_at_its_length(data, tokens):
    assert list(CommandReader().feed(data)) == tokens
    reader = CommandReader()
    pieced = [token for byte in data for token in reader.feed(bytes([byte]))]
    joined = [token for token in pieced if not isinstance(token, Text)]
    assert joined == [token for token in tokens if not isinstance(token, Text)]
