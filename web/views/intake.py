"""Intake: begin a batch once, then scan–place–scan with nothing else to touch. The page shows the next thing huge; a tail
may be typed for the parcel just scanned, and the last one taken back."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.codes import CodeKind, carriers, parse_shelf, recognise
from kiosk.counter import (
    check_in,
    close_batch,
    consent,
    consent_list,
    correct,
    desk_scans,
    next_traits,
    note_cod,
    open_batch,
    undo,
)
from kiosk.counter.show_manifest import show_list
from kiosk.errors import Refused
from kiosk.manifests import store as lists
from kiosk.parcels import batches, store, view
from kiosk.parcels.model import COD_REASON_WORDS
from kiosk.parcels.names import read_dictionary
from kiosk.parcels.traits import TRAIT_WORDS
from kiosk.people import desks
from kiosk.people.rights import Right
from kiosk.storage import Reader, Tx
from kiosk.words import N_, say
from web import acts
from web.access import local_path
from web.acts import Done
from web.desk import desk_id_here, settle_mode, under_way
from web.line_forms import fen
from web.routes import act, page
from web.row_ids import row_id
from web.station import session, station

blueprint = Blueprint("intake", __name__)
PRINT_WORDS = {"at_once": N_("扫一件打一张"), "batch_end": N_("本批结束时一起打"), "never": N_("不打印")}
#: Offered as tiles; every other carrier is in the list below them.
USUAL = ("YTO", "ZTO", "STO", "YD", "JTSD", "SF", "JD", "YZPY")
SHOWN = 8


@page(blueprint, "/intake", N_("入库"), right=Right.BATCH, key="F1", is_counter=True)
def intake() -> ResponseReturnValue:
    settle_mode("intake")
    with station().store.reading() as db:
        desk = desks.desk(db, session().desk_id) if session().desk_id is not None else None
        batch = batches.batch(db, desk.open_batch_id) if desk is not None and desk.open_batch_id else None
        if desk is None or batch is None:
            unfinished = [(one, batches.courier_of(db, one.id)) for one in batches.open_batches(db)]
            return render_template(
                "intake/begin.html", usual=[carriers.find(code) for code in USUAL], known=carriers.known(),
                print_words=PRINT_WORDS, default_print=station().settings.parcels.slip_at_intake, unfinished=unfinished,
                carrier_name=_carrier_name,
                to_sign=[show_list(db, row, with_lines=False) for row in lists.unfinished(db, "intake", 5)],
            )  # fmt: skip
        rows, _more = store.page(db, batch_id=batch.id, limit=SHOWN + 1)
        recent = [view.show(db, row) for row in rows if row["state"] != "undone"][:SHOWN]
        standings = consent.standings(db, [parcel.id for parcel in recent])
        asked = desk_scans.one(db, desk.id, row_id(request.args.get("asked", "")))
        not_agreed = consent_list.count_red(db, batch.id)
        counts = desk_scans.tally(db, desk.id, batch.opened_at)
        courier = batches.courier_of(db, batch.id)
    duplicates = counts.get("parcel.already_in_stock", 0)
    others = sum(count for code, count in counts.items() if code.startswith("waybill.is_"))
    return render_template(
        "intake/batch.html", batch=batch, courier=courier, recent=recent, asked=asked, duplicates=duplicates,
        others=others, carrier_name=_carrier_name, known=carriers.known(), print_words=PRINT_WORDS,
        cod_reasons=COD_REASON_WORDS, trait_words=TRAIT_WORDS, next_traits=next_traits.said_at(desk),
        standings=standings, not_agreed=not_agreed,
    )  # fmt: skip


@act(blueprint, "/intake/begin", right=Right.BATCH)
def begin() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        declared = request.form.get("declared", "").strip()
        if declared and not (declared.isascii() and declared.isdigit() and len(declared) <= 5):
            raise Refused("batch.declared_unreadable", N_("件数应是整数，不清楚可以不填；没有开始入库"))
        open_batch.open_batch(
            tx, carrier=request.form.get("carrier_other") or request.form.get("carrier", ""),
            courier=request.form.get("courier", ""), declared=int(declared) if declared else None,
            shelf=request.form.get("shelf", "").strip() or None, print_mode=request.form.get("print_mode") or None,
            waits_for_phone=request.form.get("waits_for_phone") == "1",
            is_opening_stock=request.form.get("is_opening_stock") == "1", desk_id=session().desk_id,
        )  # fmt: skip
        return Done(url_for("intake.intake"))

    return acts.run(do, again=intake)


@act(blueprint, "/intake/resume/<int:batch_id>", right=Right.BATCH)
def resume(batch_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        batch = batches.batch(tx, batch_id)
        batches.require_open(batch)
        desks.set_desk(tx, desk_id_here(), open_batch_id=batch_id, mode="intake", open_parcel_id=None)
        return Done(url_for("intake.intake"))

    return acts.run(do)


@act(blueprint, "/intake/parcels", right=Right.BATCH)
def take_in() -> ResponseReturnValue:
    """A parcel whose number was typed, or a number that looks like a book's and is a parcel's."""
    read_dictionary(request.form.get("name_hint"))

    def do(tx: Tx) -> Done:
        batch_id = _open_batch(tx)
        waybill = request.form.get("waybill_no", "")
        asked = desk_scans.one(tx, desk_id_here(), row_id(request.form.get("asked", "")))
        if asked is not None and asked.code.endswith(".is_book"):
            waybill = str(asked.facts.get("asked", ""))
        return _placed(check_in.check_in(
            tx, waybill=waybill, batch_id=batch_id, desk_id=desk_id_here(), carrier=request.form.get("carrier") or None,
            phone=request.form.get("phone") or None, name_hint=request.form.get("name_hint") or None,
            pickup_code=request.form.get("pickup_code", "").strip() or None,
            confirmed=request.form.get("confirmed") == "1", cod_fen=fen("cod"), freight_collect_fen=fen("freight_collect"),
        ))  # fmt: skip

    return acts.run(do, again=intake)


@act(blueprint, "/intake/phone", right=Right.BATCH)
def give_phone() -> ResponseReturnValue:
    read_dictionary(request.form.get("name_hint"))

    """The recipient of the parcel just placed. A waybill in this field is the next parcel: a keyboard scanner too slow to
    be told from a person types where the cursor stands."""

    def do(tx: Tx) -> Done:
        text = request.form.get("phone", "")
        recognised = recognise(text)
        if recognised.kind is CodeKind.WAYBILL and recognised.candidates:
            return _placed(check_in.check_in(tx, waybill=recognised, batch_id=_open_batch(tx), desk_id=desk_id_here()))
        added = correct.add_phone(
            tx, row_id(request.form.get("parcel_id", "")) or None, phone=text or None,
            name_hint=request.form.get("name_hint") or None, desk_id=desk_id_here(), under_way=under_way,
        )  # fmt: skip
        standing = consent.standing_of(tx, store.parcel(tx, added.parcel_id))
        if standing.colour == "red":
            return Done(
                url_for("intake.intake"), N_("已记下收件人；{warning}"), {"warning": say(check_in.NOT_AGREED)}, "attention"
            )  # fmt: skip
        return Done(url_for("intake.intake"), N_("已记下收件人"))

    return acts.run(do, again=intake)


@act(blueprint, "/intake/cod", right=Right.BATCH)
def give_cod() -> ResponseReturnValue:
    """What must be paid for the parcel just placed when it is collected."""

    def do(tx: Tx) -> Done:
        noted = note_cod.note_cod(
            tx, row_id(request.form.get("parcel_id", "")) or None, cod_fen=fen("cod"),
            freight_collect_fen=fen("freight_collect"), reason=request.form.get("reason", ""), desk_id=session().desk_id,
            under_way=under_way,
        )  # fmt: skip
        if not noted.fields:
            return Done(url_for("intake.intake"), N_("没有改动：填的和原来一样"), {}, "already")
        return Done(url_for("intake.intake"), N_("已记下代收款，取件时要先收；新的单子已排队打印"))

    return acts.run(do, again=intake)


@act(blueprint, "/undo", right=Right.BATCH)
def take_back() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        undone = undo.undo_last(tx, desk_id_here(), under_way=under_way)
        return Done(_next(), undone.message, undone.facts, "attention")

    return acts.run(do)


@act(blueprint, "/intake/place", right=Right.BATCH)
def choose_place() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        place = parse_shelf(request.form.get("shelf", ""))
        batches.put_down(tx, _open_batch(tx), place)
        return Done(url_for("intake.intake"), N_("下面的快件放到 {place}"), {"place": str(place)})

    return acts.run(do, again=intake)


@act(blueprint, "/intake/end", right=Right.BATCH)
def end() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        closed = close_batch.close_batch(tx, _open_batch(tx), desk_id=desk_id_here())
        difference = closed.batch.difference or 0
        facts = {"counted": closed.batch.counted, "declared": closed.batch.declared, "count": abs(difference)}
        desks.set_desk(tx, desk_id_here(), mode="home")
        words, tone = N_("本批结束，共入库 {counted} 件"), "done"
        if difference:
            fewer = N_("本批结束：应到 {declared} 件，实收 {counted} 件，少 {count} 件；请快递员签收时确认")
            more = N_("本批结束：应到 {declared} 件，实收 {counted} 件，多 {count} 件；请快递员签收时确认")
            words, tone = fewer if difference < 0 else more, "attention"
        to_sign = ""
        if closed.manifest_id is not None:
            to_sign = url_for("manifest_book.one_list", manifest_id=closed.manifest_id)
        return Done(url_for("intake.intake"), words, facts, tone, to_sign, N_("去签收"))

    return acts.run(do)


def _placed(done: check_in.CheckInResult) -> Done:
    facts = {"pickup_code": done.pickup_code, "outstanding": done.outstanding}
    if not done.to_look_at:
        return Done(url_for("intake.intake"), done.message, facts)
    told = {"said": say(done.message, **facts), "warning": "；".join(str(warned) for warned in done.to_look_at)}
    return Done(url_for("intake.intake"), N_("{said}；{warning}"), told, "attention")


def _open_batch(db: Reader) -> int:
    batch_id = desks.desk(db, desk_id_here()).open_batch_id
    if batch_id is None:
        raise Refused("batch.none_open", N_("这个柜台没有正在进行的入库，没有入库；请先开始一批"))
    return batch_id


def _next() -> str:
    return local_path(request.form.get("next", "") or url_for("intake.intake"))


def _carrier_name(code: str) -> str:
    return carriers.find(code).name() if code else ""
