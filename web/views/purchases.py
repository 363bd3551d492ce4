"""Proxy purchases at the counter."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import money
from kiosk.counter import open_ticket, purchase_lines
from kiosk.people.rights import Right
from kiosk.purchases import model
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.line_forms import added, count, published
from web.routes import act, page

purchases = Blueprint("purchases", __name__)


@page(purchases, "/purchases/new", N_("代购"), right=Right.SERVE, key="F4", is_counter=True)
def new_purchase() -> ResponseReturnValue:
    return render_template("purchases/purchase.html", paid_by=model.PAID_BY_WORDS, fee=published(model.FEE_CODES))


@act(purchases, "/purchases/new")
def add_purchase() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        amount_fen = money.parse(request.form.get("amount", ""))
        advance = request.form.get("advance", "").strip()
        line = purchase_lines.add_purchase(
            tx, open_ticket.open_ticket(tx),
            item_name=request.form.get("item_name", ""), quantity=count("quantity"), amount_fen=amount_fen,
            advance_fen=money.parse(advance) if advance else None, paid_by=request.form.get("paid_by", ""),
            platform=request.form.get("platform", ""), online_shop=request.form.get("online_shop", ""),
            customer_name=request.form.get("customer_name", ""), phone=request.form.get("phone", ""),
        )  # fmt: skip
        return added(line)

    return acts.run(do, again=new_purchase)
