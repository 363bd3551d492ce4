"""The daily report F1 (domain.md §5.2): its service types in the form's order, what it counts, and what is recorded."""

from __future__ import annotations

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

#: What a 笔 is, stated on every report (domain.md §5.4).
COUNTING_RULE = "one_per_order"
COUNTING_WORDS: Mapping[str, str] = {
    COUNTING_RULE: N_("代购、代销、缴费、便民、寄件每办一单计 1 笔；取件不计入笔数，另列件数；当日作废的不计"),
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


def row_name(service: str, kind: str) -> str:
    """The marked name of a report row."""
    return SERVICE_ROWS.get((service, kind), SERVICE_ROWS[OTHER])


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
