"""Lists of what changes hands (交接清单): begun and filled at the counter, signed on the screen or on paper, taken as A4. The
outbound parcels' own list is made on pages of its own (``manifests``) and signed here."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.attachments import Picture
from kiosk.codes import carriers
from kiosk.counter import choose_for_list, door_manifest, list_manifest, reprint, sign_manifest
from kiosk.counter.choose_for_list import is_chosen_from_stock
from kiosk.counter.show_manifest import latest_slip_of_outbound, returning, returning_by_carrier, show_list
from kiosk.errors import Refused
from kiosk.manifests import store
from kiosk.manifests.model import MOST_PIECES, NOTE_WORDS, OUTBOUND_CASE, Manifest, ManifestKind, ManifestState
from kiosk.manifests.signing import read_signature
from kiosk.parcels import store as parcels
from kiosk.parcels.model import CASE
from kiosk.people import desks
from kiosk.people.rights import Right
from kiosk.printing import jobs, slips
from kiosk.storage import Tx
from kiosk.till import actions as till
from kiosk.words import N_, say
from web import acts
from web.a4 import a4_of
from web.acts import Done
from web.desk import settle_mode, under_way
from web.routes import act, page, part
from web.row_ids import row_id
from web.station import actor, session, station

manifest_book = Blueprint("manifest_book", __name__)
SHOWN = 40
#: Lists that wait, above the book of all; whoever never has arrivals signed finds the rest under 待签收.
SHORTLY = 6
#: The kinds in one or two words, to stand beside one another.
KINDS = {
    ManifestKind.INTAKE: N_("到件"),
    ManifestKind.RETURN: N_("退件"),
    ManifestKind.TRANSFER: N_("转交"),
    ManifestKind.DOOR: N_("送货上门"),
}


@manifest_book.app_context_processor
def _what_holds() -> dict[str, object]:
    return {"lists_holding": lists_holding}


def lists_holding(parcel_ids: list[int]) -> dict[int, Manifest]:
    """The list that each of a page's parcels is on: whoever fetches it must know that it is not on its shelf."""
    if not parcel_ids:
        return {}
    with station().store.reading() as db:
        return store.holding_each(db, CASE, parcel_ids)


@page(
    manifest_book,
    "/manifests",
    N_("交接清单"),
    place="more",
    hint=N_("到件、退件、转交、送货上门的清单：清点、签收、打印、A4"),
)
def all_lists() -> ResponseReturnValue:
    kind = request.args.get("kind", "")
    kind = kind if kind in set(ManifestKind) else ""
    state = "closed" if request.args.get("state") == "closed" else ""
    before, day = row_id(request.args.get("before", "")), request.args.get("closed_on", "")[:10]
    with station().store.reading() as db:
        rows, more = store.page(
            db, kind=kind or None, state=state or None, closed_on=day or None, before_id=before or None, limit=SHOWN
        )
        shown = [show_list(db, row, with_lines=False) for row in rows]
        waits = store.unfinished(db, kind or None, limit=SHORTLY + 1) if not state else []
        unfinished = [show_list(db, row, with_lines=False) for row in waits[:SHORTLY]]
        rounds = [show_list(db, row, with_lines=False) for row in store.rounds_under_way(db)]
        waiting = returning_by_carrier(db)
    return render_template(
        "manifests/list.html", shown=shown, more=more, kind=kind, state=state, kinds=KINDS, closed_on=day,
        unfinished=unfinished, has_more_unfinished=len(waits) > SHORTLY,
        rounds=rounds if kind in ("", ManifestKind.DOOR) and not state else [],
        returning=[(carriers.find(code), pieces) for code, pieces in waiting.items()],
    )  # fmt: skip


@page(manifest_book, "/manifests/making", N_("清点交接"), right=Right.SERVE, is_counter=True)
def making() -> ResponseReturnValue:
    """The list that is open at this desk; without one the book of lists, where one is begun."""
    settle_mode("manifest")
    with station().store.reading() as db:
        open_id = desks.desk(db, session().desk_id).open_list_id if session().desk_id is not None else None
        if open_id is None:
            return all_lists()
        listed = show_list(db, store.manifest(db, open_id))
        rest = returning(db, listed.row) if listed.row.kind == ManifestKind.RETURN else []
        by_shelf, choosable, shelf = {}, [], request.values.get("shelf", "")[:5]
        if is_chosen_from_stock(listed.row):
            by_shelf = choose_for_list.shelves_of_stock(db)
            choosable = choose_for_list.choosable(db, shelf if shelf in by_shelf else "")
    return render_template(
        "manifests/making.html", listed=listed, rest=rest, notes=NOTE_WORDS, by_shelf=by_shelf, choosable=choosable,
        shelf=shelf, ticked=request.form.getlist("parcel_id"), most=choose_for_list.MOST_SHOWN,
    )  # fmt: skip


@act(manifest_book, "/manifests/begin")
def begin() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        found = list_manifest.open_list(
            tx, request.form.get("kind", ""), carrier=request.form.get("carrier", ""),
            receiver=request.form.get("receiver", ""),
        )  # fmt: skip
        return _at_the_desk(found.id)

    return acts.run(do, again=all_lists)


@act(manifest_book, "/parcels/listed")
def list_ticked() -> ResponseReturnValue:
    """Parcels ticked among those in stock go on the list of a station or of whoever delivers, begun if need be."""
    from web.views.parcels import all_parcels

    def do(tx: Tx) -> Done:
        ticked = [found for found in map(row_id, request.form.getlist("parcel_id")) if found]
        kind, receiver = request.form.get("kind", ""), request.form.get("receiver", "")
        return _told(
            choose_for_list.put_several_on(tx, list_manifest.open_list(tx, kind, receiver=receiver).id, ticked)
        )

    return acts.run(do, again=all_parcels)


@act(manifest_book, "/manifests/<int:manifest_id>/go-on")
def go_on(manifest_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        list_manifest.go_on_with(tx, manifest_id)
        return _at_the_desk(manifest_id)

    return acts.run(do)


@act(manifest_book, "/manifests/leave")
def leave() -> ResponseReturnValue:
    """The list stays open; the desk turns to something else."""

    def do(tx: Tx) -> Done:
        if session().desk_id is not None:
            desks.set_desk(tx, session().desk_id, open_list_id=None, mode="home")
        return Done(url_for("manifest_book.all_lists"))

    return acts.run(do)


@act(manifest_book, "/manifests/making/<int:manifest_id>/parcels")
def put_on(manifest_id: int) -> ResponseReturnValue:
    """A pickup code or waybill that was typed; on a list of what is passed on or delivered also a tail or name: all of
    that person's."""

    def do(tx: Tx) -> Done:
        meant = choose_for_list.meant_by(tx, store.manifest(tx, manifest_id), request.form.get("code", ""))
        if len(meant) > 1:
            return _told(choose_for_list.put_several_on(tx, manifest_id, meant))
        list_manifest.add_to_list(tx, manifest_id, meant[0], request.form.get("note", ""))
        facts = {"pickup_code": parcels.parcel(tx, meant[0])["pickup_code"]}
        return Done(url_for("manifest_book.making"), N_("{pickup_code} 放进清单了"), facts)

    return acts.run(do, again=making)


@act(manifest_book, "/manifests/making/<int:manifest_id>/chosen")
def put_chosen_on(manifest_id: int) -> ResponseReturnValue:
    """Parcels ticked among what lies here, or everything of the shelf that is looked at."""

    def do(tx: Tx) -> Done:
        if request.form.get("every") == "1":
            all_there = choose_for_list.choosable(tx, request.form.get("shelf", "")[:5], MOST_PIECES)
            return _told(choose_for_list.put_several_on(tx, manifest_id, [one.id for one in all_there]))
        ticked = [found for found in map(row_id, request.form.getlist("parcel_id")) if found]
        return _told(choose_for_list.put_several_on(tx, manifest_id, ticked))

    return acts.run(do, again=making)


def _told(chosen: choose_for_list.Chosen) -> Done:
    place = url_for("manifest_book.making", shelf=request.form.get("shelf", "")[:5] or None)
    facts = {"count": chosen.count, "left": len(chosen.refused)}
    if not chosen.refused:
        return Done(place, N_("{count} 件放进清单了"), facts)
    why = chosen.refused[0]
    facts["why"] = say(why.message, **why.facts)
    return Done(place, N_("{count} 件放进清单了，{left} 件没有放：{why}"), facts, "attention")


@act(manifest_book, "/manifests/making/<int:manifest_id>/all")
def put_all_on(manifest_id: int) -> ResponseReturnValue:
    """Everything that goes back with this courier has been fetched from the shelves."""

    def do(tx: Tx) -> Done:
        pieces = list_manifest.add_all_returning(tx, manifest_id)
        return Done(url_for("manifest_book.making"), N_("{count} 件放进清单了"), {"count": pieces})

    return acts.run(do, again=making)


@act(manifest_book, "/manifests/making/<int:manifest_id>/take-off")
def take_off(manifest_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        list_manifest.remove_from_list(tx, manifest_id, row_id(request.form.get("parcel_id", "")))
        return Done(url_for("manifest_book.making"), N_("已从清单去掉，仍在原来的货架上"), {}, "attention")

    return acts.run(do, again=making)


@act(manifest_book, "/manifests/making/<int:manifest_id>/close")
def close(manifest_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        declared = request.form.get("declared", "").strip()
        if declared and not (declared.isdecimal() and len(declared) <= 4):
            raise Refused("manifest.declared_unreadable", N_("件数应是整数，不清楚可以不填；清单没有动"))
        closed = list_manifest.close_list(tx, manifest_id, declared=int(declared) if declared else None)
        facts = {"number": closed.manifest_no, "pieces": closed.pieces}
        return Done(_place(manifest_id), N_("清单 {number} 清点完，共 {pieces} 件，请对方签收"), facts)

    return acts.run(do, again=making)


@page(manifest_book, "/manifests/<int:manifest_id>", N_("一张交接清单"))
def one_list(manifest_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = show_list(db, store.manifest(db, manifest_id))
        document = slips.compose(db, shown.slip_id) if shown.slip_id is not None else None
    return render_template(
        "manifests/one.html", shown=shown, document=document, slip_id=shown.slip_id, signature=shown.signature,
        signed_how=shown.signed_how, out=shown.out,
        right="batch" if shown.row.kind == ManifestKind.INTAKE else "serve",
    )  # fmt: skip


@act(manifest_book, "/manifests/<int:manifest_id>/sign", right=Right.BATCH)
def sign(manifest_id: int) -> ResponseReturnValue:
    """The picture is read first, in no transaction; the act itself asks for the right that this kind of list needs."""
    try:
        picture = _signature()
    except Refused as refused:
        return acts.refuse(refused, lambda: one_list(manifest_id))

    def do(tx: Tx) -> Done:
        done = sign_manifest.sign_list(
            tx, manifest_id, picture, accepts_difference=request.form.get("accepts_difference") == "1",
            under_way=under_way,
        )  # fmt: skip
        words = {
            ManifestKind.INTAKE: N_("清单 {number} 已签收"),
            ManifestKind.RETURN: N_("清单 {number} 已签收，{pieces} 件已退回快递公司"),
            ManifestKind.TRANSFER: N_("清单 {number} 已签收，{pieces} 件已转交"),
            ManifestKind.DOOR: N_("清单 {number} 已签收，{pieces} 件出发；送到一件登记一件"),
        }[ManifestKind(done.kind)]
        return Done(_place(manifest_id), words, {"number": done.manifest_no, "pieces": done.pieces})

    return acts.run(do, again=lambda: one_list(manifest_id))


@act(manifest_book, "/outbound/manifests/<int:manifest_id>/sign")
def sign_outbound(manifest_id: int) -> ResponseReturnValue:
    """The courier signs the list of outbound parcels."""
    from web.views.manifests import one_list as outbound_list

    try:
        picture = _signature()
    except Refused as refused:
        return acts.refuse(refused, lambda: outbound_list(manifest_id))

    def do(tx: Tx) -> Done:
        sign_manifest.sign_outbound(tx, manifest_id, picture)
        return Done(url_for("manifests.one_list", manifest_id=manifest_id), N_("快递员已签收"))

    return acts.run(do, again=lambda: outbound_list(manifest_id))


@act(manifest_book, "/manifests/<int:manifest_id>/tell")
def tell(manifest_id: int) -> ResponseReturnValue:
    """One piece of a door round: delivered, or brought back."""

    def do(tx: Tx) -> Done:
        parcel_id = row_id(request.form.get("parcel_id", ""))
        if request.form.get("outcome") == "delivered":
            door_manifest.deliver(tx, manifest_id, parcel_id, under_way=under_way)
            return Done(_place(manifest_id), N_("已登记送到"))
        door_manifest.bring_back(tx, manifest_id, parcel_id)
        return Done(_place(manifest_id), N_("已登记带回，请放回原来的货架"), {}, "attention")

    return acts.run(do, again=lambda: one_list(manifest_id))


@act(manifest_book, "/manifests/<int:manifest_id>/end-round")
def end_round(manifest_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        count = door_manifest.bring_back_rest(tx, manifest_id)
        return Done(
            _place(manifest_id), N_("这一趟结束了，带回 {count} 件，请放回原来的货架"), {"count": count}, "attention"
        )

    return acts.run(do, again=lambda: one_list(manifest_id))


@act(manifest_book, "/manifests/<int:manifest_id>/take-back")
def take_back(manifest_id: int) -> ResponseReturnValue:
    """One piece of a signed list did not leave after all."""

    def do(tx: Tx) -> Done:
        parcel_id = row_id(request.form.get("parcel_id", ""))
        is_door = store.manifest(tx, manifest_id).kind == ManifestKind.DOOR
        (door_manifest.undo_delivery if is_door else sign_manifest.take_piece_back)(tx, parcel_id)
        return Done(_place(manifest_id), N_("已收回这一件，请放回原来的货架"), {}, "attention")

    return acts.run(do, again=lambda: one_list(manifest_id))


@act(manifest_book, "/manifests/<int:manifest_id>/renew", right=Right.BATCH)
def renew(manifest_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        anew = list_manifest.renew_list(tx, manifest_id)
        place = url_for("manifest_book.making") if anew.state == ManifestState.OPEN else _place(anew.id)
        return Done(place, N_("原来那张作废了，这是重开的一张"), {}, "attention")

    return acts.run(do, again=lambda: one_list(manifest_id))


@act(manifest_book, "/manifests/<int:manifest_id>/void")
def void(manifest_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        sign_manifest.void_list(tx, manifest_id)
        return Done(_place(manifest_id), N_("清单作废了，件都还在原来的货架上"), {}, "attention")

    return acts.run(do, again=lambda: one_list(manifest_id))


@act(manifest_book, "/manifests/<int:manifest_id>/print", right=Right.BATCH)
def print_again(manifest_id: int) -> ResponseReturnValue:
    """The first paper of a list that was not printed by itself, or one more."""

    def do(tx: Tx) -> Done:
        slip_id = show_list(tx, store.manifest(tx, manifest_id), with_lines=False).slip_id
        if slip_id is None:
            raise Refused("manifest.not_closed", N_("这张清单还没有清点完，没有打印"), manifest_id=manifest_id)
        if not jobs.of_slip(tx, slip_id):
            if till.print_at_desk(tx, slip_id, session().desk_id) is None:
                raise Refused("printer.none", N_("没有配置打印机，单据已保存，随时可以补打"))
            return Done(_place(manifest_id), N_("清单已送去打印"))
        reprint.reprint(tx, slip_id)
        return Done(_place(manifest_id), N_("已送去补打，纸上会写明「补打」"))

    return acts.run(do, again=lambda: one_list(manifest_id))


@part(manifest_book, "/manifests/<int:manifest_id>/a4.pdf")
def pdf(manifest_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = show_list(db, store.manifest(db, manifest_id), with_lines=False)
    return a4_of(actor(), shown.slip_id, shown.signature.attachment_id if shown.signature is not None else None)


@part(manifest_book, "/outbound/manifests/<int:manifest_id>/a4.pdf")
def outbound_pdf(manifest_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        slip_id = latest_slip_of_outbound(db, manifest_id)
        made = store.signature(db, OUTBOUND_CASE, manifest_id)
    return a4_of(actor(), slip_id, made.attachment_id if made is not None else None)


def _signature() -> Picture | None:
    """What was drawn, None where the paper was signed. Refused ``signature.empty`` for a board left white."""
    if request.form.get("how") == "paper":
        return None
    return read_signature(request.form.get("signature", ""), is_needed=True)


def _at_the_desk(manifest_id: int) -> Done:
    """Where a list is filled: the desk's page, or its own for who has no desk."""
    if session().desk_id is None:
        return Done(_place(manifest_id))
    return Done(url_for("manifest_book.making"))


def _place(manifest_id: int) -> str:
    return url_for("manifest_book.one_list", manifest_id=manifest_id)
