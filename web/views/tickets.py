"""The ticket of a visit: what stands on it beside the work, the three plain records, the payment, a ticket's own page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk import clock, fees, money, shifts
from kiosk.bills import billers
from kiosk.bills import model as bills
from kiosk.consignment import model as consignment
from kiosk.counter import add_line, open_ticket, remove_line, reprint, settle, void
from kiosk.errors import Refused
from kiosk.fees.board import in_words
from kiosk.people import desks
from kiosk.people.rights import Right
from kiosk.printing import slips
from kiosk.printing.document import Document
from kiosk.printing.render_html import render_html
from kiosk.purchases import model as purchases
from kiosk.storage import Tx
from kiosk.till import store as till
from kiosk.till.model import VOID_REASON_WORDS
from kiosk.till.view import ticket_view
from kiosk.words import N_
from web import acts
from web.access import local_path
from web.acts import Done
from web.routes import act, page, part
from web.station import station

tickets = Blueprint("tickets", __name__)
#: What villagers hand over: the next round sums from what is owed, so that one touch is enough.
NOTES_FEN = (1_00, 5_00, 10_00, 20_00, 50_00, 100_00)


@tickets.app_context_processor
def _ticket_of_the_desk() -> dict[str, object]:
    return {"desk_ticket": desk_ticket, "round_sums": round_sums, "slip_html": slip_html}


def slip_html(document: Document) -> Markup:
    """A slip as it was printed, as escaped HTML."""
    return Markup(render_html(document))


def desk_ticket() -> dict[str, Any] | None:
    """The open ticket of this desk as it is shown beside the work; None when there is none."""
    found = g.get("session")
    if found is None or found.desk_id is None:
        return None
    with station().store.reading() as db:
        ticket_id = desks.desk(db, found.desk_id).open_ticket_id
        return ticket_view(db, ticket_id) if ticket_id is not None else None


def round_sums(total_fen: int) -> list[int]:
    """What is likely handed over for a sum: itself, then the next multiple of each note, smallest first."""
    sums = {total_fen} | {-(-total_fen // note) * note for note in NOTES_FEN}
    return sorted(fen for fen in sums if fen)[:5]


@page(tickets, "/purchases/new", N_("代购"), right=Right.SERVE, key="F4", is_counter=True)
def new_purchase() -> ResponseReturnValue:
    return render_template(
        "tickets/purchase.html", paid_by=purchases.PAID_BY_WORDS, fee=_published(purchases.FEE_CODES)
    )


@act(tickets, "/purchases/new")
def add_purchase() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        amount_fen = money.parse(request.form.get("amount", ""))
        advance = request.form.get("advance", "").strip()
        line = add_line.add_purchase(
            tx, open_ticket.open_ticket(tx),
            item_name=request.form.get("item_name", ""), quantity=_count("quantity"), amount_fen=amount_fen,
            advance_fen=money.parse(advance) if advance else None, paid_by=request.form.get("paid_by", ""),
            platform=request.form.get("platform", ""), online_shop=request.form.get("online_shop", ""),
            customer_name=request.form.get("customer_name", ""), phone=request.form.get("phone", ""),
        )  # fmt: skip
        return _added(line)

    return acts.run(do, again=new_purchase)


@page(tickets, "/consignment/new", N_("代销"), right=Right.SERVE, key="F6", is_counter=True)
def new_sale() -> ResponseReturnValue:
    return render_template("tickets/consignment.html", fee=_published(consignment.FEE_CODES))


@act(tickets, "/consignment/new")
def add_sale() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        line = add_line.add_consignment_sale(
            tx, open_ticket.open_ticket(tx),
            item_name=request.form.get("item_name", ""), quantity=_count("quantity"), unit=request.form.get("unit", ""),
            amount_fen=money.parse(request.form.get("amount", "")), supplier_name=request.form.get("supplier_name", ""),
            phone=request.form.get("phone", ""),
        )  # fmt: skip
        return _added(line)

    return acts.run(do, again=new_sale)


@page(tickets, "/bills/new", N_("缴费"), right=Right.SERVE, key="F7", is_counter=True)
def new_bill() -> ResponseReturnValue:
    with station().store.reading() as db:
        known = billers.billers(db).values()
    return render_template(
        "tickets/bill.html", billers=list(known), kinds=bills.KIND_WORDS, fee=_published(("bill",)),
        asks_again=g.refused is not None and g.refused.code == "bill.already_paid",
    )  # fmt: skip


@act(tickets, "/bills/new")
def add_bill() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        again = request.form.get("account_again", "").strip()
        line = add_line.add_bill(
            tx, open_ticket.open_ticket(tx),
            biller=request.form.get("biller", ""), account_no=request.form.get("account_no", ""),
            account_again=again or None, bill_period=request.form.get("bill_period", "").strip(),
            amount_fen=money.parse(request.form.get("amount", "")),
            customer_name=request.form.get("customer_name", ""), pays_again=request.form.get("pays_again") == "1",
        )  # fmt: skip
        return _added(line)

    return acts.run(do, again=new_bill)


@page(tickets, "/ticket", N_("收款"), right=Right.SERVE, key="F9", is_counter=True)
def pay() -> ResponseReturnValue:
    return render_template("tickets/pay.html", reasons=VOID_REASON_WORDS)


@act(tickets, "/tickets/<int:ticket_id>/settle")
def take_money(ticket_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        done = settle.settle(tx, ticket_id, money.parse(request.form.get("given", "")))
        facts = {"change": money.yuan(done.change_fen), "receipt_no": done.receipt_no}
        place = url_for("tickets.one_ticket", ticket_id=ticket_id)
        return Done(place, N_("收款完成，找零 {change}，收据 {receipt_no}"), facts)

    return acts.run(do, again=pay)


@act(tickets, "/tickets/<int:ticket_id>/requote")
def work_out_again(ticket_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        changed = settle.requote(tx, ticket_id)
        return Done(url_for("tickets.pay"), N_("已按现行公示价重新计算，{n} 项有变化"), {"n": changed}, "attention")

    return acts.run(do, again=pay)


@act(tickets, "/tickets/lines/<int:line_id>/remove")
def take_line_off(line_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        remove_line.remove_line(tx, line_id)
        return Done(_back(), N_("已从本单去掉一项，没有收费"), {}, "attention")

    return acts.run(do)


@act(tickets, "/tickets/<int:ticket_id>/void")
def void_ticket(ticket_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        done = void.void(tx, ticket_id, request.form.get("reason", ""))
        place = url_for("tickets.one_ticket", ticket_id=ticket_id)
        if not done.refund_fen:
            return Done(place, N_("本单已作废，没有收款"), {}, "attention")
        facts = {"refund": money.yuan(done.refund_fen), "refund_no": done.refund_no}
        return Done(place, N_("已作废，请退给村民现金 {refund}；退款凭条 {refund_no}"), facts, "attention")

    return acts.run(do)


@page(tickets, "/tickets/<int:ticket_id>", N_("单据"), is_counter=True)
def one_ticket(ticket_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = ticket_view(db, ticket_id)
        slip_id = shown["refund_slip_id"] or shown["slip_id"]
        document = slips.compose(db, slip_id) if slip_id is not None else None
        today = shifts.open_day(db)
    may_void = shown["state"] == "settled" and today is not None and shown["settled_on"] == today.business_on
    return render_template(
        "tickets/one.html",
        shown=shown,
        document=document,
        slip_id=slip_id,
        may_void=may_void,
        reasons=VOID_REASON_WORDS,
    )


@part(tickets, "/receipt")
def receipt() -> ResponseReturnValue:
    """The ticket of a receipt whose code was scanned."""
    with station().store.reading() as db:
        found = till.by_receipt(db, request.args.get("no", ""))
    if found is None:
        raise Refused("receipt.unknown", N_("没有这张收据，可能是别的站点开的；请在单据页查找"))
    return redirect(url_for("tickets.one_ticket", ticket_id=found.id), 303)


@page(tickets, "/tickets", N_("今日单据"), place="more", hint=N_("今天收过的款、没收完的单，补打收据"))
def all_tickets() -> ResponseReturnValue:
    zone = station().settings.station.zone
    with station().store.reading() as db:
        today = shifts.open_day(db)
        business_on = request.args.get("business_on") or (
            today.business_on if today else clock.local_date(zone).isoformat()
        )
        found = till.open_tickets(db) + till.settled_on(db, business_on)
        shown = [ticket_view(db, ticket.id) for ticket in found]
    return render_template("tickets/list.html", shown=shown, business_on=business_on)


@act(tickets, "/slips/<int:slip_id>/reprint")
def print_again(slip_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        reprint.reprint(tx, slip_id)
        return Done(_back(), N_("已送去补打，纸上会写明「补打」"))

    return acts.run(do)


def _added(line: add_line.AddedLine) -> Done:
    words = line.warnings[0] if line.warnings else N_("已加入本单，应收 {owed}")
    tone = "attention" if line.warnings else "done"
    return Done(url_for("tickets.pay"), words, {"owed": money.yuan(line.owed_fen)}, tone)


def _published(codes: tuple[str, ...]) -> dict[str, Any] | None:
    """What the fee board says of a service today; None when nothing is published, and then nothing may be charged."""
    with station().store.reading() as db:
        today = shifts.open_day(db)
        zone = station().settings.station.zone
        version = fees.current(db, today.business_on if today else clock.local_date(zone).isoformat())
    items = [item for code in codes for item in [version.item(code) if version else None] if item is not None]
    return {"words": in_words(items[0]), "version": version.number} if items and version else None


def _count(name: str) -> int:
    text = request.form.get(name, "1").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Refused("form.count_unreadable", N_("数量应是整数，例如 1；没有保存，其他内容都保留着"))
    return int(text)


def _back() -> str:
    return local_path(request.form.get("next", "") or url_for("tickets.pay"))
