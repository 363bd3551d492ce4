"""上报: every message for the county with its state, number or reason; the road and its lamp; one message with its text and QR
codes for the phone. Enrolment and key are the manager's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import outbox
from kiosk.counter import enrol, submit
from kiosk.devices import REASONS, Fault, LampState
from kiosk.errors import Refused
from kiosk.inbox import keys
from kiosk.outbox import enrolment, typed
from kiosk.outbox.model import ROAD_WORDS
from kiosk.outbox.typed import Typed
from kiosk.people import staff
from kiosk.people.rights import Right
from kiosk.printing.document import Document, Qr
from kiosk.printing.pdf import render_pdf
from kiosk.printing.sheet import compose_sheet
from kiosk.reports import envelope, for_people, qr_parts, sending, station_keys
from kiosk.storage import Reader, Tx
from kiosk.words import N_, say
from web import acts
from web.acts import Done
from web.routes import act, page, part
from web.row_ids import row_id
from web.station import actor, session, station
from web.strip import SHAPES

submission = Blueprint("submission", __name__)
SHOWN = 30
STATE_WORDS = {
    "waiting": N_("等待上报"), "in_flight": N_("正在上报"), "handed_over": N_("已交出，等回执"), "acknowledged": N_("已确认"),
    "refused": N_("被退回"), "replaced": N_("已由新的代替"),
}  # fmt: skip
BADGES = {
    "waiting": "warn", "in_flight": "warn", "handed_over": "warn", "acknowledged": "ok", "refused": "problem", "replaced": "",
}  # fmt: skip
LAMP_WORDS = {
    LampState.OK: N_("通"), LampState.PROBLEM: N_("有问题"), LampState.UNKNOWN: N_("还不知道"), LampState.ABSENT: N_("没有开通"),
}  # fmt: skip
FILTERS = {"open": ("waiting", "in_flight"), "refused": ("refused",)}
#: From here on a difference of the clocks is pointed at; nothing stops for it.
CLOCK_SECONDS = 120
COUNTY = "county"


@page(
    submission,
    "/submission",
    N_("上报"),
    place="more",
    hint=N_("报到县中心没有、回执号、被退回的原因；优盘、邮件、二维码上报"),
)
def all_messages() -> ResponseReturnValue:
    chosen = request.args.get("state", "")
    before = row_id(request.args.get("before", "")) or 2**62
    with station().store.reading() as db:
        found = outbox.messages(db, SHOWN + 1, before, FILTERS.get(chosen, ()))
        shown = found[:SHOWN]
        return render_template(
            "submission/list.html", rows=[(one, _about(db, one), _state(db, one)) for one in shown], chosen=chosen,
            sent=outbox.summary(db), state_words=STATE_WORDS, badges=BADGES, road_words=ROAD_WORDS, lamp=_lamp(),
            shapes=SHAPES, lamp_words=LAMP_WORDS, restored_to=sending.restored_to(db), clock=_clock(),
            thumbprint=station_keys.thumbprint(db), rotations=station_keys.rotations(db), county_key=keys.current(db),
            enrolment=enrolment.latest(db), enrolment_words=enrolment.STATE_WORDS, county=station().settings.county,
            more=shown[-1].sequence if len(found) > SHOWN else None,
        )  # fmt: skip


@page(submission, "/submission/<int:message_id>", N_("一条上报"))
def one(message_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        message = outbox.find(db, message_id)
        if message is None:
            abort(404)
        payload = outbox.payload(db, message_id)
        numbers = [(typed_one, _name(db, typed_one)) for typed_one in typed.typed_numbers(db, message_id)]
        replaced = outbox.replaced_by(db, message)
        return render_template(
            "submission/one.html", message=message, about=_about(db, message), state=_state(db, message), numbers=numbers,
            standing=typed.standing_number(db, message_id), handovers=outbox.handovers(db, message_id), replaced=replaced,
            replaced_about=_about(db, replaced) if replaced else None, state_words=STATE_WORDS, badges=BADGES,
            road_words=ROAD_WORDS, text=for_people.text_of(payload, station().settings.station.locale),
            documents=_codes(message), county=station().settings.county, may_go_anew=_may_go_anew(db, message),
            report_id=_report_id(message, payload),
        )  # fmt: skip


@part(submission, "/submission/<int:message_id>/codes.pdf", right=Right.SERVE)
def codes_pdf(message_id: int) -> ResponseReturnValue:
    """The codes on A4."""
    with station().store.transaction(actor()) as tx:
        slip_id = submit.code_slip_of(tx, message_id)
        form = compose_sheet(tx, slip_id)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="submission-{message_id}.pdf"'}
    return Response(render_pdf(form), mimetype="application/pdf", headers=headers)


@act(submission, "/submission/try")
def try_now() -> ResponseReturnValue:
    """Wakes the uploader. Nothing durable happens here."""

    def do(tx: Tx) -> Done:
        tx.after_commit(_wake)
        return Done(url_for("submission.all_messages"), N_("正在再试；结果过一会儿显示在这里"))

    return acts.run(do, again=all_messages)


@act(submission, "/submission/<int:message_id>/carried")
def carried(message_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        submit.carry_by_phone(tx, message_id)
        return Done(_place(message_id), N_("已记下：用电话或微信群发给县中心了。收到回执号后填在这里。"))

    return acts.run(do, again=lambda: one(message_id))


@act(submission, "/submission/<int:message_id>/number")
def note_number(message_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        number = submit.note_number(tx, message_id, request.form.get("number", "")[:80])
        return Done(_place(message_id), N_("回执号 {number} 已登记"), {"number": number})

    return acts.run(do, again=lambda: one(message_id))


@act(submission, "/submission/<int:message_id>/withdraw", right=Right.MANAGE)
def withdraw_number(message_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        number = submit.withdraw_number(tx, message_id)
        return Done(_place(message_id), N_("回执号 {number} 已撤回，消息重新等待上报"), {"number": number}, "attention")

    return acts.run(do, again=lambda: one(message_id))


@act(submission, "/submission/<int:message_id>/again", right=Right.MANAGE)
def send_again(message_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        submit.send_again(tx, message_id)
        tx.after_commit(_wake)
        return Done(_place(message_id), N_("已重新排队上报"))

    return acts.run(do, again=lambda: one(message_id))


@act(submission, "/submission/<int:message_id>/anew", right=Right.MANAGE)
def send_anew(message_id: int) -> ResponseReturnValue:
    envelope.be_ready(station().store.secrets)

    def do(tx: Tx) -> Done:
        made = submit.find(tx, submit.send_anew(tx, message_id))
        return Done(_place(made.id), N_("同样的内容用新序号 {sequence} 重新上报"), {"sequence": made.sequence})

    return acts.run(do, again=lambda: one(message_id))


@act(submission, "/submission/restored", right=Right.MANAGE)
def go_on() -> ResponseReturnValue:
    envelope.be_ready(station().store.secrets)

    def do(tx: Tx) -> Done:
        ids = submit.go_on_after_restore(tx)
        return Done(url_for("submission.all_messages"), N_("{count} 条用新序号重新排队上报"), {"count": len(ids)})

    return acts.run(do, again=all_messages)


@act(submission, "/submission/<int:message_id>/print")
def print_codes(message_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        printed = submit.print_codes(tx, message_id, desk_id=session().desk_id)
        if printed.job_id is None:
            return Done(
                url_for("prints.one", slip_id=printed.slip_id), N_("单子已开好；本站没有打印机，请在屏幕上扫或打印 A4")
            )
        return Done(_place(message_id), N_("二维码已送去打印"))

    return acts.run(do, again=lambda: one(message_id))


@act(submission, "/submission/enrol", right=Right.MANAGE)
def ask_enrolment() -> ResponseReturnValue:
    envelope.be_ready(station().store.secrets)

    def do(tx: Tx) -> Done:
        enrol.ask_enrolment(tx, request.form.get("code", "")[:40])
        tx.after_commit(_wake)
        return Done(_place(), N_("登记码已送出，结果过一会儿显示在“登记和密钥”里"))

    return acts.run(do, again=all_messages)


@act(submission, "/submission/key", right=Right.MANAGE)
def rotate_key() -> ResponseReturnValue:
    envelope.be_ready(station().store.secrets)

    def do(tx: Tx) -> Done:
        if "sure" not in request.form:
            raise Refused("key.not_sure", N_("请先勾选“确实要换”；密钥没有换"))
        made = submit.rotate_key(tx)
        return Done(_place(), N_("新密钥从消息 {sequence} 之后起用；旧的签过的都不变"), {"sequence": made.sequence})

    return acts.run(do, again=all_messages)


def _place(message_id: int | None = None) -> str:
    if message_id is None:
        return url_for("submission.all_messages")
    return url_for("submission.one", message_id=message_id)


def _wake() -> None:
    """The uploader tries now: what was asked for is committed."""
    station().runtime.send_command(COUNTY, Fault.RETRY)


def _about(db: Reader, message: outbox.Message) -> dict[str, str]:
    content = json.loads(outbox.payload(db, message.id)).get("content") or {}
    return {
        "topic": for_people.topic_words(message.topic), "period": for_people.period_of(content),
        "number": str(content.get("report_no") or ""), "revision": str(content.get("revision") or ""),
    }  # fmt: skip


def _state(db: Reader, message: outbox.Message) -> str:
    """What the page calls the state: who has left without an answer, and what was refused and replaced, by their own names."""
    if message.state == "in_flight" and outbox.is_on_road(db, message.id):
        return "handed_over"
    if message.state == "refused" and outbox.replaced_by(db, message) is not None:
        return "replaced"
    return message.state


def _report_id(message: outbox.Message, payload: str) -> int | None:
    said = json.loads(payload).get("subject") or {}
    return said.get("id") if message.subject_kind == "report" and isinstance(said.get("id"), int) else None


def _may_go_anew(db: Reader, message: outbox.Message) -> bool:
    return message.topic != sending.KEY_TOPIC and _state(db, message) == "refused"


def _codes(message: outbox.Message) -> list[Document] | None:
    """A paper a code, as the page draws slips; None when four don't hold the message."""
    try:
        return [Document("", (Qr(text, 3),)) for text in qr_parts.parts_of(message.envelope)]
    except (Refused, ValueError):
        return None


def _lamp() -> dict[str, Any]:
    found = next((lamp for lamp in station().runtime.lamps() if lamp.device == COUNTY), None)
    reason = REASONS.get(found.reason) if found is not None else None
    state = found.state if found is not None else LampState.UNKNOWN
    return {"state": state, "what": reason.what if reason else "", "do": reason.do if reason else ""}


def _clock() -> Mapping[str, Any] | None:
    """How far the county's clock is from this one; None while it has not said."""
    found = next((lamp for lamp in station().runtime.lamps() if lamp.device == COUNTY), None)
    ahead = found.facts.get("clock_seconds") if found is not None else None
    if not isinstance(ahead, int):
        return None
    far = abs(ahead)
    words = (
        say(N_("{n} 秒"), n=far) if far < 120 else say(N_("{n} 分钟"), n=far // 60) if far < 7200 else say(N_("{n} 小时"), n=far // 3600)
    )  # fmt: skip
    return {"ahead": ahead, "words": words, "is_far": far >= CLOCK_SECONDS}


def _name(db: Reader, one: Typed) -> str:
    return staff.name_of(db, one.noted_by_kind, one.noted_by_id)
