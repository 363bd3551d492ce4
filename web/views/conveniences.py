"""Convenience services at the counter: pages made from the data of each service, the list by due date, one case."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk.conveniences import actions, model, services, store, unmask, view
from kiosk.counter import convenience_lines, open_ticket
from kiosk.counter.refund import refund as put_refund_on
from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.purchases.model import PAID_FROM_WORDS
from kiosk.storage import Tx
from kiosk.till.model import VOID_REASON_WORDS
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.line_forms import added, published
from web.routes import act, page
from web.row_ids import row_id
from web.station import actor, station

conveniences = Blueprint("conveniences", __name__)
FILTERS = {"": N_("待办"), "done": N_("已办成"), "failed": N_("没办成"), "refunded": N_("已退款"), "all": N_("全部")}
A_PAGE = 50
#: How a field of the data is typed: the kind of input, its mode for touch keyboards, its class.
INPUTS = {
    "text": ("text", "", ""),
    "person": ("text", "", ""),
    "date": ("date", "", ""),
    "time": ("time", "", ""),
    "money": ("text", "decimal", "amount"),
    "count": ("text", "numeric", ""),
    "phone": ("tel", "tel", ""),
    "card_last4": ("text", "numeric", ""),
}
LENGTHS = {"money": 12, "count": 4, "phone": 24, "card_last4": 4}


@page(conveniences, "/conveniences", N_("便民"), key="F8", hint=N_("订票、订房、挂号、咨询、打印，和还没办完的"))
def all_conveniences() -> ResponseReturnValue:
    chosen = request.args.get("state", "")
    chosen = chosen if chosen in FILTERS else ""
    before = row_id(request.args.get("before", "")) or 2**53
    with station().store.reading() as db:
        offered = services.offered(db)
        if chosen:
            states = list(model.ConvenienceState) if chosen == "all" else [chosen]
            shown = view.listed(db, [str(state) for state in states], before, A_PAGE)
        else:
            shown = view.open_cases(db)
    more = shown[-1]["id"] if chosen and len(shown) == A_PAGE else None
    return render_template(
        "conveniences/list.html", offered=offered, shown=shown, chosen=chosen, filters=FILTERS, more=more,
        states=model.STATE_WORDS,
    )  # fmt: skip


@page(conveniences, "/conveniences/new/<code>", N_("便民服务"), right=Right.SERVE, is_counter=True)
def new_convenience(code: str) -> ResponseReturnValue:
    with station().store.reading() as db:
        service = services.service(db, code)
    return render_template(
        "conveniences/new.html", service=service, fee=published(service.fee_codes), inputs=INPUTS, lengths=LENGTHS,
        today=clock.local_date(station().settings.station.zone).isoformat(), wrong=_wrong_field(),
    )  # fmt: skip


@act(conveniences, "/conveniences/new/<code>")
def add_convenience(code: str) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        service = services.service(tx, code)
        line = convenience_lines.add_convenience(
            tx, open_ticket.open_ticket(tx), convenience=code, values=_values(service.asked("record")),
            consent=request.form.get("consent") == "1",
        )  # fmt: skip
        return added(line)

    return acts.run(do, again=lambda: new_convenience(code))


@page(conveniences, "/conveniences/<int:convenience_id>", N_("一项便民服务"), is_counter=True)
def one_convenience(convenience_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = store.convenience(db, convenience_id)
        shown = view.detail_of(db, found)
        service = services.services(db).get(found.service)
    return render_template(
        "conveniences/one.html", case=shown, service=service, inputs=INPUTS, lengths=LENGTHS, states=model.STATE_WORDS,
        today=clock.local_date(station().settings.station.zone).isoformat(), paid_from=PAID_FROM_WORDS,
        fails=model.FAIL_WORDS, reasons=VOID_REASON_WORDS, wrong=_wrong_field(),
    )  # fmt: skip


@act(conveniences, "/conveniences/<int:convenience_id>/done")
def finish(convenience_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        service = services.services(tx).get(store.convenience(tx, convenience_id).service)
        values = _values(service.asked("done")) if service is not None else {}
        actions.finish(tx, convenience_id, values=values, paid_from=request.form.get("paid_from", ""))
        return _done(convenience_id, N_("已办成"))

    return acts.run(do, again=lambda: one_convenience(convenience_id))


@act(conveniences, "/conveniences/<int:convenience_id>/fail")
def fail(convenience_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        failed = actions.fail(tx, convenience_id, request.form.get("reason", ""))
        words = N_("已记为没办成；请把钱退给村民") if failed.holds_money else N_("已记为没办成")
        return _done(convenience_id, words, "attention")

    return acts.run(do, again=lambda: one_convenience(convenience_id))


@act(conveniences, "/conveniences/<int:convenience_id>/drop")
def drop(convenience_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        actions.drop(tx, convenience_id)
        return _done(convenience_id, N_("已取消，没有收过钱"), "attention")

    return acts.run(do, again=lambda: one_convenience(convenience_id))


@act(conveniences, "/conveniences/<int:convenience_id>/refund")
def refund(convenience_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        line_id = view.detail_of(tx, store.convenience(tx, convenience_id))["line_id"]
        put_refund_on(tx, open_ticket.open_ticket(tx), [line_id] if line_id else [], request.form.get("reason", ""))
        return Done(url_for("tickets.pay"), N_("退款已加入本单，收款页付给村民后才算退清"), {}, "attention")

    return acts.run(do, again=lambda: one_convenience(convenience_id))


@act(conveniences, "/conveniences/<int:convenience_id>/print")
def print_slip(convenience_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        convenience_lines.print_slip(tx, convenience_id)
        return _done(convenience_id, N_("凭单已送去打印"))

    return acts.run(do, again=lambda: one_convenience(convenience_id))


@act(conveniences, "/conveniences/<int:convenience_id>/unmask", right=Right.READ)
def show_in_full(convenience_id: int) -> ResponseReturnValue:
    """What was typed, in full, on a page that keeps nothing; recorded each time, and so is a denied try."""
    try:
        with station().store.transaction(actor()) as tx:
            kept = unmask.unmask(tx, convenience_id)
            found = store.convenience(tx, convenience_id)
            shown, full = view.view_of(tx, found), view.shown(found, kept, is_masked=False)
    except Refused as refused:
        if refused.code == "staff.not_allowed":
            with station().store.transaction(actor()) as tx:
                unmask.remember_denied_unmask(tx, convenience_id)
        raise
    response = make_response(render_template("conveniences/unmasked.html", case=shown, full=full))
    response.headers["Cache-Control"] = "no-store"  # not even for the back button
    return response


def _values(asked: tuple[services.Field, ...]) -> dict[str, str]:
    """What was typed into the fields that the data asks for; each stands in the form as ``f_`` and its code."""
    return {field.code: request.form.get(f"f_{field.code}", "").strip() for field in asked}


def _wrong_field() -> str:
    """The code of the field that was refused, so that the page can lead there."""
    refused: Any = g.refused
    return str(refused.facts.get("field", "")) if refused is not None else ""


def _done(convenience_id: int, words: str, tone: str = "done") -> Done:
    return Done(url_for("conveniences.one_convenience", convenience_id=convenience_id), words, {}, tone)
