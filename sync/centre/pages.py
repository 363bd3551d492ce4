"""The list that people look at: what arrived, which numbers are missing, what was turned away and must be looked into."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, render_template, url_for

from kiosk import clock, money
from kiosk.words import N_, say
from sync.centre.figures import Figures, figures
from sync.centre.store import CentreStore, Received

ROWS = 50

#: What each kind of anomaly means, in words.
ANOMALIES = {
    "sequence_taken": N_("同一序号送来了不同的内容，未收下"),
    "key_differs": N_("公钥与登记的不同，未收下"),
    "signature_wrong": N_("签名不符（内容被改动过），未收下"),
    "station_unknown": N_("站点没有登记公钥，未收下"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    report: Received
    shown: Figures


def init(app: Flask) -> None:
    """Gives the templates their words, money, times and addresses."""
    app.jinja_env.globals.update(_=say, asset=_asset)
    app.jinja_env.filters.update(yuan=_yuan, whole=_whole)


def list_page(store: CentreStore, zone: str, locale: str, station: str, before_id: int) -> str:
    """The page, for one station or (``''``) all, with the reports before this id."""
    found = store.reports(station, before_id, ROWS + 1)
    report_count, station_count = store.counts()
    anomalies = [found for found in store.anomalies() if not station or found.station == station]
    return render_template(
        "reports.html",
        locale="zh-CN" if locale == "zh_CN" else locale,
        rows=[Row(report, figures(report.payload)) for report in found[:ROWS]],
        before=found[ROWS - 1].id if len(found) > ROWS else None,
        is_first=before_id == 2**62,
        station=station,
        stations=store.stations(),
        report_count=report_count,
        station_count=station_count,
        gaps=[gap for gap in store.gaps() if not station or gap.station == station],
        anomalies=anomalies,
        meanings=ANOMALIES,
        local=lambda at: clock.to_minute(at, zone),
    )


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
