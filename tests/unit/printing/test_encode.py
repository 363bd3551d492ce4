"""The bytes of a job, against the recipe of hardware.md §1.5–1.9."""

import pytest

from kiosk.errors import ConfigurationError
from kiosk.printing.document import Cell, Code128, Cut, Document, Drawer, Feed, Pair, Qr, Row, Rule, Text
from kiosk.printing.encode import START, encode
from kiosk.printing.profile import PROFILES, PrinterProfile
from tests.unit.printing.paper import Act, Code, Line, Picture, read

GB = PROFILES["58mm-gb"]
RASTER = PROFILES["58mm-raster"]
NATIVE = PrinterProfile(576, 48, native_qr=True, native_code128=True)
END = b"\x1bd\x04"


def job(*blocks, printer=GB) -> bytes:
    return encode(Document("", blocks), printer)


def lines(raw: bytes) -> list[str]:
    return [item.text for item in read(raw) if isinstance(item, Line)]


def test_plain_slip_is_the_recipe_byte_for_byte():
    raw = job(Text("取件码", "center"), Pair("合计", "￥0.00"), Text("大", size=2), Rule(), Text(""))
    assert raw == (
        b"\x1b@\x1c&\x1cS\0\0"
        + b" " * 13 + "取件码".encode("gb18030") + b"\n"
        + "合计".encode("gb18030") + b" " * 22 + "￥0.00".encode("gb18030") + b"\n"
        + b"\x1d!\x11" + "大".encode("gb18030") + b"\x1d!\0\n"
        + b"-" * 32 + b"\n\n"
        + END
    )  # fmt: skip


def test_job_ends_fed_and_cut_once():
    cutter = PROFILES["80mm-gb"]
    assert job(Text("a"), printer=cutter).endswith(b"a\n" + END + b"\x1dVB\0")
    assert job(Text("a"), Cut(), printer=cutter) == job(Text("a"), printer=cutter)
    assert job(Text("a"), Cut(), Text("b"), printer=cutter).count(b"\x1dVB\0") == 2
    assert b"\x1dV" not in job(Text("a"), Cut())
    assert job(printer=PrinterProfile(384, 32, tail_lines=0)) == START


def test_drawer_opens_with_the_pulse_of_the_setting_and_only_where_there_is_one():
    assert b"\x1bp" not in job(Drawer())
    assert b"\x1bp\x00\x19\xfa" in job(Drawer(), printer=PrinterProfile(384, 32, drawer_pin=2))
    five = PrinterProfile(384, 32, drawer_pin=5, drawer_on_ms=100, drawer_off_ms=400)
    assert b"\x1bp\x01\x32\xc8" in job(Drawer(), printer=five)


def test_style_is_taken_back_within_its_line():
    raw = job(Text("粗", bold=True, size=3, align="right"), Text("细"))
    assert b" " * 26 + b"\x1d!\x22\x1bE\x01" + "粗".encode("gbk") + b"\x1bE\x00\x1d!\x00\n" in raw
    first, second = (item for item in read(raw) if isinstance(item, Line))
    assert (first.sizes, first.bold, first.columns) == ({3}, True, 32)
    assert (second.sizes, second.bold) == ({1}, False)


def test_only_the_line_with_a_rare_character_is_drawn():
    items = read(job(Text("收件人"), Text("䶮𠮷"), Text("三件"), Text("𠮷")))
    assert [item.text if isinstance(item, Line) else len(item.rows) for item in items[:4]] == ["收件人", 30, "三件", 30]


def test_raster_printer_gets_no_text_at_all():
    items = read(job(Text("取件码 abc"), Pair("合计", "￥0.00"), printer=RASTER))
    assert [type(item) for item in items] == [Picture, Act]
    assert {len(row) for row in items[0].rows} == {384}
    assert len(items[0].rows) == 60


def test_pieces_of_a_picture_are_low_and_end_between_lines():
    picture = read(job(*(Text("一行") for _ in range(40)), printer=RASTER))[0]
    assert len(picture.rows) == 40 * 30
    assert max(picture.pieces) <= 255
    assert all(height % 30 == 0 for height in picture.pieces)
    tall = read(job(Qr("x" * 400, module=8), printer=PROFILES["80mm-gb"]))[0]
    assert max(tall.pieces) == 255


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_text_larger_than_the_printer_can_is_drawn(scale):
    items = read(job(Text("码", size=4), printer=PrinterProfile(384, 32, max_scale=scale)))
    assert isinstance(items[0], Line if scale == 4 else Picture)


def test_code_that_must_not_be_torn_shrinks_to_one_line():
    for code, size in (("3-2-1005", 4), ("12-2-1005", 3), ("A12-12-10051", 2), ("A12-12-1005-77777", 1)):
        (line,) = [item for item in read(job(Text(code, "center", 4, fit=True))) if isinstance(item, Line)]
        assert line.sizes == {size}


def test_name_with_commands_drives_nothing():
    name = "王\x1bp\x00\x19\xfa\x1dV\x00\x1b@小\x10\x14\x01明\x0c"
    raw = job(Text(name), Pair(name, name), Row((Cell(name), Cell(name))), Qr(name), Code128(name), printer=NATIVE)
    found = read(raw)
    assert [item.name for item in found if isinstance(item, Act)] == ["feed"]
    assert raw.count(b"\x1b@") == 1
    assert raw.count(b"\x10") == raw.count(b"\x0c") == 0
    assert [item.data for item in found if isinstance(item, Code)] == ["王púV@小明 "] * 2


def test_missing_font_is_named_with_its_package_or_worked_around():
    without = {"font": "/nowhere/NoSuchFont.ttc"}
    with pytest.raises(ConfigurationError) as caught:
        job(Text("取件码"), printer=PrinterProfile(384, 32, text_mode="raster", **without))
    assert "fonts-noto-cjk" in str(caught.value)
    printer = PrinterProfile(384, 32, max_scale=2, **without)
    assert lines(job(Text("收件人 䶮"), Text("大", size=4), printer=printer))[:2] == ["收件人 〓U+4DAE", "大"]


def test_native_qr_is_the_documented_sequence():
    raw = job(Qr("https://e.cn/p?c=1", module=5), printer=NATIVE)
    assert bytes.fromhex("1d286b0400314132001d286b0300314305" + "1d286b03003145311d286b1500315030") in raw
    assert [item.data for item in read(raw) if isinstance(item, Code)] == ["https://e.cn/p?c=1"]


@pytest.mark.parametrize(
    ("data", "payload"),
    [
        ("SF1234567890", "7b42 5346 7b43 0c22384e5a"),
        ("1234", "7b43 0c22"),
        ("12345", "7b43 0c22 7b42 35"),
        ("A12345", "7b42 4131 7b43 172d"),
        ("A1234B", "7b42 4131 3233 3442"),
        ("{1}", "7b42 7b7b 317d"),
    ],
)
def test_native_bar_code_has_its_sets_and_binary_pairs(data, payload):
    raw = job(Code128(data, caption=False), printer=NATIVE)
    wanted = bytes.fromhex(payload)
    assert b"\x1df\x00\x1dH\x00\x1dkI" + bytes([len(wanted)]) + wanted in raw
    assert [item.data for item in read(raw) if isinstance(item, Code)] == [data]


def test_bar_code_that_does_not_fit_becomes_a_qr():
    narrow = PrinterProfile(384, 32, native_qr=True, native_code128=True)
    kinds = {
        data: [item.kind for item in read(job(Code128(data), printer=narrow)) if isinstance(item, Code)]
        for data in ("SF1234567890123", "JDVA12345678901-1-1-", "取件")
    }
    assert kinds == {"SF1234567890123": ["code128"], "JDVA12345678901-1-1-": ["qr"], "取件": ["qr"]}


def test_same_document_gives_the_same_bytes():
    blocks = (Text("取件 𠮷"), Code128("SF1234567890"), Qr("~PK:3-2-1005"))
    assert job(*blocks) == job(*blocks)


def test_blank_paper_is_fed_and_not_drawn():
    assert job(Text(""), Feed(3), printer=RASTER) == START + b"\n" + b"\x1bd\x03" + END


def test_receipt_in_gb_is_hardly_longer_than_its_text():
    blocks = [Text("枫林村服务站", "center", 2), Text("收据", "center"), Rule()]
    blocks += [Pair(f"代缴电费 第{n}笔", "￥128.50") for n in range(10)]
    blocks += [Rule(), Pair("合计", "￥1285.00", bold=True), Text("请妥善保管，退换凭此收据", "center")]
    raw = job(*blocks)
    text = sum(len(line.encode("gbk")) + 1 for line in lines(raw))
    assert len(raw) <= 1.2 * text
