"""What the registers say: complaints with their seven days, inspections, posts, trainings and campaigns of the month, assets
under repair, and every other clock that runs. A register that the county switched off says nothing."""

from __future__ import annotations

from datetime import date

from kiosk import registers
from kiosk.assessment.model import Evidence, Measure, Moment, Standing
from kiosk.registers import Due
from kiosk.reports.periods import half_year_of, month_of
from kiosk.storage import Reader
from kiosk.words import N_

_COMPLAINTS = "complaints"
_SHOWN = 12
_OPEN = "SELECT COUNT(*) FROM register_entries INDEXED BY register_entries_left WHERE register = ? AND ended_on IS NULL"
_LATE = N_("{number} {clock}：已过期 {late} 天（{on}）")
_RUNS = N_("{number} {clock}：还剩 {left} 天（{on}）")
_COUNTED = N_("{name}：{n}")
_MONTH = N_("登记簿里本月的记录，登记错已撤回的不计")


def complaints_open(db: Reader, moment: Moment) -> Measure:
    """Complaints that are not closed, and how much of their seven days is left (TC-33; JX-27: each costs a point)."""
    clocks = [one for one in _due(db, moment) if one.register == _COMPLAINTS]
    n = int(db.value(_OPEN, _COMPLAINTS))
    late = sum(one.is_late for one in clocks)
    facts = {"n": n, "late": late, "left": clocks[0].days_left if clocks else 0}
    if late:
        standing, words = Standing.PROBLEM, N_("{n} 件投诉没办结，其中 {late} 件过了期限")
    elif clocks:
        standing = Standing.WARN if clocks[0].warns else Standing.DUE
        words = N_("{n} 件投诉没办结，最急的还剩 {left} 天")
    elif n:
        standing, words = Standing.DUE, N_("{n} 件投诉没办结，都在等别的部门")
    else:
        standing, words = Standing.OK, N_("没有未办结的投诉")
    return Measure(
        "complaints_open", N_("投诉和纠纷"), standing, words, facts, N_("投诉登记簿里没有办结的，期限从登记那天算起"),
        f"/registers/{_COMPLAINTS}", value=n, target=0, asked_by=("TC-33", "JX-27"), evidence=_clocks(clocks),
        short=N_("投诉") if n else "", days_left=facts["left"] if clocks else None,
    )  # fmt: skip


def other_clocks(db: Reader, moment: Moment) -> Measure:
    """Every other clock of the registers: rectification, repairs, verification of scales, campaigns' data …"""
    clocks = [one for one in _due(db, moment) if one.register != _COMPLAINTS]
    facts = {"n": len(clocks), "late": sum(one.is_late for one in clocks), "soon": sum(one.warns for one in clocks)}
    if facts["late"]:
        standing, words = Standing.PROBLEM, N_("登记簿里 {n} 项有期限，{late} 项过了，请去办")
    elif facts["soon"]:
        standing, words = Standing.WARN, N_("登记簿里 {n} 项有期限，{soon} 项快到了")
    elif clocks:
        standing, words = Standing.DUE, N_("登记簿里 {n} 项有期限，都还早")
    else:
        standing, words = Standing.OK, N_("登记簿里没有到期的事")
    return Measure(
        "other_clocks", N_("登记簿的期限"), standing, words, facts, N_("各登记簿里没有办完的事和它们的期限"), "/registers",
        value=len(clocks), asked_by=("LY-26", "JX-19", "JX-23"), evidence=_clocks(clocks),
    )  # fmt: skip


def inspections_this_month(db: Reader, moment: Moment) -> Measure:
    """Inspections of this month (LY-20: three; CUO-17: two. How many are asked is the county's profile)."""
    return _of_month(
        db, moment, "inspections_this_month", N_("本月巡检"), N_("本月接受巡检 {n} 次"), "inspections", "received",
        ("area_partner", "county", "poor", "to_rectify"), ("LY-20", "CUO-17", "TC-43"),
    )  # fmt: skip


def posts_this_month(db: Reader, moment: Moment) -> Measure:
    """Posts of this month, duplicates apart (CUO-19: fifteen that are not alike)."""
    return _of_month(
        db, moment, "posts_this_month", N_("本月发布信息"), N_("本月发布 {n} 条，重复的不计"), "posts", "published",
        ("duplicates", "refused"), ("CUO-19",),
    )  # fmt: skip


def trainings_this_half_year(db: Reader, moment: Moment) -> Measure:
    """Trainings and campaigns of the half-year: attended, and what was missed (JX-22, JX-23)."""
    half = half_year_of(moment.today)
    counted = _counts(db, moment, half.first_on)
    names = registers.counters(db)
    missed = sum(counted.get(key, 0) for key in ("trainings.absent", "campaigns.missed", "campaigns.data_missing"))
    facts = {
        "trainings": counted.get("trainings.attended", 0), "campaigns": counted.get("campaigns.joined", 0),
        "missed": missed,
    }  # fmt: skip
    standing = Standing.WARN if missed else Standing.FIGURE
    words = N_("这半年参加培训 {trainings} 次、活动 {campaigns} 次")
    if missed:
        words = N_("这半年参加培训 {trainings} 次、活动 {campaigns} 次，缺席或漏报 {missed} 次")
    keys = [key for key in names if key.partition(".")[0] in ("trainings", "campaigns") and counted.get(key)]
    return Measure(
        "trainings_this_half_year", N_("培训和活动"), standing, words, facts, N_("培训、活动登记簿里这半年的记录"),
        "/registers/trainings", value=missed, target=0, asked_by=("JX-22", "JX-23", "TC-36"), is_duty=False,
        evidence=tuple(_counter(names[key], counted[key]) for key in keys if not key.endswith("_fen")),
    )  # fmt: skip


def assets_with_open_repair(db: Reader, moment: Moment) -> Measure:
    """Assets that are broken or wait for repair (JX-19: not reported in time costs all five points)."""
    counted = _counts(db, moment, month_of(moment.today).first_on)
    facts = {
        "unreported": counted.get("repairs.unreported", 0), "waiting": counted.get("repairs.waiting", 0),
        "broken": counted.get("assets.broken", 0), "missing": counted.get("assets.missing", 0),
    }  # fmt: skip
    if facts["unreported"] or facts["missing"]:
        standing, words = Standing.PROBLEM, N_("{unreported} 件坏了还没报修，{missing} 件找不到")
    elif facts["waiting"] or facts["broken"]:
        standing, words = Standing.WARN, N_("{waiting} 件报修等着修，{broken} 件设备坏了")
    else:
        standing, words = Standing.OK, N_("没有坏了没修的设备")
    return Measure(
        "assets_with_open_repair", N_("设备维修"), standing, words, facts, N_("设备和报修登记簿里没有修好的"),
        "/registers/repairs", value=facts["unreported"] + facts["waiting"], target=0, asked_by=("JX-19", "TC-44", "LY-28"),
    )  # fmt: skip


def _of_month(
    db: Reader, moment: Moment, name: str, title: str, words: str, register: str, counter: str, beside: tuple[str, ...],
    asked_by: tuple[str, ...],
) -> Measure:  # fmt: skip
    counted = _counts(db, moment, month_of(moment.today).first_on)
    names = registers.counters(db)
    n = counted.get(f"{register}.{counter}", 0)
    keys = [f"{register}.{other}" for other in beside if counted.get(f"{register}.{other}")]
    return Measure(
        name, title, Standing.FIGURE, words, {"n": n}, _MONTH, f"/registers/{register}", value=n, asked_by=asked_by,
        evidence=tuple(_counter(names[key], counted[key]) for key in keys),
    )  # fmt: skip


def _counter(counter: registers.Counter, n: int) -> Evidence:
    return Evidence(_COUNTED, {"name": counter.title(), "n": n}, f"/registers/{counter.register}")


def _clocks(clocks: list[Due]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            _LATE if one.is_late else _RUNS,
            {"number": one.number, "clock": one.title, "late": -one.days_left, "left": one.days_left, "on": one.due_on},
            f"/registers/{one.register}/{one.entry_id}",
        )
        for one in clocks[:_SHOWN]
    )


def _due(db: Reader, moment: Moment) -> list[Due]:
    """The clocks, asked once a page."""
    return moment.once("due", lambda: registers.due(db, moment.today))


def _counts(db: Reader, moment: Moment, first_on: str) -> dict[str, int]:
    """The counters from a date to today, asked once a page."""
    last: date = moment.today
    return moment.once(f"counts:{first_on}", lambda: registers.counts(db, first_on, last.isoformat()))
