"""Problem parcels: the list of what somebody still has to see to, and what can be done about one on its page."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import attachments
from kiosk.counter import parcel_problems
from kiosk.counter.at_pickup import AT_PICKUP_WORDS, note_at_pickup
from kiosk.errors import Refused
from kiosk.parcels import problem_cases, view
from kiosk.parcels.model import CASE, ParcelState
from kiosk.parcels.problem_cases import KIND_WORDS, RESOLUTION_WORDS
from kiosk.people import staff
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts, pictures
from web.acts import Done
from web.desk import under_way
from web.routes import act, page
from web.row_ids import row_id
from web.station import actor, station
from web.views import find, parcels

problems = Blueprint("problems", __name__)
pictures.allow_pictures(problems, {"problems.add_photo"})
SHOWN = 40


@page(
    problems,
    "/problems",
    N_("问题件"),
    place="more",
    hint=N_("破损、短少、错分、拒收、丢失、错给：还没了结的和怎么了结的"),
)
def all_problems() -> ResponseReturnValue:
    kind, before = request.args.get("kind", ""), row_id(request.args.get("before", ""))
    is_open = request.args.get("state") != "closed"
    kind = kind if kind in KIND_WORDS else ""
    with station().store.reading() as db:
        cases, more = problem_cases.page(db, kind=kind, is_open=is_open, before_id=before or None, limit=SHOWN)
        shown = [(case, view.parcel(db, case.parcel_id)) for case in cases]
        counts = problem_cases.counts(db)
    return render_template(
        "problems/list.html", shown=shown, more=more, counts=counts, kind=kind, is_open=is_open, kind_words=KIND_WORDS,
        resolution_words=RESOLUTION_WORDS, total=sum(counts.values()),
    )  # fmt: skip


@problems.app_context_processor
def _what_may_be_said() -> dict[str, object]:
    return {"at_pickup_words": AT_PICKUP_WORDS}


@act(problems, "/parcels/<int:parcel_id>/at-pickup")
def at_pickup(parcel_id: int) -> ResponseReturnValue:
    """Refused, damaged or short, as whoever collects sees it: damage leads to the photo, the rest back to the person."""

    def do(tx: Tx) -> Done:
        state = note_at_pickup(tx, parcel_id, request.form.get("said", ""), under_way=under_way)
        facts = {"pickup_code": view.parcel(tx, parcel_id).pickup_code}
        if state is ParcelState.TO_RETURN:
            words = N_("{pickup_code} 已拒收，列入待退；包裹请放回货架，等快递员取走")
            return Done(url_for("find.find"), words, facts, "attention")
        words = N_("{pickup_code} 已登记为问题件，留在站点；请拍外包装照片")
        return Done(_place(parcel_id) + "#photo", words, facts, "attention")

    return acts.run(do, again=find.find)


@act(problems, "/parcels/<int:parcel_id>/wrong-person")
def wrong_person(parcel_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        parcel_problems.note_wrong_person(tx, parcel_id, who=request.form.get("who", ""))
        return Done(_place(parcel_id), N_("已登记错给了别人；追回来了请点「已追回」"), {}, "attention")

    return acts.run(do, again=lambda: parcels.one_parcel(parcel_id))


@act(problems, "/parcels/<int:parcel_id>/wrong-person/show", right=Right.UNMASK)
def show_wrong_person(parcel_id: int) -> ResponseReturnValue:
    """Who has it, once, on a page that keeps nothing; the look is recorded."""
    with station().store.transaction(actor()) as tx:
        words = parcel_problems.show_wrong_person(tx, parcel_id)
        shown = view.parcel(tx, parcel_id)
    response = make_response(render_template("problems/who.html", who=words, shown=shown))
    response.headers["Cache-Control"] = "no-store"
    return response


@act(problems, "/parcels/<int:parcel_id>/recover")
def recover(parcel_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        parcel_problems.recover(tx, parcel_id, is_damaged=_damaged())
        return Done(_place(parcel_id), N_("已追回，取件码不变；请通知收件人来取"))

    return acts.run(do, again=lambda: parcels.one_parcel(parcel_id))


@act(problems, "/parcels/<int:parcel_id>/lose")
def lose(parcel_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        parcel_problems.lose(tx, parcel_id, under_way=under_way)
        return Done(_place(parcel_id), N_("已登记丢失；请告诉站长和快递公司，找到了随时可以恢复"), {}, "attention")

    return acts.run(do, again=lambda: parcels.one_parcel(parcel_id))


@act(problems, "/parcels/<int:parcel_id>/find-again")
def find_again(parcel_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        parcel_problems.find_again(tx, parcel_id, is_damaged=_damaged())
        return Done(_place(parcel_id), N_("找到了，取件码不变；请通知收件人来取"))

    return acts.run(do, again=lambda: parcels.one_parcel(parcel_id))


@act(problems, "/problems/<int:problem_id>/settle", right=Right.MANAGE)
def settle(problem_id: int) -> ResponseReturnValue:
    parcel_id = _parcel_of(problem_id)

    def do(tx: Tx) -> Done:
        parcel_problems.settle(tx, problem_id, request.form.get("resolution", ""))
        return Done(_place(parcel_id), N_("这个问题已了结"))

    return acts.run(do, again=lambda: parcels.one_parcel(parcel_id))


@act(problems, "/problems/<int:problem_id>/reopen", right=Right.MANAGE)
def reopen(problem_id: int) -> ResponseReturnValue:
    parcel_id = _parcel_of(problem_id)

    def do(tx: Tx) -> Done:
        parcel_problems.reopen(tx, problem_id)
        return Done(_place(parcel_id), N_("已重新打开，还要处理"), {}, "attention")

    return acts.run(do, again=lambda: parcels.one_parcel(parcel_id))


@act(problems, "/parcels/<int:parcel_id>/photo")
def add_photo(parcel_id: int) -> ResponseReturnValue:
    """A photo from this computer; the re-encoding comes before the transaction."""
    try:
        picture = pictures.sent_picture("photo")
    except Refused as refused:
        return acts.refuse(refused, lambda: parcels.one_parcel(parcel_id))

    def do(tx: Tx) -> Done:
        if picture is None:
            return Done(_place(parcel_id), N_("没有选照片，没有保存"), {}, "already")
        parcel_problems.add_photo(tx, parcel_id, picture)
        return Done(_place(parcel_id), N_("照片已保存"))

    return acts.run(do, again=lambda: parcels.one_parcel(parcel_id))


@page(problems, "/parcels/<int:parcel_id>/photos/<int:attachment_id>", N_("照片"), right=Right.UNMASK)
def one_photo(parcel_id: int, attachment_id: int) -> ResponseReturnValue:
    """One photo in its place; that it is looked at is recorded as it is fetched."""
    with station().store.reading() as db:
        found = parcel_problems.photo_of(db, parcel_id, attachment_id)
        all_of_it = attachments.of_case(db, CASE, parcel_id)
        shown, by = view.parcel(db, parcel_id), staff.name_of(db, found.added_by_kind, found.added_by_id)
    return render_template(
        "problems/photo.html", photo=found, photos=all_of_it, shown=shown, by=by, is_kept=found in all_of_it
    )


@act(problems, "/parcels/<int:parcel_id>/photos/<int:attachment_id>/drop")
def drop_photo(parcel_id: int, attachment_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        parcel_problems.drop_photo(tx, parcel_id, attachment_id)
        return Done(_place(parcel_id), N_("这张照片拿掉了"), {}, "attention")

    return acts.run(do, again=lambda: parcels.one_parcel(parcel_id))


def _damaged() -> bool:
    return request.form.get("is_damaged") == "1"


def _place(parcel_id: int) -> str:
    return url_for("parcels.one_parcel", parcel_id=parcel_id)


def _parcel_of(problem_id: int) -> int:
    with station().store.reading() as db:
        return problem_cases.find(db, problem_id).parcel_id
