"""What the station turned over and how often it served, from the frozen reports of closed days alone: the same figures that
went to the county, added up over the month and the half-year."""

from __future__ import annotations

from datetime import date, timedelta

from kiosk.assessment.model import Evidence, Measure, Moment, Standing, Unit
from kiosk.money import yuan
from kiosk.reports import store
from kiosk.reports.counting import COUNTING_WORDS
from kiosk.reports.model import DAILY
from kiosk.reports.periods import Period, half_year_of, month_of
from kiosk.storage import Reader
from kiosk.words import N_

_MONTHS_BEFORE = 3
_SUMS = (
    "SELECT COUNT(*) AS days, COALESCE(SUM(json_extract(content, '$.totals.txn_count')), 0) AS count,"
    " COALESCE(SUM(json_extract(content, '$.totals.txn_amount_fen')), 0) AS amount_fen,"
    " COALESCE(SUM(json_extract(content, '$.parcels.handed_over')), 0) AS collected"
    " FROM reports r WHERE form = ? AND business_on BETWEEN ? AND ? AND revision ="
    " (SELECT MAX(revision) FROM reports x WHERE x.form = r.form AND x.business_on = r.business_on)"
)


def month_turnover(db: Reader, moment: Moment) -> Measure:
    """The turnover of this month so far, with the three months before (LY-18, LY-19, TC-14)."""
    this = month_of(moment.today)
    days, count, amount_fen, _ = _sums(db, this)
    facts = {"days": days, "n": count, "amount": yuan(amount_fen)}
    evidence, month = [], this
    for _number in range(_MONTHS_BEFORE):
        month = month_of(date.fromisoformat(month.first_on) - timedelta(days=1))
        sums = _sums(db, month)
        if sums[0]:
            said = {"month": month.code, "days": sums[0], "n": sums[1], "amount": yuan(sums[2])}
            evidence.append(Evidence(N_("{month}：{amount}，{n} 笔，{days} 天"), said, _page(db, month)))
    return Measure(
        "month_turnover", N_("本月成交额"), Standing.FIGURE, N_("本月已日结 {days} 天，{n} 笔，成交 {amount}"), facts,
        N_("本月各天日报（最后一次定稿）的金额之和，今天日结后计入"), _page(db, this), value=amount_fen, unit=Unit.FEN,
        asked_by=("LY-18", "LY-19", "TC-14"), evidence=tuple(evidence),
    )  # fmt: skip


def half_year_count(db: Reader, moment: Moment) -> Measure:
    """Transactions of this half-year so far, pick-ups beside them (CUO-22: 100 in a half-year, 交易（服务）量)."""
    half = half_year_of(moment.today)
    days, count, _, collected = _sums(db, half)
    left = (date.fromisoformat(half.last_on) - moment.today).days
    facts = {"n": count, "days": days, "collected": collected, "left": left}
    rule = COUNTING_WORDS[db.settings.reports.counting_rule]
    return Measure(
        "half_year_count", N_("半年笔数"), Standing.FIGURE, N_("这半年 {n} 笔，另有取件 {collected} 件；还剩 {left} 天"), facts,
        N_("这半年各天日报（最后一次定稿）的笔数之和，今天日结后计入"), _page(db, half), value=count,
        setting="reports.counting_rule", asked_by=("CUO-22",), evidence=(Evidence(rule),),
    )  # fmt: skip


def _sums(db: Reader, period: Period) -> tuple[int, int, int, int]:
    """Days, transactions, amount and parcels collected of the closed days of a period."""
    row = db.one(_SUMS, DAILY, period.first_on, period.last_on)
    assert row is not None  # noqa: S101 - an aggregate always has a row
    return tuple(row)  # type: ignore[return-value]


def _page(db: Reader, period: Period) -> str:
    report = store.latest_of(db, period)
    return f"/reports/{report.id}" if report else f"/reports/periods/{period.kind}/{period.code}"
