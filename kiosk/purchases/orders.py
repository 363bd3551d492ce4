"""The order on its way: paid to the shop, shipped, arrived, handed over, closed. The shop's money leaves a wallet or the
owner here, never the drawer; the customer's comes by lines of tickets (``changes``)."""

from __future__ import annotations

from datetime import date, timedelta

from kiosk import ledger, shifts
from kiosk.codes import Recognised, about_a_person, recognise, waybill_of
from kiosk.errors import Refused
from kiosk.ledger import PAID_FROM, Posting
from kiosk.money import LIMIT_FEN, yuan
from kiosk.people.rights import Right, require
from kiosk.purchases import platforms, store
from kiosk.purchases.events import step
from kiosk.purchases.model import (
    CASE,
    RETURN_DAYS,
    SERVICE,
    THREE_NOS,
    UNDER_WAY,
    Category,
    NoReturn,
    PaidBy,
    Purchase,
    PurchaseState,
)
from kiosk.purchases.position import shift
from kiosk.purchases.refusals import balance_owed, in_state, movable
from kiosk.storage import Tx
from kiosk.words import N_, say

LONGEST_ORDER_NO = 40
MOST_WAYBILLS = 20
_LEAVES = (PurchaseState.ORDERED, PurchaseState.SHIPPED, PurchaseState.ARRIVED)


def order(
    tx: Tx,
    purchase_id: int,
    *,
    platform: str,
    online_shop: str = "",
    platform_order_no: str = "",
    amount_fen: int,
    paid_from: str = "",
    customer_agrees: bool = False,
    expected_on: str = "",
    no_return_reason: str = "",
) -> Purchase:
    """Notes that the goods were ordered and the shop was paid (LY-12): ``amount_fen`` left ``paid_from``, a wallet or the
    owner, '' when the customer paid on the platform.

    Refused ``purchase.not_agreed`` before the customer has agreed on a ticket, ``purchase.platform_missing``,
    ``purchase.three_nos`` (farm inputs without their checks), ``purchase.price_differs`` when the shop's price is another
    one than was told and ``customer_agrees`` is not said, ``purchase.advance_short`` when the customer is to pay the shop
    through the station and has not, ``purchase.paid_from_unknown``, ``purchase.date_unreadable``.
    """
    found = movable(tx, purchase_id, (PurchaseState.QUOTED,))
    if found.received_on is None:
        raise Refused("purchase.not_agreed", N_("村民还没有确认报价（代购要先上单收款，￥0.00 也要）；没有下单"))
    where = platforms.kept_as(tx, platform)
    if not where:
        raise Refused("purchase.platform_missing", N_("请填写在哪个平台下单；没有保存，其他内容都保留着"))
    if no_return_reason not in set(NoReturn):
        raise Refused("purchase.exclusion_unknown", N_("请从列表中选择是否适用七日无理由退货；没有保存"))
    _checked_farm_inputs(found)
    if not 1 <= amount_fen <= LIMIT_FEN:
        raise Refused("purchase.amount_wrong", N_("代购金额应大于 0；没有保存，请核对金额"))
    if amount_fen != found.amount_fen and not customer_agrees:
        raise Refused(
            "purchase.price_differs",
            N_("报价是 {told}，现在要付 {asked}；没有下单，请先告诉村民，同意了再勾选"),
            told=yuan(found.amount_fen or 0),
            asked=yuan(amount_fen),
            amount_fen=found.amount_fen,
        )
    is_direct = found.paid_by == PaidBy.DIRECT
    if found.paid_by == PaidBy.CUSTOMER and found.received_fen < amount_fen:
        raise Refused(
            "purchase.advance_short",
            N_("说好由村民付款，已收 {received}，还差 {missing}；没有下单，请先改价收差额，或改为站点垫付"),
            received=yuan(found.received_fen),
            missing=yuan(amount_fen - found.received_fen),
            missing_fen=amount_fen - found.received_fen,
        )
    spent_fen = 0 if is_direct else amount_fen
    postings = pay_shop(found, spent_fen, paid_from)
    business_on = shifts.ensure_open(tx).business_on
    after = step(
        tx, found, "ordered", PurchaseState.ORDERED, moved_fen=spent_fen, amount_fen=amount_fen, spent_fen=spent_fen,
        due_fen=0 if is_direct else amount_fen, paid_from=paid_from, platform=where,
        online_shop=about_a_person(online_shop, 40), platform_order_no=about_a_person(platform_order_no, LONGEST_ORDER_NO),
        ordered_on=business_on, expected_on=_date(expected_on), no_return_reason=no_return_reason,
    )  # fmt: skip
    if postings:
        ledger.post(tx, "purchase_ordered", business_on, CASE, purchase_id, postings)
    return after


def pay_shop(found: Purchase, fen: int, paid_from: str) -> list[Posting]:
    """The postings of ``fen`` paid to the shop (negative: got back) by a wallet or the owner; none for 0 fen.

    Refused ``purchase.paid_from_unknown``: whose money it was is never guessed, it is where cash differences come from.
    """
    if (paid_from in PAID_FROM) != (found.paid_by != PaidBy.DIRECT) or (found.paid_by == PaidBy.DIRECT and paid_from):
        raise Refused(
            "purchase.paid_from_unknown",
            N_(
                "请选择钱从哪里付给商家（退回到哪里）：微信、支付宝等钱包或站长自己的钱；村民自己在平台付的不选；没有保存"
            ),
        )
    if not fen:
        return []
    return [Posting(PAID_FROM[paid_from], -fen, SERVICE), *shift(found, spent_fen=fen)]


def add_waybill(tx: Tx, purchase_id: int, waybill: str | Recognised) -> tuple[Purchase, int, str]:
    """Learns a waybill of the order, by which its parcel is known when it comes; returns purchase, row id and number.

    An order may come in several parcels. While goods are exchanged it is that of the replacement. Refused
    ``waybill.is_<kind>``, ``purchase.waybill_known``, ``purchase.too_many_waybills``.
    """
    found = in_state(
        store.purchase(tx, purchase_id), (*_LEAVES, PurchaseState.RETURNING), even_ending=True
    )  # fmt: skip
    if found.ends_as and found.ends_as != "exchanged":
        in_state(found, _LEAVES)
        in_state(found, ())
    recognised = recognise(waybill) if isinstance(waybill, str) else waybill
    waybill_of(recognised)
    number = recognised.waybill_no
    known = store.waybills(tx, purchase_id)
    if any(row["waybill_no"] == number for row in known):
        raise Refused("purchase.waybill_known", N_("这个运单号已经登记在这一单上；没有重复登记"))
    if len(known) >= MOST_WAYBILLS:
        raise Refused("purchase.too_many_waybills", N_("一单最多 {most} 个运单号；没有登记"), most=MOST_WAYBILLS)
    way = "replacement" if found.state == PurchaseState.RETURNING else "in"
    waybill_id = _insert_waybill(tx, purchase_id, number, way)
    state = PurchaseState.SHIPPED if found.state in UNDER_WAY else None
    return step(tx, found, "waybill_added", state, detail={"waybill_id": waybill_id}), waybill_id, number


def note_waybill_back(tx: Tx, found: Purchase, waybill: str) -> None:
    """Keeps the number under which goods go back to the shop."""
    recognised = recognise(waybill)
    waybill_of(recognised)
    if all(row["waybill_no"] != recognised.waybill_no for row in store.waybills(tx, found.id)):
        _insert_waybill(tx, found.id, recognised.waybill_no, "back")


def join_parcel(tx: Tx, purchase_id: int, waybill_id: int, parcel_id: int) -> Purchase:
    """A parcel has come for this waybill; the order has arrived once there is one for each of its waybills."""
    found = store.purchase(tx, purchase_id)
    tx.insert("purchase_parcels", parcel_id=parcel_id, purchase_id=purchase_id, waybill_id=waybill_id, joined_at=tx.now)
    detail = {"parcel_id": parcel_id, "waybill_id": waybill_id}
    if found.state in (PurchaseState.ORDERED, PurchaseState.SHIPPED) and store.is_all_here(tx, purchase_id, "in"):
        business_on = shifts.ensure_open(tx).business_on
        return step(tx, found, "arrived", PurchaseState.ARRIVED, detail=detail, arrived_on=business_on)
    return step(tx, found, "parcel_joined", detail=detail)


def part_parcel(tx: Tx, purchase_id: int, parcel_id: int) -> Purchase:
    """The parcel's check-in was undone: the order waits for it again."""
    found = store.purchase(tx, purchase_id)
    tx.execute("DELETE FROM purchase_parcels WHERE parcel_id = ? AND purchase_id = ?", parcel_id, purchase_id)
    is_back = found.state == PurchaseState.ARRIVED and not store.is_all_here(tx, purchase_id, "in")
    columns = {"arrived_on": None} if is_back else {}
    state = PurchaseState.SHIPPED if is_back else None
    return step(tx, found, "parcel_parted", state, detail={"parcel_id": parcel_id}, **columns)


def arrive(tx: Tx, purchase_id: int) -> Purchase:
    """The goods are here without a parcel of their own (the shop's driver, a parcel that was handed in by hand)."""
    found = in_state(store.purchase(tx, purchase_id), (PurchaseState.ORDERED, PurchaseState.SHIPPED))
    business_on = shifts.ensure_open(tx).business_on
    return step(tx, found, "arrived", PurchaseState.ARRIVED, arrived_on=business_on)


def may_leave(found: Purchase) -> None:
    """Refused ``purchase.balance_owed`` for goods that the customer has not paid."""
    if found.owed_fen > 0 and (found.state in _LEAVES or found.ends_as == "exchanged"):
        raise balance_owed(found)


def parcel_left(tx: Tx, purchase_id: int, parcel_id: int) -> Purchase:
    """A parcel of the order was handed over; with the last one the order is."""
    tx.execute(
        "UPDATE purchase_parcels SET left_at = ? WHERE parcel_id = ? AND purchase_id = ?",
        tx.now, parcel_id, purchase_id,
    )  # fmt: skip
    found = store.purchase(tx, purchase_id)
    has_left = all(joined.left_at is not None for joined in store.parcels(tx, purchase_id))
    if has_left and found.state == PurchaseState.ARRIVED and not found.ends_as:
        return _handed_over(tx, found)
    after = step(tx, found, "part_handed_over", detail={"parcel_id": parcel_id})
    return finish_exchange(tx, after)


def parcel_came_back(tx: Tx, purchase_id: int, parcel_id: int) -> Purchase:
    """The hand-over of the parcel was undone, and that of the order with it. Refused ``purchase.too_far`` once the
    order went on from there."""
    found = store.purchase(tx, purchase_id)
    tx.execute(
        "UPDATE purchase_parcels SET left_at = NULL WHERE parcel_id = ? AND purchase_id = ?", parcel_id, purchase_id
    )
    if found.state == PurchaseState.HANDED_OVER:
        return _not_handed_over(tx, found)
    if found.state == PurchaseState.EXCHANGED:
        return step(tx, found, "hand_over_undone", PurchaseState.RETURNING)
    in_state(found, (*_LEAVES, PurchaseState.RETURNING), even_ending=True)
    return step(tx, found, "hand_over_undone", detail={"parcel_id": parcel_id})


def hand_over(tx: Tx, purchase_id: int) -> Purchase:
    """The customer has the goods of an order that came without a parcel (or their replacement). Refused
    ``purchase.balance_owed``, ``purchase.parcels_here`` while a parcel of it lies in stock."""
    found = in_state(
        store.purchase(tx, purchase_id), (PurchaseState.ARRIVED, PurchaseState.RETURNING), even_ending=True
    )  # fmt: skip
    if found.ends_as and found.ends_as != "exchanged":
        in_state(found, ())
    may_leave(found)
    if any(joined.left_at is None for joined in store.parcels(tx, purchase_id)):
        raise Refused("purchase.parcels_here", N_("这一单的快件还在库；没有交付，请把快件出库"))
    if found.state == PurchaseState.ARRIVED:
        return _handed_over(tx, found)
    if not found.is_level:
        raise Refused("purchase.not_level", N_("换货还有差价没有退给村民；没有办结，请先退差价"))
    return step(tx, found, "exchanged", PurchaseState.EXCHANGED)


def undo_hand_over(tx: Tx, purchase_id: int) -> Purchase:
    """Takes back, on its own day, a hand-over of goods without a parcel. Refused ``purchase.other_day``."""
    found = movable(tx, purchase_id, (PurchaseState.HANDED_OVER,))
    if found.handed_over_on != shifts.ensure_open(tx).business_on:
        raise Refused("purchase.other_day", N_("交付不是今天办的，不能撤销；货回来了请办退换"))
    return _not_handed_over(tx, found)


def finish_exchange(tx: Tx, found: Purchase) -> Purchase:
    """An exchange ends when every parcel of the replacement has left and nobody owes anybody anything."""
    if found.state != PurchaseState.RETURNING or found.ends_as != "exchanged" or not found.is_level:
        return found
    if not store.is_all_here(tx, found.id, "replacement") or any(
        joined.left_at is None for joined in store.parcels(tx, found.id)
    ):
        return found
    return step(tx, found, "exchanged", PurchaseState.EXCHANGED)


def close(tx: Tx, purchase_id: int, *, customer_is_content: bool = False) -> Purchase:
    """Closes a purchase that was handed over. Refused ``purchase.still_returnable`` within the days for sending back
    unless the customer says that all is well, ``purchase.is_disputed``, ``purchase.not_level``."""
    found = movable(tx, purchase_id, (PurchaseState.HANDED_OVER,))
    if found.is_disputed:
        raise Refused("purchase.is_disputed", N_("这一单有纠纷没有处理完；没有结案，请先登记处理结果"))
    if not found.is_level:
        raise Refused("purchase.not_level", N_("这一单还有钱没有收齐或退清；没有结案，请先在代购页收退"))
    today = shifts.ensure_open(tx).business_on
    if found.return_until_on is not None and today <= found.return_until_on and not customer_is_content:
        raise Refused(
            "purchase.still_returnable",
            N_("七日无理由退货到 {until} 为止；没有结案，村民确认没有问题可以提前结案"),
            until=found.return_until_on,
        )
    return step(tx, found, "closed", PurchaseState.CLOSED)


def close_due(tx: Tx, *, even_todays: bool = True) -> int:
    """Closes whatever was handed over, is level and undisputed and whose days for sending back are over; returns how
    many. At most 200 a turn. Without ``even_todays`` what was handed over on the open day stays: it may be undone."""
    require(tx.actor, Right.SERVE)
    today = shifts.ensure_open(tx).business_on
    closed = 0
    for found in store.returnable_until(tx, today)[:200]:
        if found.handed_over_on == today and not even_todays:
            continue
        if not store.has_pending_line(tx, found.id) and not found.ends_as:
            step(tx, found, "closed", PurchaseState.CLOSED)
            closed += 1
    return closed


def _handed_over(tx: Tx, found: Purchase) -> Purchase:
    today = shifts.ensure_open(tx).business_on
    until = None
    if found.no_return_reason == NoReturn.NONE:
        until = (date.fromisoformat(today) + timedelta(days=RETURN_DAYS)).isoformat()
    return step(tx, found, "handed_over", PurchaseState.HANDED_OVER, handed_over_on=today, return_until_on=until)


def _not_handed_over(tx: Tx, found: Purchase) -> Purchase:
    return step(
        tx, found, "hand_over_undone", PurchaseState.ARRIVED, handed_over_on=None, return_until_on=None
    )  # fmt: skip


def _insert_waybill(tx: Tx, purchase_id: int, number: str, way: str) -> int:
    today = shifts.ensure_open(tx).business_on
    return tx.insert(
        "purchase_waybills", purchase_id=purchase_id, waybill_no=number, way=way, added_on=today, added_at=tx.now
    )


def _checked_farm_inputs(found: Purchase) -> None:
    if found.category != Category.FARM_INPUTS:
        return
    missing = [say(words) for name, words in THREE_NOS.items() if not getattr(found, name)]
    if found.needs_registration and not found.registration_no:
        missing.append(say(N_("登记证号")))
    if missing:
        raise Refused(
            "purchase.three_nos",
            N_("农资要先核对再下单，还缺：{missing}；没有下单，三无农资不能代购"),
            missing="、".join(missing),
        )


def _date(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Refused("purchase.date_unreadable", N_("预计到货日期看不懂，请按 2026-11-22 这样填；没有保存")) from None
