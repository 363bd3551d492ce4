"""The slip of a drawer that is handed on: what was counted, what should have been there, who leaves and who takes it. The
names are the station's own people's, blanks filled from their rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import clock, money
from kiosk.printing import slips
from kiosk.printing.document import Block, Document, Feed, Pair, Rule, Text
from kiosk.printing.model import ColumnBlank
from kiosk.shifts.model import REASON_WORDS, HandOver
from kiosk.storage import Tx
from kiosk.words import N_, say

HAND_OVER_SLIP = "drawer_hand_over"
slips.register_blank_column("staff", "name")


def freeze_hand_over(tx: Tx, made: HandOver, pieces: Mapping[int, int]) -> int:
    """Freezes the slip of a hand-over; returns its id."""
    facts = {
        "station": tx.settings.station.name,
        "business_on": made.business_on,
        "at": clock.to_minute(made.handed_at, tx.settings.station.zone),
        "pieces": [[fen, count] for fen, count in sorted(pieces.items(), reverse=True) if count],
        "counted_fen": made.counted_fen,
        "expected_fen": made.expected_fen,
        "difference_fen": made.difference_fen,
        "reason": made.difference_reason or "",
    }
    blanks = {"to": ColumnBlank("staff", made.to_staff_id, "name")}
    if made.from_staff_id is not None:
        blanks["from"] = ColumnBlank("staff", made.from_staff_id, "name")
    return slips.freeze(tx, HAND_OVER_SLIP, facts, blanks, "drawer_hand_over", made.id)


def hand_over_slip(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """How the slip reads."""
    title = say(N_("交接班单"))
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(title, align="center", size=2, bold=True, fit=True),
        Pair(say(N_("营业日")), facts["business_on"]),
        Pair(say(N_("时间")), facts["at"]),
        Pair(say(N_("交班")), blanks.get("from", "—"), bold=True),
        Pair(say(N_("接班")), blanks.get("to", "—"), bold=True),
        Rule(),
        *cash(facts),
        Rule(),
        Text(say(N_("交班签字：__________"))),
        Text(say(N_("接班签字：__________"))),
        Feed(1),
    ]
    return Document(f"{title} {facts['at']}", tuple(blocks))


def cash(facts: Mapping[str, Any]) -> list[Block]:
    """The count by denomination, the expected amount and the difference with its reason."""
    blocks: list[Block] = []
    for fen, count in facts["pieces"]:
        blocks.append(Pair(f"  {money.yuan(fen)} × {count}", money.yuan(fen * count)))
    difference = facts["difference_fen"]
    words = N_("长款") if difference > 0 else N_("短款") if difference < 0 else N_("差额")
    blocks += [
        Pair(say(N_("实点现金")), money.yuan(facts["counted_fen"]), bold=True),
        Pair(say(N_("应有现金")), money.yuan(facts["expected_fen"])),
        Pair(say(words), money.yuan(difference), bold=bool(difference)),
    ]
    if difference:
        reason = facts["reason"] or "unexplained"
        blocks.append(Pair(say(N_("原因")), say(REASON_WORDS.get(reason, reason))))
    return blocks


slips.register_template(HAND_OVER_SLIP, 1, hand_over_slip)
