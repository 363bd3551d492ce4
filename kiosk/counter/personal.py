"""What the counter itself keeps of people for a short while: the recovery code until it was noted."""

from __future__ import annotations

from kiosk import vault
from kiosk.counter.recovery_paper import CASE, FIELD, forget_recovery_code
from kiosk.retention.kinds import Field, Kind, Line, declare
from kiosk.retention.terms import WORKING
from kiosk.storage import Tx
from kiosk.words import N_


def _forget(tx: Tx, _case_id: int, _rule: str) -> bool:
    return forget_recovery_code(tx)


declare(
    Kind(
        CASE, N_("站长恢复码"), "recovery", "c.made_at", fields={FIELD: Field(N_("恢复码"), "account")},
        lines=(Line(vault.WHOLE, WORKING, _forget, "c.made_at"),), classes=("station",),
    )
)  # fmt: skip
