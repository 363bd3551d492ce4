"""First start, log-in, lock and unlock, log-out, recovery by code, choice of language."""

from __future__ import annotations

import json

from flask import Blueprint, g, jsonify, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from kiosk.counter import guide
from kiosk.counter.recovery_paper import forget_recovery_code, print_recovery_code
from kiosk.errors import Refused
from kiosk.people import desks, sessions, staff
from kiosk.people import door as people_door
from kiosk.people.rights import Right, may
from kiosk.storage import answers
from kiosk.words import LOCALES, N_, say
from web.access import COOKIE_KEY, offer_again
from web.log_in_page import DESK_COOKIE, show_log_in
from web.paths import local_path, wants_json
from web.routes import act, page, part
from web.row_ids import row_id
from web.station import session, station
from web.wording import LOCALE_COOKIE

door = Blueprint("door", __name__)
#: Holds the language that was chosen before a log-in, until that log-in.
CHOSEN_LANGUAGE = "language"
#: Forgotten by the browser: nobody who presses 返回 after the log-out sees the pages again.
_CLEAR = {"Clear-Site-Data": '"cache"'}


@page(door, "/first-start", N_("首次启动"), is_open=True)
def first_start() -> ResponseReturnValue:
    if not _is_empty():
        return redirect(url_for("door.log_in"), 303)
    return render_template("door/first_start.html")


@act(door, "/first-start", is_open=True)
def make_first_manager() -> ResponseReturnValue:
    """Makes the manager. The answer is kept under the form's key: a second click finds the same recovery code."""
    name, pin, key = request.form.get("name", ""), request.form.get("pin", ""), request.form.get("_key", "")
    body = json.dumps([name, pin]).encode()
    try:
        if pin != request.form.get("pin_again", ""):
            raise Refused("staff.pin_differs", N_("两次输入的 PIN 不一样，请重新输入；姓名还在"))
        secret, made = staff.hashed_pin(pin), staff.hashed_code()
        with station().store.transaction() as tx:
            kept = answers.recall(tx, key, "first-start", request.path, body)
            if kept is not None:
                return redirect(kept.body["location"], 303)
            _, code = staff.create_first_manager(tx, name, secret, made)
            print_recovery_code(tx, code)
            location = url_for("door.recovery_code", shown=station().shown_once.put("", code))
            answers.remember(tx, key, "first-start", request.path, body, 303, {"location": location})
    except Refused as refused:
        if refused.code == "staff.not_empty":
            return redirect(url_for("door.log_in"), 303)
        g.refused = refused
        return render_template("door/first_start.html"), 422
    return redirect(location, 303)


@page(door, "/first-start/recovery-code", N_("恢复码"), is_open=True)
def recovery_code() -> ResponseReturnValue:
    code = station().shown_once.get("", request.args.get("shown", ""))
    return render_template("door/recovery_code.html", code=code, shown=request.args.get("shown", ""))


@act(door, "/first-start/recovery-code", is_open=True)
def recovery_code_noted() -> ResponseReturnValue:
    ticket = request.form.get("shown", "")
    if station().shown_once.get("", ticket) is not None:
        forget_shown_code()
    station().shown_once.forget(ticket)
    return redirect(url_for("door.log_in"), 303)


def forget_shown_code() -> None:
    """The code has been noted: it leaves the station, and its paper if that has not begun to print."""
    begun = [progress.job_id for progress in station().runtime.jobs_under_way()]
    with station().store.transaction(erasing=True) as tx:
        forget_recovery_code(tx, begun)


@page(door, "/log-in", N_("登录"), is_open=True)
def log_in() -> ResponseReturnValue:
    if _is_empty():
        return redirect(url_for("door.first_start"), 303)
    if g.session is not None:
        return redirect(local_path(request.args.get("next", "/")), 303)
    return show_log_in()


@act(door, "/log-in", is_open=True)
def come_in() -> ResponseReturnValue:
    with station().store.reading() as db:
        seats = desks.desks(db)
    wanted = request.form.get("desk_id", "")
    seat = next((desk for desk in seats if str(desk.id) == wanted), seats[0] if seats else None)
    try:
        staff_id = row_id(request.form.get("staff_id", ""))
        if not staff_id:
            raise Refused("staff.not_chosen", N_("请先点自己的名字，再输入 PIN"))
        key = people_door.log_in(station().store, staff_id, request.form.get("pin", ""), seat.id if seat else None)
    except Refused as refused:
        g.refused = refused
        return show_log_in(), 422
    cookie[COOKIE_KEY] = key
    chosen = cookie.pop(CHOSEN_LANGUAGE, "")
    if chosen:
        with station().store.transaction() as tx:
            staff.choose_locale(tx, staff_id, chosen)
    carried = request.form.get("carried", "")
    if carried:
        with station().store.reading() as db:
            g.session = sessions.find(db, key)
        response = make_response(offer_again(carried))
    else:
        response = redirect(_first_page(key), 303)
    if seat is not None:
        response.set_cookie(
            DESK_COOKIE, seat.name.encode("utf-8").hex(), httponly=True, samesite="Strict", max_age=31_536_000
        )
        station().hub.publish("session", seat.id)
    return response


@act(door, "/log-out", right=Right.READ, while_locked=True)
def log_out() -> ResponseReturnValue:
    found = session()
    with station().store.transaction(found.actor) as tx:
        sessions.end(tx, found)
    cookie.clear()
    station().hub.publish("session", found.desk_id)
    response = redirect(url_for("door.log_in"), 303)
    response.headers.update(_CLEAR)
    return response


@act(door, "/lock", right=Right.READ, while_locked=True)
def lock() -> ResponseReturnValue:
    found = session()
    with station().store.transaction(found.actor) as tx:
        sessions.lock(tx, found.id)
    station().hub.publish("session", found.desk_id)
    if wants_json():
        return jsonify(locked=True), 200, _CLEAR
    response = redirect(local_path(request.form.get("next", "/")), 303)
    response.headers.update(_CLEAR)
    return response


@act(door, "/unlock", right=Right.READ, while_locked=True)
def unlock() -> ResponseReturnValue:
    back, carried = local_path(request.form.get("next", "/")), request.form.get("carried", "")
    try:
        people_door.unlock(station().store, cookie[COOKIE_KEY], request.form.get("pin", ""))
    except Refused as refused:
        if wants_json():
            return jsonify(code=refused.code, message=say(refused.message, **refused.facts)), 422
        g.refused = refused
        return render_template("door/locked.html", back=back, carried=carried), 422
    station().hub.publish("session", session().desk_id)
    if wants_json():
        return jsonify(locked=False)
    with station().store.reading() as db:
        g.session = sessions.find(db, cookie[COOKIE_KEY])
    return offer_again(carried) if carried else redirect(back, 303)


@act(door, "/still-here", right=Right.READ)
def still_here() -> ResponseReturnValue:
    """Somebody is typing; the check before every view has noted it."""
    return jsonify(locked=False)


@page(door, "/recover", N_("忘记 PIN"), is_open=True)
def recover() -> ResponseReturnValue:
    with station().store.reading() as db:
        managers = [person for person in staff.staff_list(db) if person.role == "manager"]
    return render_template("door/recover.html", managers=managers)


@act(door, "/recover", is_open=True)
def recover_pin() -> ResponseReturnValue:
    try:
        staff_id = row_id(request.form.get("staff_id", ""))
        if not staff_id:
            raise Refused("staff.not_chosen", N_("请先选是哪一位站长"))
        if request.form.get("pin", "") != request.form.get("pin_again", ""):
            raise Refused("staff.pin_differs", N_("两次输入的 PIN 不一样，请重新输入；恢复码还在"))
        code = people_door.recover(station().store, request.form.get("code", ""), staff_id, request.form.get("pin", ""))
        with station().store.transaction() as tx:
            print_recovery_code(tx, code)
    except Refused as refused:
        g.refused = refused
        return recover(), 422
    return redirect(url_for("door.recovery_code", shown=station().shown_once.put("", code)), 303)


@act(door, "/language", is_open=True, while_locked=True)
def language() -> ResponseReturnValue:
    chosen = request.form.get("locale", "")
    if chosen not in LOCALES:
        chosen = LOCALES[0]
    if g.session is not None:
        with station().store.transaction(g.session.actor) as tx:
            staff.choose_locale(tx, g.session.staff.id, chosen)
    else:
        cookie[CHOSEN_LANGUAGE] = chosen
    response = redirect(local_path(request.form.get("next", "/")), 303)
    response.set_cookie(LOCALE_COOKIE, chosen, httponly=True, samesite="Strict", max_age=31_536_000)
    return response


@part(door, "/alive", is_open=True)
def alive() -> ResponseReturnValue:
    """Says that the station answers; the page that waits for its start asks here."""
    return jsonify(alive=True)


def _first_page(key: str) -> str:
    """Where a log-in leads: where it was wanted, but the manager of a station that was never opened into its guide."""
    wanted = local_path(request.form.get("next", "/"))
    if wanted != "/":
        return wanted
    with station().store.reading() as db:
        found = sessions.find(db, key)
        is_led = found is not None and may(found.actor, Right.MANAGE) and guide.is_due(db)
    return url_for("guide.all_steps") if is_led else wanted


def _is_empty() -> bool:
    with station().store.reading() as db:
        return not staff.staff_list(db)
