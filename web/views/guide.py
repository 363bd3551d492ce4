"""The guide of a first day: what is there already, what is missing, one step after another. No step is a condition of the
next: each can be passed over and done again, and a station without printer or scanner comes to its end as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from kiosk import fees, shifts
from kiosk.counter.command_paper import print_scanner_card
from kiosk.counter.guide import is_due, put_off
from kiosk.counter.open_day import open_day
from kiosk.counter.slips import ADD_ENTER, TEST_CODE
from kiosk.devices import LampState, Trace
from kiosk.parcels import shelf_map
from kiosk.printing import fitting
from kiosk.printing.document import Code128, Document
from kiosk.printing.pdf import render_pdf
from kiosk.printing.sheet import Cards, Paragraph, Sheet
from kiosk.storage import Reader, Tx
from kiosk.words import N_, say
from web import acts
from web.acts import Done
from web.routes import act, page, part
from web.station import session, station
from web.views.devices import TRACES, desks_of
from web.views.fees import today

guide = Blueprint("guide", __name__)
#: What ended a frame → its byte; a scanner that types like a keyboard sends keys.
ENDINGS = {"enter": b"\r", "tab": b"\t", "cr": b"\r", "lf": b"\n", "etx": b"\x03"}
#: Step → its name, in their order.
STEPS = {
    "station": N_("县和站点"),
    "scan": N_("扫一下这个码"),
    "print": N_("打印得对不对"),
    "shelves": N_("货架"),
    "fees": N_("价目表"),
    "stock": N_("架上已有的快件"),
    "open": N_("开始营业"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its key, marked name, whether it is done, and one marked sentence of how it stands."""

    key: str
    name: str
    is_done: bool
    words: str
    facts: dict[str, Any]


@page(
    guide,
    "/guide",
    N_("开站引导"),
    place="more",
    hint=N_("第一次用：试扫码枪、试打印、建货架，一步步来，可跳过、可重做"),
)
def all_steps() -> ResponseReturnValue:
    with station().store.reading() as db:
        found = steps(db)
        is_calling = is_due(db)
    return render_template(
        "guide/all.html", steps=found, todo=sum(not step.is_done for step in found), is_calling=is_calling
    )


@page(guide, "/guide/<step>", N_("开站引导的一步"))
def one_step(step: str) -> ResponseReturnValue:
    if step not in STEPS:
        raise NotFound
    with station().store.reading() as db:
        found = steps(db)
    keys = list(STEPS)
    at = keys.index(step)
    here = next(one for one in found if one.key == step)
    return render_template(
        f"guide/{step}.html", here=here, number=at + 1, total=len(keys), before=keys[at - 1] if at else None,
        after=keys[at + 1] if at + 1 < len(keys) else None, **_more(step),
    )  # fmt: skip


@act(guide, "/guide/later")
def later() -> ResponseReturnValue:
    """以后再说: the guide comes by itself no more."""

    def do(tx: Tx) -> Done:
        put_off(tx)
        return Done(url_for("home.counter"), N_("引导先放一放；要接着做，在“更多”里打开“开站引导”"))

    return acts.run(do, again=all_steps)


@act(guide, "/guide/open")
def begin() -> ResponseReturnValue:
    """Opens the counter; nothing when it is open already."""

    def do(tx: Tx) -> Done:
        open_day(tx)
        return Done(url_for("home.counter"), N_("今天开始营业了"))

    return acts.run(do, again=lambda: one_step("open"))


@act(guide, "/guide/scanner-slip")
def print_scanner_slip() -> ResponseReturnValue:
    """The same on receipt paper."""

    def do(tx: Tx) -> Done:
        print_scanner_card(tx, desk_id=session().desk_id)
        return Done(url_for("guide.one_step", step="scan"), N_("已送去打印，扫纸上的码"))

    return acts.run(do, again=lambda: one_step("scan"))


@part(guide, "/guide/scanner.pdf")
def scanner_sheet() -> ResponseReturnValue:
    """The test code and the setting 「加回车」 on paper, for scanners that read no screen."""
    place = station().settings.station
    cards = ((say(N_("试扫码枪")), TEST_CODE), (say(N_("加回车（霍尼韦尔及同类扫码枪）")), ADD_ENTER))
    told = say(
        N_("先扫左边的码；页面上没有反应，再扫右边的设置码，然后重扫左边的。右边的码只设置扫码枪，不会记成快件。")
    )
    form = Sheet(say(N_("试扫码枪")), place.name, parts=(Paragraph(told), Cards(cards)), foot=place.name)
    return Response(
        render_pdf(form), mimetype="application/pdf", headers={"Content-Disposition": 'inline; filename="scanner.pdf"'}
    )


def steps(db: Reader) -> list[Step]:
    """How far the station is, read from what it has: nobody ticks anything off."""
    settings, lamps = station().settings, station().runtime.lamps()
    scanners = [device for device in settings.devices if device.kind == "scanner"]
    printers = [device for device in settings.devices if device.kind == "printer"]
    heard = (
        any(station().runtime.traces(device.name) for device in scanners)
        or any(lamp.kind == "scanner" and lamp.state is LampState.OK for lamp in lamps)
        or bool(db.value("SELECT EXISTS (SELECT 1 FROM desk_scans)"))  # one that types like a keyboard
    )
    prints = any(lamp.kind == "printer" and lamp.state is LampState.OK for lamp in lamps)
    shelves = len(shelf_map.the_map(db))
    parcels = int(db.value("SELECT COUNT(*) FROM (SELECT 1 FROM parcels LIMIT 1)"))
    day = shifts.open_day(db)
    has_fees = bool(fees.current(db, today(db)))
    told = {
        "station": (
            bool(settings.county.address),
            N_("{name}，已设县中心") if settings.county.address else N_("{name}，还没设县中心：先记在本机，以后再上报"),
            {"name": settings.station.name},
        ),
        "scan": (heard, N_("扫码枪有回应") if heard else N_("还没有收到扫码；没有扫码枪也能用，手输就行"), {}),
        "print": (
            prints, N_("打印机正常") if prints else N_("打印机还没有回应，可以先不管") if printers else N_("没有接打印机也能营业"), {},
        ),
        "shelves": (shelves > 0, N_("有 {n} 层货架"), {"n": shelves}),
        "fees": (has_fees, N_("已公示价目表") if has_fees else N_("还没有公示价目表，不能收服务费"), {}),
        "stock": (parcels > 0, N_("已有快件记录") if parcels else N_("架上没有快件的新站可以跳过"), {}),
        "open": (day is not None, N_("今天已经营业") if day else N_("还没有营业"), {}),
    }  # fmt: skip
    return [Step(key, name, *told[key]) for key, name in STEPS.items()]


def _more(step: str) -> dict[str, Any]:
    devices = station().settings.devices
    if step == "scan":
        scanners = [device for device in devices if device.kind == "scanner"]
        shown = [(device, station().runtime.traces(device.name)[:5]) for device in scanners]
        return {
            "shown": shown, "traces": TRACES, "drawn": _drawn(TEST_CODE), "enter": _drawn(ADD_ENTER), "raw": raw,
            "has_printer": any(device.kind == "printer" for device in devices),
        }  # fmt: skip
    if step == "print":
        printers = [device for device in devices if device.kind == "printer"]
        with station().store.reading() as db:
            settled = {device.name: fitting.fitting(db, device.name) is not None for device in printers}
        return {"printers": printers, "settled": settled, "desks_of": desks_of}
    if step == "station":
        return {"county": station().settings.county, "place": station().settings.station}
    return {}


def _drawn(code: str) -> Markup:
    from kiosk.printing.render_html import render_html  # bar codes: only who looks at one pays for them

    html = render_html(Document("", (Code128(code, caption=False),)))
    return Markup(html)  # noqa: S704 - the renderer escapes everything


def raw(trace: Trace) -> str:
    """What a scanner sent, byte by byte, with what it sent behind the code: ``7E 43 4D … 0D``."""
    return " ".join(
        f"{byte:02X}" for byte in trace.text.encode("utf-8", "replace")[:48] + ENDINGS.get(trace.ending, b"")
    )
