"""Who supplies goods, with their documents and their money, and every villager's wish to sell."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import money
from kiosk.consignment import products, requests, view
from kiosk.consignment import suppliers as room
from kiosk.counter import consignment_lines, open_ticket
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.routes import act, page
from web.row_ids import row_id
from web.station import station

suppliers = Blueprint("suppliers", __name__)


def text(name: str) -> str:
    """A field of the form."""
    return request.form.get(name, "")


@page(
    suppliers,
    "/consignment/suppliers",
    N_("供货人与结算"),
    place="more",
    hint=N_("农户和供货商：索证索票、应付货款、结算单"),
)
def all_suppliers() -> ResponseReturnValue:
    words = request.args.get("text", "").strip()[:40]
    with station().store.reading() as db:
        shown = [view.supplier_view(db, found) for found in room.suppliers(db, text=words)[:200]]
    return render_template("consignments/suppliers.html", shown=shown, kinds=room.KIND_WORDS, text=words)


@act(suppliers, "/consignment/suppliers")
def register() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        found = room.register(
            tx, name=text("name"), kind=text("kind"), phone=text("phone"), address=text("address"), uscc=text("uscc")
        )
        return here(found.id, N_("已登记供货人"))

    return acts.run(do, again=all_suppliers)


@page(suppliers, "/consignment/suppliers/<int:supplier_id>", N_("供货人"), is_counter=True)
def one_supplier(supplier_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        one = view.one_supplier(db, supplier_id)
    return render_template("consignments/supplier.html", one=one, documents=room.DOC_WORDS)


def here(supplier_id: int, words: str, tone: str = "done", **facts: Any) -> Done:
    """Back to the supplier."""
    return Done(url_for("suppliers.one_supplier", supplier_id=supplier_id), words, facts, tone)


@act(suppliers, "/consignment/suppliers/<int:supplier_id>/change")
def change(supplier_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        room.change(
            tx, supplier_id, name=text("name"), phone=text("phone"), address=text("address"), uscc=text("uscc")
        )  # fmt: skip
        return here(supplier_id, N_("已更正"))

    return acts.run(do, again=lambda: one_supplier(supplier_id))


@act(suppliers, "/consignment/suppliers/<int:supplier_id>/document")
def see_document(supplier_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        room.see_document(
            tx, supplier_id, text("kind"), document_no=text("document_no"), valid_until_on=text("valid_until_on")
        )  # fmt: skip
        return here(supplier_id, N_("资料已登记"))

    return acts.run(do, again=lambda: one_supplier(supplier_id))


@act(suppliers, "/consignment/suppliers/<int:supplier_id>/withdraw")
def withdraw_document(supplier_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        room.withdraw_document(tx, supplier_id, row_id(text("document_id")))
        return here(supplier_id, N_("资料已作废"), "attention")

    return acts.run(do, again=lambda: one_supplier(supplier_id))


@act(suppliers, "/consignment/suppliers/<int:supplier_id>/settle")
def settle(supplier_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        line = consignment_lines.add_settlement(tx, open_ticket.open_ticket(tx), supplier_id=supplier_id)
        return Done(
            url_for("tickets.pay"), N_("应付货款 {owed} 已加入本单，付款后打印结算单"), {"owed": money.yuan(-line.owed_fen)}
        )  # fmt: skip

    return acts.run(do, again=lambda: one_supplier(supplier_id))


@page(
    suppliers,
    "/consignment/requests",
    N_("村民求售"),
    place="more",
    hint=N_("村民想卖的东西，一条不漏：洽谈、上柜、上架、答复"),
)
def all_requests() -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = [view.request_view(db, found) for found in requests.requests(db)]
    return render_template(
        "consignments/requests.html", shown=shown, categories=products.CATEGORIES, reasons=requests.REASONS
    )  # fmt: skip


@act(suppliers, "/consignment/requests")
def note_request() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        requests.note(tx, words=text("words"), name=text("name"), phone=text("phone"), category=text("category"))
        return _at_requests(N_("已登记，尽快给村民答复"))

    return acts.run(do, again=all_requests)


def _at_requests(words: str, tone: str = "done") -> Done:
    return Done(url_for("suppliers.all_requests"), words, {}, tone)


@act(suppliers, "/consignment/requests/<int:request_id>/negotiate")
def negotiate(request_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        requests.negotiate(tx, request_id)
        return _at_requests(N_("已转为洽谈中"))

    return acts.run(do, again=all_requests)


@act(suppliers, "/consignment/requests/<int:request_id>/refuse")
def refuse(request_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        requests.refuse(tx, request_id, text("reason"))
        return _at_requests(N_("已记下原因，这条求售仍留在名单里"), "attention")

    return acts.run(do, again=all_requests)


@act(suppliers, "/consignment/requests/<int:request_id>/withdraw")
def withdraw(request_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        requests.withdraw(tx, request_id)
        return _at_requests(N_("已记下村民不卖了"), "attention")

    return acts.run(do, again=all_requests)


@act(suppliers, "/consignment/requests/<int:request_id>/reopen")
def reopen(request_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        requests.reopen(tx, request_id)
        return _at_requests(N_("已重新洽谈"))

    return acts.run(do, again=all_requests)
