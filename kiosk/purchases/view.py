"""A purchase as pages and API show it: in words, the customer masked, its age counted now, and what may be done next."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from kiosk import clock, shifts, vault
from kiosk.codes import mask_name, mask_phone
from kiosk.people import staff
from kiosk.purchases import platforms, store
from kiosk.purchases.actions import words_for
from kiosk.purchases.model import (
    CASE,
    CATEGORY_WORDS,
    END_WORDS,
    ENDED,
    NO_RETURN_WORDS,
    PAID_BY_WORDS,
    PAID_FROM_WORDS,
    RETURN_WORDS,
    STALE_DAYS,
    UNDER_WAY,
    PaidBy,
    Purchase,
    PurchaseState,
)
from kiosk.storage import Reader
from kiosk.words import N_, say

#: What a step is called in a purchase's story.
STEP_WORDS = {
    "recorded": N_("登记并报价"),
    "requested": N_("填报需求"),
    "quoted": N_("报价"),
    "received": N_("村民确认，收预付款"),
    "withdrawn": N_("收款已撤销"),
    "price_changed": N_("改价"),
    "ordered": N_("下单并付给商家"),
    "waybill_added": N_("登记运单"),
    "parcel_joined": N_("快件到站"),
    "parcel_parted": N_("快件撤销入库"),
    "arrived": N_("到货"),
    "balance_received": N_("收货款"),
    "paid_back": N_("退给村民"),
    "part_handed_over": N_("交付一部分"),
    "handed_over": N_("交付"),
    "hand_over_undone": N_("撤销交付"),
    "closed": N_("结案"),
    "cancel_asked": N_("要取消"),
    "cancelled": N_("取消"),
    "return_begun": N_("开始退换"),
    "shop_refunded": N_("商家退款"),
    "refunded": N_("退款办结"),
    "exchanged": N_("换货办结"),
    "step_undone": N_("收付款已作废"),
    "disputed": N_("发生纠纷"),
    "dispute_settled": N_("纠纷已处理"),
    "noted": N_("备注"),
    "corrected": N_("补登农资核对"),
}
ENDING_WORDS = {
    "cancelled": N_("取消中"),
    "refunded": N_("退货退款"),
    "exchanged": N_("换货"),
}
_MONEY_STEPS = frozenset(
    {"recorded", "quoted", "received", "price_changed", "ordered", "balance_received", "paid_back", "shop_refunded"}
)


def item_of(db: Reader, purchase_id: int) -> str:
    """What a purchase is of; erased words say so."""
    item = vault.get(db, CASE, purchase_id, "item_name")
    return say(vault.ERASED) if item is None else item


def show(db: Reader, found: Purchase, today: date | None = None) -> dict[str, Any]:
    """One purchase as a list shows it; nothing of it names the customer."""
    here = today or clock.local_date(db.settings.station.zone)
    zone = db.settings.station.zone
    age = max(0, (here - clock.local(found.state_since, zone).date()).days)
    name = vault.get(db, CASE, found.id, "customer_name")
    phone = vault.get(db, CASE, found.id, "phone")
    stale = STALE_DAYS.get(found.state)
    return {
        "id": found.id,
        "request_no": found.request_no,
        "state": found.state,
        "state_words": say(found.state_words),
        "age_days": age,
        "is_stale": stale is not None and age >= stale,
        "item_name": item_of(db, found.id),
        "spec": vault.get(db, CASE, found.id, "spec") or "",
        "quantity": found.quantity,
        "category": found.category,
        "category_words": say(CATEGORY_WORDS[found.category]),
        "customer": mask_name(name or ""),
        "phone": mask_phone(phone) if phone else found.phone_tail or "",
        "budget_fen": found.budget_fen,
        "amount_fen": found.amount_fen,
        "advance_fen": found.advance_fen,
        "paid_by": found.paid_by,
        "paid_by_words": say(PAID_BY_WORDS[found.paid_by]) if found.paid_by else "",
        "paid_from": found.paid_from,
        "paid_from_words": say(PAID_FROM_WORDS[found.paid_from]) if found.paid_from else "",
        "due_fen": found.due_fen,
        "received_fen": found.received_fen,
        "owed_fen": found.owed_fen,
        "spent_fen": found.spent_fen,
        "held_fen": found.held_fen,
        "advanced_fen": found.advanced_fen,
        "platform": found.platform,
        "platform_name": platforms.name_of(db, found.platform),
        "online_shop": found.online_shop,
        "platform_order_no": found.platform_order_no or "",
        "ends_as": found.ends_as,
        "ends_as_words": say(ENDING_WORDS[found.ends_as]) if found.ends_as and found.state not in ENDED else "",
        "end_reason": found.end_reason,
        "end_words": _why(found),
        "is_disputed": bool(found.is_disputed),
        "no_return_reason": found.no_return_reason,
        "recorded_on": found.recorded_on,
        "received_on": found.received_on,
        "ordered_on": found.ordered_on,
        "expected_on": found.expected_on,
        "arrived_on": found.arrived_on,
        "handed_over_on": found.handed_over_on,
        "return_until_on": found.return_until_on,
        "ended_on": found.ended_on,
    }


def one(db: Reader, purchase_id: int) -> dict[str, Any]:
    """Everything about one purchase: with its waybills, parcels, story and what may be done next. Refused
    ``purchase.unknown``."""
    found = store.purchase(db, purchase_id)
    return show(db, found) | {
        "registration_no": found.registration_no,
        "needs_registration": bool(found.needs_registration),
        "has_producer_name": bool(found.has_producer_name),
        "has_producer_address": bool(found.has_producer_address),
        "has_certificate": bool(found.has_certificate),
        "no_return_words": say(NO_RETURN_WORDS[found.no_return_reason]),
        "waybills": [
            {"waybill_no": row["waybill_no"] or say(vault.ERASED), "way": row["way"], "added_on": row["added_on"]}
            for row in store.waybills(db, purchase_id)
        ],
        "parcels": [
            {"parcel_id": joined.parcel_id, "has_left": joined.left_at is not None}
            for joined in store.parcels(db, purchase_id)
        ],
        "story": [_event(db, row) for row in store.events(db, purchase_id)],
        "may": sorted(next_steps(db, found)),
    }


def next_steps(db: Reader, found: Purchase) -> set[str]:
    """What may be done next, by the names of the API's acts; nothing that moves money while a line waits on a ticket."""
    may = {"note", "settle_dispute" if found.is_disputed else "dispute"}
    if store.has_pending_line(db, found.id):
        return may
    state, is_quoted = found.state, found.state == PurchaseState.QUOTED
    is_agreed = found.received_on is not None
    if found.owed_fen > 0 and (found.ends_as in ("", "exchanged") or found.is_shop_settled):
        may.add("balance")
    if found.owed_fen < 0:
        may.add("payout")
    if found.ends_as in ("cancelled", "refunded"):
        if not found.is_shop_settled and state in (PurchaseState.ORDERED, PurchaseState.RETURNING):
            may.add("shop_refund")
        if state == PurchaseState.RETURNING and not found.is_shop_settled:
            may.add("return")
        return may
    if state in (PurchaseState.REQUESTED, PurchaseState.QUOTED):
        may |= {"cancel", "correct"}
        if not is_agreed:
            may.add("quote")
    if is_quoted:
        may |= {"order", "price"} if is_agreed else {"accept"}
    if state in UNDER_WAY:
        may |= {"waybill", "price"}
    if state == PurchaseState.ORDERED:
        may.add("cancel")
    if state in (PurchaseState.ORDERED, PurchaseState.SHIPPED):
        may.add("arrive")
    if state in (PurchaseState.SHIPPED, PurchaseState.ARRIVED, PurchaseState.HANDED_OVER, PurchaseState.CLOSED):
        may.add("return")
    if state == PurchaseState.ARRIVED:
        may |= {"hand_over", "notify"}
    if state == PurchaseState.HANDED_OVER:
        may.add("price")
        today = shifts.open_day(db)
        if today is not None and found.handed_over_on == today.business_on:
            may.add("undo_hand_over")
        if found.is_level and not found.is_disputed:
            may.add("close")
    if state == PurchaseState.RETURNING:
        may |= {"waybill", "price", "hand_over"}
        if not any(row["way"] == "replacement" for row in store.waybills(db, found.id)):
            may.add("return")
    if found.paid_by == PaidBy.DIRECT:
        may -= {"balance", "payout"}
    return may


def _why(found: Purchase) -> str:
    if not found.end_reason:
        return ""
    words = RETURN_WORDS if found.ends_as in ("refunded", "exchanged") else END_WORDS
    return say(words.get(found.end_reason, END_WORDS[found.end_reason]))


def _event(db: Reader, row: Any) -> dict[str, Any]:
    return {
        "step": row["step"],
        "kind": row["kind"],
        "words": say(STEP_WORDS[row["kind"]]),
        "state": row["to_state"],
        "at": row["at"],
        "business_on": row["business_on"],
        "by": staff.name_of(db, row["actor_kind"], row["actor_id"]) or "",
        "moved_fen": row["moved_fen"] if row["kind"] in _MONEY_STEPS else None,
        "note": vault.get(db, CASE, row["purchase_id"], words_for(row["kind"], row["step"])) or "",
        "detail": json.loads(row["detail"]),
    }
