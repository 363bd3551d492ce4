"""What this room keeps of people, and how it goes: sender and recipient, couriers, and items that were refused."""

from __future__ import annotations

from kiosk import vault
from kiosk.outbound import actions, refused
from kiosk.outbound.model import CASE, MANIFEST_CASE, REFUSAL_CASE
from kiosk.retention.kinds import PICTURE, Field, Kind, Line, declare, declare_paper, pictures_of
from kiosk.retention.terms import NUMBER, PERSON
from kiosk.storage import Reader
from kiosk.words import N_

_LEFT = "COALESCE(c.given_at, c.ended_at)"


def _numbers_due(db: Reader, before_on: str, after_id: int, limit: int) -> list[int]:
    rows = db.all(
        f"SELECT c.id FROM outbound_parcels c WHERE c.id > ? AND c.erased_at IS NULL AND {_LEFT} < ? AND EXISTS (SELECT 1"
        f" FROM vault v WHERE v.case_kind = '{CASE}' AND v.case_id = c.id AND v.field IN ('sender_phone', 'recipient_phone'))"
        " ORDER BY c.id LIMIT ?",
        after_id,
        before_on,
        limit,
    )
    return [row["id"] for row in rows]


def _by_number(db: Reader, typed: str) -> list[tuple[str, int]]:
    rows = db.all("SELECT id FROM outbound_parcels WHERE outbound_no = ?", typed.strip().upper())
    return [(CASE, row["id"]) for row in rows]


declare(
    Kind(
        CASE, N_("寄件"), "outbound_parcels", "c.recorded_at",
        fields={
            "sender_name": Field(N_("寄件人"), "name", may_change=True),
            "sender_phone": Field(N_("寄件人电话"), "phone", may_change=True),
            "sender_address": Field(N_("寄件人地址"), may_change=True),
            "recipient_name": Field(N_("收件人"), "name"),
            "recipient_phone": Field(N_("收件人电话"), "phone"),
            "recipient_address": Field(N_("收件人地址")),
            "item": Field(N_("物品")),
        },
        lines=(
            Line(vault.NUMBER, NUMBER, actions.forget_numbers, due=_numbers_due),
            Line(vault.WHOLE, PERSON, actions.forget, _LEFT),
        ),
        columns=("phone_hash", "phone_tail", "waybill_no"), by_hash="c.phone_hash = :hash", classes=("parcel",),
    )
)  # fmt: skip
declare(
    Kind(
        MANIFEST_CASE, N_("寄件交接单"), "outbound_manifests", "c.opened_at",
        fields={"courier": Field(N_("快递员"), "name"), "signature": PICTURE},
        lines=(pictures_of(MANIFEST_CASE, _LEFT), Line(vault.WHOLE, PERSON, actions.forget_courier, _LEFT)),
        classes=("parcel", "photo"),
    )
)  # fmt: skip
declare(
    Kind(
        REFUSAL_CASE, N_("拒收登记"), "outbound_refusals", "c.refused_at", fields={"item": Field(N_("物品"))},
        lines=(Line(vault.WHOLE, PERSON, refused.forget, "c.refused_at"),), classes=("parcel",),
    )
)  # fmt: skip
declare_paper("outbound_no", _by_number)
