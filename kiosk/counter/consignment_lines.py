"""Goods on a ticket: a sale of consigned goods or of our own, a purchase from a farmer, a farmer's money paid out. The
record is made as the line is added; money and goods move as the ticket is settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk import money
from kiosk.consignment import actions as sales
from kiosk.consignment import buying, products, settlements, slips, stock, store
from kiosk.consignment.model import FEE_CODES, Channel, Sale
from kiosk.consignment.products import Product
from kiosk.counter.lines import AddedLine, LineActs, as_told, nothing, put_on
from kiosk.errors import Refused
from kiosk.fees import Quote
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.till import actions as till
from kiosk.till import store as tickets
from kiosk.till.model import Line
from kiosk.words import N_


def add_consignment_sale(
    tx: Tx, ticket_id: int, *, fee_fen: int | None = None, product_id: int | None = None, **sale: Any
) -> AddedLine:
    """Puts a sale on a ticket: of goods in stock (``product_id``, ``quantity`` in pieces or grams, ``amount_fen`` if it is
    not the marked price), else ``sale`` are the facts of ``consignment.actions.record``.

    ``fee_fen`` is the commission the caller reckons with. Raises ``Refused`` as ``add_purchase``, those of
    ``record`` or ``record_product``, and ``consignment.below_commission`` for a price that would not cover the commission.
    """
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    if product_id is not None:
        found = products.product(tx, product_id)
        recorded = sales.record_product(tx, product_id, sale["quantity"], amount_fen=sale.get("amount_fen"))
        return put_sale_on(tx, ticket_id, recorded, found, fee_fen)
    recorded = sales.record(tx, **sale)
    quote = _quote(tx, ticket_id, recorded, FEE_CODES, recorded.quantity)
    as_told(quote, fee_fen)
    return put_on(tx, ticket_id, slips.line(recorded, quote))


def put_sale_on(tx: Tx, ticket_id: int, recorded: Sale, found: Product, fee_fen: int | None = None) -> AddedLine:
    """Adds the line of a recorded sale of goods in stock; nobody pays a commission on our own goods."""
    warnings = () if found.is_own or recorded.channel == Channel.ONLINE else _warnings(tx, found)
    if found.is_own:
        return put_on(tx, ticket_id, slips.product_line(recorded, found, None, {}), warnings)
    pieces = 1 if found.is_weighed else recorded.quantity
    quote = _quote(tx, ticket_id, recorded, (f"consignment.{found.category}", *FEE_CODES), pieces)
    as_told(quote, fee_fen)
    basis = {"quantity": pieces, "amount_fen": recorded.amount_fen}
    return put_on(tx, ticket_id, slips.product_line(recorded, found, quote, basis), warnings)


def add_buy_up(tx: Tx, ticket_id: int, *, product_id: int, quantity: int, amount_fen: int, **lot: str) -> AddedLine:
    """Puts a purchase of goods on a ticket: the farmer is paid ``amount_fen`` as it is settled. ``lot``: lot_no,
    produced_on, expires_on. Raises ``Refused`` as ``consignment.buying.record``."""
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    recorded = buying.record(tx, product_id, quantity, amount_fen, **lot)
    return put_on(tx, ticket_id, slips.buy_up_line(recorded, products.product(tx, product_id)))


def add_settlement(tx: Tx, ticket_id: int, *, supplier_id: int) -> AddedLine:
    """Puts what is owed to a supplier on a ticket, to be paid out. Raises ``Refused`` as
    ``consignment.settlements.record``."""
    require(tx.actor, Right.SERVE)
    till.open_one(tx, ticket_id)
    return put_on(tx, ticket_id, slips.settlement_line(settlements.record(tx, supplier_id)))


def stays_open(db: Reader) -> dict[str, int]:
    """Sales whose farmer is still to be paid, and wishes to sell that nobody has answered."""
    wishes = db.value("SELECT COUNT(*) FROM sale_requests WHERE state IN ('requested', 'negotiating')")
    return {"consignment_sales": len(store.owed_sales(db)), "sale_requests": wishes}


def _quote(tx: Tx, ticket_id: int, recorded: Sale, codes: tuple[str, ...], quantity: int) -> Quote:
    quote = till.quote(tx, ticket_id, codes, quantity=quantity, amount_fen=recorded.amount_fen)
    if quote.fee_fen > recorded.amount_fen:
        raise Refused(
            "consignment.below_commission",
            N_("售价 {amount} 还不够公示的佣金 {commission}；没有保存，请核对售价"),
            amount=money.yuan(recorded.amount_fen),
            commission=money.yuan(quote.fee_fen),
        )
    return quote


LOW_STOCK = N_("这个商品快卖完了，请联系供货人补货")


def _warnings(tx: Tx, found: Product) -> tuple[str, ...]:
    free = sum(lot.free for lot in stock.lots(tx, found.id))
    return (LOW_STOCK,) if found.low_stock and free < found.low_stock else ()


def _pay_out(tx: Tx, line: Line) -> None:
    paid = settlements.pay(tx, line.case_id)
    slip_id = slips.freeze_settlement(tx, paid, _settled_rows(tx, paid.id))
    tx.change("settlements", paid.id, slip_id=slip_id)
    till.print_at_desk(tx, slip_id, tickets.ticket(tx, line.ticket_id).desk_id)


def _settled_rows(tx: Tx, settlement_id: int) -> list[dict[str, Any]]:
    rows = []
    for due in settlements.dues_of(tx, settlement_id):
        row = {"on": due["business_on"], "kind": due["kind"], "owed_fen": due["amount_fen"], "item": "", "quantity": ""}
        if due["sale_id"] is not None:
            sale = store.sale(tx, due["sale_id"])
            row |= {"sale_id": sale.id, "amount_fen": sale.amount_fen, "commission_fen": sale.commission_fen}
            goods_id, quantity = sale.product_id, sale.quantity
            row["quantity"] = f"{sale.quantity}{sale.unit}"
        else:
            move = tx.one("SELECT product_id, quantity FROM stock_moves WHERE id = ?", due["move_id"])
            goods_id, quantity = move["product_id"], -move["quantity"]
        if goods_id is not None:
            goods = products.product(tx, goods_id)
            row |= {"item": goods.name, "quantity": goods.shown(quantity)}
        else:
            row["is_free"] = True
        rows.append(row)
    return rows


def _buy(tx: Tx, line: Line) -> None:
    bought = buying.buy(tx, line.case_id)
    slip_id = slips.freeze_voucher(tx, bought, products.product(tx, bought.product_id))
    tx.change("buy_ups", bought.id, slip_id=slip_id)
    till.print_at_desk(tx, slip_id, tickets.ticket(tx, line.ticket_id).desk_id)


def _refund_sale(tx: Tx, line: Line) -> None:
    sale = store.sale(tx, line.case_id)
    if sale.channel == Channel.ONLINE and sale.paid_into == "owner":
        together = [other.act for other in tickets.lines(tx, line.ticket_id) if other.case_id == sale.id]
        if "refund_online_receipt" not in together:
            raise Refused(
                "consignment.refund_online", N_("这是网销，货款在站主那里；没有退，请在网销的页面办理退款")
            )  # fmt: skip
    sales.take_back(tx, line.case_id)


LINES: Mapping[tuple[str, str], LineActs] = {
    ("consignment", "sell"): LineActs(
        take_effect=lambda tx, line: sales.sell(tx, line.case_id, line.commission_fen),
        withdraw=lambda tx, line: sales.cancel(tx, line.case_id),
        undo=lambda tx, line: sales.take_back(tx, line.case_id),
        refund=_refund_sale,
    ),
    ("consignment", "online_receipt"): LineActs(nothing, nothing, nothing, nothing),
    ("consignment", "buy_up"): LineActs(
        take_effect=_buy,
        withdraw=lambda tx, line: buying.cancel(tx, line.case_id),
        undo=lambda tx, line: buying.take_back(tx, line.case_id),
        refund=lambda tx, line: buying.take_back(tx, line.case_id),
    ),
    ("consignment", "pay_out"): LineActs(
        take_effect=_pay_out,
        withdraw=lambda tx, line: settlements.cancel(tx, line.case_id),
        undo=lambda tx, line: settlements.take_back(tx, line.case_id),
        refund=lambda tx, line: settlements.take_back(tx, line.case_id),
    ),
}
ADD = {
    "consignment": add_consignment_sale,
    "goods": add_consignment_sale,
    "buy_up": add_buy_up,
    "settlement": add_settlement,
}
