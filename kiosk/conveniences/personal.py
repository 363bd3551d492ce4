"""What this room keeps of people, and how it goes: whatever a service asks for, by its own data; a clinic visit by a term of
its own, and by the data's own days where it names them."""

from __future__ import annotations

from datetime import date, timedelta

from kiosk import vault
from kiosk.conveniences import erasure, store
from kiosk.conveniences.model import CASE
from kiosk.retention.kinds import Field, Kind, Line, declare
from kiosk.retention.terms import CLINIC, MONEY, days_of
from kiosk.storage import Reader
from kiosk.words import N_

_ENDED = (
    "CASE WHEN c.state IN ('done', 'refunded', 'cancelled') THEN COALESCE(c.refunded_on, c.outcome_on, c.received_on,"
    " c.recorded_on) END"
)


def _visits_due(db: Reader, before_on: str, _after_id: int, limit: int) -> list[int]:
    clinic_days = days_of(db, CLINIC)
    today = date.fromisoformat(before_on) + timedelta(days=clinic_days)
    found = store.to_erase(db, today.isoformat(), clinic_days)
    return [case for case in found if not store.convenience(db, case).holds_money][:limit]


declare(
    Kind(
        CASE, N_("便民服务"), "conveniences", "c.recorded_at", fields={"*": Field(N_("登记的内容"))},
        lines=(
            Line(vault.WHOLE, CLINIC, erasure.forget, due=_visits_due),
            Line(vault.WHOLE, MONEY, erasure.forget, _ENDED, is_law=True),
        ),
        columns=("once_hash", "day_hash", "phone_hash", "phone_tail"), by_hash="c.phone_hash = :hash",
        classes=("money", "clinic"),
    )
)  # fmt: skip
