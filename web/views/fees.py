"""The published fee list: what is in force, what comes, what was."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from kiosk import clock, shifts
from kiosk import fees as published
from kiosk.fees.board import in_words
from kiosk.words import N_
from web.routes import page
from web.station import station

fees = Blueprint("fees", __name__)
SERVICES = {
    "parcel": N_("快递收寄"),
    "outbound": N_("寄件"),
    "purchase": N_("代购"),
    "consignment": N_("代销"),
    "bill": N_("缴费"),
    "convenience": N_("便民"),
}


@page(fees, "/fees", N_("价目表"), place="more", hint=N_("正在执行的收费标准，以前的各版"))
def current() -> ResponseReturnValue:
    with station().store.reading() as db:
        day = shifts.open_day(db)
        today = day.business_on if day else clock.local_date(station().settings.station.zone).isoformat()
        shown, versions = published.current(db, today), published.versions(db)
    return _show(shown, versions, today)


@page(fees, "/fees/<int:number>", N_("价目表"))
def one(number: int) -> ResponseReturnValue:
    with station().store.reading() as db:
        versions = published.versions(db)
    today = clock.local_date(station().settings.station.zone).isoformat()
    shown = next((version for version in versions if version.number == number), None)
    if shown is None:
        abort(404)
    return _show(shown, versions, today)


def _show(shown: published.FeeVersion | None, versions: list[published.FeeVersion], today: str) -> str:
    in_force = next((v.number for v in sorted(versions, key=lambda v: (v.effective_on, v.number), reverse=True)
                     if v.effective_on <= today), None)  # fmt: skip
    return render_template(
        "fees/list.html",
        shown=shown,
        versions=versions,
        in_force=in_force,
        today=today,
        services=SERVICES,
        in_words=in_words,
    )
