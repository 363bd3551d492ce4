"""One parcel with its whole story, what may be put right on it, and the list of what lies here."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import attachments, money, shifts, vault
from kiosk.codes import carriers
from kiosk.consents.model import HOW_WORDS
from kiosk.counter import (
    consent,
    correct,
    next_traits,
    note_cod,
    paper,
    parcel_lines,
    parcel_problems,
    set_aside,
    undo,
)
from kiosk.counter.open_ticket import open_ticket
from kiosk.errors import Refused
from kiosk.fees import Quote
from kiosk.notices import actions as notices
from kiosk.notices import store as notice_store
from kiosk.notices.model import RESULT_WORDS
from kiosk.notices.model import STATE_WORDS as NOTICE_WORDS
from kiosk.parcels import store, story, traits, view
from kiosk.parcels.model import CASE, COD_REASON_WORDS, PROBLEM_WORDS
from kiosk.parcels.names import read_dictionary
from kiosk.people.rights import Right
from kiosk.printing import slips
from kiosk.storage import Tx
from kiosk.till import compensations
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
#: Why a parcel on its shelf is set aside. With the wrong person is one that was handed over, noted on its own button.
ASIDE_WORDS = {reason: words for reason, words in PROBLEM_WORDS.items() if reason != "wrong_person"}
FILTERS = {
    "in_stock": N_("在库"),
    "problem": N_("问题件"),
    "to_return": N_("待退"),
    "lost": N_("已丢失"),
    "handed_over": N_("已取走"),
    "": N_("全部"),
}

#: The button that takes the last act on a parcel back.
UNDO_WORDS = {
    "check_in": N_("撤销入库"),
    "hand_over": N_("撤销出库"),
    "expected_noted": N_("取消待到件"),
    "passed_on": N_("撤销转交"),
    "door_delivered": N_("撤销送货上门"),
    "returned": N_("撤销退回"),
    "marked_problem": N_("撤销问题件登记"),
    "marked_to_return": N_("撤销待退登记"),
    "put_back": N_("撤销恢复在库"),
    "lost": N_("撤销丢失登记"),
    "found_again": N_("撤销「找到了」"),
    "wrong_person_noted": N_("撤销错给登记"),
    "recovered": N_("撤销「已追回」"),
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
        facts = {"story": story.told(db, parcel_id), "told": told, "document": document}
        facts |= {"summary": story.summary(db, parcel_id), "cases": story.problems_told(db, parcel_id)}
        facts |= {"pictures": attachments.of_case(db, CASE, parcel_id)}
        facts["last_act"] = undo.last_act(db, parcel_id)
        facts["has_wrong_person"] = vault.proof(db, CASE, parcel_id, parcel_problems.WHO) is not None
        facts["compensations"] = compensations.of_case(db, CASE, parcel_id)
        facts |= {"standing": consent.standing_of(db, store.parcel(db, parcel_id)), "hows": HOW_WORDS}
        facts |= {"traits": traits.of(db, parcel_id), "is_well_placed": next_traits.suits_its_place(db, parcel_id)}
    return render_template(
        "parcels/one.html", shown=shown, undo_words=UNDO_WORDS, notice_words=NOTICE_WORDS, result_words=RESULT_WORDS,
        problem_words=ASIDE_WORDS, cod_reasons=COD_REASON_WORDS, known=carriers.known(),
        trait_words=traits.TRAIT_WORDS, **facts,
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


@act(blueprint, "/parcels/<int:parcel_id>/undo", right=Right.SERVE)
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
