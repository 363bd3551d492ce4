"""Registers (登记簿): the shelf of them with what is due, one with its filter, the form of an entry, an entry with its story
and next steps, its paper. Made from the data of each register; nothing here knows one of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import audit, clock, registers
from kiosk.counter import register_entries
from kiosk.errors import Refused
from kiosk.people import staff
from kiosk.people.rights import Right, require
from kiosk.printing.pdf import render_pdf
from kiosk.registers import actions, definitions, slips, store, view
from kiosk.registers.model import GROUPS, OPENED, Register
from kiosk.registers.store import Entry
from kiosk.registers.story import fold
from kiosk.registers.typed import Typed
from kiosk.reports.ledgers import LEDGERS, rows
from kiosk.reports.ledgers.registers import ledger_of
from kiosk.storage import Reader, Tx
from kiosk.words import N_, say
from web import acts, pictures
from web.acts import Done
from web.register_forms import keep_unseen, lines, row_name, sent
from web.register_places import STAND_BESIDE, place_of_subject, subject_asked
from web.routes import act, page, part
from web.station import actor, station
from web.views.ledgers import _asked, _months, _place, _query, _totals, heads, lines_of

register_book = Blueprint("registers", __name__, url_prefix="/registers")
pictures.allow_pictures(register_book, {"registers.add", "registers.take", "registers.put_right"})
PAGE, SOON, SOONEST = 50, 12, 4
BADGES = {"open": "warn", "done": "ok", "kept": ""}


@register_book.app_context_processor
def _where_entries_hang() -> dict[str, object]:
    return {"books_for": books_for}


def books_for(kind: str) -> list[Register]:
    """The registers whose entries may belong to this kind of case; its page leads to their forms."""
    with station().store.reading() as db:
        return [one for one in registers.registers(db).values() if kind in one.links and one.open_who == "operator"]


@page(
    register_book,
    "",
    N_("登记簿"),
    place="more",
    hint=N_("投诉、巡检、设备、培训、信息发布……：登记、限期、签字、打印、导出"),
)
def shelf() -> ResponseReturnValue:
    today = clock.local_date(station().settings.station.zone)
    with station().store.reading() as db:
        books = registers.registers(db)
        wrong = definitions.mistake(db)
        many = store.how_many(db)
        running = registers.due(db, today)
    if wrong is not None and g.get("refused") is None:
        words = N_("登记簿的文件有错：{what}。改好以前，各本登记簿照原来的用，业务不受影响")
        g.refused = Refused("register.file_wrong", words, what=say(wrong.message, **wrong.facts))
    groups = [(words, [one for one in books.values() if one.group == group]) for group, words in GROUPS.items()]
    late = {code: sum(one.is_late for one in running if one.register == code) for code in books}
    return render_template(
        "registers/shelf.html", groups=[(words, found) for words, found in groups if found], many=many, late=late,
        due=running[:SOONEST], more=max(0, len(running) - SOONEST), books=books,
        beside=[(words, url) for endpoint, words in STAND_BESIDE if (url := _url_if(endpoint))],
        ledgers=[LEDGERS[form] for form in ("F5-REFUSED", "REFUSED-IN", "DATA-REQUESTS") if form in LEDGERS],
    )  # fmt: skip


@page(register_book, "/<string:code>", N_("登记簿明细"))
def book(code: str) -> ResponseReturnValue:
    today = clock.local_date(station().settings.station.zone)
    with station().store.reading(snapshot=True) as db:
        register = _register(db, code)
        ledger = ledger_of(register)
        asked, refused = _asked(ledger)
        if refused is not None and g.get("refused") is None:
            g.refused = refused
        after = _place(request.values.get("after", ""))
        seen, more = rows.page(db, ledger, asked, after=after, limit=PAGE)
        shown = lines_of(db, ledger, seen)
        summed = rows.totals(db, ledger, asked)
        running = [one for one in registers.due(db, today) if one.register == code]
        people = staff.staff_list(db, with_left=True)
    return render_template(
        "registers/book.html", register=register, ledger=ledger, asked=asked, heads=heads(ledger), lines=shown,
        summed=summed, totals=_totals(ledger, summed), query=_query(asked), people=people, months=_months(),
        after="{}.{}".format(*more) if more else "", is_first=after is None, due={one.entry_id: one for one in reversed(running)},
        running=running[:SOON],
    )  # fmt: skip


@page(register_book, "/<string:code>/new", N_("新登记"), right=Right.SERVE)
def new(code: str) -> ResponseReturnValue:
    subject = subject_asked()
    with station().store.reading() as db:
        register = _register(db, code)
        about = place_of_subject(db, subject) if subject is not None else None
    return _form(register, OPENED, url_for("registers.add", code=code), {}, {}, subject=subject, about=about)


@act(register_book, "/<string:code>/new")
def add(code: str) -> ResponseReturnValue:
    with station().store.reading() as db:
        register = _register(db, code)
    read = _sent(register, OPENED, lambda: new(code))
    if not isinstance(read, Typed):
        return read
    subject = subject_asked()

    def do(tx: Tx) -> Done:
        made = register_entries.open_for(tx, code, read, subject)
        if made.alike_id is not None:
            other = store.entry(tx, made.alike_id).number
            return Done(_url(code, made.id), N_("已登记 {number}；和 {other} 内容基本一样，记为重复"), {"number": made.number, "other": other}, "attention")  # fmt: skip
        return Done(_url(code, made.id), N_("已登记 {number}"), {"number": made.number})

    return acts.run(do, again=lambda: new(code))


@page(register_book, "/<string:code>/<int:entry_id>", N_("一条登记"))
def one(code: str, entry_id: int) -> ResponseReturnValue:
    return _one(code, entry_id, None)


def _one(code: str, entry_id: int, full: dict[str, Any] | None) -> str:
    with station().store.reading() as db:
        found = _entry(db, entry_id, code)
        form = store.form_of(db, found)
        told = full or view.detail(db, found)
        subject = (found.subject_kind, found.subject_id) if found.subject_kind and found.subject_id else None
        about = place_of_subject(db, subject) if subject is not None else None
        below = [
            view.summary(db, other, store.form_of(db, other)) for other in store.of_subject(db, "register", entry_id)
        ]
        may_join = [other for other in registers.registers(db).values() if code in other.links]
    return render_template(
        "registers/one.html", register=form, entry=told, about=about, below=below,
        steps=[step for step in form.next_steps(found.state) if step.code in told["next"]],
        may_join=may_join, badges=BADGES, is_full=full is not None,
    )  # fmt: skip


@page(register_book, "/<string:code>/<int:entry_id>/step/<string:act_code>", N_("登记的下一步"), right=Right.SERVE)
def step(code: str, entry_id: int, act_code: str) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = _entry(db, entry_id, code)
        form = store.form_of(db, found)
        if form.step(act_code) is None:
            abort(404)
        stands = {
            field.code: found.values.get(field.code, "")
            for field in form.asked(act_code)
            if field.type == "choice" or (field.type == "text" and not field.is_personal and len(field.asked) > 1)
        }
        title = view.headline(form, found, store.kept_of(db, entry_id))
    return _form(
        form, act_code, url_for("registers.take", code=code, entry_id=entry_id, act_code=act_code), stands, {}, found=found,
        headline=title,
    )  # fmt: skip


@act(register_book, "/<string:code>/<int:entry_id>/step/<string:act_code>")
def take(code: str, entry_id: int, act_code: str) -> ResponseReturnValue:
    with station().store.reading() as db:
        form = store.form_of(db, _entry(db, entry_id, code))
    read = _sent(form, act_code, lambda: step(code, entry_id, act_code))
    if not isinstance(read, Typed):
        return read

    def do(tx: Tx) -> Done:
        now = actions.take_step(tx, entry_id, act_code, read, _seen())
        state = store.form_of(tx, now).state(now.state)
        return Done(_url(code, entry_id), N_("{number} 现在是「{state}」"), {"number": now.number, "state": state.title() if state else ""})  # fmt: skip

    return acts.run(do, again=lambda: step(code, entry_id, act_code))


@page(register_book, "/<string:code>/<int:entry_id>/correct", N_("更正登记"), right=Right.SERVE)
def correct(code: str, entry_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = _entry(db, entry_id, code)
        form, kept = store.form_of(db, found), store.kept_of(db, entry_id)
        done = fold(store.steps(db, entry_id)).acts
        title = view.headline(form, found, kept)
        stands = {
            field.code: store.value_of(found, kept, field.code) or ""
            for field in form.fields
            if field.type not in ("person", "phone")
        }
        hints = {field.code: field.told(value) for field in form.fields if field.type in ("person", "phone") and (value := store.value_of(found, kept, field.code))}  # fmt: skip
        tables = {group.code: store.rows_of(found, kept, group.code) for group in form.rows}
    return _form(
        form, "", url_for("registers.put_right", code=code, entry_id=entry_id), stands, tables, found=found, hints=hints,
        headline=title, done=done,
    )  # fmt: skip


@act(register_book, "/<string:code>/<int:entry_id>/correct")
def put_right(code: str, entry_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = _entry(db, entry_id, code)
        form, done = store.form_of(db, found), fold(store.steps(db, entry_id)).acts
    asked, groups = actions.correctable(actor(), form, done)
    try:
        read = sent(asked, groups, only_given=True)
    except Refused as refused:
        return acts.refuse(refused, lambda: correct(code, entry_id))

    def do(tx: Tx) -> Done:
        now, kept = store.entry(tx, entry_id, code), store.kept_of(tx, entry_id)
        tables = {
            group.code: keep_unseen(group, read.rows[group.code], store.rows_of(now, kept, group.code))
            for group in groups
        }
        changed = actions.correct(tx, entry_id, Typed(read.values, tables, read.pictures), _seen())
        return Done(_url(code, entry_id), N_("已更正 {number}，原来写的还在经过里"), {"number": changed.number})

    return acts.run(do, again=lambda: correct(code, entry_id))


@act(register_book, "/<string:code>/<int:entry_id>/undo")
def undo(code: str, entry_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        now = actions.undo(tx, store.entry(tx, entry_id, code).id, _seen())
        return Done(_url(code, entry_id), N_("已撤销 {number} 的上一步"), {"number": now.number}, "attention")

    return acts.run(do, again=lambda: one(code, entry_id))


@act(register_book, "/<string:code>/<int:entry_id>/withdraw")
def withdraw(code: str, entry_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        now = actions.withdraw(tx, store.entry(tx, entry_id, code).id, _seen())
        return Done(
            _url(code, entry_id), N_("{number} 已作废，编号保留，不再计数"), {"number": now.number}, "attention"
        )

    return acts.run(do, again=lambda: one(code, entry_id))


@act(register_book, "/<string:code>/<int:entry_id>/slip")
def print_slip(code: str, entry_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        register_entries.print_slip(tx, store.entry(tx, entry_id, code).id)
        return Done(_url(code, entry_id), N_("凭单已送去打印"))

    return acts.run(do, again=lambda: one(code, entry_id))


@act(register_book, "/<string:code>/<int:entry_id>/unmask", right=Right.READ)
def show_in_full(code: str, entry_id: int) -> ResponseReturnValue:
    """Everything in full, on a page that keeps nothing; recorded each time, and so is a denied try."""
    full = _in_full(code, entry_id)
    response = make_response(_one(code, entry_id, full))
    response.headers["Cache-Control"] = "no-store"  # not even for the back button
    return response


@part(register_book, "/<string:code>/<int:entry_id>/a4")
def on_paper(code: str, entry_id: int) -> ResponseReturnValue:
    """The A4 sheet, names and phones masked and signatures left out."""
    with station().store.reading() as db:
        sheet = slips.sheet_of(db, _entry(db, entry_id, code))
    return _pdf(render_pdf(sheet), sheet.number)


@act(register_book, "/<string:code>/<int:entry_id>/a4", right=Right.READ)
def on_paper_in_full(code: str, entry_id: int) -> ResponseReturnValue:
    """The A4 sheet with everything, for the county's folder; recorded."""
    _in_full(code, entry_id)
    with station().store.transaction(actor()) as tx:
        found = store.entry(tx, entry_id, code)
        for number in [number for field, ids in found.pictures.items() if field for number in ids[-1:]]:
            audit.record(tx, "attachment.shown", attachment_id=number)
        sheet = slips.sheet_of(tx, found, in_full=True)
    return _pdf(render_pdf(sheet), sheet.number)


def _in_full(code: str, entry_id: int) -> dict[str, Any]:
    try:
        with station().store.transaction(actor()) as tx:
            return view.unmask(tx, store.entry(tx, entry_id, code).id)
    except Refused as refused:
        if refused.code == "staff.not_allowed":
            with station().store.transaction(actor()) as tx:
                view.remember_denied_unmask(tx, entry_id)
        raise


def _form(
    register: Register, act_code: str, to: str, stands: dict[str, str], tables: dict[str, Any], **more: Any
) -> str:
    """The form of one act; without one the correction of everything that was asked so far."""
    done = more.pop("done", None)
    if done is None:
        fields, groups = list(register.asked(act_code)), list(register.rows_asked(act_code))
    else:
        fields, groups = actions.correctable(actor(), register, done)
        if not (fields or groups):
            require(actor(), Right.MANAGE)
    if more.get("found") is None:
        require(actor(), Right.MANAGE if register.open_who == "manager" else Right.SERVE)
    return render_template(
        "registers/form.html", register=register, act_code=act_code, to=to, stands=stands, tables=tables,
        fields=fields, groups=[(group, lines(group, tables.get(group.code, []))) for group in groups],
        step=register.step(act_code), row_name=row_name, wrong=_wrong_field(),
        today=clock.local_date(station().settings.station.zone).isoformat(), **more,
    )  # fmt: skip


def _sent(register: Register, act_code: str, again: Any) -> Typed | ResponseReturnValue:
    try:
        return sent(register.asked(act_code), register.rows_asked(act_code))
    except Refused as refused:
        return acts.refuse(refused, again)


def _register(db: Reader, code: str) -> Register:
    try:
        return registers.register(db, code)
    except Refused:
        abort(404)


def _entry(db: Reader, entry_id: int, code: str) -> Entry:
    try:
        return store.entry(db, entry_id, code)
    except Refused:
        abort(404)


def _seen() -> int | None:
    text = request.form.get("steps", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _wrong_field() -> str:
    refused: Any = g.get("refused")
    return str(refused.facts.get("field", "")) if refused is not None else ""


def _url(code: str, entry_id: int) -> str:
    return url_for("registers.one", code=code, entry_id=entry_id)


def _url_if(endpoint: str) -> str:
    from web.routes import PAGES

    return url_for(endpoint) if endpoint in PAGES else ""


def _pdf(content: bytes, number: str) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)
