"""Cash put into the drawer and taken out of it beside the tickets: the day's movements and the form for one more."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, money, shifts
from kiosk.codes import carriers
from kiosk.people.rights import Right, may
from kiosk.storage import Tx
from kiosk.till import cash_moves
from kiosk.till.cash_moves import REASONS
from kiosk.words import N_
from web import acts, pay_forms
from web.acts import Done
from web.routes import act, page
from web.station import actor, station

blueprint = Blueprint("cash", __name__)


@page(
    blueprint,
    "/cash",
    N_("存取现金"),
    right=Right.SERVE,
    place="more",
    is_counter=True,
    hint=N_("备用金、存银行、零星开支、与快递公司结算，都打印凭条"),
)
def moves() -> ResponseReturnValue:
    with station().store.reading() as db:
        today = shifts.open_day(db)
        local_on = clock.local_date(station().settings.station.zone).isoformat()
        business_on = request.args.get("business_on") or (today.business_on if today else local_on)
        shown = [cash_moves.move_view(db, move) for move in cash_moves.cash_moves_on(db, business_on)]
        owed = [
            {"code": code, "name": carriers.find(code).name(), "owed": money.yuan(fen)}
            for code, fen in cash_moves.owed_to_carriers(db).items()
        ]
    for move in shown:
        move["may_put_back"] = (
            not move["is_put_back"] and today is not None and move["business_on"] == today.business_on
            and may(actor(), REASONS[move["reason"]].right)
        )  # fmt: skip
    reasons = {reason: why for reason, why in REASONS.items() if may(actor(), why.right)}
    return render_template("cash/moves.html", shown=shown, business_on=business_on, reasons=reasons, owed=owed)


@act(blueprint, "/cash/move")
def move() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        pay_forms.refuse_payment_code(*request.form.values())
        done = cash_moves.move_cash(
            tx, request.form.get("reason", ""), pay_forms.amount("amount"), carrier=request.form.get("carrier", ""),
            note=request.form.get("note", ""),
        )  # fmt: skip
        facts = {"sum": money.yuan(done.amount_fen), "no": done.move_no}
        words = (
            N_("已记存入 {sum}，凭条 {no}；请放进钱箱")
            if done.kind == "pay_in"
            else N_("已记取出 {sum}，凭条 {no}；请从钱箱取走")
        )
        return Done(url_for("cash.moves"), words, facts)

    return acts.run(do, again=moves)


@act(blueprint, "/cash/<int:move_id>/put-back")
def put_back(move_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        done = cash_moves.put_back(tx, move_id)
        facts = {"sum": money.yuan(done.amount_fen), "no": done.move_no}
        words = N_("{no} 已撤回：请从钱箱取出 {sum}") if done.kind == "pay_in" else N_("{no} 已撤回：请放回钱箱 {sum}")
        return Done(url_for("cash.moves"), words, facts, "attention")

    return acts.run(do, again=moves)
