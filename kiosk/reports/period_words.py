"""The head of a report in words: label and text, in the order in which it is read; and why a date is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import clock
from kiosk.reports.model import CORRECTION_WORDS, Content
from kiosk.shifts.closings import CLOSING_WORDS
from kiosk.words import N_, say

__all__ = ["CORRECTION_WORDS", "SUM_WORDS", "header", "missing"]

SUM_WORDS: Mapping[str, str] = {
    "txn_count": N_("笔数"),
    "txn_amount_fen": N_("金额"),
    "commission_fen": N_("佣金"),
    "service_fee_fen": N_("服务费"),
}


def header(content: Content, zone: str, locale: str | None = None) -> list[tuple[str, str]]:
    """Station, dates, hours, lateness: what stands above the figures."""
    station = content["station"]
    lines = [(N_("站点"), f"{station['name']} {station['code']}")]
    if "days" in content:
        lines.append((N_("已日结"), say(N_("{n} 天"), locale, n=content["days_closed"])))
        lines.append((N_("营业时长"), _length(content["minutes_open"])))
        if content["begins_on"]:
            lines.append((N_("开始使用"), content["begins_on"]))
        if content["unknown_on"]:
            words = N_("{n} 天的日报由旧版本生成，没有登记簿的数和营业时长")
            lines.append((N_("说明"), say(words, locale, n=len(content["unknown_on"]))))
        if content["due_on"]:
            lines.append((N_("应报日期"), content["due_on"]))
    else:
        lines += _day(content, zone, locale)
    if content["is_late"]:
        lines.append((N_("是否按时"), say(N_("迟报"), locale)))
    if content.get("frozen_at"):
        lines.append((N_("定稿时间"), clock.to_minute(content["frozen_at"], zone)))
    if content.get("is_clock_driven"):
        lines.append((N_("时钟"), say(N_("演示时钟，不是真实时间"), locale)))
    return [(say(label, locale), text) for label, text in lines]


def missing(one: Mapping[str, Any], locale: str | None = None) -> str:
    """Why no figures of a date are in the report."""
    if one["why"] == "open":
        return say(N_("还没有日结"), locale)
    if one["closing"]:
        return say(N_("停业：{reason}"), locale, reason=say(CLOSING_WORDS[one["closing"]], locale))
    return say(N_("没有营业，没有登记原因"), locale)


def _day(content: Content, zone: str, locale: str | None) -> list[tuple[str, str]]:
    lines = [(N_("营业开始时间"), clock.to_minute(content["opened_at"], zone))]
    if content["closed_at"]:
        lines.append((N_("日结时间"), clock.to_minute(content["closed_at"], zone)))
    hours = content.get("hours")
    if hours and hours["from_time"]:
        lines.append(
            (
                N_("营业时长"),
                f"{hours['from_time']}–{hours['to_time']}{say(N_('，'), locale)}{_length(hours['minutes'])}",
            )
        )
    if content["closed_by"]:
        lines.append((N_("经办"), say(N_("{n} 号员工"), locale, n=content["closed_by"])))
    marks = {"is_after_hours": N_("营业后"), "is_closed_late": N_("补做的日结（晚于营业日）")}
    told = [say(words, locale) for name, words in marks.items() if content[name]]
    told += [_closing(one, locale) for one in content.get("closings", ())]
    if told:
        lines.append((N_("备注"), say(N_("；"), locale).join(told)))
    return lines


def _closing(one: Mapping[str, Any], locale: str | None) -> str:
    hours = f" {one['from_time']}–{one['to_time']}" if one["from_time"] else ""
    return say(N_("停业：{reason}"), locale, reason=say(CLOSING_WORDS[one["reason"]], locale) + hours)


def _length(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"
