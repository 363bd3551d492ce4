"""An A4 form as PDF: Noto CJK embedded, the same bytes for the same form. The typesetter runs in a short process of its own,
which takes 80 MB and gives them back; the counter's process never holds it, and nothing but the form's data goes in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from kiosk.errors import ConfigurationError, Refused
from kiosk.printing.codes import QUIET_MODULES, bars, qr_modules
from kiosk.printing.profile import NOTO
from kiosk.printing.sheet import Cards, Facts, Form, Paragraph, Part, Plot, QrCodes, Sheet, Signature, Signatures, Table
from kiosk.printing.typeface import PACKAGE
from kiosk.settings import driven_clock
from kiosk.words import N_

#: A list of 300 pieces takes a second on the smallest machine; what takes longer has hung.
LONGEST_SECONDS = 60


def render_pdf(sheet: Sheet, *, font: str = NOTO) -> bytes:
    """The form as a PDF, A4 upright.

    Raises ``ConfigurationError`` naming the Debian package when the font is missing, Refused ``pdf.too_slow`` when the
    machine did not get it done, RuntimeError with the typesetter's words otherwise.
    """
    if not Path(font).is_file():
        raise ConfigurationError(
            N_("打印汉字的字体 {file} 打不开：请安装 Debian 软件包 {package}"), file=font, package=PACKAGE
        )
    asked = json.dumps({"sheet": plain(sheet), "font": font}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kiosk.printing.typeset"], input=asked, capture_output=True, timeout=LONGEST_SECONDS,
            cwd=Path(__file__).resolve().parents[2],
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Refused("pdf.too_slow", N_("机器太忙，PDF 没有生成；单子都在，请过一会儿再点一次")) from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise RuntimeError(done.stderr.decode("utf-8", "replace")[-2000:])
    return done.stdout


def plain(sheet: Sheet) -> dict[str, Any]:
    """The form as JSON, bars of its code as start and width in modules."""
    bits = bars(sheet.code) if sheet.code else None
    mark = driven_clock.line()
    foot = sheet.foot if not mark or mark in sheet.foot else f"{sheet.foot} ▲ {mark}".strip()
    return {
        "title": sheet.title, "issuer": sheet.issuer, "number": sheet.number, "foot": foot,
        "bars": _runs(bits or ""), "width": len(bits or ""), "parts": [_part(part) for part in sheet.parts],
    }  # fmt: skip


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Paragraph():
            return {"kind": "paragraph", "text": part.text, "bold": part.bold, "align": part.align}
        case Facts():
            return {"kind": "facts", "pairs": [list(pair) for pair in part.pairs]}
        case Table():
            columns = [{"head": one.head, "share": one.width_share, "align": one.align} for one in part.columns]
            rows = [list(row) for row in part.rows]
            sums = {"sums": part.sum_rows} if part.sum_rows else {}
            return {"kind": "table", "columns": columns, "rows": rows, "is_roomy": part.is_roomy, **sums}
        case Cards():
            drawn = [(words, bars(code)) for words, code in part.pairs]
            return {
                "kind": "cards", "cards": [{"words": words, "bars": _runs(bits), "width": len(bits)} for words, bits in drawn],
            }  # fmt: skip
        case QrCodes():
            return {"kind": "codes", "codes": [{"words": words, "svg": _qr(data)} for words, data in part.pairs]}
        case Form():
            lines = [
                [{"label": box.label, "text": box.text, "height": box.height_mm} for box in line] for line in part.lines
            ]
            return {"kind": "form", "lines": lines}
        case Plot():
            return {"kind": "plot", "title": part.title, **_bars(part)}
        case Signatures():
            return {"kind": "signatures", "places": [_signature(place) for place in part.places]}


def _bars(plot: Plot) -> dict[str, Any]:
    """The bars as thousandths of the room's height, whole numbers, with the line of zero and the words at its ends."""
    values = [value for _, value, _ in plot.bars]
    top, bottom = max([0, *values]), min([0, *values])
    span = max(top - bottom, 1)
    said = {value: words for _, value, words in plot.bars}
    bars = [[words, (top - max(value, 0)) * 1000 // span, abs(value) * 1000 // span] for words, value, _ in plot.bars]
    return {"bars": bars, "zero": top * 1000 // span, "top": said.get(top, ""), "bottom": said.get(bottom, "")}


def _signature(place: Signature) -> dict[str, Any]:
    picture = list(place.picture) if place.picture is not None else None
    return {"label": place.label, "name": place.name, "said": place.said, "picture": picture}


def _qr(data: str) -> str:
    """The QR as a small picture: one path of black squares on white."""
    rows = qr_modules(data)
    size = len(rows) + 2 * QUIET_MODULES
    path = "".join(
        f"M{start + QUIET_MODULES} {line + QUIET_MODULES}h{width}v1h-{width}z"
        for line, row in enumerate(rows)
        for start, width in _runs(row)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{path}"/></svg>'


def _runs(bits: str) -> list[list[int]]:
    """Where each bar begins and how wide it is: ``1101`` → ``[[0, 2], [3, 1]]``."""
    runs: list[list[int]] = []
    for at, bit in enumerate(bits):
        if bit == "1":
            if at and bits[at - 1] == "1":
                runs[-1][1] += 1
            else:
                runs.append([at, 1])
    return runs
