"""Corrections of a closed day: signed changes of the figures that its report gave. The day, its money and its report stay
as they were frozen; what is corrected makes the next revision (``daily.freeze_daily``). Money itself is put right on the
day on which somebody moves it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiosk import audit, shifts
from kiosk.errors import Refused
from kiosk.money import LIMIT_FEN
from kiosk.reports import store
from kiosk.reports.figures import corrections_of
from kiosk.reports.model import CORRECTION_WORDS, FIGURE_COLUMNS, SERVICE_ROWS, Correction
from kiosk.storage import Tx
from kiosk.words import N_

VOUCHER = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}", re.ASCII)
MOST_COUNT = 10_000


@dataclass(frozen=True, slots=True)
class RowChange:
    """What is added to one row of the form (negative: taken away); amounts in fen."""

    service: str
    kind: str = ""
    txn_count: int = 0
    txn_amount_fen: int = 0
    commission_fen: int = 0
    service_fee_fen: int = 0

    @property
    def is_nothing(self) -> bool:
        """True when it changes no figure."""
        return not any((self.txn_count, self.txn_amount_fen, self.commission_fen, self.service_fee_fen))


@dataclass(frozen=True, slots=True)
class Change:
    """Everything that one supplement corrects: rows, figures beside them by column
    (``FIGURE_COLUMNS``: parcels, and what registers count), why, and the voucher that shows it."""

    reason: str
    voucher: str
    rows: Sequence[RowChange] = ()
    parcels: Mapping[str, int] = field(default_factory=dict)


def keep(tx: Tx, business_on: str, change: Change) -> list[Correction]:
    """Keeps the corrections of the next revision and returns them.

    Raises ``Refused`` with ``correction.no_day`` (never open), ``correction.day_open`` (nothing is frozen yet),
    ``correction.reason_unknown``, ``correction.voucher_unreadable``, ``correction.row_unknown``,
    ``correction.too_large`` or ``correction.nothing``.
    """
    day = shifts.day(tx, business_on)
    if day is None:
        raise Refused(
            "correction.no_day", N_("{business_on} 没有营业，没有可更正的日报；请核对日期"), business_on=business_on
        )
    before = store.latest(tx, business_on)
    if day.state != "closed" or before is None:
        raise Refused(
            "correction.day_open",
            N_("{business_on} 还没有日结，今天的单可以直接退款或作废；没有更正"),
            business_on=business_on,
        )
    if change.reason not in CORRECTION_WORDS:
        raise Refused("correction.reason_unknown", N_("请从列表中选择更正的原因；没有更正"))
    voucher = change.voucher.strip().upper()
    if not VOUCHER.fullmatch(voucher):
        raise Refused(
            "correction.voucher_unreadable",
            N_("请填凭证号（收据号或单据号，字母、数字和短横）；没有更正，填的内容还在"),
        )
    rows = [row for row in change.rows if not row.is_nothing]
    parcels = {name: count for name, count in change.parcels.items() if count}
    _refuse_unknown(rows, parcels)
    if not rows and not parcels:
        raise Refused("correction.nothing", N_("没有填要更正的数字；没有更正"))
    revision = before.revision + 1
    for row in rows:
        _insert(tx, business_on, revision, change.reason, voucher, row, {})
    if parcels:
        _insert(tx, business_on, revision, change.reason, voucher, RowChange(""), parcels)
    return [made for made in corrections_of(tx, business_on, up_to=revision) if made.revision == revision]


def _refuse_unknown(rows: Sequence[RowChange], parcels: Mapping[str, int]) -> None:
    places = [(row.service, row.kind) for row in rows]
    if set(places) - set(SERVICE_ROWS) or len(set(places)) != len(places) or set(parcels) - set(FIGURE_COLUMNS):
        raise Refused("correction.row_unknown", N_("要更正的业务类型不在日报里，或填了两次；没有更正"))
    counts = [row.txn_count for row in rows] + list(parcels.values())
    amounts = [fen for row in rows for fen in (row.txn_amount_fen, row.commission_fen, row.service_fee_fen)]
    if any(abs(count) > MOST_COUNT for count in counts) or any(abs(fen) > LIMIT_FEN for fen in amounts):
        raise Refused("correction.too_large", N_("更正的数字太大，请核对；没有更正"))


def _insert(
    tx: Tx, business_on: str, revision: int, reason: str, voucher: str, row: RowChange, parcels: Mapping[str, int]
) -> None:
    figures = {
        "txn_count": row.txn_count, "txn_amount_fen": row.txn_amount_fen, "commission_fen": row.commission_fen,
        "service_fee_fen": row.service_fee_fen,
    }  # fmt: skip
    correction_id = tx.insert(
        "day_corrections", business_on=business_on, revision=revision, service=row.service, kind=row.kind, **figures,
        parcels=json.dumps(dict(sorted(parcels.items()))), reason=reason, voucher=voucher, corrected_at=tx.now,
        corrected_by_kind=tx.actor.kind, corrected_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "day.corrected", correction_id=correction_id, business_on=business_on, revision=revision,
        service=row.service, kind=row.kind, **figures, parcels=sum(map(abs, parcels.values())), reason=reason,
        voucher=voucher,
    )  # fmt: skip
