"""The ticket of a visit: what stands on it beside the work, the payment, a ticket's own page, the list of tickets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk import clock, money, shifts
from kiosk.counter import remove_line, reprint, settle, void
from kiosk.counter.line_acts import acts_of
from kiosk.errors import Refused
from kiosk.people import desks
from kiosk.people.rights import Right
from kiosk.printing import slips
from kiosk.printing.document import Document
from kiosk.printing.render_html import render_html
from kiosk.storage import Reader, Tx
from kiosk.till import debtors, debts
from kiosk.till import store as till
from kiosk.till.model import REDUCE_REASON_WORDS, VOID_REASON_WORDS, LineState
from kiosk.till.payments import METHOD_WORDS, Method, Tender
from kiosk.till.view import ticket_view
from kiosk.words import N_, say
from web import acts, pay_forms
from web.access import local_path
from web.acts import Done
from web.routes import act, page, part
from web.station import session, station

tickets = Blueprint("tickets", __name__)
#: What villagers hand over: the next round sums from what is owed, so that one touch is enough.
NOTES_FEN = (1_00, 5_00, 10_00, 20_00, 50_00, 100_00)


@tickets.app_context_processor
def _ticket_of_the_desk() -> dict[str, object]:
    return {
        "desk_ticket": desk_ticket, "round_sums": round_sums, "slip_html": slip_html, "parked_tickets": parked_tickets,
        "typed_money": pay_forms.typed_money, "ticked": pay_forms.ticked,
    }  # fmt: skip


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


def parked_tickets() -> list[dict[str, Any]]:
    """Tickets that were set aside, oldest first."""
    with station().store.reading() as db:
        return [ticket_view(db, ticket.id) for ticket in till.parked(db)]


def round_sums(total_fen: int) -> list[int]:
    """What is likely handed over for a sum: itself, then the next multiple of each note, smallest first."""
    sums = {total_fen} | {-(-total_fen // note) * note for note in NOTES_FEN}
    return sorted(fen for fen in sums if fen)[:5]


@page(tickets, "/ticket", N_("收款"), right=Right.SERVE, key="F9", is_counter=True)
def pay() -> ResponseReturnValue:
    shown = desk_ticket()
    with station().store.reading() as db:
        may_owe = [debts.debt_view(debts.Debt(one, "", 0)) for one in debtors.debtors(db)]
        due_fen, off_fen = settle_due(db, shown["total_fen"]) if shown else (0, 0)
    return render_template(
        "tickets/pay.html", reasons=VOID_REASON_WORDS, reduce_reasons=REDUCE_REASON_WORDS, methods=METHOD_WORDS,
        may_owe=may_owe, due_fen=due_fen, off_fen=off_fen, rounding=station().settings.till.rounding,
        may_reduce=Right.SERVE if station().settings.till.operators_reduce_fees else Right.MANAGE,
    )  # fmt: skip


def settle_due(db: Reader, total_fen: int) -> tuple[int, int]:
    """What a ticket of this sum costs in cash, and how much of it is rounded off."""
    return settle.cash_due(db, total_fen)


@act(tickets, "/tickets/<int:ticket_id>/settle")
def take_money(ticket_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        total_fen = sum(line.owed_fen for line in till.lines(tx, ticket_id))
        given_fen, tenders = pay_forms.read_payment(total_fen, tx.settings.till.rounding)
        done = settle.settle(tx, ticket_id, given_fen, tenders)
        facts = {
            "change": money.yuan(done.change_fen),
            "receipt_no": done.receipt_no,
            "sum": money.yuan(abs(done.total_fen)),
        }
        place = url_for("tickets.one_ticket", ticket_id=ticket_id)
        on_account_fen = sum(part.amount_fen for part in tenders if part.debtor_id is not None)
        if on_account_fen:
            facts |= {"account": money.yuan(abs(on_account_fen)), "owing": _owing(tx, tenders)}
            facts["taken"] = money.yuan(done.total_fen - on_account_fen)
        if on_account_fen and on_account_fen == done.total_fen:
            is_debt = on_account_fen > 0
            return Done(place, _ON_ACCOUNT if is_debt else _SET_OFF, facts, "attention" if is_debt else "done")
        if on_account_fen > 0:
            return Done(place, _PARTLY_CASH if done.cash_fen else _PARTLY, facts, "attention")
        if done.cash_fen < 0:
            return Done(place, N_("请付给村民现金 {change}；收据 {receipt_no}"), facts, "attention")
        if done.total_fen < 0:
            return Done(place, N_("已付给村民 {sum}，收据 {receipt_no}"), facts)
        if done.change_fen or done.cash_fen:
            return Done(place, N_("收款完成，找零 {change}，收据 {receipt_no}"), facts)
        return Done(place, N_("收款完成 {sum}，不用找零，收据 {receipt_no}"), facts)

    return acts.run(do, again=pay)


#: What is said is kept for days and names nobody: the debtor's number here, the masked name on the ticket's page.
_ON_ACCOUNT = N_("已赊账 {account}，没有收钱；{owing}；收据 {receipt_no}")
_BACK_ON_ACCOUNT = N_("冲减欠款")
_SET_OFF = N_("已冲抵欠款 {account}，没有付钱；{owing}；收据 {receipt_no}")
_PARTLY = N_("收款完成 {taken}，另赊账 {account}；{owing}；收据 {receipt_no}")
_PARTLY_CASH = N_("收款完成 {taken}，找零 {change}，另赊账 {account}；{owing}；收据 {receipt_no}")


def _owing(tx: Tx, tenders: Sequence[Tender]) -> str:
    """What each customer whose account was moved owes now, by number."""
    moved = dict.fromkeys(part.debtor_id for part in tenders if part.debtor_id is not None)
    return say(N_("、")).join(
        say(N_("欠款人 {id} 现在共欠 {owed}"), id=one, owed=money.yuan(debtors.owed_fen(tx, one))) for one in moved
    )


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
        return Done(back(), N_("已从本单去掉一项，没有收费"), {}, "attention")

    return acts.run(do)


@act(tickets, "/tickets/<int:ticket_id>/void")
def void_ticket(ticket_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        done = void.void(tx, ticket_id, request.form.get("reason", ""))
        place = url_for("tickets.one_ticket", ticket_id=ticket_id)
        if not done.refund_no:
            return Done(place, N_("本单已作废，没有收款"), {}, "attention")
        cash_fen = done.by_method.get(Method.CASH, 0)
        others = say(N_("、")).join(
            f"{say(_BACK_ON_ACCOUNT if method == Method.ACCOUNT else METHOD_WORDS[method])} {money.yuan(abs(fen))}"
            for method, fen in done.by_method.items()
            if method != Method.CASH
        )
        facts = {"cash": money.yuan(abs(cash_fen)), "others": others, "refund_no": done.refund_no}
        if done.refund_fen < 0:
            return Done(place, N_("已作废，请向村民收回付出的钱；凭条 {refund_no}"), facts, "attention")
        if not cash_fen:
            words = (
                N_("已作废，请按原路退给村民：{others}；退款凭条 {refund_no}")
                if others
                else N_("已作废，没有要退的钱；凭条 {refund_no}")
            )
            return Done(place, words, facts, "attention")
        words = N_("已作废，请退给村民现金 {cash}；退款凭条 {refund_no}")
        if others:
            words = N_("已作废，请退给村民现金 {cash}，另按原路退 {others}；退款凭条 {refund_no}")
        return Done(place, words, facts, "attention")

    def again() -> ResponseReturnValue:
        standing = desk_ticket()
        return pay() if standing and standing["id"] == ticket_id else one_ticket(ticket_id)

    return acts.run(do, again=again)


@page(tickets, "/tickets/<int:ticket_id>", N_("单据"), is_counter=True)
def one_ticket(ticket_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = ticket_view(db, ticket_id)
        slip_id = shown["refund_slip_id"] or shown["slip_id"]
        document = slips.compose(db, slip_id) if slip_id is not None else None
        today = shifts.open_day(db)
        for paid in shown["payments"]:
            if paid["debtor_id"] is not None:
                paid["debtor"] = debtors.debtor(db, paid["debtor_id"])
        for line in shown["lines"]:
            back_line = till.refund_of(db, line["id"])
            line["given_back_on"] = back_line.ticket_id if back_line is not None else None
            line["may_give_back"] = _may_give_back(db, shown["state"], line["id"]) and back_line is None
    may_void = shown["state"] == "settled" and today is not None and shown["settled_on"] == today.business_on
    return render_template(
        "tickets/one.html",
        shown=shown,
        document=document,
        slip_id=slip_id,
        may_void=may_void,
        reasons=VOID_REASON_WORDS,
        at_desk=session().desk_id is not None,
    )


def _may_give_back(db: Reader, state: str, line_id: int) -> bool:
    line = till.line(db, line_id)
    if state != "settled" or line.state != LineState.DONE or line.refunds_line_id is not None:
        return False
    return acts_of(line) is not None and bool(line.owed_fen or line.commission_fen or line.more)


@part(tickets, "/receipt")
def receipt() -> ResponseReturnValue:
    """The ticket of a receipt whose code was scanned or number typed."""
    with station().store.reading() as db:
        found = till.by_receipt(db, request.args.get("no", "").strip().upper().removeprefix("~RC:"))
    if found is None:
        raise Refused("receipt.unknown", N_("没有这张收据，可能是别的站点开的；请在单据页查找"))
    return redirect(url_for("tickets.one_ticket", ticket_id=found.id), 303)


@page(tickets, "/tickets", N_("今日单据"), place="more", hint=N_("今天收过的款、没收完的单，补打收据，退款"))
def all_tickets() -> ResponseReturnValue:
    zone = station().settings.station.zone
    wanted = request.args.get("receipt_no", "").strip().upper().removeprefix("~RC:")
    with station().store.reading() as db:
        today = shifts.open_day(db)
        business_on = request.args.get("business_on") or (
            today.business_on if today else clock.local_date(zone).isoformat()
        )
        if wanted:
            found = till.with_number(db, wanted)
        else:
            still_open = till.open_tickets(db) if today is None or business_on == today.business_on else []
            found = still_open + till.settled_on(db, business_on)
        shown = [ticket_view(db, ticket.id) for ticket in found]
    return render_template("tickets/list.html", shown=shown, business_on=business_on, wanted=wanted)


@act(tickets, "/slips/<int:slip_id>/reprint")
def print_again(slip_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        reprint.reprint(tx, slip_id)
        return Done(back(), N_("已送去补打，纸上会写明「补打」"))

    return acts.run(do)


def back() -> str:
    """Where a form says that it stands; the payment when it says nothing."""
    return local_path(request.form.get("next", "") or url_for("tickets.pay"))
