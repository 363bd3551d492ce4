"""The Z slip as it read at first (version 1): the slips that were issued then are still shown. New ones are made by
``day_slips``, whose templates are registered with this file's, those of any report by ``report_slips`` and
``code_slips``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import money
from kiosk.printing import slips
from kiosk.printing.document import Block, Cell, Document, Feed, Pair, Row, Rule, Text
from kiosk.reports import code_slips, day_slips, report_slips
from kiosk.reports.model import COUNTING_WORDS, PARCEL_COLUMNS, row_name
from kiosk.shifts import REASON_WORDS
from kiosk.words import N_, say

Z_SLIP = day_slips.Z_SLIP
REPORT_SLIP = report_slips.REPORT_SLIP
CODE_SLIP = code_slips.CODE_SLIP

_OPEN_WORDS: Mapping[str, str] = {
    "tickets": N_("未收款的单"),
    "purchases": N_("未完成的代购"),
    "bills": N_("未办结的缴费"),
    "consignment_sales": N_("未付货主的代销"),
    "parcels": N_("在库快件"),
}


def z_slip(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """How the Z slip reads."""
    title = say(N_("日结单"))
    blocks: list[Block] = [
        Text(facts["station"], align="center", size=2, fit=True),
        Text(title, align="center", bold=True),
        Pair(say(N_("营业日")), facts["business_on"], bold=True),
        Pair(say(N_("日报")), facts["report_no"]),
        Pair(say(N_("开始")), facts["opened"]),
        Pair(say(N_("日结")), facts["closed"]),
    ]
    if facts["is_after_hours"]:
        blocks.append(Text(say(N_("营业后"))))
    if facts["is_closed_late"]:
        blocks.append(Text(say(N_("补做的日结（晚于营业日）")), bold=True))
    blocks += [Rule(), *_cash(facts), Rule(), *_services(facts), Rule(), *_parcels(facts), Rule(), *_open(facts)]
    blocks += [
        Rule(),
        Text(say(N_("校验 {hash}"), hash=facts["hash"][:16])),
        Text(say(N_("经办签字：__________"))),
        Feed(1),
    ]
    return Document(f"{title} {facts['business_on']}", tuple(blocks))


def _cash(facts: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [Pair(say(N_("备用金")), money.yuan(facts["float_fen"]))]
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


def _services(facts: Mapping[str, Any]) -> list[Block]:
    head = (say(N_("业务")), say(N_("笔数")), say(N_("金额")), say(N_("收入")))
    blocks: list[Block] = [_row(*head, bold=True)]
    for row in [*facts["services"], facts["totals"]]:
        name = say(row_name(row["service_type"], row["kind"])) if "service_type" in row else say(N_("合计"))
        income = row["commission_fen"] + row["service_fee_fen"]
        blocks.append(_row(name, str(row["txn_count"]), money.show(row["txn_amount_fen"]), money.show(income)))
    blocks.append(Text(say(COUNTING_WORDS[facts["counting_rule"]])))
    return blocks


def _row(name: str, count: str, amount: str, income: str, *, bold: bool = False) -> Row:
    cells = (Cell(name, 5), Cell(count, 2, "right"), Cell(amount, 5, "right"), Cell(income, 4, "right"))
    return Row(cells, bold=bold)


def _parcels(facts: Mapping[str, Any]) -> list[Block]:
    return [Pair(say(words), str(facts["parcels"][name])) for name, words in PARCEL_COLUMNS.items()]


def _open(facts: Mapping[str, Any]) -> list[Block]:
    standing = [(name, facts["stays_open"][name]) for name in _OPEN_WORDS if facts["stays_open"][name]]
    if not standing:
        return [Text(say(N_("没有留到明天的事项")))]
    blocks: list[Block] = [Text(say(N_("留到下一个营业日")), bold=True)]
    return blocks + [Pair(say(_OPEN_WORDS[name]), str(count)) for name, count in standing]


slips.register_template(Z_SLIP, 1, z_slip)
