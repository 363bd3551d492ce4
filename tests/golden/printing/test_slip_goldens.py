"""Slips as text, HTML and bytes against the files beside this one, at 58 and 80 mm. `UPDATE_GOLDENS=1` writes them anew;
look at the difference before committing it. Of pictures only the size stands in a file: how a glyph is rastered belongs
to the versions of font and FreeType, and that each glyph is the right one is proven elsewhere."""

import os
import re
from pathlib import Path

import pytest

from kiosk.printing import printer_page
from kiosk.printing.document import Cell, Code128, Cut, Document, Drawer, Feed, Pair, Qr, Row, Rule, Text
from kiosk.printing.encode import encode
from kiosk.printing.profile import PROFILES, PrinterProfile
from kiosk.printing.render_html import render_html
from kiosk.printing.render_text import render_text

HERE = Path(__file__).parent
LONG_NAME = "阿卜杜热合曼买买提伊明江艾合买提阿布都拉"  # 20 characters
assert len(LONG_NAME) == 20

RECEIPT = Document(
    "收据 R20261122-0001",
    (
        Text("枫林村服务站", "center", 2, fit=True),
        Text("收据", "center", bold=True),
        Pair("2026-11-22 08:24", "柜台"),
        Rule(),
        Pair("村民", LONG_NAME),
        Pair("代取人", "龚䶮 · 张𠮷"),
        Rule("="),
        Row((Cell("项目", 4), Cell("数量", 2, "right"), Cell("金额", 3, "right")), bold=True),
        Row((Cell("包裹超期保管费（自第8天起）", 4), Cell("2", 2, "right"), Cell("￥0.00", 3, "right"))),
        Row((Cell("代缴电费", 4), Cell("1", 2, "right"), Cell("¥128.50", 3, "right"))),
        Rule(),
        Pair("合计", "￥128.50", size=2, bold=True),
        Pair("优惠", "￥0.00"),
        Text("备注：钥匙交😀给邻居"),
        Feed(),
        Qr("~RC:R20261122-0001"),
        Drawer(),
    ),
)
LABEL = Document(
    "取件通知 3-2-1005",
    (
        Text("3-2-1005", "center", 4, True, fit=True),
        Pair("尾号 8001", "顺丰速运"),
        Code128("SF1234567890123"),
        Cut(),
        Text("枫林村服务站", "center"),
        Text(f"{LONG_NAME}，凭取件码 3-2-1005 取件"),
        Qr("~PK:3-2-1005"),
        Text("营业时间 8:30–18:30", "center"),
    ),
)
FACTS = {"columns": 32, "device": "柜台打印机", "mode": "gb", "at": "2026-11-22 08:24"}
SLIPS = {"receipt": RECEIPT, "label": LABEL, "printer_test": printer_page.build(FACTS, {})}
PRINTERS = {
    "58mm": PROFILES["58mm-gb"],
    "80mm": PrinterProfile(576, 48, has_cutter=True, native_qr=True, native_code128=True, drawer_pin=2),
}

COMMANDS = re.compile(
    rb"\x1dv0\x00(?s:(.)(.)(.)(.))|\n|\x1b@|\x1c[&.]|\x1cS..|\x1b[aEd].|\x1d[!hwfH].|\x1dVB.|\x1bp...|\x1dkI(?s:(.))|\x1d\(k(?s:(.)(.))",
    re.DOTALL,
)


def listed(raw: bytes) -> str:
    """The bytes for the eye: text in quotes, commands in hexadecimal, pictures by their size, a line for each line."""
    out, at, text = [], 0, bytearray()

    def close() -> None:
        if text:
            out.append(f'"{text.decode("gb18030")}" ')
            text.clear()

    while at < len(raw):
        # A command never begins inside a Hanzi: its second byte is 0x40 or more, a command's first 0x1d or less.
        found = COMMANDS.match(raw, at)
        if not found:
            step = 2 if raw[at] > 0x80 else 1
            text += raw[at : at + step]
            at += step
            continue
        close()
        at = found.end()
        if found[1]:
            wide, high = found[1][0] + 256 * found[2][0], found[3][0] + 256 * found[4][0]
            out.append(f"picture {wide * 8}x{high}\n")
            at += wide * high
        elif found[5] or found[6]:
            length = found[5][0] if found[5] else found[6][0] + 256 * found[7][0]
            out.append(f"{found[0].hex()} {raw[at : at + length]!r}\n")
            at += length
        else:
            out.append(
                f"{found[0].hex()}"
                + ("\n" if found[0] in (b"\n",) or found[0][:2] in (b"\x1bd", b"\x1dV", b"\x1bp", b"\x1cS") else " ")
            )
    close()
    return "".join(out)


def compare(name: str, got: str) -> None:
    file = HERE / name
    if os.environ.get("UPDATE_GOLDENS"):
        file.write_text(got, "utf-8")
    assert file.read_text("utf-8") == got


@pytest.mark.parametrize("paper", PRINTERS)
@pytest.mark.parametrize("slip", SLIPS)
def test_slip_as_text(slip, paper):
    compare(f"{slip}-{paper}.txt", render_text(SLIPS[slip], PRINTERS[paper].columns))


@pytest.mark.parametrize("slip", SLIPS)
def test_slip_as_html(slip):
    compare(f"{slip}.html", re.sub(r"(</(?:p|figure|article)>|<hr[^>]*>)", r"\1\n", render_html(SLIPS[slip])))


@pytest.mark.parametrize("paper", PRINTERS)
@pytest.mark.parametrize("slip", SLIPS)
def test_slip_as_bytes(slip, paper):
    compare(f"{slip}-{paper}.bytes.txt", listed(encode(SLIPS[slip], PRINTERS[paper])))
