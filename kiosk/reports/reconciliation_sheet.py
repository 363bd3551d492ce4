"""The printed 对账单: a month with one carrier, both sides side by side, how the delivery fee came about, and places to sign."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk import money
from kiosk.codes import carriers
from kiosk.printing.sheet import Column, Facts, Paragraph, Part, Sheet, Signature, Signatures, Table
from kiosk.reports.reconciliation import COLUMNS, CarrierMonth
from kiosk.storage import Reader
from kiosk.words import N_, say

TITLE = N_("快递对账单")
NET = N_("结余（正数快递公司付本站）")
BOTH = N_("双方核对无误，签字为凭；有差异的写在备注里，先谈清再结算。")
STATE_WORDS: Mapping[str, str] = {
    "open": N_("待核对"),
    "disputed": N_("有差异，在谈"),
    "agreed": N_("对清了，待结算"),
    "settled": N_("已结算"),
}


def shown(value: int | None, *, is_money: bool) -> str:
    """A figure as it stands in a cell; '' where there is none."""
    if value is None:
        return ""
    return money.show(value) if is_money else str(value)


def compose(db: Reader, found: CarrierMonth) -> Sheet:
    """The month with a carrier as an A4 sheet, in the language that is in use."""
    parts: list[Part] = [
        Facts((
            (say(N_("快递公司")), carriers.find(found.carrier).name()),
            (say(N_("月份")), found.month),
            (say(N_("快递公司的单")), found.statement.number if found.statement else say(N_("还没有登记"))),
            (say(N_("状态")), say(STATE_WORDS.get(found.statement.state, found.statement.state)) if found.statement else "—"),
        )),
        _both(found),
        _fees(found),
        Facts((
            (say(N_("其中退回")), say(N_("{n} 件"), n=found.returned)),
            (say(N_("本月已付快递公司")), money.yuan(found.paid_fen)),
        )),
    ]  # fmt: skip
    if found.unpriced:
        parts.append(Paragraph(say(N_("有 {n} 件所在的日子没有派费约定，没有计算派费"), n=found.unpriced), bold=True))
    parts += [
        Paragraph(say(N_("备注：")) + "\n\n"),
        Paragraph(say(BOTH)),
        Signatures((Signature(say(N_("服务站"))), Signature(say(N_("快递公司"))), Signature(say(N_("日期"))))),
    ]
    return Sheet(
        title=say(TITLE), issuer=db.settings.station.name, number=f"DZ-{found.carrier}-{found.month}", parts=tuple(parts),
        foot=db.settings.station.code,
    )  # fmt: skip


def _both(found: CarrierMonth) -> Table:
    theirs = found.theirs
    lines = [
        (
            say(N_("{name}（元）"), name=say(words)) if is_money else say(words),
            shown(getattr(found.ours, name), is_money=is_money),
            shown(getattr(theirs, name, None), is_money=is_money),
            shown(found.difference(name), is_money=is_money),
        )
        for name, (words, is_money) in COLUMNS.items()
    ]
    lines.append((
        say(N_("{name}（元）"), name=say(NET)), money.show(found.ours.net_fen), "" if theirs is None else money.show(theirs.net_fen),
        shown(found.net_difference_fen, is_money=True),
    ))  # fmt: skip
    heads = (N_("项目"), N_("本站"), N_("快递公司"), N_("差异"))
    columns = tuple(
        Column(say(head), 3 if place == 0 else 2, "right" if place else "left") for place, head in enumerate(heads)
    )
    return Table(columns, tuple(lines))


def _fees(found: CarrierMonth) -> Table:
    lines = tuple(
        (
            say(N_("没有约定")) if rate.fee_fen is None else money.show(rate.fee_fen),
            str(rate.pieces),
            money.show(rate.sum_fen),
        )
        for rate in found.rates
    )
    heads = (N_("每件派费（元）"), N_("件数"), N_("派费（元）"))
    return Table(tuple(Column(say(head), 1, "right") for head in heads), lines)
