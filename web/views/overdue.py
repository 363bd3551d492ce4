"""What lies here too long (滞留): the list by age, who is to be called, the text for the village's group, and what goes back
with its carrier. Nothing is ever thrown away here: what nobody wants goes back by a list that the courier signs."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, shifts
from kiosk.codes import carriers
from kiosk.counter import remind, return_picks
from kiosk.counter.set_aside import put_back
from kiosk.counter.show_manifest import returning
from kiosk.manifests import store as lists
from kiosk.notices.model import KIND_WORDS, REACHED, RESULT_WORDS
from kiosk.parcels import overdue as room
from kiosk.parcels import view
from kiosk.parcels.view import ParcelView
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.routes import act, page
from web.row_ids import row_id
from web.station import station

overdue = Blueprint("overdue", __name__)


@page(overdue, "/overdue", N_("滞留件"), place="more", hint=N_("放久了的快件：打电话、发群、退回快递公司"))
def all_overdue() -> ResponseReturnValue:
    settings = station().settings
    least = _days(request.args.get("days", ""), settings.parcels.overdue_days)
    after_on, after_id = request.args.get("after_on", "")[:10], row_id(request.args.get("after", ""))
    with station().store.reading() as db:
        rows, more = room.aged(db, least, after=(after_on, after_id) if after_on and after_id else None)
        shown = [view.show(db, row) for row in rows]
        return render_template(
            "overdue/list.html", shown=shown, more=more, least=least, ages=room.ages(db),
            overdue_days=settings.parcels.overdue_days, return_days=settings.reminders.return_days,
            to_call=remind.count_to_call(db), ticked=request.form.getlist("parcel_id"),
        )  # fmt: skip


@act(overdue, "/overdue/to-return")
def send_back() -> ResponseReturnValue:
    """The ticked ones go back."""

    def do(tx: Tx) -> Done:
        done = remind.mark_many_to_return(tx, _ticked())
        marked, left = sum(one.is_done for one in done), [one for one in done if not one.is_done]
        if not left:
            return Done(url_for("overdue.returns"), N_("{count} 件已列为待退，请按货架顺序取出来"), {"count": marked})
        facts = {"count": marked, "left": len(left), "why": left[0].message}
        where = url_for("overdue.returns") if marked else url_for("overdue.all_overdue")
        return Done(where, N_("{count} 件已列为待退，{left} 件没有改：{why}"), facts, "attention")

    return acts.run(do, again=all_overdue)


@page(overdue, "/overdue/calls", N_("打电话"), right=Right.SERVE, hint=N_("该提醒的人，一人一行，打通没打通都记下"))
def calls() -> ResponseReturnValue:
    with station().store.reading() as db:
        callers, beyond = remind.call_list(db)
        today = shifts.open_day(db)
        told = remind.told_by_hand(db, today.business_on) if today is not None else []
        codes = {found.id: view.parcel(db, found.subject_id).pickup_code for found in told}
    return render_template(
        "overdue/calls.html", callers=callers, beyond=beyond, told=told, codes=codes, kinds=KIND_WORDS,
        results=RESULT_WORDS, is_quiet=room.is_quiet(clock.now(), station().settings),
    )  # fmt: skip


@act(overdue, "/overdue/calls")
def called() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        outcome = request.form.get("outcome", "")
        remind.note_calls(tx, _ticked(), outcome)
        words = N_("已记下：打通了") if outcome == REACHED else N_("已记下：没打通，过后再打")
        return Done(url_for("overdue.calls"), words, {}, "done" if outcome == REACHED else "attention")

    return acts.run(do, again=calls)


@act(overdue, "/overdue/told/<int:notice_id>/take-back")
def take_back(notice_id: int) -> ResponseReturnValue:
    """A call that was noted at the wrong person."""

    def do(tx: Tx) -> Done:
        remind.take_back_told(tx, notice_id)
        return Done(url_for("overdue.calls"), N_("已撤销这一条，提醒又在名单上了"), {}, "attention")

    return acts.run(do, again=calls)


@page(overdue, "/overdue/group-text", N_("发群文字"), right=Right.SERVE)
def group_text() -> ResponseReturnValue:
    least = _days(request.values.get("days", ""), 1)
    with station().store.reading() as db:
        text, parcel_ids = remind.for_group(db, least)
    return render_template("overdue/group_text.html", text=text, parcel_ids=parcel_ids, least=least)


@act(overdue, "/overdue/group-text")
def sent_to_group() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        told = remind.note_group_text(tx, _ticked())
        return Done(url_for("overdue.all_overdue"), N_("已记下：{count} 件发到群里了"), {"count": len(told)})

    return acts.run(do, again=group_text)


@page(overdue, "/overdue/returns", N_("退件拣货"), right=Right.SERVE, hint=N_("待退的件按货架排好，拿齐了请快递员签收"))
def returns() -> ResponseReturnValue:
    with station().store.reading() as db:
        by_carrier: dict[str, list[ParcelView]] = {}
        for parcel in returning(db):
            by_carrier.setdefault(parcel.carrier, []).append(parcel)
        couriers = {code: lists.receivers_of(db, code) for code in by_carrier}
    return render_template(
        "overdue/returns.html", by_carrier=[(carriers.find(code), parcels) for code, parcels in by_carrier.items()],
        couriers=couriers,
    )  # fmt: skip


@act(overdue, "/overdue/returns/print")
def print_picks() -> ResponseReturnValue:
    """What is to be fetched, on paper, in the order of the shelves."""

    def do(tx: Tx) -> Done:
        told = return_picks.print_picks(tx, request.form.get("carrier", ""))
        if told.job_id is None:
            return Done(
                url_for("prints.one", slip_id=told.slip_id), N_("没有打印机，请照着屏幕拿；单子已保存"), {}, "attention"
            )  # fmt: skip
        return Done(url_for("overdue.returns"), N_("拣货单已送去打印，请照着货架拿"))

    return acts.run(do, again=returns)


@act(overdue, "/overdue/returns/<int:parcel_id>/put-back")
def keep(parcel_id: int) -> ResponseReturnValue:
    """It is not sent back after all."""

    def do(tx: Tx) -> Done:
        put_back(tx, parcel_id)
        return Done(url_for("overdue.returns"), N_("已恢复在库，仍在原来的货架上"), {}, "attention")

    return acts.run(do, again=returns)


def _ticked() -> list[int]:
    return [found for found in map(row_id, request.form.getlist("parcel_id")) if found]


def _days(text: str, usual: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else usual
