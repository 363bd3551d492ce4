"""The devices page: what every lamp means and what to do, raw frames, faults of simulated devices, their slips."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk.codes import CodeKind
from kiosk.counter.fit_printer import fit_printer, unfit_printer
from kiosk.devices import REASONS, Announcement, Fault, Heartbeat, Lamp, Reason, Trace, Weight
from kiosk.errors import Refused
from kiosk.people import staff
from kiosk.people.rights import Right
from kiosk.printing import fitting, jobs, printer_page, slips
from kiosk.settings import Device
from kiosk.storage import Tx
from kiosk.words import N_
from web.acts import Done, run
from web.routes import act, page, part
from web.station import station
from web.strip import SHAPES

devices = Blueprint("devices", __name__)
KINDS = {"scanner": N_("扫码枪"), "printer": N_("打印机"), "paper": N_("打印纸"), "scale": N_("电子秤")}
PROCESSES = {"devices": N_("设备服务"), "sync": N_("上报服务"), "web": N_("柜台页面")}
STATES = {"ok": N_("正常"), "problem": N_("有问题"), "unknown": N_("不明"), "absent": N_("未接")}
FAULTS = {
    Fault.PAPER_OUT: N_("纸用完"),
    Fault.COVER_OPEN: N_("开盖"),
    Fault.NO_REPLY: N_("不回答"),
    Fault.LATE_REPLY: N_("回答太慢"),
    Fault.GARBAGE: N_("乱码"),
    Fault.UNPLUG: N_("拔掉"),
    Fault.SWALLOW: N_("收了不出纸"),
    Fault.HALF_FRAME: N_("半个条码"),
    Fault.DOUBLE_SCAN: N_("连扫两次"),
    Fault.OVERLOAD: N_("超重"),
    Fault.UNSTEADY: N_("放不稳"),
    Fault.LOAD: N_("放上去"),
    Fault.RESTORE: N_("恢复正常"),
    Fault.RETRY: N_("再试一次"),
}
#: What the same fault is on a printer.
PRINTER_FAULTS = {**FAULTS, Fault.HALF_FRAME: N_("打到一半断开")}
SCALE_FAULTS = {**FAULTS, Fault.HALF_FRAME: N_("只传半句")}
#: Pin of the printer's plug for the cash drawer (0: none) → what a person knows of it.
DRAWERS = {
    "0": N_("没有接钱箱"),
    "2": N_("接了钱箱"),
    "5": N_("接了钱箱，选上一项弹不开"),
}
#: What became of a frame: the kind it was recognised as, or why it was dropped.
TRACES = {
    CodeKind.WAYBILL: N_("运单号"),
    CodeKind.PICKUP_CODE: N_("取件码"),
    CodeKind.COMMAND: N_("指令码"),
    CodeKind.STAFF: N_("工牌"),
    CodeKind.SHELF: N_("货架标签"),
    CodeKind.RECEIPT: N_("收据"),
    CodeKind.OUTBOUND: N_("寄件标签"),
    CodeKind.MANIFEST: N_("交接清单"),
    CodeKind.PAYMENT_CODE: N_("付款码"),
    CodeKind.ID_NUMBER: N_("身份证号"),
    CodeKind.PHONE: N_("电话号码"),
    CodeKind.PHONE_TAIL: N_("手机尾号"),
    CodeKind.GOODS: N_("商品条码"),
    CodeKind.SKU: N_("商品价签"),
    CodeKind.BOOK: N_("图书条码"),
    CodeKind.NOISE: N_("别的码，略过"),
    CodeKind.UNREADABLE: N_("没读懂"),
    "no_read": N_("没扫到"),
    "bounce": N_("连扫，略过"),
    "half_frame": N_("没收完整"),
    "garbled": N_("乱码"),
    "too_long": N_("太长，略过"),
    "events_lost": N_("电脑太忙漏了几个键，略过"),
    "foreign_key": N_("不是美式键盘，略过"),
    "alt_code": N_("Alt 码不完整，略过"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One configured device with everything that is known about it now."""

    device: Device
    lamps: tuple[Lamp, ...]
    traces: tuple[Trace, ...]
    simulated: Announcement | None
    weight: Weight | None

    def reason(self, lamp: Lamp) -> Reason | None:
        """Why the lamp isn't green, in two sentences."""
        return REASONS.get(lamp.reason)


@page(devices, "/devices", N_("设备"), place="more", hint=N_("每个设备好不好、该怎么办，试打印"))
def all_devices() -> ResponseReturnValue:
    runtime = station().runtime
    lamps, simulated = runtime.lamps(), {found.device: found for found in runtime.announcements()}
    weights = {found.device: found for found in runtime.weights()}
    shown = [
        Shown(
            device,
            tuple(lamp for lamp in lamps if lamp.device == device.name),
            tuple(runtime.traces(device.name)[:6]) if device.kind == "scanner" else (),
            simulated.get(device.name),
            weights.get(device.name),
        )
        for device in station().settings.devices
    ]
    beats: dict[str, Heartbeat] = runtime.heartbeats()
    return render_template(
        "devices/all.html",
        shown=shown,
        processes=[(name, label, beats.get(name)) for name, label in PROCESSES.items()],
        slips=runtime.sim_slips()[:8],
        kinds=KINDS,
        states=STATES,
        shapes=SHAPES,
        faults={"scanner": FAULTS, "printer": PRINTER_FAULTS, "scale": SCALE_FAULTS},
        traces=TRACES,
    )


@page(devices, "/devices/<name>/test", N_("试打印"), right=Right.SERVE)
def test_page(name: str) -> ResponseReturnValue:
    """The test page, six questions about it, three looks at the printer, and how it is set now."""
    device = _printer(name)
    with station().store.reading() as db:
        now, found = fitting.profile_now(db, device), fitting.fitting(db, device.name)
        names = {person.id: person.name for person in staff.staff_list(db, with_left=True)}
    return render_template(
        "devices/test.html", device=device, questions=printer_page.QUESTIONS, now=now, fitting=found, names=names,
        drawers=DRAWERS, desks=desks_of(device.name), widths=fitting.WIDTHS,
        paper=fitting.paper_of(now),
    )  # fmt: skip


@act(devices, "/devices/<name>/test")
def print_test_page(name: str) -> ResponseReturnValue:
    device = _printer(name)

    def do(tx: Tx) -> Done:
        at = clock.to_minute(tx.now, tx.settings.station.zone)
        facts = printer_page.facts(fitting.profile_now(tx, device), device.name, at)
        slip_id = slips.freeze(tx, printer_page.TEMPLATE, facts, {}, "device", 1)
        jobs.queue(tx, slip_id, device.name)
        return Done(url_for("devices.test_page", name=name), N_("测试页已排队打印，请看着纸回答下面六问"))

    return run(do, again=lambda: test_page(name))


@act(devices, "/devices/<name>/fit")
def fit(name: str) -> ResponseReturnValue:
    """Keeps the answers: the next slip of this printer is made by them."""
    _printer(name)
    answers = {
        key: request.form[key] == "yes"
        for key, _question in printer_page.QUESTIONS
        if request.form.get(key) in ("yes", "no")
    }
    drawer = request.form.get("drawer", "")

    def do(tx: Tx) -> Done:
        changed = fit_printer(
            tx, name, answers, width=request.form.get("width", ""), has_cutter=request.form.get("cutter") == "yes",
            drawer_pin=int(drawer) if drawer in DRAWERS else -1,
        )  # fmt: skip
        wrong = sum(not is_right for is_right in answers.values())
        where = url_for("devices.test_page", name=name)
        if changed:
            return Done(
                where, N_("改好了 {n} 项，下一张起就按新的打；请再打一张测试页看看"), {"n": len(changed)}, "attention"
            )
        if wrong:
            return Done(
                where, N_("{n} 问答否，能改的都已经改过了；请清洁打印头、换纸再试，还不行请找安装人员"), {"n": wrong}, "attention"
            )  # fmt: skip
        return Done(where, N_("六问都答是：这台打印机可以用了。"))

    return run(do, again=lambda: test_page(name))


@act(devices, "/devices/<name>/unfit")
def unfit(name: str) -> ResponseReturnValue:
    """What station.toml says counts again."""
    _printer(name)

    def do(tx: Tx) -> Done:
        words = N_("恢复成安装时的设置了") if unfit_printer(tx, name) else N_("本来就是安装时的设置")
        return Done(url_for("devices.test_page", name=name), words)

    return run(do, again=lambda: test_page(name))


def desks_of(printer: str) -> list[str]:
    """The desks whose slips come out of this printer."""
    settings = station().settings
    return [desk for desk in settings.counter.desks if settings.printer_for(desk) == printer]


@act(devices, "/devices/<name>/command")
def command(name: str) -> ResponseReturnValue:
    """Tells a simulated device to misbehave, or any device to try again. Nothing durable happens here."""
    _known(name)
    wanted = request.form.get("command", "")
    if wanted not in {fault.value for fault in Fault}:
        abort(404)
    station().runtime.send_command(name, wanted)
    return redirect(url_for("devices.all_devices", _anchor=name), 303)


@act(devices, "/devices/<name>/type")
def type_code(name: str) -> ResponseReturnValue:
    """Holds a code before a simulated scanner."""
    _known(name)
    code = request.form.get("code", "").strip()
    if not code or len(code) > 1000:
        raise Refused("scan.empty", N_("请先填要扫的条码"))
    station().runtime.type_code(name, code)
    return redirect(url_for("devices.all_devices", _anchor=name), 303)


@act(devices, "/devices/<name>/load")
def load(name: str) -> ResponseReturnValue:
    """Puts a weight on a simulated scale."""
    if _known(name).kind != "scale":
        abort(404)
    grams = request.form.get("grams", "").strip()
    if not re.fullmatch(r"-?[0-9]{1,6}", grams):
        raise Refused("scale.load_unreadable", N_("重量请填整数克，例如 1250；秤上没有变"))
    station().runtime.send_command(name, Fault.LOAD, grams=int(grams))
    return redirect(url_for("devices.all_devices", _anchor=name), 303)


@part(devices, "/devices/slips/<int:slip_id>.png", right=Right.READ)
def slip_picture(slip_id: int) -> ResponseReturnValue:
    png = station().runtime.sim_slip_png(slip_id)
    if png is None:
        abort(404)
    return Response(png, mimetype="image/png", headers={"Cache-Control": "no-store"})


def _printer(name: str) -> Device:
    device = _known(name)
    if device.kind != "printer":
        abort(404)
    return device


def _known(name: str) -> Device:
    device = station().settings.device(name)
    if device is None:
        abort(404)
    return device
