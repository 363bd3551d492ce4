"""A report of any period as pages, papers and programs show it: JSON-ready, in words, from the frozen content alone. What an
older version did not write is told as unknown, never as 0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kiosk import money, shifts
from kiosk.consignment.measure import show_quantity
from kiosk.purchases.model import CATEGORY_WORDS
from kiosk.reports import definitions, period_words, store
from kiosk.reports.daily import content_of
from kiosk.reports.figures import daily_figures
from kiosk.reports.model import COUNT_COLUMNS, FIGURE_COLUMNS, PARCEL_COLUMNS, SUM_NAMES, Content, Report, row_name
from kiosk.reports.period import period_content
from kiosk.reports.periods import KIND_WORDS, Kind, Period
from kiosk.reports.queueing import message_of
from kiosk.storage import Reader
from kiosk.words import N_, say

_DIRECTIONS = {"bought": N_("网购"), "sold": N_("网销")}
_SUBMISSION = (
    "id", "sequence", "state", "attempts", "next_try_at", "acknowledgement_no", "acknowledged_at", "reason",
)  # fmt: skip


def report_view_of(db: Reader, report: Report, locale: str | None = None) -> dict[str, Any]:
    """A frozen report of any kind."""
    content = json.loads(report.content)
    replaced = content["replaces"] if "replaces" in content else _before(db, report)
    return _view(db, report.period, content, locale) | {
        "id": report.id,
        "is_frozen": True,
        "hash": report.hash,
        "frozen_at": report.frozen_at,
        "replaces": replaced,
        "revisions": [
            {"id": one.id, "report_no": one.report_no, "revision": one.revision, "frozen_at": one.frozen_at}
            for one in store.revisions_of(db, report.period)
        ],
        "submission": _submission(db, report),
    }


def period_view(db: Reader, period: Period, locale: str | None = None) -> dict[str, Any] | None:
    """A period's frozen report, its last revision; else the figures so far. None for a date on which the station was not
    open."""
    report = store.latest_of(db, period)
    if report is not None:
        return report_view_of(db, report, locale)
    if period.kind == Kind.DAY:
        day = shifts.day(db, period.last_on)
        if day is None:
            return None
        content = content_of(db, day, daily_figures(db, day.business_on), "", 0)
    else:
        content = period_content(db, period)
    unfrozen = {
        "id": None, "is_frozen": False, "hash": None, "frozen_at": None, "replaces": None, "revisions": [],
        "submission": None,
    }  # fmt: skip
    return _view(db, period, content, locale) | unfrozen


def _view(db: Reader, period: Period, content: Content, locale: str | None) -> dict[str, Any]:
    trade = content.get("trade", {"rows": [], "rest": {}, "totals": {}})
    return {
        "report_no": content["report_no"],
        "kind": str(period.kind),
        "kind_name": say(KIND_WORDS[period.kind], locale),
        "period": period.code,
        "period_name": period.name(locale),
        "first_on": period.first_on,
        "last_on": period.last_on,
        "revision": content["revision"],
        "content": content,
        "header": period_words.header(content, db.settings.station.zone, locale),
        "rows": [
            {**row, "name": say(row_name(row["service_type"], row["kind"]), locale)} for row in content["services"]
        ],
        "totals": content["totals"],
        "parcels": _columns(content, "parcels", PARCEL_COLUMNS, locale),
        "counts": _columns(content, "counts", COUNT_COLUMNS, locale),
        "trade": [_trade_row(row, locale) for row in trade["rows"]] + _rest(trade["rest"], locale),
        "trade_totals": trade["totals"],
        "by_day": [
            (day["business_on"], day["txn_count"], day["txn_amount_fen"], day["commission_fen"] + day["service_fee_fen"])
            for day in content.get("days", ())
        ],
        "missing": [
            {**one, "words": period_words.missing(one, locale)} for one in content.get("missing", ())
        ],
        "counting": definitions.counting(content, locale),
        "definitions": definitions.told(content, locale),
        "changed": _changed(content, locale),
    }  # fmt: skip


def _columns(
    content: Content, group: str, columns: Mapping[str, str], locale: str | None
) -> list[dict[str, Any]]:  # fmt: skip
    if group not in content:
        return []
    return [
        {
            "column": column, "name": say(name, locale), "count": content[group][column],
            "definition": say(definitions.definition(content, f"{group}.{column}").words, locale),
        }
        for column, name in columns.items()
        if column in content[group]
    ]  # fmt: skip


def _trade_row(row: Mapping[str, Any], locale: str | None) -> dict[str, Any]:
    item = row["item"]
    if row["item_kind"] == "category":
        item = say(CATEGORY_WORDS.get(item, item), locale)
    return {
        **row,
        "direction_name": say(_DIRECTIONS[row["direction"]], locale),
        "item_name": item or say(N_("没有货号的代销品"), locale),
        "quantity_text": show_quantity(row["quantity"], row["unit"], row["unit_size"]),
    }


def _rest(rest: Mapping[str, Mapping[str, int]], locale: str | None) -> list[dict[str, Any]]:
    return [
        {
            "direction": direction, "direction_name": say(_DIRECTIONS[direction], locale), "item": "", "item_kind": "rest",
            "item_name": say(N_("其余合计"), locale), "platform": "", "platform_name": "", "online_shop": "", "unit": "",
            "unit_size": 1, "quantity": None, "quantity_text": "", **sums,
        }
        for direction, sums in rest.items()
        if any(sums.values())
    ]  # fmt: skip


def _changed(content: Content, locale: str | None) -> list[str]:
    """What a revision changes: the corrections of a day, or the days of a period whose reports are new."""
    lines = []
    for made in content.get("corrections", ()):
        parts = []
        if made["service_type"]:
            parts.append(say(row_name(made["service_type"], made["kind"]), locale))
            parts += [_signed(name, made[name], locale) for name in SUM_NAMES if made[name]]
        parts += [
            f"{say(FIGURE_COLUMNS[column], locale)} {count:+d}" for column, count in made["parcels"].items()
        ]  # fmt: skip
        lines.append(
            " ".join([*parts, f"({say(period_words.CORRECTION_WORDS[made['reason']], locale)}, {made['voucher']})"])
        )
    lines += [say(N_("{on} 的日报有更新"), locale, on=on) for on in content.get("changed_on", ())]
    return lines


def _signed(name: str, figure: int, locale: str | None) -> str:
    words = say(period_words.SUM_WORDS[name], locale)
    return f"{words} {'+' if figure > 0 else ''}{money.show(figure) if name.endswith('_fen') else figure}"


def _before(db: Reader, report: Report) -> str | None:
    """Which report a supplement of format 1 took the place of; it named only the first one."""
    return next(
        (one.report_no for one in store.revisions_of(db, report.period) if one.revision == report.revision - 1), None
    )


def _submission(db: Reader, report: Report) -> dict[str, Any] | None:
    found = message_of(db, report)
    if found is None:
        return None
    message = asdict(found)
    return {name: message[name] for name in _SUBMISSION}
