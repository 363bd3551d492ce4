"""What the requests themselves keep for a day: which cases are whose, and the copies on the paper."""

from __future__ import annotations

from kiosk import vault
from kiosk.retention.kinds import Field, Kind, Line, declare
from kiosk.retention.requests import CASE, CASES
from kiosk.retention.terms import WORKING
from kiosk.storage import Tx
from kiosk.words import N_


def _forget(tx: Tx, request_id: int, rule: str) -> int:
    return vault.erase(tx, CASE, request_id, rule)


declare(
    Kind(
        CASE, N_("个人信息申请"), "data_requests", "c.asked_at",
        fields={CASES: Field(N_("核对到的业务")), "value": Field(N_("查询结果"))},
        lines=(Line(vault.WHOLE, WORKING, _forget, "c.asked_at"),), classes=("station",),
    )
)  # fmt: skip
