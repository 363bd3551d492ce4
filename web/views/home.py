"""The counter's first page and the page that lists everything else."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk.people.rights import may
from kiosk.words import N_
from web.routes import PAGES, page
from web.station import session

home = Blueprint("home", __name__)


@page(home, "/", N_("柜台"), is_counter=True)
def counter() -> ResponseReturnValue:
    if session().desk_id is None:
        return redirect(url_for("home.more"), 303)
    return render_template("home/counter.html")


@page(home, "/more", N_("更多"))
def more() -> ResponseReturnValue:
    shown = [p for p in PAGES.values() if p.place in ("keys", "more") and may(session().actor, p.right)]
    return render_template("home/more.html", shown=shown)
