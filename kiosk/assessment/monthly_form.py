"""月度考核表 (F9, the annex of 浏阳): eighteen boxes and two signatures. What the station knows of itself stands in its boxes, each
figure from frozen daily reports or a register; what the county has to judge is left empty, on paper and on the page."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk import money, registers
from kiosk.people import staff
from kiosk.printing.sheet import Box, Form, Paragraph, Sheet
from kiosk.reports.hours import read_month
from kiosk.reports.model import DAILY
from kiosk.storage import Reader
from kiosk.words import N_, say

TITLE = N_("农村电子商务服务站月度考核表")
#: Boxes of the annex in its order, two a line; the last two reach over the whole width.
BOXES = (
    ("name", N_("站点名称")), ("address", N_("站点地址")), ("manager", N_("站点负责人")), ("phone", N_("联系电话")),
    ("turnover", N_("月成交量（元）")), ("total", N_("总成交量（元）")), ("computer", N_("电脑设备")), ("television", N_("电视设备")),
    ("billboard", N_("广告牌情况")), ("shelves", N_("货架情况")), ("training", N_("培训情况")), ("contract", N_("合同情况")),
    ("parcels", N_("快递收发情况")), ("operation", N_("站长操作评价")), ("violations", N_("有无违法违规")), ("service", N_("服务评价")),
    ("photos", N_("现场考察照片")), ("judgment", N_("考核评价")),
)  # fmt: skip
#: What the county writes, and nobody else.
JUDGED = frozenset({
    "computer", "television", "billboard", "shelves", "contract", "operation", "violations", "service", "photos", "judgment",
})  # fmt: skip
SIGNED_BY = (N_("考核人\n公共服务中心"), N_("考核人\n市商务局"))
_HEIGHTS = {"photos": 54, "judgment": 30, "training": 16, "parcels": 16}
_WIDE = frozenset({"photos", "judgment"})


@dataclass(frozen=True, slots=True)
class MonthlyForm:
    """The form of one month. ``boxes``: name → what stands in it, '' for what the county judges. ``reported`` days of the
    month have a frozen report, up to ``until_on`` ('' when none has)."""

    month: str
    boxes: dict[str, str]
    turnover_fen: int
    total_fen: int
    reported: int
    until_on: str

    @property
    def note(self) -> str:
        """Where the figures come from, for the foot of the paper."""
        if not self.reported:
            return say(N_("本月还没有日结过的营业日，成交量和快递件数为 0"))
        return say(
            N_("成交量、快递件数按本月 {days} 个已日结营业日的日报合计，到 {until} 为止；培训按登记簿"),
            days=self.reported, until=self.until_on,
        )  # fmt: skip


def monthly_form(db: Reader, month: str) -> MonthlyForm:
    """The form of a month (``2026-11``), filled with what is known now. Refused ``hours.month_wrong``."""
    first, last = (on.isoformat() for on in read_month(month))
    days = db.one(f"SELECT {_SUMS} FROM ({_LATEST}) WHERE business_on BETWEEN :first AND :last", first=first, last=last)
    total_fen = db.value(f"SELECT COALESCE(SUM({_OF.format('totals.txn_amount_fen')}), 0) FROM ({_LATEST}) WHERE business_on <= :last", last=last)  # fmt: skip
    assert days is not None  # noqa: S101 - sums have always a row
    station = db.settings.station
    manager = next((one.name for one in staff.staff_list(db) if one.role == "manager"), "")
    known = {
        "name": station.name, "address": station.address, "manager": manager, "phone": station.phone,
        "turnover": money.show(days["turnover"]), "total": money.show(total_fen),
        "training": _training(db, first, last), "parcels": _parcels(db, days),
    }  # fmt: skip
    boxes = {name: "" if name in JUDGED else known[name] for name, _ in BOXES}
    return MonthlyForm(month, boxes, days["turnover"], total_fen, days["days"], days["until_on"] or "")


def compose(db: Reader, form: MonthlyForm) -> Sheet:
    """The form on A4, in the language that is in use."""
    boxes = {name: Box(say(label), form.boxes[name], _HEIGHTS.get(name, 10)) for name, label in BOXES}
    narrow = [boxes[name] for name, _ in BOXES if name not in _WIDE]
    lines = [tuple(narrow[at : at + 2]) for at in range(0, len(narrow), 2)]
    lines += [(boxes[name],) for name, _ in BOXES if name in _WIDE]
    lines.append(tuple(Box(say(label), "", 22) for label in SIGNED_BY))
    month = say(N_("{year} 年 {month} 月"), year=int(form.month[:4]), month=int(form.month[5:]))
    return Sheet(
        title=say(TITLE), issuer=f"{db.settings.station.name} · {month}", number=f"F9 {form.month}",
        parts=(Form(tuple(lines)), Paragraph(form.note)), foot=db.settings.station.code,
    )  # fmt: skip


def _training(db: Reader, first: str, last: str) -> str:
    counts = registers.counts(db, first, last)
    return say(
        N_("参加培训 {attended} 次，请假 {leave} 次，旷课 {absent} 次；组织村民培训 {held} 场 {heads} 人次；宣传活动 {activities} 场"),
        attended=counts.get("trainings.attended", 0), leave=counts.get("trainings.leave", 0),
        absent=counts.get("trainings.absent", 0), held=counts.get("villager_trainings.held", 0),
        heads=counts.get("villager_trainings.heads", 0), activities=counts.get("activities.held", 0),
    )  # fmt: skip


def _parcels(db: Reader, days: object) -> str:
    names = ("received", "handed_over", "returned", "outbound", "in_stock", "overdue")
    found = {name: days[name] or 0 for name in names}  # type: ignore[index]
    return say(
        N_("到件 {received} 件，取件 {handed_over} 件，退件 {returned} 件，寄件 {outbound} 件；到 {until} 在库 {in_stock} 件，滞留 {overdue} 件"),
        until=days["stock_on"] or "—", **found,
    )  # fmt: skip


_OF = "json_extract(content, '$.{}')"
#: The last revision of each day's report.
_LATEST = (
    "SELECT business_on, content FROM reports r WHERE form = '" + DAILY + "' AND revision ="
    " (SELECT MAX(revision) FROM reports x WHERE x.form = r.form AND x.business_on = r.business_on)"
)
#: What moved is summed over the days; what lay there is that of the one that was opened last.
_SUMS = ", ".join((
    "COUNT(*) AS days", "MAX(business_on) AS until_on",
    f"COALESCE(SUM({_OF.format('totals.txn_amount_fen')}), 0) AS turnover",
    *(f"SUM({_OF.format('parcels.' + name)}) AS {name}" for name in ("received", "handed_over", "returned", "outbound")),
    *(
        f"(SELECT {what} FROM ({_LATEST}) r WHERE business_on BETWEEN :first AND :last"
        f" ORDER BY (SELECT d.id FROM business_days d WHERE d.business_on = r.business_on) DESC LIMIT 1) AS {name}"
        for what, name in (
            ("business_on", "stock_on"), *((_OF.format("parcels." + name), name) for name in ("in_stock", "overdue")),
        )
    ),
))  # fmt: skip
