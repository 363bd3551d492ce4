"""Who has not agreed, in three colours; what was given and withdrawn; the courier's list."""

from __future__ import annotations

from kiosk.counter import consent, consent_list
from kiosk.counter.check_in import check_in
from kiosk.storage import Actor, Store
from tests.web.shots import Shot, row

_WAYBILLS = ("YT8962646785991", "YT8962646785992", "YT8962646785993")


def _asked(store: Store, actor: Actor) -> None:
    """One of each colour; made once."""
    with store.transaction(actor) as tx:
        if tx.value("SELECT COUNT(*) FROM consents"):
            return
        for waybill, phone, name in zip(
            _WAYBILLS, ("13800001111", "13800002222", "3333"), ("欧阳䶮", "王", "诸葛"), strict=True
        ):
            done = check_in(tx, waybill=waybill, carrier="YTO", phone=phone, name_hint=name, print_mode="never")
            if phone.endswith("1111"):
                consent.give_consent(tx, done.parcel_id, "standing", "phone")
            if phone.endswith("3333"):
                given = consent.give_consent(tx, done.parcel_id, "this_parcel", "oral")
                consent.withdraw_consent(tx, given.id, "mistake")
        consent_list.make_courier_list(tx, carrier="YTO")


SHOTS: dict[str, tuple[Shot, ...]] = {
    "consents.not_agreed": (Shot("/consents", "consents", before=_asked),),
    "consents.given": (Shot("/consents/given", "consents-given", before=_asked),),
    "consents.one_list": (
        Shot(row("/consents/lists/{}", "SELECT MAX(id) FROM slips WHERE template = 'consent_list'"), "consents-list", before=_asked),
    ),
}  # fmt: skip
