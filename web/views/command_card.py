"""The mat of command barcodes: on A4, on receipt paper, and what each of them does."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk.counter.command_paper import TEST, mat, print_command_card
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
#: What each card does, in a sentence.
COMMAND_TOLD = {
    "undo": N_("刚才那一步收回；移库时收回刚移的一件"),
    "intake": N_("转到入库，接着扫面单"),
    "hand_over": N_("转到出库，扫到的在库快件直接出库"),
    "home": N_("回到柜台首页，什么也不改"),
    "reprint": N_("上一张单子再打一张"),
    "lock": N_("锁上柜台，输 PIN 才能接着用"),
    "close_batch": N_("这一批入库结束，和快递员对件数"),
    "close_day": N_("打开日结，钱还是用手数"),
    "ticket": N_("打开收款"),
    "outbound": N_("打开寄件"),
    "shelf_count": N_("开始盘点，或接着盘"),
    "relocate": N_("开始移库：先扫货架，再扫快件"),
    "small": N_("下一件当小件放"),
    "large": N_("下一件当大件放"),
    "fresh": N_("下一件是生鲜，放到生鲜架"),
    "fragile": N_("下一件易碎"),
    "valuable": N_("下一件贵重，放到贵重柜"),
    "help": N_("打开“更多”，所有功能都在里面"),
}


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
    commands = {name: words for name, words in COMMAND_WORDS.items() if name != TEST}
    return render_template(
        "command_card/card.html", commands=commands, told=COMMAND_TOLD, seats=seats, mode_words=MODE_WORDS
    )


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
