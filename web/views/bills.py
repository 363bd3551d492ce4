"""Bills at the counter: the form, the list of what is to do, one bill with its next step."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, money
from kiosk.bills import billers, model, outcome, slips, store, unmask, view
from kiosk.bills.actions import read_account
from kiosk.counter import bill_lines, open_ticket
from kiosk.counter.refund import refund as put_refund_on
from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.purchases.model import PAID_FROM_WORDS
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.till.model import VOID_REASON_WORDS
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.line_forms import added, count, published
from web.pictures import allow_pictures, sent_picture
from web.routes import act, page
from web.row_ids import row_id
from web.station import actor, station

bills = Blueprint("bills", __name__)
allow_pictures(bills, {"bills.confirm", "bills.add_picture"})
FILTERS = {
    "": N_("待办"),
    "confirmed": N_("已缴成"),
    "refunded": N_("已退款"),
    "all": N_("全部"),
}
A_PAGE = 50


@page(bills, "/bills/new", N_("缴费"), right=Right.SERVE, key="F7", is_counter=True)
def new_bill() -> ResponseReturnValue:
    with station().store.reading() as db:
        known = list(billers.billers(db).values())
        waiting = len(store.open_bills(db))
    asks = g.refused.code if g.refused is not None else ""
    return render_template(
        "bills/bill.html", billers=known, kinds=model.KIND_WORDS, fee=published(("bill",)), asks=asks, waiting=waiting,
        read_aloud=view.read_aloud(read_account(request.form.get("account_no", ""))),
    )  # fmt: skip


@act(bills, "/bills/new")
def add_bill() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        again = _typed("account_again")
        line = bill_lines.add_bill(
            tx, open_ticket.open_ticket(tx),
            biller=_typed("biller"), account_no=_typed("account_no"), account_again=again or None,
            bill_period=_typed("bill_period"), amount_fen=money.parse(_typed("amount")),
            late_fee_fen=_fen("late_fee") or 0, months=count("months") if _typed("months") else 0,
            balance_before_fen=_fen("balance_before"), account_holder=_typed("account_holder"),
            holder_confirmed=_ticked("holder_confirmed"), is_read_back=_ticked("is_read_back"),
            customer_name=_typed("customer_name"), phone=_typed("phone"), pays_again=_ticked("pays_again"),
        )  # fmt: skip
        return added(line)

    return acts.run(do, again=new_bill)


@page(bills, "/bills", N_("缴费待办"), place="more", hint=N_("收了钱还没缴的、结果未确认的、要退款的"))
def all_bills() -> ResponseReturnValue:
    chosen = request.args.get("state", "")
    chosen = chosen if chosen in FILTERS else ""
    before = row_id(request.args.get("before", "")) or 2**53
    with station().store.reading() as db:
        if chosen:
            states = list(model.BillState) if chosen == "all" else [chosen]
            shown = view.listed(db, states, before, A_PAGE)
        else:
            shown = view.to_do(db)
    more = shown[-1]["id"] if chosen and len(shown) == A_PAGE else None
    return render_template(
        "bills/list.html", shown=shown, chosen=chosen, filters=FILTERS, more=more, kinds=model.KIND_WORDS,
        states=model.STATE_WORDS, held_fen=sum(bill["amount_fen"] for bill in shown if bill["holds_money"]),
    )  # fmt: skip


@page(bills, "/bills/<int:bill_id>", N_("一笔缴费"), is_counter=True)
def one_bill(bill_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = store.bill(db, bill_id)
        known = billers.billers(db).get(found.biller)
        shown = view.bill_detail(db, found)
    return render_template("bills/one.html", bill=shown, known=known, **_words())


@act(bills, "/bills/<int:bill_id>/submit")
def submit(bill_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outcome.submit(
            tx, bill_id, channel=_typed("channel"), paid_from=_typed("paid_from"), account_holder=_typed("account_holder"),
            holder_confirmed=_ticked("holder_confirmed"),
        )  # fmt: skip
        return _done(bill_id, N_("已提交；缴成了请记下流水号，没有回音请记为「结果未确认」"))

    return acts.run(do, again=lambda: one_bill(bill_id))


@act(bills, "/bills/<int:bill_id>/unconfirmed")
def leave_unconfirmed(bill_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outcome.leave_unconfirmed(tx, bill_id)
        return _done(bill_id, N_("已记为结果未确认；查清以前，同一户号同一账期不会再收"), "attention")

    return acts.run(do, again=lambda: one_bill(bill_id))


@act(bills, "/bills/<int:bill_id>/looked-up")
def look_up(bill_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outcome.look_up(tx, bill_id, _typed("how"))
        return _done(bill_id, N_("已记下这次查询，结果仍未确认"), "attention")

    return acts.run(do, again=lambda: one_bill(bill_id))


@act(bills, "/bills/<int:bill_id>/confirm")
def confirm(bill_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        card = _typed("card_written")
        outcome.confirm(
            tx, bill_id, serial_no=_typed("serial_no"), voucher_no=_typed("voucher_no"), picture=picture,
            paid_from=_typed("paid_from"), how=_typed("how"), balance_before_fen=_fen("balance_before"),
            balance_after_fen=_fen("balance_after"), is_card_written=None if not card else card == "1",
        )  # fmt: skip
        return _done(bill_id, N_("已缴成，已记账"))

    try:
        picture = sent_picture("picture")
    except Refused as refused:
        g.refused = refused
        return make_response(one_bill(bill_id), 422)
    return acts.run(do, again=lambda: one_bill(bill_id))


@act(bills, "/bills/<int:bill_id>/fail")
def fail(bill_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outcome.fail(tx, bill_id, reason=_typed("reason"), how=_typed("how"))
        return _done(bill_id, N_("已记为没缴成；请把钱退给村民"), "attention")

    return acts.run(do, again=lambda: one_bill(bill_id))


@act(bills, "/bills/<int:bill_id>/refund")
def refund(bill_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        line_id = view.bill_detail(tx, store.bill(tx, bill_id))["line_id"]
        put_refund_on(tx, open_ticket.open_ticket(tx), [line_id] if line_id else [], _typed("reason"))
        return Done(url_for("tickets.pay"), N_("退款已加入本单，收款页付给村民后才算退清"), {}, "attention")

    return acts.run(do, again=lambda: one_bill(bill_id))


@act(bills, "/bills/<int:bill_id>/picture")
def add_picture(bill_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        if picture is None:
            raise Refused("picture.missing", N_("没有选照片，没有保存；请先选一张"))
        outcome.add_picture(tx, bill_id, picture)
        return _done(bill_id, N_("照片已保存"))

    try:
        picture = sent_picture("picture")
    except Refused as refused:
        g.refused = refused
        return make_response(one_bill(bill_id), 422)
    return acts.run(do, again=lambda: one_bill(bill_id))


@act(bills, "/bills/<int:bill_id>/proof")
def print_proof(bill_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        till.print_at_desk(tx, slips.freeze_proof(tx, store.bill(tx, bill_id)), None)
        return _done(bill_id, N_("缴费凭单已送去打印"))

    return acts.run(do, again=lambda: one_bill(bill_id))


@act(bills, "/bills/<int:bill_id>/unmask", right=Right.READ)
def show_in_full(bill_id: int) -> ResponseReturnValue:
    """The full account number, once, on a page that keeps nothing; recorded each time, and so is a denied try."""
    try:
        with station().store.transaction(actor()) as tx:
            full = unmask.unmask(tx, bill_id)
            shown = view.bill_view(tx, store.bill(tx, bill_id))
    except Refused as refused:
        if refused.code == "staff.not_allowed":
            with station().store.transaction(actor()) as tx:
                unmask.remember_denied_unmask(tx, bill_id)
        raise
    response = make_response(
        render_template(
            "bills/unmasked.html", full=full, bill=shown, aloud=view.read_aloud(full.account_no), **_words()
        )
    )
    response.headers["Cache-Control"] = "no-store"  # not even for the back button
    return response


def _words() -> dict[str, Any]:
    return {
        "kinds": model.KIND_WORDS, "states": model.STATE_WORDS, "channels": model.CHANNEL_WORDS, "ways": model.LOOK_UP_WORDS,
        "fails": model.FAIL_WORDS, "paid_from": PAID_FROM_WORDS, "reasons": VOID_REASON_WORDS, "now": clock.stamp(),
    }  # fmt: skip


def _done(bill_id: int, words: str, tone: str = "done") -> Done:
    return Done(url_for("bills.one_bill", bill_id=bill_id), words, {}, tone)


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _ticked(name: str) -> bool:
    return request.form.get(name) == "1"


def _fen(name: str) -> int | None:
    text = _typed(name)
    return money.parse(text) if text else None
