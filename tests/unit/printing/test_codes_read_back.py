"""Every code that we print is read back by zbar and zxing-cpp, from the dots that our bytes make."""

import re

import pytest
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from kiosk.printing import codes
from kiosk.printing.document import Code128, Document, Qr, Text
from kiosk.printing.encode import encode
from kiosk.printing.picture import draw, render_png
from kiosk.printing.profile import PROFILES, PrinterProfile
from kiosk.printing.render_html import render_html
from tests.unit.printing.paper import Picture, read

WAYBILLS = [
    "SF1234567890", "SF1234567890123", "YT8812345678901", "JT5123456789012", "78912345678901", "773123456789012",
    "9876543210987", "EB123456789CN", "ZTO-0001", "A", "JDVA12345678901-1-1-",
]  # fmt: skip
PAYLOADS = [
    "~PK:3-2-1005",
    "~RC:R20261122-0001",
    "~OP:K7F3Q9",
    "https://kiosk.example/p?c=1",
    "取件码 3-2-1005 𠮷",
    "x" * 200,
]
PRINTERS = [
    PROFILES["58mm-gb"],
    PROFILES["80mm-gb"],
    PrinterProfile(370, 30),
    PrinterProfile(512, 42, text_mode="raster"),
]
BY_DOTS = pytest.mark.parametrize("printer", PRINTERS, ids=lambda p: str(p.width_dots))


def photograph(raw: bytes) -> Image.Image:
    """The pictures that the bytes draw, on white paper with the margin that paper has."""
    rows = [row for item in read(raw) if isinstance(item, Picture) for row in item.rows]
    data = b"".join(int(row, 2).to_bytes(len(row) // 8, "big") for row in rows)
    ink = Image.frombytes("1", (len(rows[0]), len(rows)), data)
    paper = Image.new("1", (ink.width + 64, ink.height + 64), 1)
    paper.paste(0, (32, 32), ink)
    return paper.convert("L")


def seen(picture: Image.Image) -> tuple[set[str], set[str]]:
    picture = picture.convert("L")
    by_zbar = {found.data.decode("utf-8") for found in pyzbar.decode(picture)}
    return by_zbar, {found.text for found in zxingcpp.read_barcodes(picture)}


@BY_DOTS
@pytest.mark.parametrize("waybill", WAYBILLS)
def test_waybill_bar_code_is_read_by_both(printer, waybill):
    picture = photograph(encode(Document("", (Code128(waybill, caption=False),)), printer))
    assert seen(picture) == ({waybill}, {waybill})


@BY_DOTS
@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_qr_is_read_by_both(printer, payload):
    picture = photograph(encode(Document("", (Qr(payload),)), printer))
    assert seen(picture) == ({payload}, {payload})


@pytest.mark.parametrize("name", PROFILES)
def test_codes_are_read_from_the_picture_of_a_whole_slip(name):
    slip = Document("", (Text("取件", "center", 2), Code128("SF1234567890123"), Qr("~PK:3-2-1005"), Text("三天内")))
    wanted = {"SF1234567890123", "~PK:3-2-1005"}
    assert seen(draw(slip, PROFILES[name])) == (wanted, wanted)
    assert render_png(slip, PROFILES[name]).startswith(b"\x89PNG")


def test_code_on_a_page_is_read_from_its_svg():
    html = render_html(Document("", (Code128("SF1234567890"), Qr("~PK:3-2-1005"))))
    wanted = []
    for wide, high, path in re.findall(r'viewBox="0 0 (\d+) (\d+)".*?<path d="([^"]*)"', html):
        picture = Image.new("L", (int(wide), int(high)), 255)
        for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", path):
            picture.paste(0, (int(x), int(y), int(x) + int(w), int(y) + int(h)))
        by_zbar, by_zxing = seen(picture.resize((picture.width * 3, picture.height * 3), Image.Resampling.NEAREST))
        assert by_zbar == by_zxing
        wanted += by_zbar
    assert wanted == ["SF1234567890", "~PK:3-2-1005"]


@pytest.mark.parametrize("waybill", WAYBILLS)
def test_native_code_sets_are_as_short_as_the_drawn_ones(waybill):
    _payload, symbols = codes._code_sets(waybill)
    assert 11 * (symbols + 1) + 13 <= len(codes.bars(waybill))


def test_modules_are_whole_dots():
    picture = read(encode(Document("", (Code128("SF1234567890", caption=False),)), PROFILES["80mm-gb"]))[0]
    row = picture.rows[40].strip("0")
    assert all(len(run) % 3 == 0 for run in re.findall(r"0+|1+", row))
    assert picture.rows[40].index("1") >= 20
    assert not codes.bars("取件")
    assert codes.draw_code128("JDVA12345678901-1-1-", 48) is None
