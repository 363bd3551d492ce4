"""Goods at the counter: sell what is in stock by scan, name or weight, sell what was just brought, and see what is due."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import money
from kiosk.consignment import actions, measure, model, products, store, suppliers, view
from kiosk.counter import consignment_lines, consignment_online, open_ticket
from kiosk.errors import Refused
from kiosk.ledger import PAID_FROM
from kiosk.people import desks
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.till.model import VOID_REASON_WORDS
from kiosk.words import N_, say
from web import acts
from web.acts import Done
from web.line_forms import added, count, published
from web.routes import act, page, part
from web.row_ids import row_id
from web.station import session, station

consignments = Blueprint("consignments", __name__)
#: Where the money of an online order went, in the order in which the form shows it.
PAID_INTO_WORDS = {
    "wechat": N_("微信"), "alipay": N_("支付宝"), "unionpay": N_("云闪付"), "bank_card": N_("银行卡"),
    "owner": N_("站主自己的账户"),
}  # fmt: skip
assert set(PAID_INTO_WORDS) == set(PAID_FROM)  # noqa: S101 - a wallet without a word would not be offered


@consignments.app_context_processor
def _of_goods() -> dict[str, object]:
    return {"show_quantity": measure.show_quantity}


def scale_weight() -> Any:
    """What lies on this desk's scale just now; None without one."""
    desk_id = session().desk_id
    if desk_id is None:
        return None
    with station().store.reading() as db:
        name = desks.desk(db, desk_id).name
    return station().runtime.weight(name)


def typed_quantity(found: products.Product, field: str = "quantity") -> int:
    """The quantity of a form: typed in the product's unit, or what lies on the scale when its button was pressed.

    Raises ``Refused('scale.silent')`` when the scale says nothing, or nothing steady.
    """
    if request.form.get("use_scale") != "1":
        return measure.read_quantity(request.form.get(field, ""), found.unit_size)
    weight = scale_weight()
    if weight is None or not weight.is_stable or weight.grams <= 0:
        raise Refused("scale.silent", N_("秤上没有稳定的重量，没有加入；请放稳后再按，或手工填写重量"))
    return measure.checked(weight.grams)


@page(consignments, "/consignment/new", N_("代销"), right=Right.SERVE, key="F6", is_counter=True)
def new_sale() -> ResponseReturnValue:
    text = request.args.get("text", "").strip()[:40]
    chosen = row_id(request.args.get("product", ""))
    with station().store.reading() as db:
        shown = view.products_on_sale(db, text)
        one = view.one_product(db, chosen) if chosen else None
        known = [(found.id, view.supplier_name(db, found.id)) for found in suppliers.suppliers(db)[:200]]
        alarms = view.alarms(db)
    scale = scale_weight() if one and one["measure"] == "weight" else None
    return render_template(
        "consignments/sell.html", fee=published(model.FEE_CODES), shown=shown, one=one, text=text, known=known,
        alarms=alarms, scale=scale,
    )  # fmt: skip


@act(consignments, "/consignment/new")
def add_sale() -> ResponseReturnValue:
    """A sale of goods that are in no stock."""

    def do(tx: Tx) -> Done:
        line = consignment_lines.add_consignment_sale(
            tx, open_ticket.open_ticket(tx),
            item_name=request.form.get("item_name", ""), quantity=count("quantity"), unit=request.form.get("unit", ""),
            amount_fen=money.parse(request.form.get("amount", "")), supplier_name=request.form.get("supplier_name", ""),
            supplier_id=row_id(request.form.get("supplier_id", "")) or None, phone=request.form.get("phone", ""),
        )  # fmt: skip
        return added(line)

    return acts.run(do, again=new_sale)


@act(consignments, "/consignment/new/goods")
def sell_goods() -> ResponseReturnValue:
    """A sale of goods in stock."""

    def do(tx: Tx) -> Done:
        found = products.on_sale(tx, row_id(request.form.get("product_id", "")))
        agreed = request.form.get("amount", "").strip()
        line = consignment_lines.add_consignment_sale(
            tx, open_ticket.open_ticket(tx), product_id=found.id, quantity=typed_quantity(found),
            amount_fen=money.parse(agreed) if agreed else None,
        )  # fmt: skip
        return added(line)

    return acts.run(do, again=new_sale)


@page(consignments, "/consignment/sales", N_("代销与网销记录"), place="more", hint=N_("卖出的货、网销订单、寄出与退款"))
def all_sales() -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = [view.sale_view(db, sale) for sale in store.sales(db, limit=100)]
        known = [(found.id, view.supplier_name(db, found.id)) for found in suppliers.suppliers(db)[:200]]
    return render_template(
        "consignments/sales.html", shown=shown, known=known, paid_into=PAID_INTO_WORDS, reasons=VOID_REASON_WORDS
    )  # fmt: skip


def _at_sales(words: str, tone: str = "done", **facts: Any) -> Done:
    return Done(url_for("consignments.all_sales"), words, facts, tone)


@act(consignments, "/consignment/sales/<int:sale_id>/ship")
def ship(sale_id: int) -> ResponseReturnValue:

    def do(tx: Tx) -> Done:
        actions.ship(tx, sale_id, request.form.get("waybill_no", ""))
        return _at_sales(N_("已登记寄出"))

    return acts.run(do, again=all_sales)


@act(consignments, "/consignment/sales/<int:sale_id>/refund")
def refund_online(sale_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        done = consignment_online.refund_online(tx, sale_id, request.form.get("reason", ""))
        return _at_sales(N_("已退 {amount}，货已回库"), "attention", amount=money.yuan(-done.amount_fen))

    return acts.run(do, again=all_sales)


@act(consignments, "/consignment/sales/<int:sale_id>/supplier")
def name_supplier(sale_id: int) -> ResponseReturnValue:

    def do(tx: Tx) -> Done:
        actions.name_supplier(tx, sale_id, row_id(request.form.get("supplier_id", "")))
        return _at_sales(N_("已归到供货人，可以结算了"))

    return acts.run(do, again=all_sales)


@page(
    consignments, "/consignment/offers", N_("可供农产品目录"), place="more",
    hint=N_("本村能卖的农产品，交县里汇总发布"),
)  # fmt: skip
def offers() -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = view.offers(db)
    return render_template("consignments/offers.html", shown=shown)


@part(consignments, "/consignment/offers.csv")
def offers_file() -> ResponseReturnValue:
    """The same list for the county: CSV with BOM, no formula, opens right in WPS and Excel."""
    from kiosk.reports.ledgers.comma import guarded

    titles = (N_("类别"), N_("品名"), N_("规格"), N_("等级"), N_("产地"), N_("三品一标"), N_("可供数量"), N_("单价（元）"),
              N_("单位"), N_("已上架平台"), N_("来源"))  # fmt: skip
    with station().store.reading() as db:
        rows = view.offers(db)
    lines = [[say(title) for title in titles]]
    for row in rows:
        price = "" if row["price_fen"] is None else money.show(row["price_fen"])
        source = say(N_("在售商品")) if row["kind"] == "product" else say(N_("村民求售"))
        lines.append(
            [row["category"], row["item"], row["spec"], row["grade"], row["origin"], row["quality_mark"], row["quantity"],
             price, row["unit"], row["listed_on"], source]
        )  # fmt: skip
    body = "\ufeff" + "".join(",".join(_quoted(guarded(cell)) for cell in line) + "\r\n" for line in lines)
    headers = {"Content-Disposition": 'attachment; filename="offers.csv"', "Cache-Control": "no-store"}
    return Response(body, mimetype="text/csv; charset=utf-8", headers=headers)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
