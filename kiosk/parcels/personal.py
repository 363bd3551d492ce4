"""What this room keeps of people, and how it goes: recipients and collectors of parcels, standing proxies, couriers."""

from __future__ import annotations

from kiosk import shifts, vault
from kiosk.codes import parse_phone
from kiosk.parcels import actions, erasure, store
from kiosk.parcels.intake import keep_number, recipient
from kiosk.parcels.model import BATCH_CASE, CASE, IN_STOCK, PROXY_CASE
from kiosk.retention.kinds import PICTURE, Field, Kind, Line, declare, declare_paper, pictures_of
from kiosk.retention.terms import NUMBER, PERSON
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: Word for word the condition of the index ``parcels_to_forget``.
_LEFT = "c.out_on IS NOT NULL AND c.erased_at IS NULL AND c.out_on < ?"


def _numbers_due(db: Reader, before_on: str, _after_id: int, limit: int) -> list[int]:
    rows = db.all(
        f"SELECT c.id FROM parcels c JOIN vault v ON v.case_kind = '{CASE}' AND v.case_id = c.id AND v.field = 'phone'"
        f" WHERE {_LEFT} AND c.phone_kind IN ('real', 'virtual') ORDER BY c.out_on LIMIT ?",
        before_on,
        limit,
    )
    return [row["id"] for row in rows]


def _persons_due(db: Reader, before_on: str, _after_id: int, limit: int) -> list[int]:
    rows = db.all(f"SELECT c.id FROM parcels c WHERE {_LEFT} ORDER BY c.out_on LIMIT ?", before_on, limit)
    return [row["id"] for row in rows]


def _forget_courier(tx: Tx, batch_id: int, rule: str) -> int:
    return vault.erase(tx, BATCH_CASE, batch_id, rule)


def _change(tx: Tx, parcel_id: int, field: str, value: str) -> None:
    """A parcel that lies here is corrected as at the counter; of one that left only what is kept changes."""
    row = store.parcel(tx, parcel_id)
    person = recipient(tx, parse_phone(value), None, None) if field == "phone" else recipient(tx, None, None, value)
    if row["state"] in IN_STOCK:
        today = shifts.ensure_open(tx).business_on
        if field == "phone":
            actions.correct(tx, today, row, phone=parse_phone(value))
        else:
            actions.correct(tx, today, row, name_hint=value)
    elif field == "phone":
        columns = {name: held for name, held in person.columns.items() if name.startswith("phone")}
        tx.change("parcels", parcel_id, **columns)
        keep_number(tx, parcel_id, person.number)
    else:
        tx.change("parcels", parcel_id, name_hint=person.columns["name_hint"])


def _by_code(db: Reader, typed: str) -> list[tuple[str, int]]:
    row = store.by_code(db, typed.strip().upper())
    return [] if row is None else [(CASE, row["id"])]


declare(
    Kind(
        CASE, N_("快件"), "parcels", "(SELECT e.at FROM parcel_events e WHERE e.parcel_id = c.id AND e.step = 1)",
        fields={
            "phone": Field(N_("收件人电话"), "phone", may_change=True),
            "collected_by": Field(N_("代取人"), "name"),
            "wrong_person": Field(N_("错拿的人"), "name"),
            "photo": PICTURE,
        },
        lines=(
            Line(vault.NUMBER, NUMBER, erasure.erase_number, due=_numbers_due),
            pictures_of(CASE, "c.out_on"),
            Line(vault.WHOLE, PERSON, erasure.erase_person, due=_persons_due),
        ),
        columns=("waybill_no", "phone_tail", "phone_hash", "name_hint"),
        by_hash="c.phone_tail = :tail AND c.phone_hash = :hash", ended="c.out_on", change=_change, erase_open=erasure.erase_while_here,
        classes=("parcel", "photo"),
    )
)  # fmt: skip
declare(
    Kind(
        PROXY_CASE, N_("长期代取人"), "standing_proxies", "c.created_at", fields={"name": Field(N_("代取人"), "name")},
        lines=(Line(vault.WHOLE, PERSON, erasure.erase_proxy, "COALESCE(c.ended_at, c.last_used_at)"),),
        columns=("phone_hash", "phone_tail", "name_hint"), by_hash="c.phone_hash = :hash", classes=("parcel",),
    )
)  # fmt: skip
declare(
    Kind(
        BATCH_CASE, N_("入库批次"), "intake_batches", "c.opened_at", fields={"courier": Field(N_("快递员"), "name")},
        lines=(Line(vault.WHOLE, PERSON, _forget_courier, "c.closed_at"),), classes=("parcel",),
    )
)  # fmt: skip
declare_paper("pickup_code", _by_code)
