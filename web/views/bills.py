"""Bills at the counter."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import money
from kiosk.bills import billers, model
from kiosk.counter import bill_lines, open_ticket
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.line_forms import added, published
from web.routes import act, page
from web.station import station

bills = Blueprint("bills", __name__)


@page(bills, "/bills/new", N_("缴费"), right=Right.SERVE, key="F7", is_counter=True)
def new_bill() -> ResponseReturnValue:
    with station().store.reading() as db:
        known = billers.billers(db).values()
    return render_template(
        "bills/bill.html", billers=list(known), kinds=model.KIND_WORDS, fee=published(("bill",)),
        asks_again=g.refused is not None and g.refused.code == "bill.already_paid",
    )  # fmt: skip


@act(bills, "/bills/new")
def add_bill() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        again = request.form.get("account_again", "").strip()
        line = bill_lines.add_bill(
            tx, open_ticket.open_ticket(tx),
            biller=request.form.get("biller", ""), account_no=request.form.get("account_no", ""),
            account_again=again or None, bill_period=request.form.get("bill_period", "").strip(),
            amount_fen=money.parse(request.form.get("amount", "")),
            customer_name=request.form.get("customer_name", ""), pays_again=request.form.get("pays_again") == "1",
        )  # fmt: skip
        return added(line)

    return acts.run(do, again=new_bill)
