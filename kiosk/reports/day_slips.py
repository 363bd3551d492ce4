"""Slips of the day in their present form: Z of a closed day, X so far, the supplement of a correction, the sheet of a
month's hours. Expected cash stands on the Z slip alone, where it has been counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kiosk import clock, money
from kiosk.printing import slips
from kiosk.printing.document import Block, Cell, Document, Feed, Pair, Row, Rule, Text
from kiosk.reports.daily import content_of, first_no
from kiosk.reports.figures import daily_figures
from kiosk.reports.hours import MonthOfHours
from kiosk.reports.model import (
    CORRECTION_WORDS,
    COUNTING_WORDS,
    FIGURE_COLUMNS,
    PARCEL_COLUMNS,
    Content,
    Report,
    row_name,
)
from kiosk.reports.open_words import OPEN_WORDS
from kiosk.reports.receipt_foot import receipt_foot
from kiosk.shifts import Day, hand_overs_on
from kiosk.shifts.closings import CLOSING_WORDS
from kiosk.shifts.slips import cash
from kiosk.shifts.wallets import WALLET_REASONS, WALLET_WORDS, WalletCount
from kiosk.storage import Reader, Tx
from kiosk.till import store as tickets
from kiosk.till.payments import METHOD_WORDS
from kiosk.words import N_, say

Z_SLIP, X_SLIP, CORRECTION_SLIP, HOURS_SHEET = "z_slip", "x_slip", "day_correction", "opening_hours"
_COUNTED = ("txn_count", "txn_amount_fen", "commission_fen", "service_fee_fen")


def freeze_z_slip(
    tx: Tx, day: Day, report: Report, content: Content, stays_open: Mapping[str, int], wallets: Sequence[WalletCount]
) -> int:
    """Freezes the Z slip of a closed day; returns the slip's id."""
    facts = (
        _head(tx, day)
        | {
            "report_no": report.report_no,
            "hash": report.hash,
            "closed": _local(tx, day.closed_at or ""),
            "is_closed_late": day.is_closed_late,
            "float_fen": day.float_fen,
            "pieces": [
                [int(fen), n] for fen, n in sorted((day.counted_pieces or {}).items(), key=lambda pair: -int(pair[0]))
            ],
            "counted_fen": day.counted_fen,
            "expected_fen": day.expected_fen,
            "difference_fen": day.difference_fen,
            "reason": day.difference_reason or "",
            "hand_overs": [
                [f"{clock.local(made.handed_at, tx.settings.station.zone):%H:%M}", made.difference_fen]
                for made in hand_overs_on(tx, day.business_on)
            ],
            "wallets": [[one.wallet, one.moved_fen, one.seen_fen, one.difference_reason or ""] for one in wallets],
            "closings": content["closings"],
            "stays_open": {kind: count for kind, count in stays_open.items() if count},
        }
        | _figures(content)
    )
    return slips.freeze(tx, Z_SLIP, facts, {}, "report", report.id, document_no=report.report_no)


def freeze_x_slip(tx: Tx, day: Day) -> int:
    """Freezes the X slip: the figures of the open day so far. What should be in the drawer is not on it."""
    content = content_of(tx, day, daily_figures(tx, day.business_on), "", 0)
    facts = (
        _head(tx, day)
        | {
            "at": _local(tx, tx.now),
            "receipts": len(tickets.settled_on(tx, day.business_on)),
            "takings": [[method, fen] for method, fen in takings(tx, day.business_on) if method != "cash"],
        }
        | _figures(content)
    )
    return slips.freeze(tx, X_SLIP, facts, {}, "business_day", day.id)


def freeze_correction(tx: Tx, report: Report, content: Content) -> int:
    """Freezes the slip of a supplement."""
    facts = {
        "station": tx.settings.station.name,
        "business_on": report.business_on,
        "report_no": report.report_no,
        "first_no": first_no(tx, report),
        "revision": report.revision,
        "hash": report.hash,
        "at": _local(tx, report.frozen_at),
        "corrections": content["corrections"],
    } | _figures(content)
    return slips.freeze(tx, CORRECTION_SLIP, facts, {}, "report", report.id, document_no=report.report_no)


def freeze_hours(tx: Tx, month: MonthOfHours) -> int:
    """Freezes the sheet of a month's opening hours."""
    rules = tx.settings.hours
    facts = {
        "station": tx.settings.station.name,
        "month": month.month,
        "at": _local(tx, tx.now),
        "rules": [rules.open_from, rules.open_to, rules.least_hours, rules.least_days_per_week],
        "days": [
            [day.on, day.from_time, day.to_time, day.minutes, day.is_long_enough, [one.reason for one in day.closings]]
            for day in month.days
        ],
        "weeks": [
            [week.from_on, week.to_on, week.days_open, week.is_enough or not week.is_over] for week in month.weeks
        ],
        "days_open": month.days_open,
        "minutes": month.minutes,
        "days_long_enough": month.days_long_enough,
    }
    return slips.freeze(tx, HOURS_SHEET, facts, {}, "opening_hours", int(month.month.replace("-", "")))


def takings(db: Reader, business_on: str) -> list[tuple[str, int]]:
    """What tickets brought in by each method of payment on a date, less what was voided; fen."""
    rows = db.all(
        "SELECT p.method, SUM(p.amount_fen * (CASE WHEN t.settled_on = :on THEN 1 ELSE 0 END"
        " - CASE WHEN t.voided_on = :on THEN 1 ELSE 0 END)) AS fen FROM payments p JOIN tickets t ON t.id = p.ticket_id"
        " WHERE t.settled_on = :on OR (t.voided_on = :on AND t.refund_no IS NOT NULL) GROUP BY p.method ORDER BY p.method",
        on=business_on,
    )
    return [(row["method"], row["fen"]) for row in rows]


def z_slip(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """How the Z slip reads since wallets, hand-overs and closings stand on it."""
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
    for closing in facts["closings"]:
        blocks.append(Text(_closing(closing)))
    blocks += [Rule(), Pair(say(N_("备用金")), money.yuan(facts["float_fen"])), *cash(facts)]
    for at, difference in facts["hand_overs"]:
        blocks.append(Pair(say(N_("{at} 交接班差额"), at=at), money.yuan(difference)))
    blocks += _wallets(facts["wallets"])
    blocks += [Rule(), *_services(facts), Rule(), *_parcels(facts), Rule(), *_open(facts["stays_open"])]
    blocks += [
        Rule(),
        Text(say(N_("校验 {hash}"), hash=facts["hash"][:16])),
        Text(say(N_("经办签字：__________"))),
        Feed(1),
    ]
    return Document(f"{title} {facts['business_on']}", tuple(blocks))


def x_slip(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """How the X slip reads."""
    title = say(N_("营业小结"))
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(title, align="center", size=2, bold=True, fit=True),
        Pair(say(N_("营业日")), facts["business_on"]),
        Pair(say(N_("开始")), facts["opened"]),
        Pair(say(N_("截至")), facts["at"], bold=True),
        Pair(say(N_("收据")), str(facts["receipts"])),
        Rule(),
        *_services(facts),
        Rule(),
        *[Pair(say(METHOD_WORDS[method]), money.yuan(fen)) for method, fen in facts["takings"]],
        *_parcels(facts),
        Rule(),
        Text(say(N_("仅供中途查看，不是日结；现金请在日结或交接班时清点"))),
        Feed(1),
    ]
    return Document(f"{title} {facts['business_on']}", tuple(blocks))


def correction_slip(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """How the slip of a supplement reads: each change, then the day's figures as they now are."""
    title = say(N_("日报更正单"))
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(title, align="center", size=2, bold=True, fit=True),
        Pair(say(N_("营业日")), facts["business_on"], bold=True),
        Pair(say(N_("更正日报")), facts["first_no"]),
        Pair(say(N_("补充编号")), facts["report_no"]),
        Pair(say(N_("第几次补充")), str(facts["revision"])),
        Pair(say(N_("时间")), facts["at"]),
        Rule(),
    ]
    for made in facts["corrections"]:
        name = row_name(made["service_type"], made["kind"]) if made["service_type"] else N_("包裹件数")
        blocks.append(Text(say(name), bold=True))
        for column, words in _CHANGE_WORDS.items():
            if made[column]:
                shown = money.show(abs(made[column])) if column.endswith("_fen") else str(abs(made[column]))
                blocks.append(Pair("  " + say(words), _sign(made[column]) + shown))
        for column, count in made["parcels"].items():
            blocks.append(Pair("  " + say(FIGURE_COLUMNS[column]), f"{count:+d}"))
        blocks.append(Pair("  " + say(N_("原因")), say(CORRECTION_WORDS[made["reason"]])))
        blocks.append(Pair("  " + say(N_("凭证")), made["voucher"]))
    blocks += [Rule(), Text(say(N_("更正后")), bold=True), *_services(facts), Rule(), *_parcels(facts), Rule()]
    blocks += [
        Text(say(N_("校验 {hash}"), hash=facts["hash"][:16])),
        Text(say(N_("站长签字：__________"))),
        Feed(1),
    ]
    return Document(f"{title} {facts['business_on']}", tuple(blocks))


def hours_sheet(facts: Mapping[str, Any], blanks: Mapping[str, str]) -> Document:
    """How the sheet of a month's opening hours reads."""
    title = say(N_("营业时间表"))
    open_from, open_to, least_hours, least_days = facts["rules"]
    blocks: list[Block] = [
        Text(facts["station"], align="center"),
        Text(title, align="center", size=2, bold=True, fit=True),
        Pair(say(N_("月份")), facts["month"], bold=True),
        Text(
            say(N_("要求：{from_time}–{to_time}，每天满 {hours} 小时，每周满 {days} 天"), from_time=open_from,
                to_time=open_to, hours=least_hours, days=least_days)
        ),
        Rule(),
        _hours_row(say(N_("日期")), say(N_("营业")), say(N_("时长")), bold=True),
    ]  # fmt: skip
    for on, from_time, to_time, minutes, is_long_enough, reasons in facts["days"]:
        span = f"{from_time}–{to_time}" if from_time else "、".join(say(CLOSING_WORDS[one]) for one in reasons) or "—"
        mark = "" if is_long_enough or not from_time else "*"
        blocks.append(_hours_row(on[5:], span, (length(minutes) + mark) if from_time else ""))
    blocks.append(Rule())
    for from_on, to_on, days_open, is_enough in facts["weeks"]:
        mark = "" if is_enough else "*"
        blocks.append(Pair(f"{from_on[5:]}–{to_on[5:]}", say(N_("{days} 天"), days=days_open) + mark))
    blocks += [
        Rule(),
        Pair(say(N_("营业天数")), str(facts["days_open"])),
        Pair(say(N_("满 {hours} 小时的天数"), hours=least_hours), str(facts["days_long_enough"])),
        Pair(say(N_("合计时长")), length(facts["minutes"])),
        Text(say(N_("* 不到要求。时间由开始营业和日结自动记录；打印于 {at}"), at=facts["at"])),
        Text(say(N_("站长签字：__________"))),
        Feed(1),
    ]
    return Document(f"{title} {facts['month']}", tuple(blocks))


_CHANGE_WORDS: Mapping[str, str] = {
    "txn_count": N_("笔数"),
    "txn_amount_fen": N_("金额"),
    "commission_fen": N_("佣金"),
    "service_fee_fen": N_("服务费"),
}


def length(minutes: int) -> str:
    """A length of time as people read it: ``9:05``."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def _head(tx: Tx, day: Day) -> dict[str, Any]:
    return {
        "station": tx.settings.station.name,
        "business_on": day.business_on,
        "opened": _local(tx, day.opened_at),
        "is_after_hours": day.is_after_hours,
    }


def _figures(content: Content) -> dict[str, Any]:
    return {
        "services": [row for row in content["services"] if any(row[name] for name in _COUNTED)],
        "totals": content["totals"],
        "parcels": content["parcels"],
        "counting_rule": content["counting_rule"],
    }


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


def _hours_row(on: str, span: str, minutes: str, *, bold: bool = False) -> Row:
    return Row((Cell(on, 3), Cell(span, 7), Cell(minutes, 3, "right")), bold=bold)


def _parcels(facts: Mapping[str, Any]) -> list[Block]:
    return [Pair(say(words), str(facts["parcels"][name])) for name, words in PARCEL_COLUMNS.items()]


def _wallets(wallets: Sequence[Sequence[Any]]) -> list[Block]:
    blocks: list[Block] = []
    for wallet, moved, seen, reason in wallets:
        blocks.append(Pair(say(N_("{wallet}应到账"), wallet=say(WALLET_WORDS[wallet])), money.yuan(moved)))
        if seen is not None and seen != moved:
            blocks.append(Pair("  " + say(N_("看到")), money.yuan(seen), bold=True))
        if reason:
            blocks.append(Text("  " + say(WALLET_REASONS[reason])))
    return blocks


def _open(stays_open: Mapping[str, int]) -> list[Block]:
    if not stays_open:
        return [Text(say(N_("没有留到明天的事项")))]
    blocks: list[Block] = [Text(say(N_("留到下一个营业日")), bold=True)]
    return blocks + [Pair(say(OPEN_WORDS.get(kind, kind)), str(count)) for kind, count in stays_open.items()]


def _closing(closing: Mapping[str, Any]) -> str:
    words = say(CLOSING_WORDS[closing["reason"]])
    hours = f" {closing['from_time']}–{closing['to_time']}" if closing["from_time"] else ""
    return say(N_("停业：{reason}"), reason=words + hours)


def _sign(number: int) -> str:
    return "-" if number < 0 else "+"


def _local(db: Reader, stamp: str) -> str:
    return clock.to_minute(stamp, db.settings.station.zone)


slips.register_template(Z_SLIP, 2, z_slip)
slips.register_template(X_SLIP, 1, x_slip)
slips.register_template(CORRECTION_SLIP, 1, correction_slip)
slips.register_template(HOURS_SHEET, 1, hours_sheet)
for _proof in (Z_SLIP, CORRECTION_SLIP):
    slips.register_later(_proof, receipt_foot)
