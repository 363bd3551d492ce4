"""The courier's list (寄件交接): scans of stickers and waybills go to it while its page is open at the desk."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.codes import carriers
from kiosk.counter import outbound_manifest, reprint
from kiosk.counter.show_manifest import latest_slip_of_outbound
from kiosk.errors import Refused
from kiosk.manifests import store as lists
from kiosk.manifests.model import HOW_WORDS
from kiosk.outbound import model, store, view
from kiosk.people import desks
from kiosk.people.rights import Right
from kiosk.printing import slips
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.desk import settle_mode
from web.routes import act, page, part
from web.row_ids import row_id
from web.station import session, station

manifests = Blueprint("manifests", __name__)
SHOWN = 40


@page(manifests, "/outbound/manifest", N_("寄件交接"), right=Right.SERVE, is_counter=True)
def making() -> ResponseReturnValue:
    """The list that is open at this desk, or the carriers for which one may be begun."""
    settle_mode("outbound")
    with station().store.reading() as db:
        desk = desks.desk(db, session().desk_id) if session().desk_id is not None else None
        open_id = desk.open_manifest_id if desk is not None else None
        waiting = view.show_all(db, store.waiting(db))
        listed = view.show_manifest(db, store.manifest(db, open_id)) if open_id is not None else None
        unfinished, _more = store.manifests(db, state=model.ManifestState.OPEN.value)
    by_carrier: dict[str, int] = {}
    for parcel in waiting:
        by_carrier[parcel.row.carrier] = by_carrier.get(parcel.row.carrier, 0) + 1
    for one in unfinished:
        by_carrier.setdefault(one.carrier, 0)
    if listed is None:
        return render_template(
            "outbound/begin.html", waiting=[(carriers.find(code), pieces) for code, pieces in by_carrier.items()]
        )
    rest = [p for p in waiting if p.row.carrier == listed.row.carrier and p.row.manifest_id != listed.row.id]
    return render_template("outbound/making.html", listed=listed, rest=rest)


@act(manifests, "/outbound/manifest/begin")
def begin() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outbound_manifest.open_manifest(tx, request.form.get("carrier", ""))
        return Done(url_for("manifests.making"))

    return acts.run(do, again=making)


@act(manifests, "/outbound/manifest/leave")
def leave() -> ResponseReturnValue:
    """The list stays open; the desk turns to something else."""

    def do(tx: Tx) -> Done:
        if session().desk_id is not None:
            desks.set_desk(tx, session().desk_id, open_manifest_id=None, mode="home")
        return Done(url_for("manifests.making"))

    return acts.run(do)


@act(manifests, "/outbound/manifest/<int:manifest_id>/parcels")
def put_on(manifest_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        place, outbound_id = url_for("manifests.making"), row_id(request.form.get("outbound_id", ""))
        if request.form.get("take_off") == "1":
            outbound_manifest.take_off(tx, manifest_id, outbound_id)
            return Done(place, N_("已从清单去掉，仍在站点等下一趟"), {}, "attention")
        done = outbound_manifest.put_on(tx, manifest_id, outbound_id)
        words = N_("{number} 放进清单了") if done.waybill_no else N_("{number} 在清单上，请扫这一件的面单")
        return Done(place, words, {"number": done.outbound_no}, "done" if done.waybill_no else "attention")

    return acts.run(do, again=making)


@act(manifests, "/outbound/manifest/<int:manifest_id>/waybill")
def type_waybill(manifest_id: int) -> ResponseReturnValue:
    """The waybill of the chosen parcel, typed or by a scanner that types like a keyboard."""

    def do(tx: Tx) -> Done:
        chosen = store.manifest(tx, manifest_id).chosen_id
        if chosen is None:
            raise Refused(
                "manifest.which_parcel", N_("还不知道这张面单贴在哪一件上；没有记下，请先扫那一件的寄件标签，再扫面单")
            )
        sure = request.form.get("is_sure") == "1"
        done = outbound_manifest.give_waybill(tx, chosen, request.form.get("waybill_no", ""), is_sure=sure)
        facts = {"number": done.outbound_no, "tail": (done.waybill_no or "")[-4:]}
        return Done(url_for("manifests.making"), N_("{number} 的运单号记下了（…{tail}）"), facts)

    return acts.run(do, again=making)


@act(manifests, "/outbound/manifest/<int:manifest_id>/give")
def give(manifest_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        given = outbound_manifest.give_manifest(tx, manifest_id, request.form.get("courier", ""))
        facts = {"number": given.manifest_no, "pieces": given.pieces}
        place = url_for("manifests.one_list", manifest_id=manifest_id)
        return Done(place, N_("已交接 {pieces} 件，清单 {number}，请快递员签字"), facts)

    return acts.run(do, again=making)


@act(manifests, "/outbound/manifest/<int:manifest_id>/drop")
def drop(manifest_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outbound_manifest.drop_manifest(tx, manifest_id)
        return Done(url_for("manifests.making"), N_("这张清单不要了，寄件都还在站点"), {}, "attention")

    return acts.run(do, again=making)


@page(
    manifests,
    "/outbound/manifests",
    N_("寄件交接清单"),
    place="more",
    hint=N_("交给快递员的清单：编号、件数、签收，补打"),
)
def all_lists() -> ResponseReturnValue:
    before, day = row_id(request.args.get("before", "")), request.args.get("given_on", "")[:10]
    with station().store.reading() as db:
        rows, more = store.manifests(db, given_on=day or None, before_id=before or None, limit=SHOWN)
        shown = [view.show_manifest(db, row) for row in rows]
    return render_template("outbound/manifests.html", shown=shown, more=more, given_on=day)


@page(manifests, "/outbound/manifests/<int:manifest_id>", N_("交接清单"))
def one_list(manifest_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = view.show_manifest(db, store.manifest(db, manifest_id))
        slip_id = latest_slip_of_outbound(db, manifest_id)
        document = slips.compose(db, slip_id) if slip_id is not None else None
        made = lists.signature(db, model.MANIFEST_CASE, manifest_id)
    how = HOW_WORDS[made.how] if made is not None else ""
    return render_template("outbound/manifest.html", shown=shown, document=document, signature=made, signed_how=how)


@part(manifests, "/outbound/scanned")
def scanned() -> ResponseReturnValue:
    """The page of a sticker or of a list whose code was scanned."""
    found = row_id(request.args.get("manifest", ""))
    if found:
        return redirect(url_for("manifests.one_list", manifest_id=found), 303)
    return redirect(url_for("outbound.one_parcel", outbound_id=row_id(request.args.get("parcel", ""))), 303)


@act(manifests, "/outbound/manifests/<int:manifest_id>/print")
def print_again(manifest_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        slip_id = latest_slip_of_outbound(tx, manifest_id)
        if slip_id is None:
            raise Refused("manifest.not_given", N_("这张清单没有交出去，没有改动"), manifest_id=manifest_id)
        reprint.reprint(tx, slip_id)
        return Done(url_for("manifests.one_list", manifest_id=manifest_id), N_("已送去补打，纸上会写明「补打」"))

    return acts.run(do, again=lambda: one_list(manifest_id))


@act(manifests, "/outbound/manifests/<int:manifest_id>/take-back")
def take_back(manifest_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outbound_manifest.take_manifest_back(tx, manifest_id)
        words = N_("已撤销交接，{pieces} 件仍在站点等快递员")
        facts = {"pieces": store.manifest(tx, manifest_id).pieces}
        return Done(url_for("manifests.one_list", manifest_id=manifest_id), words, facts, "attention")

    return acts.run(do, again=lambda: one_list(manifest_id))
