"""One parcel with its whole story, what may be put right on it, and the list of what lies here."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import money, shifts
from kiosk.codes import carriers
from kiosk.counter import correct, note_cod, paper, parcel_lines, set_aside, undo
from kiosk.counter.open_ticket import open_ticket
from kiosk.errors import Refused
from kiosk.fees import Quote
from kiosk.notices import actions as notices
from kiosk.notices import store as notice_store
from kiosk.notices.model import RESULT_WORDS
from kiosk.notices.model import STATE_WORDS as NOTICE_WORDS
from kiosk.parcels import store, view
from kiosk.parcels.model import CASE, COD_REASON_WORDS, PROBLEM_WORDS
from kiosk.parcels.names import read_dictionary
from kiosk.people.rights import Right
from kiosk.printing import slips
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.access import local_path
from web.acts import Done
from web.desk import under_way
from web.line_forms import fen
from web.routes import act, page
from web.row_ids import row_id
from web.station import session, station

blueprint = Blueprint("parcels", __name__)
FILTERS = {
    "in_stock": N_("在库"),
    "problem": N_("问题件"),
    "to_return": N_("待退"),
    "handed_over": N_("已取走"),
    "": N_("全部"),
}
#: What an event is called in a parcel's story.
EVENT_WORDS = {
    "checked_in": N_("入库"),
    "phone_added": N_("补登收件人"),
    "corrected": N_("更正"),
    "relocated": N_("移库"),
    "marked_problem": N_("登记为问题件"),
    "marked_to_return": N_("登记为待退"),
    "put_back": N_("恢复在库"),
    "handed_over": N_("出库"),
    "hand_over_undone": N_("撤销出库"),
    "second_pickup_tried": N_("有人再次来取"),
    "check_in_undone": N_("撤销入库"),
    "undone": N_("撤销入库"),
    "cod_noted": N_("记下代收款"),
}


@page(blueprint, "/parcels", N_("快件"), place="more", hint=N_("在库、问题件、待退、已取走，逐件查看"))
def all_parcels() -> ResponseReturnValue:
    state = request.args.get("state", "in_stock")
    before = request.args.get("before", "")
    with station().store.reading() as db:
        rows, more = store.page(db, state=state or None, before_id=row_id(before) or None, limit=30)
        shown = [view.show(db, row) for row in rows]
        counts = store.counts_by_state(db)
    in_stock = sum(counts.get(name, 0) for name in ("on_shelf", "problem", "to_return"))
    return render_template(
        "parcels/list.html",
        shown=shown,
        state=state,
        filters=FILTERS,
        more=more,
        counts=counts | {"in_stock": in_stock},
    )


@page(blueprint, "/parcels/<int:parcel_id>", N_("快件详情"), is_counter=True)
def one_parcel(parcel_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = view.parcel(db, parcel_id)
        told = notice_store.of_subject(db, CASE, parcel_id)
        papers = slips.of_subject(db, CASE, parcel_id)
        document = slips.compose(db, papers[-1].id) if papers else None
        facts = {"story": view.history(db, parcel_id), "told": told, "document": document}
    return render_template(
        "parcels/one.html", shown=shown, event_words=EVENT_WORDS, notice_words=NOTICE_WORDS, result_words=RESULT_WORDS,
        problem_words=PROBLEM_WORDS, cod_reasons=COD_REASON_WORDS, known=carriers.known(), **facts,
    )  # fmt: skip


@act(blueprint, "/parcels/<int:parcel_id>/correct", right=Right.BATCH)
def put_right(parcel_id: int) -> ResponseReturnValue:
    read_dictionary(request.form.get("name_hint"))

    def do(tx: Tx) -> Done:
        done = correct.correct(
            tx, parcel_id, carrier=request.form.get("carrier") or None, phone=request.form.get("phone") or None,
            name_hint=request.form.get("name_hint") or None, shelf=request.form.get("shelf", "").strip() or None,
            desk_id=session().desk_id, under_way=under_way,
        )  # fmt: skip
        place = url_for("parcels.one_parcel", parcel_id=parcel_id)
        if not done.fields:
            return Done(place, N_("没有改动：填的和原来一样"), {}, "already")
        return Done(place, N_("已更正，新的单子已排队打印"))

    return acts.run(do, again=lambda: one_parcel(parcel_id))


@act(blueprint, "/parcels/<int:parcel_id>/cod", right=Right.BATCH)
def note_money(parcel_id: int) -> ResponseReturnValue:
    """What must be paid at the hand-over; a change of it with its reason."""

    def do(tx: Tx) -> Done:
        noted = note_cod.note_cod(
            tx, parcel_id, cod_fen=fen("cod"), freight_collect_fen=fen("freight_collect"),
            reason=request.form.get("reason", ""), desk_id=session().desk_id, under_way=under_way,
        )  # fmt: skip
        place = url_for("parcels.one_parcel", parcel_id=parcel_id)
        if not noted.fields:
            return Done(place, N_("没有改动：填的和原来一样"), {}, "already")
        return Done(place, N_("已记下代收款，取件时要先收；新的单子已排队打印"))

    return acts.run(do, again=lambda: one_parcel(parcel_id))


@blueprint.app_context_processor
def _what_is_due() -> dict[str, object]:
    return {"storages_due": storages_due, "storage_warning": parcel_lines.STORAGE_WARNING}


def storages_due(parcel_ids: list[int]) -> dict[int, Quote]:
    """The published fee for keeping each of a page's parcels, where one is due; nothing is said of it otherwise."""
    with station().store.reading() as db:
        return parcel_lines.storages_due(db, parcel_ids)


@act(blueprint, "/parcels/<int:parcel_id>/storage", right=Right.SERVE)
def charge_storage(parcel_id: int) -> ResponseReturnValue:
    """Puts the fee for keeping a parcel on the ticket, at the sum that was shown; the page it came from stays."""

    def do(tx: Tx) -> Done:
        told = row_id(request.form.get(f"storage_fen_{parcel_id}", ""))
        line = parcel_lines.add_storage_fee(tx, open_ticket(tx), parcel_id=parcel_id, fee_fen=told or None)
        place = local_path(request.form.get("next", "") or url_for("parcels.one_parcel", parcel_id=parcel_id))
        facts = {"fee": money.yuan(line.fee_fen)}
        words = N_("保管费 {fee} 已加入本单；向取件人收费可能违反当地规定，请确认已公示并经批准")
        return Done(place, words, facts, "attention")

    return acts.run(do, again=lambda: one_parcel(parcel_id))


@act(blueprint, "/parcels/<int:parcel_id>/undo", right=Right.BATCH)
def take_back(parcel_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        undone = undo.undo_parcel(tx, parcel_id, under_way=under_way)
        return Done(url_for("parcels.one_parcel", parcel_id=parcel_id), undone.message, undone.facts, "attention")

    return acts.run(do, again=lambda: one_parcel(parcel_id))


@act(blueprint, "/parcels/<int:parcel_id>/set-aside", right=Right.SERVE)
def put_aside(parcel_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        place, reason = url_for("parcels.one_parcel", parcel_id=parcel_id), request.form.get("reason", "")
        match request.form.get("as", ""):
            case "problem":
                set_aside.mark_problem(tx, parcel_id, reason)
                return Done(place, N_("已登记为问题件，不会再直接出库"), {}, "attention")
            case "to_return":
                set_aside.mark_to_return(tx, parcel_id, reason)
                return Done(place, N_("已登记为待退，交给快递员前都还在库"), {}, "attention")
            case "put_back":
                set_aside.put_back(tx, parcel_id)
                return Done(place, N_("已恢复在库"))
        raise Refused("parcel.aside_unknown", N_("请选择登记成什么；没有改动"))

    return acts.run(do)


@act(blueprint, "/notices/<int:notice_id>/resend", right=Right.SERVE)
def tell_again(notice_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        printer = paper.printer_at(tx, session().desk_id)
        told = notices.resend(tx, shifts.ensure_open(tx).business_on, notice_id, printer)
        return Done(url_for("parcels.one_parcel", parcel_id=told.subject_id), N_("已送去补打，纸上会写明「补打」"))

    return acts.run(do)
