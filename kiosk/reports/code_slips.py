"""A signed message on paper: its text and the QR codes that a phone carries to the county when the line is down. As a slip
and as an A4 sheet, both from the same frozen facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import outbox
from kiosk.printing import sheet, slips
from kiosk.printing.document import Block, Document, Feed, Qr, Rule, Text
from kiosk.reports import for_people, qr_parts
from kiosk.storage import Tx
from kiosk.words import N_, say

CODE_SLIP = "submission_codes"
#: 97 modules and their quiet zone at three dots each are as wide as 58 mm paper prints.
MODULE = 3


def freeze_code_slip(tx: Tx, message: outbox.Message) -> int:
    """Freezes the paper of a message; returns the slip's id. Refused ``qr.too_long``."""
    facts = {
        "text": for_people.text_of(outbox.payload(tx, message.id), tx.settings.station.locale),
        "parts": list(qr_parts.parts_of(message.envelope)),
        "sequence": message.sequence,
    }
    return slips.freeze(tx, CODE_SLIP, facts, {}, "message", message.id)


def code_slip(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """How the slip reads."""
    head, *lines = facts["text"].splitlines()
    blocks: list[Block] = [Text(head, bold=True), *(Text(line) for line in lines), Rule()]
    for number, part in enumerate(facts["parts"], 1):
        blocks += [Text(_which(number, facts), align="center", bold=True), Qr(part, MODULE), Feed(1)]
    blocks += [Rule(), Text(say(N_("回执号：________________"))), Feed(1)]
    return Document(head, tuple(blocks))


def code_sheet(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> sheet.Sheet:
    """The same on A4."""
    head, *lines = facts["text"].splitlines()
    codes = tuple((_which(number, facts), part) for number, part in enumerate(facts["parts"], 1))
    parts = (
        sheet.Paragraph("\n".join(lines)),
        sheet.QrCodes(codes),
        sheet.Paragraph(say(N_("回执号：________________"))),
    )
    return sheet.Sheet(say(N_("上报二维码")), head, say(N_("序号 {n}"), n=facts["sequence"]), "", parts)


def _which(number: int, facts: Mapping[str, Any]) -> str:
    return say(N_("第 {number} 个，共 {count} 个"), number=number, count=len(facts["parts"]))


slips.register_template(CODE_SLIP, 1, code_slip)
sheet.register_sheet(CODE_SLIP, 1, code_sheet)
