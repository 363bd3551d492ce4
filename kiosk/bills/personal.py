"""What this room keeps of people, and how it goes: whose account was paid, for whom, and pictures of vouchers."""

from __future__ import annotations

from kiosk import vault
from kiosk.bills import actions
from kiosk.bills.model import CASE
from kiosk.retention.kinds import PICTURE, Field, Kind, Line, declare, pictures_of
from kiosk.retention.terms import MONEY
from kiosk.words import N_

_ENDED = (
    "CASE c.state WHEN 'confirmed' THEN c.outcome_on WHEN 'refunded' THEN c.refunded_on WHEN 'cancelled' THEN c.recorded_on"
    " END"
)
#: A bill has no search column for its phone: whoever asks what is kept of them is found in the vault, which is rare enough.
_OF_NUMBER = (
    f"EXISTS (SELECT 1 FROM vault v WHERE v.case_kind = '{CASE}' AND v.case_id = c.id AND v.field = 'phone'"
    " AND v.value = :number)"
)

declare(
    Kind(
        CASE, N_("代缴费"), "bills", "c.recorded_at",
        fields={
            "account_no": Field(N_("户号"), "account"),
            "account_holder": Field(N_("户名"), "name"),
            "customer_name": Field(N_("姓名"), "name", may_change=True),
            "phone": Field(N_("电话"), "phone", may_change=True),
            "voucher": PICTURE,
        },
        lines=(pictures_of(CASE, _ENDED), Line(vault.WHOLE, MONEY, actions.forget, _ENDED, is_law=True)),
        columns=("account_hash",), by_hash=_OF_NUMBER, classes=("money", "photo"),
    )
)  # fmt: skip
