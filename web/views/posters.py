"""What hangs on the wall, on A4 paper: the published fees, and which services there are, how each goes and where to
complain (CUO-05, NORM-18, JX-07, TC-33). Printed by the browser; nothing on them names a person."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import fees as published
from kiosk import registers
from kiosk.fees import board
from kiosk.fees.model import SERVICE_WORDS, SERVICES
from kiosk.words import N_
from web.routes import page
from web.row_ids import row_id
from web.station import station
from web.views.fees import today

posters = Blueprint("posters", __name__)


@dataclass(frozen=True, slots=True)
class Steps:
    """How one service goes, as a villager goes through it."""

    service: str
    steps: tuple[str, ...]

    @property
    def name(self) -> str:
        """The marked name of the service."""
        return SERVICE_WORDS[self.service]


#: The services of the counter with their steps, in the order of the fee board.
PROCESS: tuple[Steps, ...] = (
    Steps("parcel", (
        N_("快递到站当天登记上架，给收件人取件通知"),
        N_("凭取件码、手机尾号或姓名来取，可以请人代取"),
        N_("核对后出库；破损、少件当场说，登记为问题件"),
    )),
    Steps("purchase", (
        N_("填代购需求：要什么、多少钱以内"),
        N_("报价、说清服务费，同意后下单付款"),
        N_("到货通知，当面验货取走"),
        N_("不满意按平台规定退换；有纠纷本站协助"),
    )),
    Steps("consignment", (
        N_("登记要卖的农产品，看货、称重、记产地"),
        N_("商定底价和佣金，双方确认"),
        N_("上架销售，卖出后结算签字，没卖掉的退回"),
    )),
    Steps("bill", (
        N_("报户号，当面核对户名和金额"),
        N_("收款、代缴，结果没有确认以前不重复缴"),
        N_("给收据；没有缴成全额退回"),
    )),
    Steps("convenience", (
        N_("说清要办的事：车票、预约、打印、咨询等"),
        N_("报价、说清服务费，同意后办理"),
        N_("证件只在官方页面使用，本站不留存"),
    )),
    Steps("outbound", (
        N_("出示证件实名登记，当面验视，禁寄物品不收"),
        N_("称重，运费按快递公司价，服务费另列"),
        N_("给运单号和收据，当日交快递员"),
    )),
)  # fmt: skip
PROMISES = (
    N_("明码标价：只收公示的费用，收一笔给一张收据，写明按第几版价目表算"),
    N_("先说后收：办理前说清服务费，不同意可以不办"),
    N_("不卖假货、过期货和三无产品；代销农产品可以查到产地和供货人"),
    N_("村民要卖农产品，本站都登记，不推托"),
    N_("保护隐私：电话、证件不外传，快递单信息按期删除"),
)
COMPLAINT = (
    N_("当面或打电话说，本站当场登记"),
    N_("本站先处理，处理结果告诉您，记录留存备查"),
    N_("不满意可以向县中心或主管部门投诉"),
)
assert {one.service for one in PROCESS} == set(SERVICES)  # noqa: S101 - a service without its steps would be missing on the wall


@page(posters, "/posters/fees", N_("收费公示"))
def fees() -> ResponseReturnValue:
    """The version in force, or the one named: a list that begins tomorrow is printed today."""
    with station().store.reading() as db:
        business_on = today(db)
        number = row_id(request.args.get("number", ""))
        shown = published.numbered(db, number) if number else published.current(db, business_on)
        upcoming = published.upcoming(db, business_on)
    if number and shown is None:
        abort(404)
    return render_template(
        "posters/fees.html", shown=shown, rows=board.rows(shown), today=business_on,
        has_warning=any(item.warning for item in shown.items) if shown else False, warning=published.INBOUND_WARNING,
        next=next((v for v in upcoming if shown is None or v.effective_on > shown.effective_on), None),
    )  # fmt: skip


@page(
    posters,
    "/posters/services",
    N_("服务内容与流程公示"),
    place="more",
    hint=N_("贴在墙上的：有哪些服务、怎样办、收多少、哪里投诉"),
)
def services() -> ResponseReturnValue:
    with station().store.reading() as db:
        shown = published.current(db, today(db))
    of_service: dict[str, list[board.BoardRow]] = {}
    for row in board.rows(shown):
        of_service.setdefault(row.service, []).append(row)
    return render_template(
        "posters/services.html", process=PROCESS, promises=PROMISES, complaint=COMPLAINT, fees=of_service, shown=shown
    )


#: The register whose public lines hang on the wall, and its clock.
COMPLAINTS, ANSWER = "complaints", "answer"
#: What anybody who complains may count on.
RIGHTS = (
    N_("投诉不收费，不留名也登记"),
    N_("投诉人的姓名电话不外传，不告诉被投诉的人"),
    N_("谁投诉都一样对待，不推、不拖、不报复"),
)


@page(
    posters,
    "/posters/complaints",
    N_("投诉纠纷处理流程公示"),
    place="more",
    hint=N_("贴在墙上的：怎样投诉、几天办结、不满意找谁"),
)
def complaints() -> ResponseReturnValue:
    """The lines and the days come from the register itself, so that wall and clock never say two things."""
    with station().store.reading() as db:
        found = registers.register(db, COMPLAINTS)
    days = next((one.days for one in found.clocks if one.code == ANSWER), None)
    return render_template("posters/complaints.html", process=found.public_process(), days=days, rights=RIGHTS)
