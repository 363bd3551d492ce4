"""The slip of a frozen report: its period, sums and number for who has no large paper, and the county's receipt once there is
one. The report stays what it is; this is one more paper that names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import money
from kiosk.printing import slips
from kiosk.printing.document import Block, Cell, Document, Feed, Pair, Row, Rule, Text
from kiosk.reports.model import Report
from kiosk.reports.tables import missing_by_reason
from kiosk.storage import Tx
from kiosk.words import N_, say

REPORT_SLIP = "report_slip"


def freeze_report_slip(tx: Tx, report: Report, view: Mapping[str, Any]) -> int:
    """Freezes the slip of a report from what ``period_view`` tells of it in the station's language; returns the slip's id."""
    sent = view["submission"] or {}
    facts = {
        "station": f"{view['content']['station']['name']} {view['content']['station']['code']}",
        "kind": view["kind_name"],
        "period": view["period_name"],
        "report_no": report.report_no,
        "revision": report.revision,
        "replaces": view["replaces"] or "",
        "hash": report.hash,
        "receipt": sent.get("acknowledgement_no") or "",
        "days": len(view["content"].get("days", ())),
        "missing": [f"{why} {days}" for why, days in missing_by_reason(view)],
        "services": [
            [row["name"], row["txn_count"], row["txn_amount_fen"], row["commission_fen"] + row["service_fee_fen"]]
            for row in view["rows"]
            if any(row[name] for name in ("txn_count", "txn_amount_fen", "commission_fen", "service_fee_fen"))
        ],
        "totals": [
            view["totals"]["txn_count"], view["totals"]["txn_amount_fen"],
            view["totals"]["commission_fen"] + view["totals"]["service_fee_fen"],
        ],
        "parcels": [[row["name"], row["count"]] for row in view["parcels"] if row["count"] is not None],
        "counts": [[row["name"], row["count"]] for row in view["counts"] if row["count"]],
        "counting": list(view["counting"]),
    }  # fmt: skip
    # Without a document number: the next slip of this report may bear a receipt that this one could not.
    return slips.freeze(tx, REPORT_SLIP, facts, {}, "report", report.id)


def report_slip(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """How it reads."""
    title = facts["kind"]
    blocks: list[Block] = [
        Text(facts["station"], align="center", size=2, fit=True),
        Text(title, align="center", bold=True),
        Text(facts["period"], align="center"),
        Pair(say(N_("编号")), facts["report_no"]),
    ]
    if facts["revision"]:
        blocks.append(Pair(say(N_("第 {n} 次补充"), n=facts["revision"]), facts["replaces"]))
    if facts["days"]:
        blocks.append(Pair(say(N_("已日结")), say(N_("{n} 天"), n=facts["days"])))
    blocks += [Text(day) for day in facts["missing"]]
    blocks += [Rule(), _row(say(N_("业务")), say(N_("笔数")), say(N_("金额")), say(N_("收入")), bold=True)]
    for name, count, amount_fen, income_fen in (*facts["services"], [say(N_("合计")), *facts["totals"]]):
        blocks.append(_row(name, str(count), money.show(amount_fen), money.show(income_fen)))
    blocks += [Text(words) for words in facts["counting"]]
    blocks.append(Rule())
    blocks += [Pair(name, str(count)) for name, count in (*facts["parcels"], *facts["counts"])]
    blocks.append(Rule())
    if facts["receipt"]:
        blocks.append(Pair(say(N_("县中心回执号")), facts["receipt"], bold=True))
    blocks += [Text(say(N_("校验 {hash}"), hash=facts["hash"][:16])), Text(say(N_("经办签字：__________"))), Feed(1)]
    return Document(f"{title} {facts['report_no']}", tuple(blocks))


def _row(name: str, count: str, amount: str, income: str, *, bold: bool = False) -> Row:
    cells = (Cell(name, 5), Cell(count, 2, "right"), Cell(amount, 5, "right"), Cell(income, 4, "right"))
    return Row(cells, bold=bold)


slips.register_template(REPORT_SLIP, 1, report_slip)
