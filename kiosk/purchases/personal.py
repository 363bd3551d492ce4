"""What this room keeps of people, and how it goes: whom something was bought for, what, and every remark."""

from __future__ import annotations

from kiosk import vault
from kiosk.purchases import actions
from kiosk.purchases.model import CASE
from kiosk.retention.kinds import Field, Kind, Line, declare
from kiosk.retention.terms import MONEY
from kiosk.words import N_

declare(
    Kind(
        CASE, N_("代购"), "purchases", "c.recorded_at",
        fields={
            "customer_name": Field(N_("姓名"), "name", may_change=True),
            "phone": Field(N_("电话"), "phone", may_change=True),
            "item_name": Field(N_("代购的东西")),
            "spec": Field(N_("规格")),
            "noted": Field(N_("备注")),
            "disputed": Field(N_("纠纷说明")),
            "dispute_settled": Field(N_("纠纷结果")),
        },
        lines=(Line(vault.WHOLE, MONEY, actions.forget, "CASE c.is_disputed WHEN 0 THEN c.ended_on END", is_law=True),),
        columns=("phone_hash", "phone_tail", "platform_order_no"), by_hash="c.phone_hash = :hash", classes=("money",),
    )
)  # fmt: skip
