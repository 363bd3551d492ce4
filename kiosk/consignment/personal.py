"""What this room keeps of people, and how it goes: suppliers, their sales, and what villagers wish to sell."""

from __future__ import annotations

from kiosk import vault
from kiosk.consignment import actions, requests, suppliers
from kiosk.consignment.model import CASE
from kiosk.retention.kinds import Field, Kind, Line, declare
from kiosk.retention.terms import MONEY
from kiosk.words import N_

#: The last business with a supplier; NULL while goods of theirs are on sale or money is owed to them.
_LAST_BUSINESS = (
    "CASE WHEN NOT EXISTS (SELECT 1 FROM products p WHERE p.supplier_id = c.id AND p.state = 'on_sale')"
    " AND NOT EXISTS (SELECT 1 FROM consignor_dues d WHERE d.supplier_id = c.id AND d.settlement_id IS NULL)"
    " THEN MAX(c.registered_on, COALESCE((SELECT MAX(s.recorded_on) FROM consignment_sales s WHERE s.supplier_id = c.id), ''),"
    " COALESCE((SELECT MAX(m.business_on) FROM stock_moves m JOIN products p ON p.id = m.product_id WHERE p.supplier_id = c.id), ''),"
    " COALESCE((SELECT MAX(t.paid_on) FROM settlements t WHERE t.supplier_id = c.id), '')) END"
)
_REQUEST_ENDED = (
    "CASE WHEN c.state IN ('sold', 'returned', 'refused', 'withdrawn')"
    " THEN (SELECT MAX(e.business_on) FROM sale_request_events e WHERE e.request_id = c.id) END"
)
_NAME, _PHONE = Field(N_("姓名"), "name", may_change=True), Field(N_("电话"), "phone", may_change=True)
_BY_HASH = "c.phone_hash = :hash"

declare(
    Kind(
        CASE, N_("代销"), "consignment_sales", "c.recorded_at",
        fields={"item_name": Field(N_("代销的东西"))},
        lines=(
            Line(
                vault.WHOLE, MONEY, actions.forget,
                "CASE WHEN c.state <> 'recorded' THEN COALESCE(c.cancelled_on, c.sold_on, c.recorded_on) END", is_law=True,
            ),
        ),
        columns=("phone_hash", "phone_tail", "waybill_no"), by_hash=_BY_HASH, classes=("money",),
        # Of sales made before suppliers were kept.
        old_fields={"supplier_name": _NAME, "phone": _PHONE},
    )
)  # fmt: skip
declare(
    Kind(
        suppliers.CASE, N_("供货人"), "suppliers", "c.registered_at",
        fields={"name": _NAME, "phone": _PHONE, "address": Field(N_("地址"), may_change=True)},
        lines=(Line(vault.WHOLE, MONEY, suppliers.forget, _LAST_BUSINESS, is_law=True),),
        columns=("phone_hash", "phone_tail"), by_hash=_BY_HASH, classes=("money",),
    )
)  # fmt: skip
declare(
    Kind(
        requests.CASE, N_("村民求售"), "sale_requests", "c.requested_at",
        fields={"name": _NAME, "phone": _PHONE, "words": Field(N_("想卖的东西"))},
        lines=(Line(vault.WHOLE, MONEY, requests.forget, _REQUEST_ENDED),), columns=("phone_hash", "phone_tail"),
        by_hash=_BY_HASH, classes=("money",),
    )
)  # fmt: skip
