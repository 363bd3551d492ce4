"""The mat of command barcodes: on A4, on receipt paper, and what each of them does."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk.counter.command_paper import mat, print_command_card
from kiosk.counter.commands import COMMAND_WORDS
from kiosk.people import desks
from kiosk.people.model import MODE_WORDS
from kiosk.printing.pdf import render_pdf
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.routes import act, page, part
from web.station import session, station

command_card = Blueprint("command_card", __name__)


@page(
    command_card,
    "/command-card",
    N_("指令卡"),
    place="more",
    hint=N_("用扫码枪发指令：撤销、补打、入库、出库、日结……打出来放在柜台上"),
)
def card() -> ResponseReturnValue:
    with station().store.reading() as db:
        seats = desks.desks(db)
    return render_template("command_card/card.html", commands=COMMAND_WORDS, seats=seats, mode_words=MODE_WORDS)


@part(command_card, "/command-card.pdf")
def a4() -> ResponseReturnValue:
    headers = {"Content-Disposition": 'inline; filename="command-card.pdf"', "Cache-Control": "private, max-age=3600"}
    return Response(render_pdf(mat(station().settings)), mimetype="application/pdf", headers=headers)


@act(command_card, "/command-card/print")
def print_card() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        print_command_card(tx, desk_id=session().desk_id)
        return Done(url_for("command_card.card"), N_("指令卡已送去打印，剪开贴在扫码枪旁边"))

    return acts.run(do, again=card)
