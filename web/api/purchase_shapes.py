"""What requests and answers about proxy purchases look like. The answer to an act names no person: it is kept with its
key."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from kiosk.parcels.model import HandOverMethod
from kiosk.purchases.model import CANCEL_WORDS, RETURN_WORDS, Category, NoReturn, PaidBy, Purchase, PurchaseState
from web.api.fields import Asked, Flag, Text, Told, Whole, Word, fen, row_id, said
from web.api.lists import Page

PAID_FROM = ("", "wechat", "alipay", "unionpay", "bank_card", "owner")
FEE = "the fee as the customer was told it; refused with `fee.differs` when the published one is another"
METHODS = sorted(set(HandOverMethod) - {HandOverMethod.PROXY_PICKUP})


class Checks(Asked):
    """What was found out about farm inputs."""

    registration_no = Text(80, load_default="", doc="登记证号")
    needs_registration = Flag(load_default=True)
    has_producer_name = Flag(load_default=False)
    has_producer_address = Flag(load_default=False)
    has_certificate = Flag(load_default=False)


class NewPurchase(Checks):
    """A wish, before its price is known."""

    item_name = Text(200, shortest=1, required=True)
    spec = Text(200, load_default="")
    quantity = Whole(1, 9999, load_default=1)
    category = Word(list(Category), load_default=Category.OTHER.value)
    budget_fen = fen("the most it may cost", load_default=None, allow_none=True)
    customer_name = Text(60, load_default="")
    phone = Text(60, load_default="")


class Quotation(Asked):
    """A price for a wish."""

    amount_fen = fen("price of the goods", required=True)
    paid_by = Word(list(PaidBy), required=True, doc="who pays the shop; `direct`: the customer, on the platform")
    advance_fen = fen("what the customer pays now", load_default=None, allow_none=True)
    platform = Text(60, load_default="")
    online_shop = Text(120, load_default="")


class NewOrder(Asked):
    """What was ordered and how the shop was paid."""

    platform = Text(60, shortest=1, required=True, doc="any platform; those of `platforms.toml` by code or name")
    online_shop = Text(120, load_default="")
    platform_order_no = Text(80, load_default="")
    amount_fen = fen("what the shop got", required=True)
    paid_from = Word(PAID_FROM, load_default="", doc="a wallet or `owner`; `''` when the customer paid on the platform")
    customer_agrees = Flag(load_default=False, doc="to a price that differs from the quotation")
    expected_on = Text(10, load_default="", doc="`2026-11-22`")
    no_return_reason = Word(list(NoReturn), load_default="", doc="why the 7 days for sending back do not apply")


class Waybill(Asked):
    """A waybill of the order."""

    waybill_no = Text(80, shortest=1, required=True)


class Hand(Asked):
    """How the customer is checked."""

    method = Word(METHODS, load_default=HandOverMethod.KNOWN_BY_FACE.value)


class Price(Asked):
    """Another price."""

    amount_fen = fen("the new price of the goods", required=True)
    customer_agrees = Flag(required=True)
    paid_from = Word(PAID_FROM, load_default="", doc="after ordering: where the difference comes from or goes to")
    paid_by = Word(("", "customer", "station"), load_default="", doc="before ordering only")


class Cancellation(Asked):
    """Why it is called off."""

    reason = Word(list(CANCEL_WORDS), required=True)
    ticket_id = row_id(load_default=None, allow_none=True, doc="an open ticket for what goes back; a new one else")
    keeps_fee = Flag(load_default=False, doc="the service fee is not given back")


class GoodsReturn(Asked):
    """Goods go back to the shop."""

    wants = Word(("refunded", "exchanged"), required=True)
    reason = Word(list(RETURN_WORDS), required=True)
    shop_agrees = Flag(load_default=False, doc="though the 7 days are over or do not apply")
    waybill_back = Text(80, load_default="")


class ShopRefund(Asked):
    """What the shop gave back; nothing more will come."""

    amount_fen = fen("what came back", required=True)
    paid_to = Word(PAID_FROM, load_default="")
    station_bears = Flag(load_default=False, doc="the station bears what the shop kept (managers)")


class Closing(Asked):
    """The end."""

    customer_is_content = Flag(load_default=False, doc="within the 7 days: the customer says that all is well")


class Words(Asked):
    """Words about it; kept in the vault."""

    words = Text(400, shortest=1, required=True)


class WhichPurchases(Page):
    """By state, newest first; `open` ones when nothing is named, those that wait longest first."""

    state = Word(("open", "all", *PurchaseState))
    only = Word(("disputed", "owed", "returnable"))


class QuotedLine(Asked):
    """A quoted request: settling it, the customer agrees and pays the advance and the fee."""

    service = Word(("purchase_quoted",), required=True)
    purchase_id = row_id(required=True)
    fee_fen = fen(FEE, load_default=None, allow_none=True)


class BalanceLine(Asked):
    """What the customer still owes for a purchase."""

    service = Word(("purchase_balance",), required=True)
    purchase_id = row_id(required=True)
    hand_over = Flag(load_default=False, doc="the goods and their parcels leave as it is settled")
    method = Word(METHODS, load_default=HandOverMethod.KNOWN_BY_FACE.value)


class PayoutLine(Asked):
    """What the customer gets back for a purchase; a negative line."""

    service = Word(("purchase_payout",), required=True)
    purchase_id = row_id(required=True)


LINES: dict[str, type[Asked]] = {
    "purchase_quoted": QuotedLine,
    "purchase_balance": BalanceLine,
    "purchase_payout": PayoutLine,
}


class PurchaseChanged(Told):
    """A purchase after an act."""

    id = said(fields.Integer)
    request_no = said()
    state = Word(list(PurchaseState), required=True)
    steps = said(fields.Integer)
    amount_fen = said(fields.Integer, may_be_null=True)
    due_fen = said(fields.Integer, doc="what the customer is to have paid in the end")
    received_fen = said(fields.Integer)
    owed_fen = said(fields.Integer, doc="what the customer still pays; negative: gets back, by a line of a ticket")
    spent_fen = said(fields.Integer, doc="what the shop got and kept")
    ends_as = said()
    ticket_id = said(
        fields.Integer, may_be_null=True, doc="where the customer's money stands now, if this act put it there"
    )


class PurchaseTold(PurchaseChanged):
    """A purchase, the customer masked."""

    state_words = said()
    age_days = said(fields.Integer, doc="in this state")
    item_name = said()
    quantity = said(fields.Integer)
    customer = said()
    phone = said()
    paid_by = said()
    platform = said()
    is_disputed = said(fields.Boolean)
    return_until_on = said(may_be_null=True)

    class Meta(Told.Meta):
        exclude = ("steps", "ticket_id")


class PurchaseWhole(PurchaseTold):
    """A purchase with its waybills, parcels, story and what may be done next."""

    waybills = fields.List(fields.Dict(), required=True)
    parcels = fields.List(fields.Dict(), required=True)
    story = fields.List(fields.Dict(), required=True)
    may = fields.List(fields.String(), required=True)

    class Meta(Told.Meta):
        exclude = ("steps", "ticket_id")


class Closed(Told):
    """How many were closed."""

    closed = said(fields.Integer)


def told_changed(found: Purchase, ticket_id: int | None = None) -> dict[str, Any]:
    """A purchase after an act in JSON."""
    return {
        "id": found.id, "request_no": found.request_no, "state": str(found.state), "steps": found.steps,
        "amount_fen": found.amount_fen, "due_fen": found.due_fen, "received_fen": found.received_fen,
        "owed_fen": found.owed_fen, "spent_fen": found.spent_fen, "ends_as": str(found.ends_as), "ticket_id": ticket_id,
    }  # fmt: skip
