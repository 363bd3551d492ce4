"""Who owes the station: the list with age, one customer's account, and what the manager decides about it."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import money
from kiosk.counter import add_line as counter_lines
from kiosk.counter import open_ticket
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.till import debtors, debts
from kiosk.words import N_
from web import acts, pay_forms
from web.acts import Done
from web.routes import act, page
from web.station import session, station

blueprint = Blueprint("debts", __name__)


@page(
    blueprint,
    "/debts",
    N_("欠款"),
    right=Right.SERVE,
    place="more",
    is_counter=True,
    hint=N_("谁欠多少、欠了多久，收还款，站长准许赊账"),
)
def all_debts() -> ResponseReturnValue:
    wanted = request.args.get("who", "").strip()[:40]
    with station().store.reading() as db:
        shown = [debts.debt_view(one) for one in debts.debts(db, wanted)]
    return render_template(
        "debts/list.html", shown=shown, wanted=wanted, owed_fen=sum(one["owed_fen"] for one in shown)
    )


@page(blueprint, "/debts/<int:debtor_id>", N_("欠款"), right=Right.SERVE, is_counter=True)
def one_debt(debtor_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = debts.debt(db, debtors.debtor(db, debtor_id))
        moves = [debts.move_view(move) for move in reversed(debts.moves(db, debtor_id))]
    return render_template(
        "debts/one.html", shown=debts.debt_view(found), moves=moves, at_desk=session().desk_id is not None
    )


@act(blueprint, "/debts/allow", right=Right.MANAGE)
def allow() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        pay_forms.refuse_payment_code(*request.form.values())
        limit_fen = pay_forms.amount("limit")
        debtor_id = debtors.allow(tx, request.form.get("name", ""), request.form.get("phone", ""), limit_fen)
        return Done(_place(debtor_id), N_("已准许赊账，上限 {limit}"), {"limit": money.yuan(limit_fen)})

    return acts.run(do, again=all_debts)


@act(blueprint, "/debts/<int:debtor_id>/limit", right=Right.MANAGE)
def change_limit(debtor_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        limit_fen = pay_forms.amount("limit")
        debtors.change_limit(tx, debtor_id, limit_fen)
        return Done(_place(debtor_id), N_("赊账上限已改为 {limit}"), {"limit": money.yuan(limit_fen)})

    return acts.run(do, again=lambda: one_debt(debtor_id))


@act(blueprint, "/debts/<int:debtor_id>/stop", right=Right.MANAGE)
def stop(debtor_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        debtors.stop(tx, debtor_id)
        return Done(_place(debtor_id), N_("已停止赊账；欠的钱照旧要还"), {}, "attention")

    return acts.run(do, again=lambda: one_debt(debtor_id))


@act(blueprint, "/debts/<int:debtor_id>/repay")
def repay(debtor_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        ticket_id = open_ticket.open_ticket(tx)
        line = counter_lines.add_line(tx, ticket_id, "debt", debtor_id=debtor_id, amount_fen=pay_forms.amount("amount"))
        return Done(url_for("tickets.pay"), N_("还款 {sum} 已加入本单，请收款"), {"sum": money.yuan(line.owed_fen)})

    return acts.run(do, again=lambda: one_debt(debtor_id))


@act(blueprint, "/debts/<int:debtor_id>/statement")
def statement(debtor_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        slip_id, job_id = debts.print_statement(tx, debtor_id)
        if job_id is None:
            return Done(url_for("prints.one", slip_id=slip_id), N_("对账单已开好；本站没有打印机，请在屏幕上看"))
        return Done(_place(debtor_id), N_("对账单已送去打印"))

    return acts.run(do, again=lambda: one_debt(debtor_id))


def _place(debtor_id: int) -> str:
    return url_for("debts.one_debt", debtor_id=debtor_id)
