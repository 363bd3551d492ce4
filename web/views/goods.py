"""Goods: what is on sale and in stock, how goods are admitted, one product with everything that is done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import money
from kiosk.consignment import listings, measure, products, requests, stock, suppliers, view
from kiosk.consignment.measure import PIECE_UNITS, WEIGHT_UNITS, Measure
from kiosk.counter import consignment_goods, consignment_lines, consignment_online, open_ticket
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.line_forms import added
from web.routes import act, page
from web.row_ids import row_id
from web.station import station
from web.views.consignments import PAID_INTO_WORDS, scale_weight, typed_quantity

goods = Blueprint("goods", __name__)
Do = Callable[[Tx, products.Product], Done]
FILTERS = {
    "": N_("全部"), "expired": N_("已过期"), "soon": N_("快过期"), "low": N_("该补货"), "none": N_("没有库存"),
}  # fmt: skip


def text(name: str) -> str:
    """A field of the form."""
    return request.form.get(name, "")


@page(goods, "/consignment/products", N_("商品与库存"), place="more", hint=N_("代销和收购的货：库存、保质期、价签"))
def all_products() -> ResponseReturnValue:
    chosen, words = request.args.get("only", ""), request.args.get("text", "").strip()[:40]
    with station().store.reading() as db:
        shown = view.products_on_sale(db, words)
    fits: dict[str, Callable[[dict[str, Any]], bool]] = {
        "expired": lambda one: one["expiry"] == "expired", "soon": lambda one: one["expiry"] == "soon",
        "low": lambda one: one["is_low"], "none": lambda one: not one["quantity"],
    }  # fmt: skip
    counts = {name: sum(1 for one in shown if fit(one)) for name, fit in fits.items()}
    if chosen in fits:
        shown = [one for one in shown if fits[chosen](one)]
    return render_template(
        "consignments/products.html", shown=shown, filters=FILTERS, only=chosen, counts=counts, text=words
    )  # fmt: skip


@page(goods, "/consignment/products/new", N_("登记商品"), right=Right.SERVE)
def new_product() -> ResponseReturnValue:
    with station().store.reading() as db:
        known = [(found.id, view.supplier_name(db, found.id)) for found in suppliers.suppliers(db)[:200]]
        wish_id = row_id(request.args.get("wish", ""))
        wish = view.request_view(db, requests.request(db, wish_id)) if wish_id else None
    return render_template(
        "consignments/new_product.html", known=known, wish=wish, categories=products.CATEGORIES,
        farm_produce=products.FARM_PRODUCE, marks=products.QUALITY_MARKS, weight_units=WEIGHT_UNITS,
        piece_units=PIECE_UNITS,
    )  # fmt: skip


@act(goods, "/consignment/products/new")
def admit() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        by = text("by")
        unit = text("weight_unit") if by == Measure.WEIGHT else text("unit")
        size = measure.unit_size(Measure.WEIGHT, unit) if by == Measure.WEIGHT else 1
        low = text("low_stock").strip()
        supplier_id = row_id(text("supplier_id"))
        if not supplier_id:
            supplier_id = suppliers.find_or_register(tx, text("supplier_name"), text("supplier_phone")).id
        found = products.admit(
            tx, supplier_id, name=text("name"), category=text("category"), unit=unit, by=by,
            ownership=text("ownership"), price_fen=money.parse(text("price")),
            floor_fen=money.parse(text("floor")) if text("floor").strip() else 0,
            is_farm_produce=text("kind") == "farm" if text("kind") else None,
            request_id=row_id(text("request_id")) or None, ean=text("ean"), plu=text("plu"),
            low_stock=measure.read_quantity(low, size) if low else 0, quality_mark=text("quality_mark"),
            is_poverty_alleviation=text("is_poverty_alleviation") == "1", spec=text("spec"), grade=text("grade"),
            origin=text("origin"), quality_mark_no=text("quality_mark_no"), maker=text("maker"),
            maker_address=text("maker_address"), licence_no=text("licence_no"),
        )  # fmt: skip
        return here(found.id, N_("已登记，编号 {sku}；收货后打印价签贴上"), sku=found.sku)

    return acts.run(do, again=new_product)


@page(goods, "/consignment/products/<int:product_id>", N_("商品"), is_counter=True)
def one_product(product_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        one = view.one_product(db, product_id)
    return render_template(
        "consignments/product.html", one=one, losses=stock.LOSS_REASONS, consents=products.CONSENT_BY, steps=products.STEPS,
        paid_into=PAID_INTO_WORDS, marks=products.QUALITY_MARKS, scale=scale_weight() if one["measure"] == "weight" else None,
    )  # fmt: skip


def here(product_id: int, words: str, tone: str = "done", **facts: Any) -> Done:
    """Back to the product."""
    return Done(url_for("goods.one_product", product_id=product_id), words, facts, tone)


def step(name: str) -> Callable[[Do], Callable[..., ResponseReturnValue]]:
    """Registers something that is done to a product: ``do(tx, product)`` is run once for its form."""

    def bind(do: Do) -> Callable[..., ResponseReturnValue]:
        def posted(product_id: int) -> ResponseReturnValue:
            return acts.run(
                lambda tx: do(tx, products.product(tx, product_id)), again=lambda: one_product(product_id)
            )  # fmt: skip

        posted.__name__, posted.__doc__ = do.__name__, do.__doc__
        return act(goods, "/consignment/products/<int:product_id>/" + name)(posted)

    return bind


def _lot() -> dict[str, str]:
    return {name: text(name) for name in ("lot_no", "produced_on", "expires_on")}


@step("receive")
def receive(tx: Tx, found: products.Product) -> Done:
    done = consignment_goods.receive_goods(tx, found.id, typed_quantity(found), **_lot())
    return here(found.id, N_("已收货，收货单 {number} 请供货人签字"), number=done.number)


@step("buy-up")
def buy_up(tx: Tx, found: products.Product) -> Done:
    line = consignment_lines.add_buy_up(
        tx, open_ticket.open_ticket(tx), product_id=found.id, quantity=typed_quantity(found),
        amount_fen=money.parse(text("amount")), **_lot(),
    )  # fmt: skip
    done = added(line)
    return Done(done.location, N_("已加入本单，付给村民 {paid}"), {"paid": money.yuan(-line.owed_fen)})


@step("give-back")
def give_back(tx: Tx, found: products.Product) -> Done:
    done = consignment_goods.give_goods_back(tx, found.id, typed_quantity(found))
    return here(found.id, N_("已退回供货人，退货单 {number} 请签字"), number=done.number)


@step("lose")
def lose(tx: Tx, found: products.Product) -> Done:
    stock.lose(tx, found.id, typed_quantity(found), text("reason"))
    return here(found.id, N_("已记损耗"), "attention")


@step("label")
def label(tx: Tx, found: products.Product) -> Done:
    consignment_goods.print_label(tx, found.id)
    return here(found.id, N_("价签已送去打印"))


@step("price")
def price(tx: Tx, found: products.Product) -> Done:
    floor = text("floor").strip()
    products.reprice(tx, found.id, money.parse(text("price")), money.parse(floor) if floor else 0)
    return here(found.id, N_("已改价，请换上新价签"), "attention")


@step("consent")
def consent(tx: Tx, found: products.Product) -> Done:
    products.consent(tx, found.id, money.parse(text("price")), text("given_by"), text("until_on"))
    return here(found.id, N_("已登记供货人同意"))


@step("step")
def steps(tx: Tx, found: products.Product) -> Done:
    products.step(tx, found.id, text("step"), row_id(text("lot_id")) or None)
    return here(found.id, N_("已登记这一步"))


@step("list")
def put_up(tx: Tx, found: products.Product) -> Done:
    listings.put_up(tx, found.id, text("platform"), text("online_shop"), money.parse(text("price")))
    return here(found.id, N_("已登记上架"))


@step("unlist")
def take_down(tx: Tx, found: products.Product) -> Done:
    listings.take_down(tx, found.id, row_id(text("listing_id")))
    return here(found.id, N_("已下架"), "attention")


@step("sell-online")
def sell_online(tx: Tx, found: products.Product) -> Done:
    done = consignment_online.sell_online(
        tx, found.id, measure.read_quantity(text("quantity"), found.unit_size), money.parse(text("amount")),
        platform=text("platform"), online_shop=text("online_shop"), platform_order_no=text("platform_order_no"),
        paid_into=text("paid_into"), waybill_no=text("waybill_no"),
    )  # fmt: skip
    facts = {"amount": money.yuan(done.amount_fen), "receipt_no": done.receipt_no}
    return here(found.id, N_("网销 {amount} 已入账，单号 {receipt_no}"), **facts)


@step("lot")
def correct_lot(tx: Tx, found: products.Product) -> Done:
    stock.correct_lot(tx, found.id, row_id(text("lot_id")), **_lot())
    return here(found.id, N_("批次已更正"))


@step("change")
def change(tx: Tx, found: products.Product) -> Done:
    low = text("low_stock").strip()
    words = ("name", "spec", "grade", "origin", "quality_mark_no", "maker", "maker_address", "licence_no", "quality_mark",
             "ean", "plu")  # fmt: skip
    products.change(
        tx, found.id, low_stock=measure.read_quantity(low, found.unit_size) if low else 0,
        **{name: text(name) for name in words},
    )  # fmt: skip
    return here(found.id, N_("商品资料已更正，价签上的内容有变化的请重新打印"))


@step("end")
def end(tx: Tx, found: products.Product) -> Done:
    products.end(tx, found.id)
    return Done(url_for("goods.all_products"), N_("「{name}」已停卖"), {"name": found.name}, "attention")
