"""What people look at: what arrived, which days are late or missing, what must be looked into, the stations. What they do
there is ``acts``'s."""

from __future__ import annotations

import calendar
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template, request, url_for

from kiosk import money
from kiosk.inbox.topics import ANNOUNCEMENT_WORDS, TOPIC_WORDS
from kiosk.reports.model import TOPIC_OF
from kiosk.reports.periods import KIND_WORDS, Kind, Period, half_year_of, month_of, week_of
from kiosk.settings import driven_clock
from kiosk.shifts.closings import CLOSING_WORDS
from kiosk.words import N_, current_locale, say
from sync.centre import anomalies, county_key, days, downlink, enrolment, hosts, message_words, reports, stations
from sync.centre.api import a_date, after, centre, known_station, number
from sync.centre.figures import Figures, figures
from sync.centre.office import Centre
from sync.centre.problems import Turned, problem
from sync.centre.reading import STATION
from sync.centre.reports import Received

ROWS = 50
STATION_ROWS = 100
ROAD_WORDS = {"https": N_("网络"), "folder": N_("文件"), "mail": N_("邮件"), "phone": N_("手机")}
MESSAGE_WORDS = {
    "waiting": N_("待取"), "fetched": N_("已取走"), "applied": N_("已办"), "parked": N_("未能执行"),
}  # fmt: skip
OTHER_WORDS = {"key.rotated": N_("换签名密钥")}
_KINDS = {topic: kind for kind, topic in TOPIC_OF.items()}
_WHOLE = {Kind.WEEK: week_of, Kind.MONTH: month_of, Kind.HALF_YEAR: half_year_of}
#: The pages in the order of the bar on top.
PLACES = (
    ("list_page", N_("收到的报告")), ("days_page", N_("每日到报")), ("attention_page", N_("要核对")),
    ("stations_page", N_("站点登记")), ("messages_page", N_("下发消息")), ("phone_page", N_("手机报送")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    report: Received
    shown: Figures

    @property
    def kind(self) -> str:
        """Daily, weekly …: a week's sums beside a day's are another thing, though both end on the same date."""
        kind = _KINDS.get(self.report.topic)
        return say(KIND_WORDS[kind] if kind else OTHER_WORDS.get(self.report.topic, self.report.topic))

    @property
    def period(self) -> str:
        """What the report is about, as the station's own pages name it; its dates when they are no such period."""
        kind, first, last = _KINDS.get(self.report.topic), self.shown.first_on, self.shown.business_on
        if last is None or first is None:
            return "—" if kind else ""
        if kind in _WHOLE and Period(kind, first, last) != _WHOLE[kind](date.fromisoformat(first)):
            kind = Kind.AD_HOC
        return Period(kind or Kind.DAY, first, last).name() if first <= last else last


def init(app: Flask) -> None:
    """Lays the pages and gives the templates their words, money, times and addresses."""
    app.jinja_env.globals.update(_=say, asset=_asset, places=PLACES, topic_words=TOPIC_WORDS, road_words=ROAD_WORDS)
    app.jinja_env.globals.update(
        message_words=MESSAGE_WORDS, day_words=days.STATES, closing_words=CLOSING_WORDS,
        announcement_words=ANNOUNCEMENT_WORDS, message_title=message_words.title,
    )  # fmt: skip
    app.jinja_env.filters.update(yuan=_yuan, whole=_whole)
    for path, view in (
        ("/", list_page), ("/days", days_page), ("/attention", attention_page), ("/stations", stations_page),
        ("/messages", messages_page), ("/phone", phone_page),
    ):  # fmt: skip
        app.add_url_rule(path, view_func=hosts.known(view))


def list_page() -> str:
    """What arrived, newest first, of one station or all."""
    here, station, before = centre(), _station(), number("before", 2**62, 2**62)
    with here.database.reading() as db:
        found = reports.listed(db, station, before, ROWS + 1)
        report_count, station_count = reports.counts(db)
        known = stations.known(db)
        return show(
            "reports.html",
            rows=[Row(report, figures(report.payload)) for report in found[:ROWS]],
            before=found[ROWS - 1].id if len(found) > ROWS else None,
            is_first=before == 2**62,
            station=station,
            stations=known,
            names=_names(known),
            report_count=report_count,
            station_count=station_count,
            gaps=stations.gaps(db, station, ROWS),
            anomalies=[one for one in anomalies.listed(db, station, limit=5) if not one.informs],
        )


def days_page() -> str:
    """On time, late, missing: one date of all stations, one station's month, or the month of all stations."""
    here, station = centre(), _station()
    month = request.args.get("month", "")
    with here.database.reading() as db:
        if not station and not month:
            on = a_date("on", here.last_due_on)
            found = days.on_date(here, db, on, after(), STATION_ROWS + 1)
            following = found[STATION_ROWS - 1].station if len(found) > STATION_ROWS else None
            return show(
                "days.html", on=on, month=on[:7], found=found[:STATION_ROWS], following=following, after=after(),
                totals=days.sums(db, on), today=here.today.isoformat(),
            )  # fmt: skip
        first, last = _month(month or here.today.strftime("%Y-%m"))
        if station:
            return show(
                "days.html", station=station, month=first[:7], today=here.today.isoformat(),
                found=days.of_station(here, db, station, first, last),
            )  # fmt: skip
        spans = days.spans(here, db, first, last, after(), STATION_ROWS + 1)
        following = spans[STATION_ROWS - 1].station if len(spans) > STATION_ROWS else None
        return show(
            "months.html", month=first[:7], spans=spans[:STATION_ROWS], following=following, after=after(),
            today=here.today.isoformat(),
        )  # fmt: skip


def attention_page() -> str:
    """What must be looked into, and which days' reports dispute one another."""
    here, station, skip = centre(), _station(), number("skip", 0, anomalies.KEPT)
    is_open = request.args.get("settled") != "1"
    with here.database.reading() as db:
        found = anomalies.listed(db, station, is_open=is_open, limit=ROWS + 1, skip=skip)
        return show(
            "attention.html", found=found[:ROWS], skip=skip + ROWS if len(found) > ROWS else None, is_open=is_open,
            gaps=stations.gaps(db, station, ROWS), disputes=days.disputes(db, station, ROWS), station=station,
            names=_names(stations.known(db)),
        )  # fmt: skip


def stations_page(code: str = "", code_for: str = "") -> str:
    """The stations, their keys and clocks; ``code`` is shown once, when it was just made."""
    here = centre()
    with here.database.reading() as db:
        known = stations.known(db, after(), STATION_ROWS + 1)
        rows = [(one, stations.key_of(db, one.station)) for one in known[:STATION_ROWS]]
        codes = {one.station: one for one in enrolment.open_codes(db)}
    key = county_key.present(here)
    return show(
        "stations.html", rows=rows, codes=codes, code=code, code_for=code_for, key=key, after=after(),
        following=known[STATION_ROWS - 1].station if len(known) > STATION_ROWS else None,
    )  # fmt: skip


def messages_page(said: str = "", typed: dict[str, Any] | None = None) -> str:
    """What was queued for the stations and how far it came; ``said``: what became of the one just written."""
    here, station, before = centre(), _station(), number("before", 2**62, 2**62)
    with here.database.reading() as db:
        found, known = downlink.listed(db, station, before, ROWS + 1), stations.known(db)
        return show(
            "messages.html", found=found[:ROWS], before=found[ROWS - 1].id if len(found) > ROWS else None,
            is_first=before == 2**62, station=station, stations=known, names=_names(known), said=said, typed=typed or {},
        )  # fmt: skip


def phone_page(said: str = "", pasted: str = "", receipt: Any = None) -> str:
    """Where the QR codes of a report are pasted or their pictures given."""
    return show("phone.html", said=said, pasted=pasted, receipt=receipt)


def turned_away(said: Turned) -> Response:
    """Why something was not done: a page for a browser, problem details for a program."""
    wants_page = "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/api/")
    if not wants_page:
        return problem(said)
    return Response(show("turned.html", said=said.words), status=said.status)


def show(template: str, **what: Any) -> str:
    """A page, in the reader's language."""
    here = centre()
    locale = current_locale()
    return render_template(
        template,
        locale="zh-CN" if locale == "zh_CN" else locale,
        other=("en", "English") if locale == "zh_CN" else ("zh_CN", "中文"),
        local=here.local,
        driven=driven_clock.line(),
        open_count=_open_count(here),
        **what,
    )


def _names(known: list[stations.Station]) -> dict[str, str]:
    """What people call the stations, by their codes."""
    return {one.station: one.name for one in known if one.name}


def _open_count(here: Centre) -> int:
    with here.database.reading() as db:
        return anomalies.open_count(db)


def _station() -> str:
    station = request.args.get("station", "")
    if station and not (STATION.fullmatch(station) and known_station(station)):
        raise Turned(404, "station.unknown", N_("县中心没有这个站点"))
    return station


def _month(text: str) -> tuple[str, str]:
    year, _, month = text.partition("-")
    if not (len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdecimal()):
        raise Turned(400, "request.parameter_wrong", N_("参数 {name} 不对"), name="month")
    if not (2000 < int(year) < 2100 and 1 <= int(month) <= 12):
        raise Turned(400, "request.parameter_wrong", N_("参数 {name} 不对"), name="month")
    return f"{text}-01", f"{text}-{calendar.monthrange(int(year), int(month))[1]}"


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else money.yuan(fen)


def _whole(value: int | None) -> str:
    return "—" if value is None else str(value)


def _asset(name: str) -> str:
    """A static file's address; it changes with the content, so that no browser shows yesterday's."""
    return url_for("static", filename=name, v=_mark(name))


@lru_cache(maxsize=8)
def _mark(name: str) -> str:
    return hashlib.sha256((Path(__file__).with_name("static") / name).read_bytes()).hexdigest()[:8]
