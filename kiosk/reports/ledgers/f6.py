"""F6, 缴费台账: each bill by its biller, account and period, through which channel it was paid and how it ended (domain.md
§6)."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.bills import billers
from kiosk.bills.model import CHANNEL_WORDS, KIND_WORDS, STATE_WORDS
from kiosk.reports.ledgers.cells import by_name, by_staff
from kiosk.reports.ledgers.model import Column, Kind, Ledger
from kiosk.reports.ledgers.parts import fee, kept, nothing_kept, staff
from kiosk.storage import Reader
from kiosk.words import N_


def biller_names(db: Reader) -> Mapping[str, str]:
    """Every biller's code and name."""
    return {code: biller.name for code, biller in billers.billers(db).items()}


def _of(field: str) -> str:
    return kept("bill", "b.id", field)


BILLS = Ledger(
    form="F6",
    title=N_("缴费台账"),
    about=N_("每笔代缴：缴费单位、户号、账期、金额、渠道、流水号、结果"),
    source="bills b",
    on="b.recorded_on",
    key="b.id",
    where="b.state NOT IN ('recorded', 'cancelled')",
    is_erased=nothing_kept("bill", "b.id"),
    texts=("b.bill_period", "b.serial_no", "b.voucher_no"),
    named=(("b.biller", biller_names),),
    by=("b.recorded_by_kind", "b.recorded_by_id"),
    place="'/bills/' || b.id",
    states={
        **{name: (words, f"b.state = '{name.value}'") for name, words in STATE_WORDS.items() if name not in ("recorded", "cancelled")},
        **{name: (words, f"b.kind = '{name.value}'") for name, words in KIND_WORDS.items()},
    },
    columns=(
        Column("received_at", N_("收款"), "b.received_at", Kind.INSTANT, 17),
        Column("bill_id", N_("编号"), "b.id", Kind.NUMBER, 8, under="received_at"),
        Column("kind", N_("项目"), "b.kind", Kind.WORD, 12, words=KIND_WORDS),
        Column("biller", N_("缴费单位"), "b.biller", Kind.WORD, 20, reading=by_name(biller_names), under="kind"),
        Column("account_no", N_("户号"), f"CASE WHEN b.kind <> 'mobile' THEN {_of('account_no')} END", Kind.PERSON, 18, mask="account"),
        Column(
            "topped_up", N_("充值号码"), f"CASE WHEN b.kind = 'mobile' THEN {_of('account_no')} END", Kind.PERSON, 14,
            mask="phone", under="account_no",
        ),
        Column("account_holder", N_("户名"), _of("account_holder"), Kind.PERSON, 10, mask="name", under="account_no"),
        Column("customer_name", N_("来办的人"), _of("customer_name"), Kind.PERSON, 10, mask="name", under="account_no"),
        Column("bill_period", N_("账期"), "b.bill_period", Kind.TEXT, 10),
        Column("amount_fen", N_("金额"), "b.amount_fen", Kind.FEN, 12, has_total=True),
        Column("late_fee_fen", N_("其中违约金"), "NULLIF(b.late_fee_fen, 0)", Kind.FEN, 11, has_total=True, under="amount_fen"),
        Column("fee_fen", N_("服务费"), fee("bill", "b.id"), Kind.FEN, 10, has_total=True, under="amount_fen"),
        Column("channel", N_("渠道"), "b.channel", Kind.WORD, 16, words=CHANNEL_WORDS),
        Column("serial_no", N_("流水号"), "b.serial_no", Kind.TEXT, 20, under="channel"),
        Column("voucher_no", N_("凭证号"), "b.voucher_no", Kind.TEXT, 16, under="channel"),
        Column("state", N_("结果"), "b.state", Kind.WORD, 14, words=STATE_WORDS),
        Column("outcome_on", N_("办结日期"), "COALESCE(b.refunded_on, b.outcome_on)", Kind.DATE, 12, under="state"),
        Column("by", N_("经办人"), staff("b.recorded_by_kind", "b.recorded_by_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip
