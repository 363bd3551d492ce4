"""The print tray: what has not come out, what is in doubt, and any slip as it reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kiosk import clock
from kiosk.counter import reprint as slip_reprint
from kiosk.devices import REASONS as DEVICE_REASONS
from kiosk.errors import Refused
from kiosk.people.rights import Right, may
from kiosk.printing import jobs, slips
from kiosk.printing.model import REASONS as JOB_REASONS
from kiosk.printing.model import Job, JobState, Slip
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web.acts import Done, refuse, run
from web.routes import act, page, part
from web.station import actor, station

prints = Blueprint("prints", __name__)
SLIP_CSS = Path(slips.__file__).parent / "slip.css"
#: How far back the page shows what was printed, for a slip that never came though the printer said so.
LATELY_HOURS = 12
#: One transaction holds the counter up for no longer.
MOST_CHOSEN = 200
STATES = {
    JobState.WAITING: N_("等打印"),
    JobState.UNDER_WAY: N_("正在打印"),
    JobState.SENT: N_("已送出"),
    JobState.CONFIRMED: N_("已打印"),
    JobState.FAILED: N_("没打成"),
    JobState.UNKNOWN: N_("不知道出没出纸"),
    JobState.CANCELLED: N_("已取消"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A job of the tray with its slip's title and the marked words of its reason."""

    job: Job
    slip: Slip
    title: str
    reason: str

    @property
    def code(self) -> str:
        """The number by which a person knows the slip."""
        return self.slip.document_no or ""


@page(prints, "/prints", N_("打印列表"), place="more", hint=N_("还没打出来的单子，不知道出没出纸的单子"))
def tray() -> ResponseReturnValue:
    with station().store.reading() as db:
        found = [_shown(db, job) for job in jobs.tray(db)]
        since = clock.stamp(clock.now() - timedelta(hours=LATELY_HOURS))
        lately = [one for one in (_shown(db, job) for job in jobs.lately(db, since)) if _may_see(one.slip)]
    runtime = station().runtime
    failed = [item for item in found if item.job.state is JobState.FAILED]
    choosable = failed if len(failed) > 1 and may(actor(), Right.SERVE) else []
    doubtful = [item for item in found if item.job.state is JobState.UNKNOWN]
    reasons = {item.reason for item in choosable}
    return render_template(
        "prints/tray.html",
        jobs=found,
        doubtful=doubtful,
        choosable=choosable,
        same_reason=reasons.pop() if len(reasons) == 1 else "",
        several_printers=len({item.job.printer for item in choosable}) > 1,
        others=[item for item in found if item not in choosable and item not in doubtful],
        lately=lately,
        begun={progress.job_id for progress in runtime.jobs_under_way()},
        states=STATES,
        has_printer=any(device.kind == "printer" for device in station().settings.devices),
        gives_status=not any(lamp.kind == "printer" and lamp.reason == "no_status" for lamp in runtime.lamps()),
    )


@page(prints, "/prints/slips/<int:slip_id>", N_("单子"))
def one(slip_id: int) -> ResponseReturnValue:
    from kiosk.printing.render_html import render_html  # bar codes: only who looks at a slip pays for them

    with station().store.reading() as db:
        slip = slips.find(db, slip_id)
        slip_reprint.require_sight(actor(), slip)
        document = slips.compose(db, slip_id)
        of_slip = jobs.of_slip(db, slip_id)
    html = Markup(render_html(document))  # noqa: S704 - the renderer escapes everything
    return render_template(
        "prints/slip.html", slip=slip, document=document, html=html, jobs=of_slip, states=STATES, reason_of=_reason
    )


@act(prints, "/prints/<int:job_id>/answer")
def answer(job_id: int) -> ResponseReturnValue:
    """出纸了吗？ Yes ends the job, no makes the same one wait again."""
    came_out = request.form.get("came_out") == "yes"

    def do(tx: Tx) -> Done:
        jobs.answer_unknown(tx, job_id, came_out)
        return Done(url_for("prints.tray"), N_("记下了：已经出纸") if came_out else N_("没出纸，重新排队打印"))

    return run(do, again=tray)


@act(prints, "/prints/<int:job_id>/retry")
def retry(job_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        jobs.retry(tx, job_id)
        return Done(url_for("prints.tray"), N_("重新排队打印"))

    return run(do, again=tray)


@act(prints, "/prints/choose")
def choose() -> ResponseReturnValue:
    """After a stop: which of the slips that piled up are still wanted."""
    form = request.form
    wanted = form.get("choice") not in ("drop", "drop_all")
    ticked = form.getlist("all" if form.get("choice") in ("all", "drop_all") else "job")
    job_ids = [int(text) for text in ticked if text.isdecimal() and len(text) < 16][:MOST_CHOSEN]
    if not job_ids:
        return refuse(Refused("print_job.none_ticked", N_("请先在要的单子前面打勾")), again=tray)

    def do(tx: Tx) -> Done:
        done = jobs.choose(tx, job_ids, is_wanted=wanted)
        words = N_("{n} 张重新排队打印") if wanted else N_("{n} 张不打了，单子本身都还在")
        return Done(url_for("prints.tray"), words, {"n": done})

    return run(do, again=tray)


@act(prints, "/prints/<int:job_id>/cancel")
def cancel(job_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        jobs.cancel(tx, job_id, under_way=[progress.job_id for progress in station().runtime.jobs_under_way()])
        return Done(url_for("prints.tray"), N_("取消了这张单子的打印，单子本身还在"))

    return run(do, again=tray)


@act(prints, "/prints/slips/<int:slip_id>/reprint")
def reprint(slip_id: int) -> ResponseReturnValue:
    """补打: one more paper, marked with its number."""

    def do(tx: Tx) -> Done:
        slip_reprint.reprint(tx, slip_id)
        return Done(url_for("prints.one", slip_id=slip_id), N_("排队补打一张"))

    return run(do, again=lambda: one(slip_id))


@part(prints, "/prints/slip.css", is_open=True)
def slip_css() -> ResponseReturnValue:
    """The style of slips, which lies beside their renderer."""
    return Response(SLIP_CSS.read_bytes(), mimetype="text/css", headers={"Cache-Control": "private, max-age=3600"})


def _may_see(slip: Slip) -> bool:
    try:
        slip_reprint.require_sight(actor(), slip)
    except Refused:
        return False
    return True


def _shown(db: Reader, job: Job) -> Shown:
    slip = slips.find(db, job.slip_id)
    return Shown(job, slip, slips.compose(db, job.slip_id).title, _reason(job))


def _reason(job: Job) -> str:
    """Why a job is in its state, as a marked sentence; a device's own words stand with the device."""
    if job.reason in JOB_REASONS:
        return JOB_REASONS[job.reason]
    found = DEVICE_REASONS.get(job.reason)
    return found.what if found is not None else job.reason
