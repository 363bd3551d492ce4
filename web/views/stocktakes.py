"""The monthly stocktake: goods are counted by scan or by hand, differences explained, the sheet printed."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.consignment import measure, products, view
from kiosk.consignment import stocktakes as room
from kiosk.counter import consignment_goods
from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.routes import act, page
from web.row_ids import row_id
from web.station import session, station

stocktakes = Blueprint("stocktakes", __name__)


def text(name: str) -> str:
    """A field of the form."""
    return request.form.get(name, "")


@page(
    stocktakes, "/consignment/stocktake", N_("代销货品盘点"), right=Right.SERVE, place="more", is_counter=True,
    hint=N_("每月一次，扫码或手工点数，帐实相符"),
)  # fmt: skip
def count_goods() -> ResponseReturnValue:
    with station().store.reading() as db:
        standing = room.under_way(db)
        counts = room.counts(db, standing.id) if standing else []
        missing = room.not_counted(db, standing.id) if standing else []
        is_due, past = room.is_due(db, view.today_of(db)), room.stocktakes(db, 12)
    is_here = standing is not None and standing.desk_id is not None and standing.desk_id == session().desk_id
    return render_template(
        "consignments/stocktake.html", standing=standing, counts=counts, missing=missing, is_due=is_due, past=past,
        reasons=room.REASONS, is_here=is_here,
    )  # fmt: skip


def _here(words: str, tone: str = "done", **facts: object) -> Done:
    return Done(url_for("stocktakes.count_goods"), words, facts, tone)


@act(stocktakes, "/consignment/stocktake/begin")
def begin() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        room.begin(tx, session().desk_id)
        return _here(N_("盘点开始：现在扫到的商品是点数，不是卖出"), "attention")

    return acts.run(do, again=count_goods)


@act(stocktakes, "/consignment/stocktake/leave")
def leave() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        room.leave(tx)
        return _here(N_("盘点先放下，点过的都保留着；扫到的商品照常卖"))

    return acts.run(do, again=count_goods)


@act(stocktakes, "/consignment/stocktake/count")
def count() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        typed = text("product")
        found = (
            products.by_code(tx, typed.strip()) if typed.strip() else products.product(tx, row_id(text("product_id")))
        )
        if found is None:
            raise Refused("stocktake.code_unknown", N_("没有这个编号或条码的商品，没有记数；请核对"))
        typed_count = text("counted").strip()
        counted = 0 if typed_count == "0" else measure.read_quantity(typed_count, found.unit_size)
        done = room.count(tx, found.id, counted, reason=text("reason"))
        return _here(N_("盘点「{name}」：{counted}"), name=found.name, counted=found.shown(done.counted))

    return acts.run(do, again=count_goods)


@act(stocktakes, "/consignment/stocktake/explain")
def explain() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        room.explain(tx, row_id(text("product_id")), text("reason"))
        return _here(N_("原因已记下"))

    return acts.run(do, again=count_goods)


@act(stocktakes, "/consignment/stocktake/finish")
def finish() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        done = consignment_goods.finish_stocktake(tx)
        wrong = sum(1 for one in done.counts if one.difference)
        return _here(
            N_("盘点完成：共 {count} 种，{wrong} 种有差异，盘点表已送去打印"), count=len(done.counts), wrong=wrong
        )

    return acts.run(do, again=count_goods)


@act(stocktakes, "/consignment/stocktake/give-up")
def give_up() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        room.give_up(tx)
        return _here(N_("这次盘点已放弃，库存没有改动"), "attention")

    return acts.run(do, again=count_goods)
