"""Reports of every period: the daily one F1 (domain.md §5.2) with its service types in the form's order, those that are
summed from it, and what is recorded."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk import audit
from kiosk.reports.counting import COUNTING_RULE, COUNTING_WORDS
from kiosk.reports.periods import DAILY, Kind, Period, of_form
from kiosk.words import N_

__all__ = [
    "AD_HOC", "CORRECTION_WORDS", "COUNTING_RULE", "COUNTING_WORDS", "COUNT_COLUMNS", "DAILY", "FIGURE_COLUMNS", "FORMAT",
    "HALF_YEAR", "MONTHLY", "OTHER", "PARCEL_COLUMNS", "PERIOD_FORMAT", "SERVICE_ROWS", "SUBJECT", "SUM_NAMES",
    "TOPIC_DAILY", "TOPIC_OF", "WEEKLY", "Content", "Correction", "DailyFigures", "Kind", "ParcelFigures", "Period",
    "Report", "ServiceRow", "row_name", "row_of",
]  # fmt: skip

WEEKLY, MONTHLY, HALF_YEAR, AD_HOC = "F1W", "F1M", "F1H", "F1A"
TOPIC_DAILY = "report.daily"
TOPIC_OF: Mapping[Kind, str] = {
    Kind.DAY: TOPIC_DAILY,
    Kind.WEEK: "report.weekly",
    Kind.MONTH: "report.monthly",
    Kind.HALF_YEAR: "report.half_year",
    Kind.AD_HOC: "report.ad_hoc",
}
SUBJECT = "report"
#: Of the daily report. Format 1 lacks what registers count, and the hours.
FORMAT = 2
PERIOD_FORMAT = 1
#: The four figures of each row, and of the totals.
SUM_NAMES = ("txn_count", "txn_amount_fen", "commission_fen", "service_fee_fen")

#: Rows of the form: (service, kind) → its name. Whatever no row names is counted in the last one.
SERVICE_ROWS: Mapping[tuple[str, str], str] = {
    ("purchase", ""): N_("代购"),
    ("consignment", ""): N_("代销"),
    ("parcel", ""): N_("快递代收"),
    ("outbound", ""): N_("快递代发"),
    ("bill", "water"): N_("水费"),
    ("bill", "power"): N_("电费"),
    ("bill", "gas"): N_("燃气费"),
    ("bill", "broadband"): N_("宽带费"),
    ("bill", "mobile"): N_("话费"),
    ("bill", "tv"): N_("电视费"),
    ("convenience", "travel"): N_("出行"),
    ("convenience", "medical_booking"): N_("就诊预约"),
    ("convenience", "finance"): N_("金融"),
    ("other", ""): N_("其他"),
}
OTHER = ("other", "")

PARCEL_COLUMNS: Mapping[str, str] = {
    "received": N_("到件"),
    "handed_over": N_("取件"),
    "in_stock": N_("在库"),
    "overdue": N_("滞留"),
    "returned": N_("退件"),
    "problem": N_("问题件"),
    "outbound": N_("寄件"),
}

#: What registers and visits count, beside the services. A column is unknown (null) where the station keeps no such register.
COUNT_COLUMNS: Mapping[str, str] = {
    "persons_served": N_("服务人次"),
    "complaints_new": N_("新增投诉"),
    "complaints_closed": N_("办结投诉"),
    "posts_published": N_("发布信息"),
    "training_held": N_("培训场次"),
    "training_heads": N_("培训人数"),
    "publicity_held": N_("宣传场次"),
    "publicity_heads": N_("宣传人数"),
    "marketing_joined": N_("参加营销活动"),
    "home_visits": N_("入户户数"),
    "home_visit_heads": N_("入户人次"),
}
#: Everything that a correction may change beside the rows of services.
FIGURE_COLUMNS: Mapping[str, str] = {**PARCEL_COLUMNS, **COUNT_COLUMNS}


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service type of the day; amounts in fen."""

    service: str
    kind: str
    txn_count: int
    txn_amount_fen: int
    commission_fen: int
    service_fee_fen: int


@dataclass(frozen=True, slots=True)
class ParcelFigures:
    """Parcels of the day: what came and went, and what lay here at its end."""

    received: int
    handed_over: int
    in_stock: int
    overdue: int
    returned: int
    problem: int
    outbound: int


@dataclass(frozen=True, slots=True)
class DailyFigures:
    """The figures of one business date, worked out from tickets, ledger and events."""

    business_on: str
    services: tuple[ServiceRow, ...]
    parcels: ParcelFigures
    overdue_days: int
    counting_rule: str = COUNTING_RULE
    counts: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def totals(self) -> dict[str, int]:
        """The sums over all service types."""
        return {name: sum(getattr(row, name) for row in self.services) for name in SUM_NAMES}


@dataclass(frozen=True, slots=True)
class Report:
    """A frozen report. ``content`` is the canonical JSON text, ``hash`` its SHA-256."""

    id: int
    report_no: str
    form: str
    business_on: str
    revision: int
    supplements_id: int | None
    content: str
    hash: str
    frozen_at: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> Report:
        return cls(**{name: row[name] for name in cls.__slots__})

    @property
    def period(self) -> Period:
        """Which dates it is about."""
        return of_form(self.form, self.business_on)

    @property
    def kind(self) -> Kind:
        """Whether it is a day's, a week's …"""
        return self.period.kind

    @property
    def first_on(self) -> str:
        """The first date it is about; ``business_on`` is the last."""
        return self.period.first_on


@dataclass(frozen=True, slots=True)
class Correction:
    """What one supplement changes in one row of a day's report, or in its parcel figures: signed, amounts in fen."""

    id: int
    business_on: str
    revision: int
    service: str
    kind: str
    txn_count: int
    txn_amount_fen: int
    commission_fen: int
    service_fee_fen: int
    parcels: dict[str, int]
    reason: str
    voucher: str
    corrected_at: str
    corrected_by_kind: str
    corrected_by_id: int

    @classmethod
    def of(cls, row: sqlite3.Row) -> Correction:
        columns = {name: row[name] for name in cls.__slots__}
        return cls(**columns | {"parcels": json.loads(columns["parcels"])})


def row_of(service: str, kind: str) -> tuple[str, str]:
    """The row of the form in which a line is counted."""
    if (service, kind) in SERVICE_ROWS:
        return service, kind
    if (service, "") in SERVICE_ROWS:
        return service, ""
    return OTHER


def row_name(service: str, kind: str) -> str:
    """The marked name of a report row."""
    return SERVICE_ROWS.get((service, kind), SERVICE_ROWS[OTHER])


#: Why the report of a closed day is corrected.
CORRECTION_WORDS: Mapping[str, str] = {
    "not_recorded": N_("漏记"),
    "recorded_twice": N_("重复记录"),
    "wrong_amount": N_("金额记错"),
    "wrong_service": N_("业务类型记错"),
    "wrong_parcels": N_("件数记错"),
    "other": N_("其他原因"),
}

Content = dict[str, Any]

audit.register(
    "report.frozen",
    N_("定稿日报 {report_no}（{business_on}，第 {revision} 次补充）"),
    report_id=audit.ID,
    report_no=audit.CODE,
    business_on=audit.TIME,
    revision=audit.NUMBER,
    hash=audit.HASH,
)
audit.register(
    "report.period_frozen",
    N_("定稿报表 {report_no}（{first_on} 至 {business_on}，第 {revision} 次补充）"),
    report_id=audit.ID,
    report_no=audit.CODE,
    kind=audit.ENUM,
    first_on=audit.TIME,
    business_on=audit.TIME,
    revision=audit.NUMBER,
    hash=audit.HASH,
)
audit.register(
    "day.corrected",
    N_(
        "更正营业日 {business_on} 的日报（第 {revision} 次补充，{reason}，凭证 {voucher}）：笔数 {txn_count}，金额 {txn_amount_fen} 分"
    ),
    correction_id=audit.ID,
    business_on=audit.TIME,
    revision=audit.NUMBER,
    service=audit.ENUM,
    kind=audit.ENUM,
    txn_count=audit.NUMBER,
    txn_amount_fen=audit.NUMBER,
    commission_fen=audit.NUMBER,
    service_fee_fen=audit.NUMBER,
    parcels=audit.NUMBER,
    reason=audit.ENUM,
    voucher=audit.CODE,
)
