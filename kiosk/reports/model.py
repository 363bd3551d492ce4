"""The daily report F1 (domain.md §5.2): its service types in the form's order, what it counts, and what is recorded."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk import audit
from kiosk.words import N_

DAILY = "F1"
TOPIC_DAILY = "report.daily"
SUBJECT = "report"
FORMAT = 1

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

#: What a 笔 is, stated on every report (domain.md §5.4). A rule keeps its words for ever: reports and slips name it.
COUNTING_RULE = "one_per_order_less_refunds"
COUNTING_WORDS: Mapping[str, str] = {
    COUNTING_RULE: N_(
        "代购、代销、缴费、便民、寄件每办一单计 1 笔；取件不计入笔数，另列件数；当日作废的不计，日后退款在退款当日减 1 笔"
    ),
    "one_per_order": N_("代购、代销、缴费、便民、寄件每办一单计 1 笔；取件不计入笔数，另列件数；当日作废的不计"),
}


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

    @property
    def totals(self) -> dict[str, int]:
        """The sums over all service types."""
        names = ("txn_count", "txn_amount_fen", "commission_fen", "service_fee_fen")
        return {name: sum(getattr(row, name) for row in self.services) for name in names}


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
