"""A signed message in a form that people read: the text for the managers' chat group, and the workbook that lies beside the
signed file on a stick or in a mail. Both are made of what was signed, so they never say anything else."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk import money
from kiosk.reports.ledgers import sheet
from kiosk.reports.ledgers.cells import Cell, Fen
from kiosk.reports.ledgers.model import Column, Kind
from kiosk.reports.model import PARCEL_COLUMNS, SUM_NAMES, row_name
from kiosk.settings import driven_clock
from kiosk.words import N_, current_locale, say, use_locale

TOPIC_WORDS: Mapping[str, str] = {
    "report.daily": N_("日报"),
    "report.weekly": N_("周报"),
    "report.monthly": N_("月报"),
    "report.half_year": N_("半年报"),
    "report.ad_hoc": N_("临时报表"),
    "key.rotated": N_("换签名密钥"),
}
_COLUMNS = (
    Column("name", N_("业务类型"), "", width=16),
    Column("txn_count", N_("笔数"), "", Kind.NUMBER, 8),
    Column("txn_amount_fen", N_("金额（元）"), "", Kind.FEN, 14),
    Column("commission_fen", N_("佣金（元）"), "", Kind.FEN, 12),
    Column("service_fee_fen", N_("服务费（元）"), "", Kind.FEN, 12),
)


def topic_words(topic: str) -> str:
    """What a message is about, in words; its topic when this version doesn't know it."""
    return say(TOPIC_WORDS.get(topic, topic))


def period_of(content: Mapping[str, Any]) -> str:
    """The dates that a report is about; '' for what is no report."""
    first, last = content.get("first_on"), content.get("business_on")
    if not isinstance(last, str):
        return ""
    if not isinstance(first, str) or first == last:
        return last
    return say(N_("{first} 至 {last}"), first=first, last=last)


def text_of(payload: str, locale: str) -> str:
    """The message as the text for the chat group: figures of the report, its number, sequence and hash. Nobody's name."""
    said = json.loads(payload)
    content = said.get("content") or {}
    before = current_locale()
    use_locale(locale)
    try:
        return "\n".join(line for line in _lines(said, content) if line)
    finally:
        use_locale(before)


def workbook_of(payload: str, digest: str, folder: Path, locale: str) -> bytes | None:
    """The report as a workbook; None for a message that holds no figures. ``folder`` holds its rows meanwhile."""
    said = json.loads(payload)
    content = said.get("content") or {}
    if not _has_figures(content):
        return None
    before = current_locale()
    use_locale(locale)
    try:
        rows: list[list[Cell]] = [
            [_name(row), *_figures(row)] for row in content["services"]
        ]  # fmt: skip
        notes = [
            _mark(content), _station(content, said), period_of(content), _number(content), say(N_("序号 {n}"), n=said["sequence"]),
            say(N_("校验 {hash}"), hash=digest[:8]), _parcels(content),
        ]  # fmt: skip
        file = io.BytesIO()
        sheet.write(
            file, folder, title=f"{topic_words(said['topic'])} {period_of(content)}",
            notes=" · ".join(note for note in notes if note), columns=_COLUMNS, rows=rows,
            totals=[say(N_("合计")), None, *_figures(content["totals"])],
        )  # fmt: skip
        return file.getvalue()
    finally:
        use_locale(before)


def _lines(said: Mapping[str, Any], content: Mapping[str, Any]) -> list[str]:
    head = f"【{_station(content, said)}】{topic_words(said['topic'])} {period_of(content)}".rstrip()
    lines = [head, _mark(content), f"{_number(content)} {say(N_('序号 {n}'), n=said['sequence'])}".strip()]
    if _has_figures(content):
        totals = content["totals"]
        lines.append(
            say(
                N_("合计 {n} 笔，金额 {amount}，佣金 {commission}，服务费 {fee}"),
                n=totals["txn_count"],
                amount=money.yuan(totals["txn_amount_fen"]),
                commission=money.yuan(totals["commission_fen"]),
                fee=money.yuan(totals["service_fee_fen"]),
            )  # fmt: skip
        )
        lines += [
            say(
                N_("{name} {n} 笔 {amount}"),
                name=_name(row),
                n=row["txn_count"],
                amount=money.yuan(row["txn_amount_fen"]),
            )
            for row in content["services"]
            if any(row[name] for name in SUM_NAMES)
        ]
        lines.append(_parcels(content))
    elif "thumbprint" in content:
        lines.append(say(N_("新密钥指纹 {mark}"), mark=content["thumbprint"]))
    lines.append(say(N_("收到请回复回执号。")))
    return lines


def _mark(content: Mapping[str, Any]) -> str:
    """What must stand on a report of a demonstration whose clock was driven, by whatever road it comes."""
    return f"▲ {say(driven_clock.MARK)}" if content.get("is_clock_driven") is True else ""


def _has_figures(content: Mapping[str, Any]) -> bool:
    """Whether it holds rows and sums as a report does. Whatever a newer form holds besides or instead never stops the
    signed file, which is what counts."""
    rows, totals = content.get("services"), content.get("totals")
    if not isinstance(rows, list) or not isinstance(totals, dict):
        return False
    return all(
        isinstance(row, dict) and all(type(row.get(name)) is int for name in SUM_NAMES) for row in [*rows, totals]
    ) and all(isinstance(row.get(name), str) for row in rows for name in ("service_type", "kind"))


def _figures(row: Mapping[str, Any]) -> list[Cell]:
    return [row["txn_count"], *(Fen(row[name]) for name in SUM_NAMES[1:])]


def _name(row: Mapping[str, Any]) -> str:
    return say(row_name(row["service_type"], row["kind"]))


def _station(content: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    station = content.get("station")
    return f"{station['name']} {station['code']}" if isinstance(station, dict) else str(said["station"])


def _number(content: Mapping[str, Any]) -> str:
    number = str(content.get("report_no") or "")
    revision = content.get("revision")
    return f"{number} {say(N_('第 {n} 次补充'), n=revision)}" if number and revision else number


def _parcels(content: Mapping[str, Any]) -> str:
    parcels = content.get("parcels")
    if not isinstance(parcels, dict):
        return ""
    counted = [
        f"{say(words)} {parcels[name]}" for name, words in PARCEL_COLUMNS.items() if parcels.get(name) is not None
    ]
    return say(N_("包裹")) + "：" + " · ".join(counted)
