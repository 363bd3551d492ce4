"""People who work here: who they are, their PINs and roles. The manager's page."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.counter.recovery_paper import print_recovery_code
from kiosk.errors import Refused
from kiosk.people import staff as people
from kiosk.people.rights import STAFF_ROLES, Right
from kiosk.storage import Tx
from kiosk.words import N_
from web.acts import Done, run
from web.records import ROLES as ALL_ROLES
from web.routes import act, page
from web.station import session, station
from web.views.door import forget_shown_code

staff = Blueprint("staff", __name__)
ROLES = {role: words for role, words in ALL_ROLES.items() if role in STAFF_ROLES}


@page(staff, "/staff", N_("人员"), right=Right.MANAGE, place="more", hint=N_("添加人员，重设 PIN，换角色"))
def everybody() -> ResponseReturnValue:
    with station().store.reading() as db:
        found = people.staff_list(db)
    ticket = request.args.get("shown", "")
    return render_template(
        "staff/everybody.html",
        people=found,
        roles=ROLES,
        shown=station().shown_once.get(_mine(), ticket),
        ticket=ticket,
    )


@act(staff, "/staff/add", right=Right.MANAGE)
def add() -> ResponseReturnValue:
    made = people.hashed_pin()

    def do(tx: Tx) -> Done:
        name = request.form.get("name", "")
        _id, pin = people.add_staff(tx, name, request.form.get("role", ""), made)
        return _showing(N_("{name} 的 PIN"), pin, N_("添加了 {name}"), name=name.strip())

    return run(do, again=everybody)


@act(staff, "/staff/<int:staff_id>/pin", right=Right.MANAGE)
def reset_pin(staff_id: int) -> ResponseReturnValue:
    made = people.hashed_pin()

    def do(tx: Tx) -> Done:
        pin = people.reset_pin(tx, staff_id, made)
        name = people.person(tx, staff_id).name
        return _showing(N_("{name} 的新 PIN"), pin, N_("重设了 {name} 的 PIN，旧 PIN 作废"), name=name)

    if staff_id == session().staff.id:
        raise Refused("staff.own_pin", N_("不能在这里重设自己的 PIN（会马上退出登录）；忘记时用恢复码"))
    return run(do, again=everybody)


@act(staff, "/staff/<int:staff_id>/role", right=Right.MANAGE)
def change_role(staff_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        role = request.form.get("role", "")
        people.change_role(tx, staff_id, role)
        name = people.person(tx, staff_id).name
        return Done(url_for("staff.everybody"), N_("{name} 的角色改好了，请他重新登录"), {"name": name})

    return run(do, again=everybody)


@act(staff, "/staff/<int:staff_id>/leave", right=Right.MANAGE)
def let_go(staff_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        name = people.person(tx, staff_id).name
        people.let_go(tx, staff_id)
        return Done(url_for("staff.everybody"), N_("停用了 {name}，以前的记录都在"), {"name": name})

    return run(do, again=everybody)


@act(staff, "/staff/recovery-code", right=Right.MANAGE)
def new_recovery_code() -> ResponseReturnValue:
    made = people.hashed_code()

    def do(tx: Tx) -> Done:
        code = people.new_recovery_code(tx, made)
        print_recovery_code(tx, code)
        return _showing(N_("新的恢复码"), code, N_("换了新的恢复码，旧的作废"))

    return run(do, again=everybody)


@act(staff, "/staff/noted", right=Right.MANAGE)
def noted() -> ResponseReturnValue:
    forget_shown_code()
    station().shown_once.forget(request.form.get("shown", ""))
    return run(lambda tx: Done(url_for("staff.everybody")))


def _mine() -> str:
    return str(session().id)


def _showing(title: str, secret: str, message: str, **facts: str) -> Done:
    """Sends the browser to the page with the secret on it, which stands nowhere else."""
    ticket = station().shown_once.put(_mine(), {"title": title, "facts": facts, "secret": secret})
    return Done(url_for("staff.everybody", shown=ticket), message, facts)


assert set(ROLES) == set(STAFF_ROLES)  # noqa: S101 - a role without a name would be an empty line on the page
