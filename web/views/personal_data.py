"""What the station keeps of people: one person's request at the counter (看, 改, 删), how long things are kept, and the list of
what was erased. No phone ever stands in an address, a stored answer or the log."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.errors import Refused
from kiosk.people import desks, staff
from kiosk.people.rights import Right
from kiosk.retention import answering, erasures, kind_of, requests, set_term
from kiosk.retention import terms as terms_now
from kiosk.retention.terms import TERMS
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.routes import act, page
from web.station import actor, session, station

blueprint = Blueprint("personal_data", __name__)

PAPERS = {"pickup_code": N_("取件码"), "receipt": N_("收据号"), "outbound_no": N_("寄件单号")}
REQUEST_WORDS = {"access": N_("查询"), "correction": N_("更正"), "erasure": N_("删除")}
PART_WORDS = {"all": N_("全部"), "number": N_("完整号码"), "pictures": N_("照片和签名")}
MOST_DIGITS = 5


@page(
    blueprint,
    "/personal-data",
    N_("个人信息"),
    right=Right.UNMASK,
    place="more",
    hint=N_("本人凭取件码或收据号加手机号，查询、更正、删除自己的信息"),
)
def start() -> ResponseReturnValue:
    with station().store.reading() as db:
        asked = requests.requests(db)
    return render_template("personal_data/start.html", papers=PAPERS, asked=asked, request_words=REQUEST_WORDS)


@act(blueprint, "/personal-data/ask", right=Right.UNMASK)
def ask() -> ResponseReturnValue:
    paper = request.form.get("paper", "")
    unknown: list[str] = []

    def do(tx: Tx) -> Done:
        try:
            found = requests.ask(tx, paper, request.form.get("number", "")[:40], request.form.get("phone", "")[:40])
        except Refused as refused:
            if refused.code == "data_request.not_recognised":
                unknown.append(paper)
            raise
        return Done(url_for("personal_data.one", request_id=found.id))

    answer = acts.run(do, again=start)
    if unknown:
        with station().store.transaction(actor()) as tx:
            requests.remember_refused(tx, paper)
    return answer


@page(blueprint, "/personal-data/<int:request_id>", N_("个人信息"), right=Right.UNMASK)
def one(request_id: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        found = requests.request(db, request_id)
        try:
            cases = answering.kept(db, request_id)
        except Refused as refused:
            if refused.code != "data_request.over":
                raise
            cases = None
    return render_template("personal_data/one.html", found=found, cases=cases, papers=PAPERS)


@act(blueprint, "/personal-data/<int:request_id>/print", right=Right.UNMASK)
def print_kept(request_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        slip_id, job_id = answering.print_kept(tx, request_id, _desk_name(tx))
        if job_id is None:
            return Done(url_for("prints.one", slip_id=slip_id), N_("回执已开好；本站没有打印机，请在屏幕上看"))
        return Done(
            url_for("personal_data.one", request_id=request_id), N_("查询回执已送去打印；第二天起补打不再有内容")
        )

    return acts.run(do, again=lambda: one(request_id))


@act(blueprint, "/personal-data/<int:request_id>/correct", right=Right.UNMASK)
def correct(request_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        case_kind, _, case_id = request.form.get("case", "").rpartition("-")
        if not (case_id.isascii() and case_id.isdigit() and len(case_id) < 16):
            raise Refused("data_request.not_theirs", N_("这一笔不属于刚才核对的人；没有改动任何内容"))
        field, value = request.form.get("field", ""), request.form.get("value", "")[:200]
        answering.correct(tx, request_id, case_kind, int(case_id), field, value)
        return Done(url_for("personal_data.one", request_id=request_id), N_("已更正"))

    return acts.run(do, again=lambda: one(request_id), erasing=True)


@act(blueprint, "/personal-data/<int:request_id>/erase", right=Right.UNMASK)
def erase(request_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        if "sure" not in request.form:
            raise Refused("data_request.not_sure", N_("请先勾选“本人要求删除”；没有删除"))
        done, stayed = answering.erase(tx, request_id)
        slip_id, _job_id = answering.print_erased(tx, request_id, done, stayed, _desk_name(tx))
        where = url_for("prints.one", slip_id=slip_id)
        if stayed:
            return Done(
                where, N_("已删除 {done} 笔；{stayed} 笔依法或因未办完要保留，原因和期限在回执上"),
                {"done": done, "stayed": len(stayed)}, "attention",
            )  # fmt: skip
        return Done(where, N_("已删除 {done} 笔，没有留下个人信息"), {"done": done})

    return acts.run(do, again=lambda: one(request_id), erasing=True)


@page(
    blueprint,
    "/personal-data/terms",
    N_("个人信息保存期限"),
    place="more",
    hint=N_("各类个人信息留多少天，到期自动删除；删除清单"),
)
def terms() -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = terms_now(db)
        gone = erasures.latest(db)
        names = _names(db)
        total = db.value("SELECT COUNT(*) FROM erasures")
    titles = {one.case_kind: kind.title for one in gone if (kind := kind_of(one.case_kind)) is not None}
    return render_template(
        "personal_data/terms.html", shown=shown, gone=gone, total=total, titles=titles, names=names, parts=PART_WORDS,
        rule_words=rule_words,
    )  # fmt: skip


@act(blueprint, "/personal-data/terms/<name>", right=Right.MANAGE)
def change_term(name: str) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        typed = request.form.get("days", "").strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS):
            raise Refused("retention.days_wrong", N_("天数应填整数；没有改动"))
        changed = set_term(tx, name, int(typed))
        said = N_("保存期限已改为 {days} 天，下次清理起按新期限") if changed else N_("期限没有变")
        return Done(url_for("personal_data.terms"), said, {"days": int(typed)})

    return acts.run(do, again=terms)


def rule_words(rule: str) -> str:
    """Why something was erased, in marked words."""
    if rule == "request.person":
        return N_("本人要求")
    term = TERMS.get(rule.removeprefix("term."))
    return term.title if term is not None else N_("其他规定")


def _names(db: Reader) -> dict[int, str]:
    return {person.id: person.name for person in staff.staff_list(db, with_left=True)}


def _desk_name(tx: Tx) -> str:
    desk_id = session().desk_id
    return desks.desk(tx, desk_id).name if desk_id is not None else ""
