"""Proxy purchases: the form of a wish, the list in which nothing is forgotten, one purchase with its next step."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, money, shifts
from kiosk.counter import open_ticket, purchase_lines
from kiosk.errors import Refused
from kiosk.notices import store as notice_store
from kiosk.notices.model import RESULT_WORDS
from kiosk.notices.model import STATE_WORDS as NOTICE_WORDS
from kiosk.people.rights import Right
from kiosk.printing import slips
from kiosk.purchases import actions, model, platforms, store, view
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.line_forms import added, count, published
from web.routes import act, page
from web.row_ids import row_id
from web.station import session, station

purchases = Blueprint("purchases", __name__)
FILTERS = {
    "open": N_("没办完"),
    "requested": N_("待报价"),
    "quoted": N_("已报价"),
    "ordered": N_("已下单"),
    "shipped": N_("在途"),
    "arrived": N_("已到货"),
    "returning": N_("退换中"),
    "returnable": N_("可退货期"),
    "owed": N_("钱没结清"),
    "disputed": N_("有纠纷"),
    "": N_("全部"),
}
_ONLY = frozenset({"returnable", "owed", "disputed"})
GOODS = ("item_name", "spec", "category", "registration_no", "customer_name", "phone")


def amount(name: str) -> int | None:
    """Fen of a field; None where it was left empty."""
    typed = request.form.get(name, "").strip()
    return money.parse(typed) if typed else None


def ticked(name: str) -> bool:
    """Whether a box is ticked."""
    return request.form.get(name) == "1"


def checks() -> dict[str, Any]:
    """What the form says of farm inputs."""
    three = {name: ticked(name) for name in model.THREE_NOS}
    return {"needs_registration": not ticked("no_registration"), **three}


@page(purchases, "/purchases/new", N_("代购"), right=Right.SERVE, key="F4", is_counter=True)
def new_purchase() -> ResponseReturnValue:
    with station().store.reading() as db:
        known, waiting = platforms.platforms(db), store.open_count(db)
    return render_template(
        "purchases/purchase.html", paid_by=model.PAID_BY_WORDS, fee=published(model.FEE_CODES), platforms=known,
        categories=model.CATEGORY_WORDS, three_nos=model.THREE_NOS, waiting=waiting,
    )  # fmt: skip


@act(purchases, "/purchases/new")
def add_purchase() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        goods = {name: request.form.get(name, "") for name in GOODS if name in request.form}
        goods |= checks() | {"quantity": count("quantity")}
        if request.form.get("how") == "request":
            return _wish(tx, goods)
        amount_fen = money.parse(request.form.get("amount", ""))
        line = purchase_lines.add_purchase(
            tx, open_ticket.open_ticket(tx), amount_fen=amount_fen, advance_fen=amount("advance"),
            paid_by=request.form.get("paid_by", ""), platform=request.form.get("platform", ""),
            online_shop=request.form.get("online_shop", ""), **goods,
        )  # fmt: skip
        return added(line)

    return acts.run(do, again=new_purchase)


def _wish(tx: Tx, goods: dict[str, Any]) -> Done:
    """Takes the wish down; a price that was typed with it is its quotation, so that nothing that was typed is lost."""
    amount_fen, advance_fen = amount("amount"), amount("advance")
    where = {name: request.form.get(name, "") for name in ("platform", "online_shop")}
    if advance_fen is not None and amount_fen is None:
        raise Refused(
            "purchase.advance_without_price",
            N_("填了预收款却没有商品总价；没有保存，请补上总价，或把预收款清空"),
        )
    found = actions.request(tx, budget_fen=amount("budget"), **where, **goods)
    facts = {"request_no": found.request_no}
    words = (N_("已登记需求 {request_no}"), N_("已登记需求 {request_no}，需求单已送去打印"))
    if amount_fen is not None:
        paid_by = request.form.get("paid_by", "")
        actions.quote(tx, found.id, amount_fen=amount_fen, paid_by=paid_by, advance_fen=advance_fen, **where)
        facts["sum"] = money.yuan(amount_fen)
        words = (
            N_("已登记需求 {request_no}，报价 {sum}；村民同意后再加入本单收款"),
            N_("已登记需求 {request_no}，报价 {sum}，需求单已送去打印；村民同意后再加入本单收款"),
        )
    _, job_id = actions.print_request_form(tx, found.id, session().desk_id)
    return Done(_place(found.id), words[bool(job_id)], facts)


@page(purchases, "/purchases", N_("代购单"), place="more", hint=N_("每一单走到哪里、等了几天；到货、交付、退换、纠纷"))
def all_purchases() -> ResponseReturnValue:
    chosen = request.args.get("show", "open")
    before = row_id(request.args.get("before", "")) or None
    here = clock.local_date(station().settings.station.zone)
    with station().store.reading() as db:
        if chosen == "open":
            found, more = store.open_purchases(db), None
        else:
            states = () if chosen in _ONLY or chosen not in set(model.PurchaseState) else (chosen,)
            only = chosen if chosen in _ONLY else ""
            found, more = store.listed(db, states=states, only=only, before_id=before, limit=30)
        shown = [view.show(db, one, here) for one in found]
        counts = store.counts_by_state(db) | {"open": store.open_count(db)}
        share = [
            {"name": platforms.name_of(db, row["platform"]), "count": row["count"], "amount_fen": row["amount_fen"]}
            for row in store.share_of_platforms(db, f"{here.year}-01-01", f"{here.year}-12-31")
        ]
        today = shifts.open_day(db)
        due = len(store.returnable_until(db, today.business_on if today else here.isoformat()))
    return render_template(
        "purchases/list.html", shown=shown, chosen=chosen, filters=FILTERS, counts=counts, more=more, share=share,
        due=due, year=here.year,
    )  # fmt: skip


@page(purchases, "/purchases/<int:purchase_id>", N_("代购单详情"), is_counter=True)
def one_purchase(purchase_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = view.one(db, purchase_id)
        told = notice_store.of_subject(db, model.CASE, purchase_id)
        papers = slips.of_subject(db, model.CASE, purchase_id)
        document = slips.compose(db, papers[-1].id) if papers else None
        known = platforms.platforms(db)
    return render_template(
        "purchases/one.html", shown=shown, may_do=set(shown["may"]), told=told, document=document,
        slip_id=papers[-1].id if papers else None, platforms=known, fee=published(model.FEE_CODES),
        paid_by=model.PAID_BY_WORDS, paid_from=model.PAID_FROM_WORDS, no_return=model.NO_RETURN_WORDS,
        cancel_words=model.CANCEL_WORDS, return_words=model.RETURN_WORDS, three_nos=model.THREE_NOS,
        notice_words=NOTICE_WORDS, result_words=RESULT_WORDS,
    )  # fmt: skip


@act(purchases, "/purchases/<int:purchase_id>/form")
def print_form(purchase_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        _, job_id = actions.print_request_form(tx, purchase_id, session().desk_id)
        if job_id is None:
            raise Refused("notice.no_printer", N_("没有配置打印机，没有打印；需求单显示在右边，可以照着抄"))
        return Done(_place(purchase_id), N_("需求单已送去打印"))

    return acts.run(do, again=lambda: one_purchase(purchase_id))


def _place(purchase_id: int) -> str:
    return url_for("purchases.one_purchase", purchase_id=purchase_id)
