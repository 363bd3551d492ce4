"""The counter's first page, with what must not be forgotten today, and the page that lists everything else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock, fees, outbox, shifts
from kiosk.assessment import measures
from kiosk.assessment.model import STANDING_SHAPES, Measure, Standing, sorted_worst_first
from kiosk.bills import store as bills
from kiosk.bills.model import BillState
from kiosk.consignment import view as consignment
from kiosk.conveniences import store as conveniences
from kiosk.counter import desk_scans, undo
from kiosk.manifests import store as lists
from kiosk.parcels import problem_cases
from kiosk.people.rights import may
from kiosk.printing import jobs
from kiosk.printing.model import JobState
from kiosk.purchases import store as purchases
from kiosk.reports.figures import daily_figures
from kiosk.storage import Reader
from kiosk.words import N_
from web.desk import settle_mode
from web.menu import grouped
from web.routes import PAGES, page
from web.station import session, station
from web.strip import page_url
from web.views.compliance import COLOURS, figure

home = Blueprint("home", __name__)
SCANS_SHOWN = 8
#: A purchase that has not moved for so long is asked after (CUO-15: handed over promptly).
PURCHASE_WAITS_DAYS = 3
#: A station that never has its arrivals signed has more of these lists than anybody needs counted.
MOST_COUNTED = 99
#: The states of what must not be forgotten, the worst first.
WORST = ("problem", "warn", "", "ok")


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing of today: a marked sentence, how it stands (ok, warn, problem, '') and the page on which it is done."""

    words: str
    href: str
    state: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@page(home, "/", N_("柜台"), is_counter=True)
def counter() -> ResponseReturnValue:
    desk_id = session().desk_id
    if desk_id is None:
        return redirect(url_for("home.more"), 303)
    settle_mode("home")
    zone = station().settings.station.zone
    with station().store.reading() as db:
        day = shifts.open_day(db)
        business_on = day.business_on if day else clock.local_date(zone).isoformat()
        figures = daily_figures(db, business_on, with_counts=False)
        asked = measures.at_a_glance(db)
        duties = _duties(db) + _missed(asked)
        scans = desk_scans.recent(db, desk_id, SCANS_SHOWN)
        to_undo = undo.next_up(db, desk_id)
    return render_template(
        "home/counter.html", day=day, figures=figures.parcels, duties=sorted(duties, key=lambda duty: WORST.index(duty.state)),
        scans=scans, to_undo=to_undo, asked=sorted_worst_first([one for one in asked if one.short]), figure=figure, colours=COLOURS,
        shapes=STANDING_SHAPES,
    )  # fmt: skip


@page(home, "/more", N_("更多"))
def more() -> ResponseReturnValue:
    shown = [p for p in PAGES.values() if p.place == "more" and may(session().actor, p.right)]
    return render_template("home/more.html", groups=grouped(shown))


def _missed(asked: list[Measure]) -> list[Duty]:
    """What the county asks, is not so, and can still be mended."""
    return [
        Duty(one.words, one.path, COLOURS[one.standing], dict(one.facts))
        for one in asked
        if one.is_duty and one.standing in (Standing.PROBLEM, Standing.WARN)
    ]


def _duties(db: Reader) -> list[Duty]:
    settings = station().settings
    here = clock.local(clock.now(), settings.station.zone)
    tray, sent = jobs.tray(db), outbox.summary(db)
    found = []
    if fees.current(db, here.date().isoformat()) is None:
        found.append(Duty(N_("还没有公示价目表，收不了费"), page_url("fees.current"), "problem"))
    doubtful = sum(job.state is JobState.UNKNOWN for job in tray)
    if doubtful:
        found.append(Duty(N_("{n} 张单子不知道出没出纸，请看一眼"), page_url("prints.tray"), "warn", {"n": doubtful}))
    failed = sum(job.state is JobState.FAILED for job in tray)
    if failed:
        found.append(Duty(N_("{n} 张单子没打成"), page_url("prints.tray"), "problem", {"n": failed}))
    waiting = len(tray) - doubtful - failed
    if waiting:
        found.append(Duty(N_("{n} 张单子在等打印"), page_url("prints.tray"), "", {"n": waiting}))
    if sent.refused:
        found.append(
            Duty(N_("{n} 条上报被县中心退回"), page_url("reports.all_reports"), "problem", {"n": sent.refused})
        )
    unsigned = lists.count_unsigned(db, "intake", MOST_COUNTED + 1)
    if unsigned:
        place = page_url("manifest_book.all_lists") + "?kind=intake&state=closed"
        shown = str(unsigned) if unsigned <= MOST_COUNTED else f"{MOST_COUNTED}+"
        found.append(Duty(N_("{n} 张到件清单等快递员签收"), place, "warn", {"n": shown}))
    wrong = sum(problem_cases.counts(db).values())
    if wrong:
        found.append(Duty(N_("{n} 件问题件还没处理完"), page_url("problems.all_problems"), "warn", {"n": wrong}))
    states = bills.open_counts(db)
    if states.get(BillState.UNCONFIRMED):
        words = N_("{n} 笔缴费结果未确认，请去查清")
        found.append(Duty(words, page_url("bills.all_bills"), "problem", {"n": states[BillState.UNCONFIRMED]}))
    if rest := sum(states.values()) - states.get(BillState.UNCONFIRMED, 0):
        found.append(Duty(N_("{n} 笔缴费收了钱还没办完"), page_url("bills.all_bills"), "warn", {"n": rest}))
    due = conveniences.due_until(db, here.date().isoformat())
    if due:
        found.append(
            Duty(N_("{n} 项便民服务今天到期或已过期"), page_url("conveniences.all_conveniences"), "problem", {"n": due})
        )
    since = purchases.waiting_since(db)
    if since is not None:
        days = (here.date() - clock.local(since, settings.station.zone).date()).days
        found.append(
            Duty(N_("{n} 单代购没办完，最久的等了 {days} 天"), page_url("purchases.all_purchases"),
                 "warn" if days >= PURCHASE_WAITS_DAYS else "", {"n": purchases.open_count(db), "days": days})
        )  # fmt: skip
    goods = consignment.alarms(db)
    if goods["expired"]:
        place = page_url("goods.all_products") + "?only=expired"
        found.append(Duty(N_("{n} 种商品已过期，请下架退回或记损耗"), place, "problem", {"n": goods["expired"]}))
    if goods["requests"]:
        found.append(
            Duty(N_("{n} 条村民求售还没答复"), page_url("suppliers.all_requests"), "warn", {"n": goods["requests"]})
        )
    return found
