"""What is asked for and what it will cost: request, quotation, the customer's advance. It becomes money in the transaction
that settles its ticket; what follows on the order is in ``orders`` and ``changes``."""

from __future__ import annotations

from typing import Any

from kiosk import shifts, vault
from kiosk.codes import about_a_person, own_words
from kiosk.errors import Refused
from kiosk.money import LIMIT_FEN
from kiosk.people.rights import Right, require
from kiosk.purchases import platforms
from kiosk.purchases.events import step, write
from kiosk.purchases.model import (
    CASE,
    RETENTION,
    THREE_NOS,
    Category,
    EndReason,
    PaidBy,
    Purchase,
    PurchaseState,
)
from kiosk.purchases.refusals import in_state, movable
from kiosk.purchases.slips import freeze_request_form
from kiosk.purchases.store import purchase
from kiosk.storage import Tx
from kiosk.till.actions import print_at_desk
from kiosk.till.customer import keep_person, read_person, search_columns
from kiosk.words import N_

LONGEST_ITEM = 40
LONGEST_SPEC = 60
LONGEST_NOTE = 200
LONGEST_REGISTRATION = 40
MOST_PIECES = 9999
_ASKED = (PurchaseState.REQUESTED, PurchaseState.QUOTED)


def request(
    tx: Tx, *, budget_fen: int | None = None, platform: str = "", online_shop: str = "", **goods: Any
) -> Purchase:
    """Takes down what a villager wishes, before anybody knows its price (填报需求; LY-11): state requested.

    ``goods`` are those of ``record`` without the price; ``platform`` and ``online_shop`` where the villager has seen it.
    Refused as there, and ``purchase.budget_wrong``.
    """
    require(tx.actor, Right.SERVE)
    if budget_fen is not None and not 1 <= budget_fen <= LIMIT_FEN:
        raise Refused("purchase.budget_wrong", N_("预算应大于 0，不知道就不填；没有保存，其他内容都保留着"))
    wished = {
        "budget_fen": budget_fen, "platform": platforms.kept_as(tx, platform),
        "online_shop": about_a_person(online_shop, 40),
    }  # fmt: skip
    return _begin(tx, "requested", PurchaseState.REQUESTED, "request", wished, **goods)


def record(
    tx: Tx,
    *,
    amount_fen: int,
    paid_by: str,
    advance_fen: int | None = None,
    platform: str = "",
    online_shop: str = "",
    **goods: Any,
) -> Purchase:
    """Records a request that stands on a ticket, with its price told to the customer (state quoted).

    ``advance_fen`` is what the customer pays now: everything when they pay the shop's price themselves, nothing when
    the station advances it or they pay on the platform, unless another amount is given. ``goods``: ``item_name`` and,
    where known, ``spec``, ``quantity``, ``category``, ``registration_no``, ``needs_registration``, the three of 三无,
    ``customer_name``, ``phone``. Refused ``purchase.item_missing``, ``purchase.quantity_wrong``,
    ``purchase.category_unknown``, ``purchase.amount_wrong``, ``purchase.advance_wrong``, ``purchase.paid_by_unknown``.
    """
    price = _price(tx, amount_fen, paid_by, advance_fen, platform, online_shop)
    return _begin(tx, "recorded", PurchaseState.QUOTED, "counter", price, **goods)


def quote(
    tx: Tx,
    purchase_id: int,
    *,
    amount_fen: int,
    paid_by: str,
    advance_fen: int | None = None,
    platform: str = "",
    online_shop: str = "",
) -> Purchase:
    """Tells the customer a price for a request, or another one while they have not agreed; as ``record``.

    Refused ``purchase.too_far`` once the advance was taken (then it is a change of price).
    """
    found = movable(tx, purchase_id, _ASKED)
    if found.received_on is not None:
        in_state(found, ())
    price = _price(tx, amount_fen, paid_by, advance_fen, platform, online_shop)
    return step(tx, found, "quoted", PurchaseState.QUOTED, moved_fen=amount_fen, **price)


def receive(tx: Tx, purchase_id: int) -> Purchase:
    """The customer agrees: the advance is paid (called as the ticket is settled)."""
    found = in_state(purchase(tx, purchase_id), (PurchaseState.QUOTED,))
    if found.received_on is not None:
        in_state(found, ())
    business_on = shifts.ensure_open(tx).business_on
    return step(
        tx, found, "received", moved_fen=found.advance_fen, received_fen=found.advance_fen, received_on=business_on,
        received_at=tx.now,
    )  # fmt: skip


def withdraw(tx: Tx, purchase_id: int) -> Purchase:
    """The line of a quoted purchase is taken off, or its ticket voided: what was made with the line is cancelled, a
    request stays quoted, so that no wish is dropped by a wrong key. Refused ``purchase.too_far`` once more has been done
    than taking the advance."""
    found = in_state(purchase(tx, purchase_id), (PurchaseState.QUOTED,))
    if found.received_on is not None and (found.spent_fen or found.received_fen != found.advance_fen):
        in_state(found, ())
    if found.origin == "request":
        if found.received_on is None:
            return found
        return step(
            tx, found, "withdrawn", moved_fen=found.received_fen, received_fen=0, received_on=None, received_at=None
        )
    return step(
        tx, found, "cancelled", PurchaseState.CANCELLED, moved_fen=found.received_fen, received_fen=0, due_fen=0,
        ends_as="cancelled", end_reason=EndReason.OTHER.value, is_shop_settled=1,
    )  # fmt: skip


def correct(
    tx: Tx, purchase_id: int, *, registration_no: str, needs_registration: bool = True,
    has_producer_name: bool = False, has_producer_address: bool = False, has_certificate: bool = False,
) -> Purchase:  # fmt: skip
    """Notes what was found out about farm inputs before they are ordered: registration number, 三无 checks."""
    found = movable(tx, purchase_id, _ASKED)
    checks = _checks(
        registration_no, needs_registration, has_producer_name=has_producer_name,
        has_producer_address=has_producer_address, has_certificate=has_certificate,
    )  # fmt: skip
    return step(tx, found, "corrected", **checks)


def note(tx: Tx, purchase_id: int, words: str) -> Purchase:
    """Keeps a remark with the purchase, whatever its state. Refused ``purchase.note_missing``."""
    found = purchase(tx, purchase_id)
    return _with_note(tx, found, "noted", words)


def dispute(tx: Tx, purchase_id: int, words: str) -> Purchase:
    """Flags a dispute (纠纷): a flag with its note, no state; it stays listed and keeps the purchase from closing."""
    found = purchase(tx, purchase_id)
    if found.is_disputed:
        raise Refused("purchase.already_disputed", N_("已经登记过纠纷；没有重复登记，要补充请写备注"))
    return _with_note(tx, found, "disputed", words, is_disputed=1)


def settle_dispute(tx: Tx, purchase_id: int, words: str) -> Purchase:
    """Says how the dispute ended (by negotiation or by the authority; TC-37). Refused ``purchase.not_disputed``."""
    found = purchase(tx, purchase_id)
    if not found.is_disputed:
        raise Refused("purchase.not_disputed", N_("这一单没有登记纠纷，没有改动"))
    return _with_note(tx, found, "dispute_settled", words, is_disputed=0)


def print_request_form(tx: Tx, purchase_id: int, desk_id: int | None = None) -> tuple[int, int | None]:
    """Issues the request as a form to sign and queues it to the desk's printer; returns slip and job (None without a
    printer: the form is shown on the screen all the same)."""
    require(tx.actor, Right.SERVE)
    slip_id = freeze_request_form(tx, purchase(tx, purchase_id))
    return slip_id, print_at_desk(tx, slip_id, desk_id)


def forget(tx: Tx, purchase_id: int, rule: str) -> int:
    """Erases the customer of a purchase (values and search columns together); inside an erasing transaction."""
    tx.change("purchases", purchase_id, phone_hash=None, phone_tail=None, platform_order_no=None)
    tx.execute("UPDATE purchase_waybills SET waybill_no = NULL WHERE purchase_id = ?", purchase_id)
    return vault.erase(tx, CASE, purchase_id, rule)


def words_for(kind: str, step_no: int) -> str:
    """The field of the vault that holds the words written with a step."""
    return f"{kind}_{step_no}"


def _with_note(tx: Tx, found: Purchase, kind: str, words: str, **columns: Any) -> Purchase:
    require(tx.actor, Right.SERVE)
    said = own_words(words, LONGEST_NOTE)
    if not said:
        raise Refused("purchase.note_missing", N_("请写几个字说明；没有保存"))
    after = step(tx, found, kind, **columns)
    vault.put(tx, CASE, found.id, words_for(kind, after.steps), said, RETENTION)
    return after


def _begin(
    tx: Tx, kind: str, state: PurchaseState, origin: str, price: dict[str, Any], *, item_name: str, spec: str = "",
    quantity: int = 1, category: str = Category.OTHER, registration_no: str = "", needs_registration: bool = True,
    has_producer_name: bool = False, has_producer_address: bool = False, has_certificate: bool = False,
    customer_name: str = "", phone: str = "",
) -> Purchase:  # fmt: skip
    item, kept_spec = own_words(item_name, LONGEST_ITEM), own_words(spec, LONGEST_SPEC)
    if not item:
        raise Refused("purchase.item_missing", N_("请填写要代购的品名；没有保存，其他内容都保留着"))
    if not 1 <= quantity <= MOST_PIECES:
        raise Refused("purchase.quantity_wrong", N_("数量应在 1 到 {most} 之间；没有保存"), most=MOST_PIECES)
    if category not in set(Category):
        raise Refused("purchase.category_unknown", N_("请从列表中选择类别；没有保存"))
    checks = _checks(
        registration_no, needs_registration, has_producer_name=has_producer_name,
        has_producer_address=has_producer_address, has_certificate=has_certificate,
    )  # fmt: skip
    person = read_person(customer_name, phone)
    today = shifts.ensure_open(tx)
    purchase_id = tx.insert(
        "purchases", state=state, state_since=tx.now, steps=1, origin=origin, category=category, quantity=quantity,
        recorded_on=today.business_on, recorded_at=tx.now, recorded_by_kind=tx.actor.kind, recorded_by_id=tx.actor.id,
        **price, **checks, **search_columns(tx, person),
    )  # fmt: skip
    vault.put(tx, CASE, purchase_id, "item_name", item, RETENTION)
    if kept_spec:
        vault.put(tx, CASE, purchase_id, "spec", kept_spec, RETENTION)
    keep_person(tx, CASE, purchase_id, "customer_name", person)
    found = purchase(tx, purchase_id)
    write(tx, found, kind, None, today.business_on, found.amount_fen or 0)
    return found


def _price(
    tx: Tx, amount_fen: int, paid_by: str, advance_fen: int | None, platform: str, online_shop: str
) -> dict[str, Any]:
    if not 1 <= amount_fen <= LIMIT_FEN:
        raise Refused("purchase.amount_wrong", N_("代购金额应大于 0；没有保存，请核对金额"))
    if paid_by not in set(PaidBy):
        raise Refused("purchase.paid_by_unknown", N_("请选择由谁付款：村民付款或站点垫付；没有保存"))
    if advance_fen is None:
        advance_fen = amount_fen if paid_by == PaidBy.CUSTOMER else 0
    if not 0 <= advance_fen <= (0 if paid_by == PaidBy.DIRECT else amount_fen):
        raise Refused(
            "purchase.advance_wrong",
            N_("预收款应在 0 和代购金额之间（村民自己在平台付的不预收）；没有保存，请核对"),
        )
    return {
        "amount_fen": amount_fen, "paid_by": str(paid_by), "advance_fen": advance_fen,
        "due_fen": 0 if paid_by == PaidBy.DIRECT else amount_fen,
        "platform": platforms.kept_as(tx, platform), "online_shop": about_a_person(online_shop, 40),
    }  # fmt: skip


def _checks(registration_no: str, needs_registration: bool, **three: bool) -> dict[str, Any]:
    if set(three) != set(THREE_NOS):
        raise ValueError(f"the three are {sorted(THREE_NOS)}")
    return {
        "registration_no": about_a_person(registration_no, LONGEST_REGISTRATION),
        "needs_registration": int(needs_registration),
        **{name: int(value) for name, value in three.items()},
    }
