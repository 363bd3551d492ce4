"""The devices page: what every lamp means and what to do, raw frames, faults of simulated devices, their slips."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk.codes import CodeKind
from kiosk.devices import REASONS, Announcement, Fault, Heartbeat, Lamp, Reason, Trace, Weight
from kiosk.errors import Refused
from kiosk.people.rights import Right
from kiosk.printing import jobs, printer_page, slips
from kiosk.printing.profile import profile_from
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
    """Six questions about the test page; a *no* is answered with what an installer changes."""
    device = _known(name)
    if device.kind != "printer":
        abort(404)
    answers = {key: request.args.get(key, "") for key, _question in printer_page.QUESTIONS}
    wrong = [key for key, answer in answers.items() if answer == "no"]
    changes = {key: value for name in wrong for key, value in printer_page.REMEDIES.get(name, {}).items()}
    return render_template(
        "devices/test.html",
        device=device,
        questions=printer_page.QUESTIONS,
        answers=answers,
        wrong=wrong,
        is_answered=all(answers.values()),
        changes={key: _toml(value) for key, value in changes.items()},
    )


@act(devices, "/devices/<name>/test")
def print_test_page(name: str) -> ResponseReturnValue:
    device = _known(name)

    def do(tx: Tx) -> Done:
        at = clock.local(tx.now, tx.settings.station.zone).strftime("%Y-%m-%d %H:%M")
        facts = printer_page.facts(profile_from(device.options), device.name, at)
        slip_id = slips.freeze(tx, printer_page.TEMPLATE, facts, {}, "device", 1)
        jobs.queue(tx, slip_id, device.name)
        return Done(url_for("devices.test_page", name=name), N_("测试页已排队打印，请看着纸回答下面六问"))

    return run(do, again=lambda: test_page(name))


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


def _toml(value: object) -> str:
    """A setting as it is written into station.toml."""
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def _known(name: str) -> Device:
    device = station().settings.device(name)
    if device is None:
        abort(404)
    return device
