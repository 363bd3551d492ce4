"""Parcels that are on their way (待到件): typed or pasted line by line, seen, dropped. Intake checks them off by itself."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk import clock
from kiosk.codes import carriers
from kiosk.counter import expect
from kiosk.parcels import expected as announcements
from kiosk.parcels import view
from kiosk.parcels.names import read_dictionary
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.routes import act, page
from web.row_ids import row_id
from web.station import station

expected = Blueprint("expected", __name__)
SHOWN = 60


@page(expected, "/expected", N_("待到件"), place="more", hint=N_("县里或别的站说要送来的件，到了扫码入库就自动核销"))
def all_expected() -> ResponseReturnValue:
    before = row_id(request.args.get("before", ""))
    with station().store.reading() as db:
        today = clock.local_date(station().settings.station.zone)
        found, more = announcements.announced(db, limit=SHOWN, before_id=before or None)
        shown = [(view.show(db, one.row), one) for one in found]
        outstanding, late = expect.outstanding(db), announcements.count_late(db, today)
    return render_template(
        "expected/list.html", shown=shown, more=more, outstanding=outstanding, late=late, known=carriers.known(),
        most=expect.MOST_AT_ONCE, sources=announcements.SOURCE_WORDS, today=today,
    )  # fmt: skip


@act(expected, "/expected/add", right=Right.BATCH)
def add() -> ResponseReturnValue:
    lines = request.form.get("lines", "")
    read_dictionary(lines)

    def do(tx: Tx) -> Done:
        made = expect.expect_parcels(
            tx, expect.read_lines(lines), carrier=request.form.get("carrier") or None,
            source=request.form.get("source", ""), due_on=request.form.get("due_on", ""),
        )  # fmt: skip
        return Done(url_for("expected.all_expected"), N_("登记了 {count} 件待到件"), {"count": len(made)})

    return acts.run(do, again=all_expected)


@act(expected, "/expected/<int:parcel_id>/drop", right=Right.BATCH)
def drop(parcel_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        expect.drop_expected(tx, parcel_id)
        return Done(url_for("expected.all_expected"), N_("已取消这一件；万一来了照常扫码入库"), {}, "attention")

    return acts.run(do, again=all_expected)
