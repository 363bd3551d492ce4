"""An online sale (网销): the order of a platform is a ticket of its own, settled in the same act, so that its commission,
its count in the daily report and its refund follow the rules of every other sale."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.codes import clean_text
from kiosk.consignment import actions as sales
from kiosk.consignment import products, slips, store
from kiosk.consignment.listings import LONGEST_PLATFORM, LONGEST_SHOP
from kiosk.consignment.model import CASE, Channel
from kiosk.counter.consignment_lines import put_sale_on
from kiosk.counter.lines import put_on
from kiosk.counter.settle import settle
from kiosk.counter.void import read_reason
from kiosk.errors import Refused
from kiosk.ledger import PAID_FROM
from kiosk.people.rights import Right, require
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.till import refunding
from kiosk.till import store as tickets
from kiosk.till.model import LineState, VoidReason
from kiosk.till.payments import Tender
from kiosk.words import N_

OWNER = "owner"


@dataclass(frozen=True, slots=True)
class SoldOnline:
    """An online sale as it was recorded or given back."""

    sale_id: int
    ticket_id: int
    receipt_no: str
    amount_fen: int
    commission_fen: int


def sell_online(
    tx: Tx, product_id: int, quantity: int, amount_fen: int, *, platform: str, platform_order_no: str, paid_into: str,
    online_shop: str = "", waybill_no: str = "",
) -> SoldOnline:  # fmt: skip
    """Records an order of a platform as sold and paid into a wallet, or to the owner (``paid_into``).

    Raises ``Refused`` with ``consignment.platform_missing``, ``consignment.order_no_missing``,
    ``consignment.paid_into_unknown`` and those of ``record_product`` (a price under the floor, goods that are short).
    """
    require(tx.actor, Right.SERVE)
    where, order_no = clean_text(platform, LONGEST_PLATFORM), clean_text(platform_order_no, 40)
    if not where:
        raise Refused("consignment.platform_missing", N_("请填写在哪个平台卖出的；没有保存"))
    if not order_no:
        raise Refused("consignment.order_no_missing", N_("请填写平台订单号；没有保存"))
    if paid_into not in PAID_FROM:
        raise Refused("consignment.paid_into_unknown", N_("请选择货款到了哪里（微信、支付宝、站主账户等）；没有保存"))
    found = products.product(tx, product_id)
    ticket_id = till.open_ticket(tx)
    recorded = sales.record_product(
        tx, product_id, quantity, amount_fen=amount_fen, platform=where, platform_order_no=order_no,
        online_shop=clean_text(online_shop, LONGEST_SHOP), paid_into=paid_into,
    )  # fmt: skip
    put_sale_on(tx, ticket_id, recorded, found)
    if paid_into == OWNER:
        put_on(tx, ticket_id, slips.owner_line(recorded))
    done = settle(tx, ticket_id, 0, [] if paid_into == OWNER else [Tender(paid_into, amount_fen, order_no)])
    if waybill_no.strip():
        sales.ship(tx, recorded.id, waybill_no)
    sold = store.sale(tx, recorded.id)
    return SoldOnline(sold.id, ticket_id, done.receipt_no, sold.amount_fen, sold.commission_fen)


def refund_online(tx: Tx, sale_id: int, reason: str = VoidReason.OTHER) -> SoldOnline:
    """The platform gives the buyer the money back and the goods return: the sale is taken back on a ticket of its own,
    out of the wallet, or from the owner, into which it was paid. Raises ``Refused`` as ``sales.take_back`` and
    ``consignment.not_online``."""
    require(tx.actor, Right.SERVE)
    why = read_reason(reason)
    sale = store.sale(tx, sale_id)
    if sale.channel != Channel.ONLINE:
        raise Refused("consignment.not_online_sale", N_("这是柜台卖出的，请在收据上办退款；没有改动"))
    ticket_id = till.open_ticket(tx)
    for line_id in _lines(tx, sale_id):
        refunding.refund_line(tx, ticket_id, line_id, why)
    if not tickets.lines(tx, ticket_id):
        sales.take_back(tx, sale_id)  # refuses: nothing of it was settled, or it was given back before
    tenders = [] if sale.paid_into == OWNER else [Tender(sale.paid_into, -sale.amount_fen, sale.platform_order_no)]
    done = settle(tx, ticket_id, 0, tenders)
    return SoldOnline(sale_id, ticket_id, done.receipt_no, -sale.amount_fen, -sale.commission_fen)


def _lines(tx: Tx, sale_id: int) -> list[int]:
    rows = tx.all(
        "SELECT l.id FROM ticket_lines l WHERE l.case_kind = ? AND l.case_id = ? AND l.state = ? AND l.refunds_line_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM ticket_lines r WHERE r.refunds_line_id = l.id AND r.state <> 'removed') ORDER BY l.id",
        CASE,
        sale_id,
        LineState.DONE,
    )
    return [row["id"] for row in rows]
