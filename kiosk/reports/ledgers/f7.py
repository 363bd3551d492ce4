"""F7, 便民台账: tickets, appointments, enquiries and whatever else a county lets the station do. What was typed into a
service's form stays on its own page: a ledger needs to say that it was done, not what for (PIPL 28–31)."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.conveniences import services
from kiosk.conveniences.model import FAIL_WORDS, STATE_WORDS
from kiosk.reports.ledgers.cells import by_name, by_staff
from kiosk.reports.ledgers.model import Column, Kind, Ledger
from kiosk.reports.ledgers.parts import fee, staff
from kiosk.storage import Reader
from kiosk.words import N_


def service_names(db: Reader) -> Mapping[str, str]:
    """Every convenience service's code and name."""
    return {code: service.title() for code, service in services.services(db).items()}


CONVENIENCES = Ledger(
    form="F7",
    title=N_("便民服务台账"),
    about=N_("车票、预约、咨询、取现等每项便民服务：办了什么、收多少、结果如何"),
    source="conveniences c",
    on="c.recorded_on",
    key="c.id",
    where="c.state NOT IN ('recorded', 'cancelled')",
    is_erased="c.erased_at IS NOT NULL",
    tail="c.phone_tail",
    named=(("c.service", service_names),),
    by=("c.recorded_by_kind", "c.recorded_by_id"),
    place="'/conveniences/' || c.id",
    states={name: (words, f"c.state = '{name.value}'") for name, words in STATE_WORDS.items() if name not in ("recorded", "cancelled")},
    columns=(
        Column("recorded_at", N_("登记"), "c.recorded_at", Kind.INSTANT, 17),
        Column("convenience_id", N_("编号"), "c.id", Kind.NUMBER, 8, under="recorded_at"),
        Column("service", N_("服务"), "c.service", Kind.WORD, 20, reading=by_name(service_names)),
        Column("quantity", N_("数量"), "c.quantity", Kind.NUMBER, 7),
        Column("phone_tail", N_("村民尾号"), "c.phone_tail", Kind.PERSON, 10, mask="phone"),
        Column(
            "held_fen", N_("代收"), "IIF(c.money = 'held', c.principal_fen, NULL)", Kind.FEN, 12, has_total=True,
        ),
        Column("paid_out_fen", N_("代付"), "IIF(c.money = 'paid_out', c.principal_fen, NULL)", Kind.FEN, 12, has_total=True, under="held_fen"),
        Column("fee_fen", N_("服务费"), fee("convenience", "c.id"), Kind.FEN, 10, has_total=True),
        Column("state", N_("结果"), "c.state", Kind.WORD, 12, words=STATE_WORDS),
        Column("fail_reason", N_("没办成的原因"), "c.fail_reason", Kind.WORD, 18, words=FAIL_WORDS, under="state"),
        Column("outcome_on", N_("办结日期"), "COALESCE(c.refunded_on, c.outcome_on)", Kind.DATE, 12, under="state"),
        Column("by", N_("经办人"), staff("c.recorded_by_kind", "c.recorded_by_id"), Kind.TEXT, 10, reading=by_staff),
    ),
)  # fmt: skip
