"""Farmers' goods at the counter."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import money
from kiosk.consignment import model
from kiosk.counter import consignment_lines, open_ticket
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.line_forms import added, count, published
from web.routes import act, page

consignments = Blueprint("consignments", __name__)


@page(consignments, "/consignment/new", N_("代销"), right=Right.SERVE, key="F6", is_counter=True)
def new_sale() -> ResponseReturnValue:
    return render_template("consignments/consignment.html", fee=published(model.FEE_CODES))


@act(consignments, "/consignment/new")
def add_sale() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        line = consignment_lines.add_consignment_sale(
            tx, open_ticket.open_ticket(tx),
            item_name=request.form.get("item_name", ""), quantity=count("quantity"), unit=request.form.get("unit", ""),
            amount_fen=money.parse(request.form.get("amount", "")), supplier_name=request.form.get("supplier_name", ""),
            phone=request.form.get("phone", ""),
        )  # fmt: skip
        return added(line)

    return acts.run(do, again=new_sale)
