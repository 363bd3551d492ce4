"""Sending (寄件): the form with its ticks, what waits for which courier, one parcel. The courier's list has a file of its
own (``manifests``)."""

from __future__ import annotations

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, money, shifts
from kiosk.codes import OTHER, carriers
from kiosk.counter import outbound_lines, outbound_manifest, outbound_refusal, outbound_return, outbound_unmask
from kiosk.counter.open_ticket import open_ticket
from kiosk.errors import Refused
from kiosk.outbound import lists, model, store, view
from kiosk.outbound.lists import Price
from kiosk.people import desks
from kiosk.people.rights import Right
from kiosk.printing import slips
from kiosk.storage import Tx
from kiosk.till.model import VOID_REASON_WORDS
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.desk import settle_mode
from web.line_forms import added, count, fen, published
from web.routes import act, page
from web.row_ids import row_id
from web.station import actor, session, station

outbound = Blueprint("outbound", __name__)
SHOWN = 40


@page(outbound, "/outbound/new", N_("寄件"), right=Right.SERVE, key="F3", is_counter=True)
def new_parcel() -> ResponseReturnValue:
    settle_mode("home")
    with station().store.reading() as db:
        prices = lists.prices(db)
        waiting = len(store.waiting(db))
        desk = desks.desk(db, session().desk_id).name if session().desk_id is not None else ""
    return render_template(
        "outbound/new.html", prices=[(price, carriers.find(price.carrier).name()) for price in prices],
        known=[carrier for carrier in carriers.known() if carrier.code != OTHER], kinds=model.ITEM_WORDS,
        documents=model.DOCUMENT_WORDS, payers=model.PAID_BY_WORDS, fee=published(model.FEE_CODES), waiting=waiting,
        weight=station().runtime.weight(desk),
    )  # fmt: skip


@act(outbound, "/outbound/new")
def add_parcel() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        carrier, _, zone = request.form.get("service", "").partition("/")
        freight = request.form.get("freight", "").strip()
        form = request.form
        weight_grams, source = _weight()
        return added(outbound_lines.add_outbound(
            tx, open_ticket(tx), carrier=carrier, freight_zone=zone, freight_fen=money.parse(freight) if freight else None,
            sender_name=form.get("sender_name", ""), sender_phone=form.get("sender_phone", ""),
            sender_address=form.get("sender_address", ""), recipient_name=form.get("recipient_name", ""),
            recipient_phone=form.get("recipient_phone", ""), recipient_address=form.get("recipient_address", ""),
            item=form.get("item", ""), item_kind=form.get("item_kind", ""), quantity=count("quantity"),
            weight_grams=weight_grams, weight_source=source, insured_value_fen=fen("insured_value"),
            premium_fen=fen("premium"), paid_by=form.get("paid_by", ""), id_document=form.get("id_document", ""),
            content_inspected=form.get("content_inspected") == "1",
        ))  # fmt: skip

    try:
        return acts.run(do)
    except Refused as refused:
        if outbound_refusal.is_prohibited(refused):
            with station().store.transaction(actor()) as tx:
                outbound_refusal.remember_prohibited(tx, refused, request.form.get("item", ""))
        g.refused = acts.explained(refused)
        return make_response(new_parcel(), 422)


@page(
    outbound,
    "/outbound",
    N_("寄件单"),
    place="more",
    is_counter=True,
    hint=N_("待交快递员、今日已交、退回的寄件，按快递公司看"),
)
def all_parcels() -> ResponseReturnValue:
    state, before = request.args.get("state", "accepted"), row_id(request.args.get("before", ""))
    tail = request.args.get("tail", "").strip()[:4]
    with station().store.reading() as db:
        rows, more = store.page(db, state=state or None, phone_tail=tail or None, before_id=before or None, limit=SHOWN)
        shown = view.show_all(db, rows)
        waiting: dict[str, int] = {}
        for row in store.waiting(db):
            waiting[row.carrier] = waiting.get(row.carrier, 0) + 1
        day = shifts.open_day(db)
        today = day.business_on if day else clock.local_date(station().settings.station.zone).isoformat()
        given, _more = store.manifests(db, state=model.ManifestState.GIVEN.value, given_on=today)
    return render_template(
        "outbound/list.html", shown=shown, more=more, state=state, tail=tail, states=model.STATE_WORDS,
        waiting=[(carriers.find(code), pieces) for code, pieces in waiting.items()],
        given=[(one, carriers.find(one.carrier).name()) for one in given],
    )  # fmt: skip


@page(outbound, "/outbound/<int:outbound_id>", N_("寄件详情"), is_counter=True)
def one_parcel(outbound_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = view.show(db, store.outbound(db, outbound_id))
        document = slips.compose(db, shown.row.label_slip_id) if shown.row.label_slip_id is not None else None
        listed = store.manifest(db, shown.row.manifest_id) if shown.row.manifest_id is not None else None
        ticket_id = db.value(
            "SELECT ticket_id FROM ticket_lines WHERE case_kind = 'outbound' AND case_id = ? ORDER BY id LIMIT 1",
            outbound_id,
        )
    return render_template(
        "outbound/one.html", shown=shown, document=document, listed=listed, ticket_id=ticket_id,
        reasons=VOID_REASON_WORDS, zone=_zone_name(shown.row.carrier, shown.row.freight_zone),
        asks_again=g.refused is not None
        and g.refused.code in ("outbound.foreign_waybill", "waybill.is_book")
        and not g.refused.facts.get("is_certain"),
    )  # fmt: skip


@act(outbound, "/outbound/<int:outbound_id>/waybill")
def note_waybill(outbound_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        place = url_for("outbound.one_parcel", outbound_id=outbound_id)
        if request.form.get("take_off") == "1":
            outbound_manifest.take_waybill_off(tx, outbound_id)
            return Done(place, N_("已去掉运单号，可以重新记"), {}, "attention")
        outbound_manifest.give_waybill(
            tx, outbound_id, request.form.get("waybill_no", ""), is_sure=request.form.get("is_sure") == "1"
        )
        return Done(place, N_("运单号记下了"))

    return acts.run(do, again=lambda: one_parcel(outbound_id))


@act(outbound, "/outbound/<int:outbound_id>/label")
def print_label(outbound_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outbound_lines.print_label(tx, outbound_id)
        return Done(url_for("outbound.one_parcel", outbound_id=outbound_id), N_("已送去补打，纸上会写明「补打」"))

    return acts.run(do, again=lambda: one_parcel(outbound_id))


@act(outbound, "/outbound/<int:outbound_id>/return")
def give_back(outbound_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        line = outbound_return.return_outbound(tx, outbound_id, request.form.get("reason", ""))
        if line is None:
            place = url_for("outbound.one_parcel", outbound_id=outbound_id)
            return Done(place, N_("已退回寄件人；没有收过钱，不用退款"), {}, "attention")
        words = N_("退款 {amount} 已加入本单；收款页确认退款后，这件才算退回")
        return Done(url_for("tickets.pay"), words, {"amount": money.yuan(-line.owed_fen)}, "attention")

    return acts.run(do, again=lambda: one_parcel(outbound_id))


@act(outbound, "/outbound/<int:outbound_id>/unmask", right=Right.READ)
def show_in_full(outbound_id: int) -> ResponseReturnValue:
    """Everything in full, once, on a page that keeps nothing; recorded each time, and so is a denied try."""
    try:
        with station().store.transaction(actor()) as tx:
            full = outbound_unmask.unmask_outbound(tx, outbound_id)
            shown = view.show(tx, store.outbound(tx, outbound_id))
    except Refused as refused:
        if refused.code == "staff.not_allowed":
            with station().store.transaction(actor()) as tx:
                outbound_unmask.remember_denied_unmask(tx, outbound_id)
        raise
    response = make_response(render_template("outbound/unmasked.html", full=full, shown=shown))
    response.headers["Cache-Control"] = "no-store"  # not even for the back button
    return response


@page(outbound, "/outbound/refusals", N_("拒收登记"), place="more", hint=N_("禁寄物品、拒绝验视、实名不实的拒收记录"))
def refusals() -> ResponseReturnValue:
    before = row_id(request.args.get("before", ""))
    with station().store.reading() as db:
        rows, more = store.refusals(db, before_id=before or None, limit=SHOWN)
        shown = [view.show_refusal(db, row) for row in rows]
        categories = list(lists.categories(db).values())
    return render_template(
        "outbound/refusals.html", shown=shown, more=more, reasons=model.REFUSAL_WORDS, actions=model.ACTION_WORDS,
        categories=categories, known=carriers.known(),
    )  # fmt: skip


@act(outbound, "/outbound/refusals")
def note_refusal() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outbound_refusal.note_refusal(
            tx, request.form.get("reason", ""), request.form.get("action", ""), item=request.form.get("item", ""),
            category=request.form.get("category", ""), carrier=request.form.get("carrier", ""),
        )  # fmt: skip
        return Done(url_for("outbound.refusals"), N_("已登记拒收"))

    return acts.run(do, again=refusals)


def _weight() -> tuple[int, str]:
    """What was typed, or what lies on the desk's scale at this moment."""
    if request.form.get("from_scale") == "1":
        with station().store.reading() as db:
            desk = desks.desk(db, session().desk_id).name if session().desk_id is not None else ""
        lies = station().runtime.weight(desk)
        if lies is None or not lies.is_stable:
            raise Refused("scale.not_ready", N_("秤没有读数或还没有稳定；没有保存，请等一下再按，或手工填重量"))
        return lies.grams, "scale"
    text = request.form.get("weight", "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Refused("outbound.weight_unreadable", N_("重量请填整数克，例如 2300；没有保存，其他内容都保留着"))
    return int(text), "typed"


def _zone_name(carrier: str, zone: str) -> str:
    if not zone:
        return ""
    with station().store.reading() as db:
        found: Price | None = next((price for price in lists.prices(db, carrier) if price.zone == zone), None)
    return found.name if found is not None else zone
