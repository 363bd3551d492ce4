"""Slips of the counter itself: the recovery code on paper."""

from __future__ import annotations

from typing import Any

from kiosk.printing.document import Block, Document, Rule, Text
from kiosk.printing.slips import register_template
from kiosk.words import N_, say

RECOVERY_CODE = "recovery_code"


def recovery_code(facts: dict[str, Any], blanks: dict[str, str]) -> Document:
    """The paper that the manager puts away; its code is a blank, gone from the station once it has been noted."""
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(say(N_("站长恢复码")), align="center", size=2, bold=True, fit=True),
        Rule(),
        Text(blanks.get("code", ""), align="center", size=2, bold=True, fit=True),
        Rule(),
        Text(say(N_("站长忘记 PIN 时，在登录页点「忘记 PIN」，用它重设。请和营业执照放在一起，不要给别人看。"))),
        Text(say(N_("换了新的恢复码以后，这一张作废。"))),
        Text(facts["at"]),
    ]
    return Document(say(N_("站长恢复码")), tuple(blocks))


register_template(RECOVERY_CODE, 1, recovery_code)
