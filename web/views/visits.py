"""What happens to a ticket beside its payment: set aside and taken up again, a fee reduced, lines given back, a
compensation put on it."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import money
from kiosk.counter import add_line as counter_lines
from kiosk.counter import open_ticket, park, reduce_fee, refund
from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.till import store as till
from kiosk.till.compensations import ABOUT_WORDS, REASON_WORDS
from kiosk.words import N_
from web import acts, pay_forms
from web.acts import Done
from web.routes import act, page
from web.station import session
from web.views import tickets as ticket_pages

visits = Blueprint("visits", __name__)


@page(visits, "/tickets/parked", N_("挂着的单"), right=Right.SERVE, is_counter=True)
def parked() -> ResponseReturnValue:
    return render_template("tickets/parked.html")


@act(visits, "/tickets/<int:ticket_id>/park")
def set_aside(ticket_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        pay_forms.refuse_payment_code(request.form.get("label", ""))
        park.park(tx, ticket_id, request.form.get("label", ""))
        return Done(url_for("home.counter"), N_("已挂起，可以办下一位；在「挂着的单」里取回"))

    return acts.run(do, again=ticket_pages.pay)


@act(visits, "/tickets/parked/<int:ticket_id>/resume")
def take_up(ticket_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        park.resume(tx, ticket_id, _desk())
        return Done(url_for("tickets.pay"), N_("已取回这单，可以继续办理"))

    return acts.run(do, again=parked)


@act(visits, "/ticket/lines/<int:line_id>/fee")
def charge_less(line_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        before = till.line(tx, line_id)
        new = till.line(tx, reduce_fee.reduce_fee(tx, line_id, pay_forms.amount("to"), request.form.get("reason", "")))
        was_fen, now_fen = before.fee_fen + before.commission_fen, new.fee_fen + new.commission_fen
        facts = {"was": money.yuan(was_fen), "now": money.yuan(now_fen)}
        return Done(url_for("tickets.pay"), N_("服务费由 {was} 减为 {now}"), facts, "attention")

    return acts.run(do, again=ticket_pages.pay)


@act(visits, "/tickets/<int:ticket_id>/refund")
def give_back(ticket_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        lines = [number for text in request.form.getlist("line") if (number := pay_forms.row_number(text)) is not None]
        for line_id in lines:
            if till.line(tx, line_id).ticket_id != ticket_id:
                raise Refused("ticket.line_unknown", N_("没有编号为 {line_id} 的项目，请刷新页面核对"), line_id=line_id)
        current = open_ticket.open_ticket(tx, _desk())
        reason = request.form.get("reason", "")
        added = refund.refund(tx, current, lines, reason, keeps_fee=pay_forms.ticked_now("keeps_fee"))
        back_fen = -sum(till.line(tx, line_id).owed_fen for line_id in added)
        facts = {"n": len(added), "sum": money.yuan(back_fen)}
        return Done(
            url_for("tickets.pay"), N_("{n} 项退款 {sum} 已加入本单；收款（付款）后才算退完"), facts, "attention"
        )

    return acts.run(do, again=lambda: ticket_pages.one_ticket(ticket_id))


@page(
    visits,
    "/compensation",
    N_("赔付"),
    right=Right.MANAGE,
    place="more",
    is_counter=True,
    hint=N_("弄坏、弄丢、耽误了村民的事，站长决定赔多少"),
)
def compensation() -> ResponseReturnValue:
    return render_template(
        "tickets/compensation.html", reasons=REASON_WORDS, about=ABOUT_WORDS,
        about_kind=request.values.get("about_kind", ""), about_id=request.values.get("about_id", ""),
    )  # fmt: skip


@act(visits, "/compensation/new", right=Right.MANAGE)
def pay_compensation() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        pay_forms.refuse_payment_code(*request.form.values())
        line = counter_lines.add_line(
            tx, open_ticket.open_ticket(tx, _desk()), "compensation", amount_fen=pay_forms.amount("amount"),
            reason=request.form.get("reason", ""), about_kind=request.form.get("about_kind", ""),
            about_id=pay_forms.row_number(request.form.get("about_id", "").strip()), note=request.form.get("note", ""),
        )  # fmt: skip
        facts = {"sum": money.yuan(-line.owed_fen)}
        return Done(url_for("tickets.pay"), N_("赔付 {sum} 已加入本单；付款后打印凭条请村民签字"), facts, "attention")

    return acts.run(do, again=compensation)


def _desk() -> int:
    """The desk at which this is done; raises ``Refused('ticket.no_desk')`` for a log-in without one."""
    desk_id = session().desk_id
    if desk_id is None:
        raise Refused("ticket.no_desk", N_("当前登录没有柜台，不能在这里办；请用柜台账号登录"))
    return desk_id
