"""Parcels that nobody has come for, nobody was told of or nobody agreed to have left here, and the month's stocktake. Every
count reads the stock by its index, whatever the history."""

from __future__ import annotations

from kiosk.assessment.model import Evidence, Measure, Moment, Standing, Unit
from kiosk.consents.store import COLOUR_SQL
from kiosk.consignment import stocktakes
from kiosk.parcels import overdue
from kiosk.parcels.model import IN_STOCK_SQL
from kiosk.storage import Reader
from kiosk.words import N_

#: A notice reached somebody: a person was told, or paper came out.
_TOLD = (
    "SELECT 1 FROM notices n LEFT JOIN print_jobs j ON j.id = n.job_id WHERE n.subject_kind = 'parcel'"
    " AND n.subject_id = p.id AND (n.state = 'sent' OR (n.state = 'queued' AND j.state IN ('sent', 'confirmed')))"
)


def parcels_overdue(db: Reader, moment: Moment) -> Measure:
    """Parcels that lie here longer than they should (``parcels.overdue_days``), those to be sent back apart
    (``reminders.return_days``): JX-14, no delay and no backlog."""
    ages, settings = overdue.ages(db), db.settings
    late = ages.overdue + ages.returnable
    facts = {
        "n": late, "days": settings.parcels.overdue_days, "back": ages.returnable,
        "back_days": settings.reminders.return_days, "stock": ages.total,
    }  # fmt: skip
    if ages.returnable:
        standing, words = Standing.PROBLEM, N_("滞留 {n} 件，其中 {back} 件已满 {back_days} 天，该退回快递公司了")
    elif late:
        standing, words = Standing.WARN, N_("滞留 {n} 件（{days} 天以上没人取）")
    else:
        standing, words = Standing.OK, N_("在库 {stock} 件，没有滞留")
    evidence = (
        Evidence(N_("{days} 天以上没人取：{n} 件"), facts, "/overdue"),
        Evidence(N_("{back_days} 天以上：{back} 件"), facts, f"/overdue?days={settings.reminders.return_days}"),
        Evidence(N_("在库一共：{stock} 件"), facts, "/parcels"),
    )
    return Measure(
        "parcels_overdue", N_("滞留件"), standing, words, facts, N_("数在库的件：从到站那天算到今天"), "/overdue",
        value=late, target=0, setting="parcels.overdue_days", asked_by=("JX-14", "JX-27"), evidence=evidence,
    )  # fmt: skip


def parcels_not_told(db: Reader, moment: Moment) -> Measure:
    """Parcels on a shelf of which nobody was told by paper, telephone or in the group (JX-14: notified in time)."""
    facts = {
        "n": int(
            db.value(
                f"SELECT COUNT(*) FROM parcels p INDEXED BY stock_by_age WHERE p.{IN_STOCK_SQL} AND p.state = 'on_shelf'"
                f" AND NOT EXISTS ({_TOLD})"
            )
        )
    }
    if facts["n"]:
        standing, words = Standing.WARN, N_("{n} 件还没有通知到收件人")
    else:
        standing, words = Standing.OK, N_("货架上的件都通知过")
    return Measure(
        "parcels_not_told", N_("未通知的件"), standing, words, facts,
        N_("数货架上的件：没有打出取件单，也没有打通电话或发到群里"), "/overdue/calls", value=facts["n"], target=0,
        asked_by=("JX-14", "LY-13"),
    )  # fmt: skip


def parcels_not_agreed(db: Reader, moment: Moment) -> Measure:
    """Parcels in stock whose recipient has not agreed to have them left here (快递市场管理办法)."""
    rows = db.all(
        f"SELECT colour, COUNT(*) AS many FROM (SELECT {COLOUR_SQL} AS colour FROM parcels p WHERE p.{IN_STOCK_SQL})"
        " GROUP BY colour"
    )
    counted = {row["colour"]: row["many"] for row in rows}
    facts = {"red": counted.get("red", 0), "amber": counted.get("amber", 0)}
    if facts["red"]:
        standing, words = Standing.WARN, N_("{red} 件的收件人没有同意放在本站，另有 {amber} 件无法判断")
    elif facts["amber"]:
        standing, words = Standing.FIGURE, N_("没有未同意的件；{amber} 件只有尾号，无法判断")
    else:
        standing, words = Standing.OK, N_("在库的件都有收件人同意")
    return Measure(
        "parcels_not_agreed", N_("未同意投放的件"), standing, words, facts, N_("数在库的件，按同意登记逐件判断"),
        "/consents", value=facts["red"], target=0,
        evidence=(
            Evidence(N_("未同意：{red} 件"), facts, "/consents"), Evidence(N_("无法判断：{amber} 件"), facts, "/consents"),
        ),
    )  # fmt: skip


def stocktake_this_month(db: Reader, moment: Moment) -> Measure:
    """Whether this month's stocktake is done, with its differences (CUO-18: 每月盘点，帐实相符)."""
    month = f"{moment.today:%Y-%m}"
    row = db.one(
        "SELECT s.document_no, s.finished_on, (SELECT COUNT(*) FROM stocktake_counts c WHERE c.stocktake_id = s.id"
        " AND c.counted <> c.book) AS differences FROM stocktakes s WHERE s.month = ? AND s.state = 'finished'"
        " ORDER BY s.id DESC LIMIT 1",
        month,
    )
    if row is not None:
        facts = dict(row)
        words = N_("本月盘点 {document_no} 已做（{finished_on}），{differences} 种有差异")
        standing, value, evidence = Standing.OK, 1, (Evidence(words, facts, "/ledgers/F13"),)
    elif stocktakes.is_due(db, moment.today.isoformat()):
        last_on = _month_ends(moment)
        facts = {"left": last_on - moment.today.day}
        late = facts["left"] <= 3
        standing, words = Standing.WARN if late else Standing.DUE, N_("本月还没有盘点，离月底 {left} 天")
        value, evidence = 0, ()
    else:
        facts, value, evidence = {}, 0, ()
        standing, words = Standing.FIGURE, N_("没有代销的货，不用盘点")
    return Measure(
        "stocktake_this_month", N_("本月盘点"), standing, words, facts, N_("本月完成的盘点单"), "/consignment/stocktake",
        value=value, unit=Unit.DONE, short=N_("本月盘点"), asked_by=("CUO-18",), evidence=evidence,
    )  # fmt: skip


def _month_ends(moment: Moment) -> int:
    """The number of the month's last day."""
    first = moment.today.replace(day=1)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return (following - first).days
