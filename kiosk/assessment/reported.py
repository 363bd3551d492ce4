"""What the county was to be told and whether it was: today's report, those of earlier days, the week's and the month's. A
report is done when the centre has acknowledged it; before that it waits, or a person has to look why it was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kiosk import shifts
from kiosk.assessment.model import Evidence, Measure, Moment, Standing, Unit
from kiosk.outbox.model import IS_OPEN, IS_STANDING_REFUSED
from kiosk.reports import due, hours, store
from kiosk.reports.model import TOPIC_DAILY
from kiosk.reports.periods import Kind
from kiosk.reports.queueing import message_of
from kiosk.storage import Reader
from kiosk.words import N_

_SHOWN = 12
_FROZEN = N_("日结时定稿的日报，和县中心的回执")
# Each message names the report that it carries. One that was refused needs nobody once another took its place.
_LEFT = (
    f"WITH left AS (SELECT sequence, state, payload FROM outbox WHERE {IS_OPEN} AND topic = :topic UNION ALL"
    f" SELECT o.sequence, o.state, o.payload FROM outbox o WHERE {IS_STANDING_REFUSED} AND o.topic = :topic)"
    " SELECT r.id, r.report_no, r.business_on, m.state FROM left m"
    " JOIN reports r ON r.id = json_extract(m.payload, '$.subject.id') WHERE r.business_on < :today ORDER BY m.sequence"
)


def daily_report(db: Reader, moment: Moment) -> Measure:
    """Today's report: not closed yet, waiting, acknowledged or refused (LY-23, TC-20: every day, on time)."""
    standing, words, facts, path = _daily(db, moment)
    return Measure(
        "daily_report", N_("今天的日报"), standing, words, facts, _FROZEN, path,
        value=int(standing is Standing.OK), unit=Unit.DONE, setting="county.daily_report_by", short=N_("今天日报"), asked_by=("LY-23", "TC-20"),
    )  # fmt: skip


def _daily(db: Reader, moment: Moment) -> tuple[Standing, str, dict[str, str], str]:
    today, by = moment.today.isoformat(), db.settings.county.daily_report_by
    facts, is_late = {"by": by}, moment.at >= by.rjust(5, "0")
    open_day = shifts.open_day(db)
    if open_day is not None and open_day.business_on < today:
        return Standing.PROBLEM, N_("{day} 还没日结，请先点钞日结"), {"day": open_day.business_on[5:]}, "/day"
    if open_day is not None and open_day.business_on > today:
        return Standing.FIGURE, N_("已经在做 {day} 的营业日"), {"day": open_day.business_on}, "/day"
    report = store.latest(db, today)
    if report is None:
        if open_day is not None:
            if is_late:
                return Standing.WARN, N_("今天还没日结，日报 {by} 前要报，已经过了"), facts, "/day"
            return Standing.DUE, N_("今天的日报：{by} 前日结，自动上报"), facts, "/day"
        excused = hours.today_so_far(db, moment.now).is_excused
        words = N_("今天登记了停业，没有日报") if excused else N_("今天还没有营业，日结后出日报")
        return Standing.OK if excused else Standing.FIGURE, words, facts, "/day"
    path, message = f"/reports/{report.id}", message_of(db, report)
    facts = {"by": by, "number": report.report_no}
    if message is not None and message.state == "acknowledged":
        words = N_("今天的日报 {number} 县中心已确认，回执号 {receipt}")
        return Standing.OK, words, facts | {"receipt": message.acknowledgement_no or ""}, path
    if message is not None and message.state == "refused":
        return Standing.PROBLEM, N_("今天的日报 {number} 被县中心退回，请看原因"), facts, path
    if is_late:
        return Standing.WARN, N_("今天的日报 {number} 还在等待上报，{by} 已经过了"), facts, path
    return Standing.DUE, N_("今天的日报 {number} 已定稿，等待上报"), facts, path


def earlier_reports(db: Reader, moment: Moment) -> Measure:
    """Daily reports of earlier days that the centre has not acknowledged: refused ones wait for a person, the others for
    the road (LY-23)."""
    rows = db.all(_LEFT, topic=TOPIC_DAILY, today=moment.today.isoformat())
    refused = sum(row["state"] == "refused" for row in rows)
    facts = {"n": len(rows), "refused": refused}
    if refused:
        standing, words = Standing.PROBLEM, N_("以前的日报有 {n} 份没有报到，其中 {refused} 份被退回")
    elif rows:
        standing, words = Standing.WARN, N_("以前的日报还有 {n} 份没有报到县中心")
    else:
        standing, words = Standing.OK, N_("以前的日报都报到了")
    evidence = [
        Evidence(
            N_("{on} 日报 {number} 被退回") if row["state"] == "refused" else N_("{on} 日报 {number} 等待上报"),
            {"on": row["business_on"], "number": row["report_no"]}, f"/reports/{row['id']}",
        )
        for row in rows[:_SHOWN]
    ]  # fmt: skip
    return Measure(
        "earlier_reports", N_("以前的日报"), standing, words, facts, _FROZEN, "/reports", value=len(rows), target=0,
        asked_by=("LY-23", "TC-20"), evidence=tuple(evidence),
    )  # fmt: skip


def days_unexplained(db: Reader, moment: Moment) -> Measure:
    """Days of this month on which the station was neither open nor entered as closed: nobody can tell why there is no
    report of them."""
    first = moment.today.replace(day=1)
    begins = db.value("SELECT business_on FROM business_days ORDER BY id LIMIT 1")
    days = hours.between(db, first, moment.today - timedelta(days=1), moment.now) if begins else []
    found = [day.on for day in days if not day.was_open and not day.is_excused and day.on >= begins]
    facts = {"n": len(found)}
    if found:
        standing, words = Standing.FIGURE, N_("本月有 {n} 天没有营业，也没有登记停业")
    else:
        standing, words = Standing.OK, N_("本月没有营业的日子都登记了停业")
    path = f"/hours?month={moment.today:%Y-%m}"
    return Measure(
        "days_unexplained", N_("没有说明的日子"), standing, words, facts, N_("本月到昨天，既没有营业也没有登记停业的日子"),
        path, value=len(found), asked_by=("TC-21",),
        evidence=tuple(Evidence(N_("{on} 没有营业，没有说明"), {"on": on}, path) for on in found[:_SHOWN]),
    )  # fmt: skip


def weekly_report(db: Reader, moment: Moment) -> Measure:
    """Last week's report (JX-24: weekly and monthly; late and missing ones cost points)."""
    words = _Words(
        N_("上周的周报"), N_("上周周报"), N_("{period}的周报 {number} 县中心已确认，回执号 {receipt}"),
        N_("{period}的周报 {number} 被县中心退回，请看原因"), N_("{period}的周报 {number} 已定稿，等待上报（{due} 前）"),
        N_("{period}的周报 {number} 还在等待上报，{due} 已经过了"), N_("{period}的周报 {due} 前要报，还剩 {left} 天"),
        N_("{period}的周报 {due} 前要报，已过期 {late} 天"), N_("{period}的周报今天要报"),
    )  # fmt: skip
    return _of_period(db, moment, Kind.WEEK, "weekly_report", words, "reports.week_due_days", ("JX-24",))


def monthly_report(db: Reader, moment: Moment) -> Measure:
    """Last month's report, due on the 5th (JX-16)."""
    words = _Words(
        N_("上月的月报"), N_("上月月报"), N_("{period}的月报 {number} 县中心已确认，回执号 {receipt}"),
        N_("{period}的月报 {number} 被县中心退回，请看原因"), N_("{period}的月报 {number} 已定稿，等待上报（{due} 前）"),
        N_("{period}的月报 {number} 还在等待上报，{due} 已经过了"), N_("{period}的月报 {due} 前要报，还剩 {left} 天"),
        N_("{period}的月报 {due} 前要报，已过期 {late} 天"), N_("{period}的月报今天要报"),
    )  # fmt: skip
    return _of_period(db, moment, Kind.MONTH, "monthly_report", words, "reports.month_due_day", ("JX-16", "JX-24"))


@dataclass(frozen=True, slots=True)
class _Words:
    """The sentences about a period's report."""

    title: str
    short: str
    acknowledged: str
    refused: str
    waiting: str
    waiting_late: str
    due: str
    late: str
    today: str


def _of_period(
    db: Reader, moment: Moment, kind: Kind, name: str, words: _Words, setting: str, asked_by: tuple[str, ...]
) -> Measure:
    state = due.previous(db, kind, moment.now)
    period, report, left = state.period, state.report, state.days_left or 0
    facts: dict[str, str | int] = {
        "period": period.name(), "due": f"{state.due_on:%m-%d}" if state.due_on else "", "left": left, "late": -left,
    }  # fmt: skip
    path = f"/reports/{report.id}" if report else f"/reports/periods/{kind}/{period.code}"
    began = db.value("SELECT MIN(business_on) FROM business_days")
    days_left: int | None = left
    if report is None and (began is None or began > period.last_on):
        standing, said, days_left = Standing.FIGURE, N_("{period}本站还没有用本系统"), None
    elif report is None:
        standing = Standing.PROBLEM if left < 0 else Standing.DUE
        said = words.late if left < 0 else words.due if left else words.today
    else:
        message = message_of(db, report)
        facts |= {"number": report.report_no, "receipt": (message.acknowledgement_no or "") if message else ""}
        if message is not None and message.state == "acknowledged":
            standing, said, days_left = Standing.OK, words.acknowledged, None
        elif message is not None and message.state == "refused":
            standing, said = Standing.PROBLEM, words.refused
        else:
            standing, said = (Standing.WARN, words.waiting_late) if left < 0 else (Standing.DUE, words.waiting)
    return Measure(
        name, words.title, standing, said, facts, N_("已日结各天的日报加总；最后一天日结后自动定稿上报"), path,
        value=None if standing is Standing.FIGURE else int(standing is Standing.OK), unit=Unit.DONE, setting=setting,
        short="" if standing is Standing.FIGURE else words.short, asked_by=asked_by,
        days_left=days_left,
    )  # fmt: skip
