"""The test page from which a person says what a printer can do: six yes-or-no questions (hardware.md §1.5)."""

from __future__ import annotations

from typing import Any

from kiosk.printing.document import Block, Code128, Document, Pair, Qr, Rule, Text
from kiosk.printing.profile import PrinterProfile
from kiosk.words import N_, say

TEMPLATE = "printer_test"
VERSION = 1

#: What is asked on the page after printing, in the order of the paper; a *no* says what to change.
QUESTIONS = (
    ("hanzi", N_("1 下行的汉字清楚、没有乱码？")),
    ("rare_hanzi", N_("2 下两行的人名用字都对？")),
    ("signs", N_("3 下行的符号都对？")),
    ("size", N_("4 下行大一倍、没有出格？")),
    ("ruler", N_("5 标尺各占一行、右端有竖线？")),
    ("codes", N_("6 两个码用扫码枪都扫得出？")),
)
#: What to set when the answer is no.
REMEDIES: dict[str, dict[str, Any]] = {
    "hanzi": {"text_mode": "raster"},
    "rare_hanzi": {"rom": "gb2312"},
    "signs": {"rom": "gb2312"},
    "size": {"max_scale": 1},
    "codes": {"native_qr": False, "native_code128": False},
}


def facts(printer: PrinterProfile, device: str, at: str) -> dict[str, Any]:
    """What the page is frozen with; ``at`` is the station's wall clock as it shall read."""
    return {"columns": printer.columns, "device": device, "mode": printer.text_mode, "at": at}


def build(facts: dict[str, Any], blanks: dict[str, str]) -> Document:
    """The page for a printer of ``facts['columns']`` columns."""
    asked = {key: Text(say(question)) for key, question in QUESTIONS}
    blocks: list[Block] = [
        Text(say(N_("打印机测试页")), align="center", size=2, bold=True, fit=True),
        Pair(facts["device"], facts["mode"]),
        Text(facts["at"]),
        Rule(),
        asked["hanzi"],
        Text("啊阿 一二三 取件码 龙龚鑫淼"),
        asked["rare_hanzi"],
        Text("喆堃昇翀镕"),  # in GBK and not in GB 2312
        Text("䶮𠮷"),  # in no ROM: shows that pictures come out
        asked["signs"],
        Text("￥0.00 · — ① ℃ × ÷ …"),
        asked["size"],
        Text("大字 Ab12", size=2),
        asked["ruler"],
        *(Text(_ruler(columns)) for columns in _rulers(facts["columns"])),
        asked["codes"],
        Code128("SF1234567890"),
        Qr("~CMD:test"),
        Text(say(N_("六问都答是，就可以用了；有否，请在设备页改设置再打。"))),
    ]
    return Document(say(N_("打印机测试页")), tuple(blocks))


def _rulers(columns: int) -> list[int]:
    return [32, columns] if columns > 32 else [columns]


def _ruler(columns: int) -> str:
    return "".join(str(n // 10 % 10) if n % 10 == 0 else "." for n in range(1, columns)) + "|"
