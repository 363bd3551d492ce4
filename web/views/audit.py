"""The record of every act, in sentences. Whoever may read may read it; nobody can change it."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from kiosk import audit as book
from kiosk import chores
from kiosk.people import staff
from kiosk.words import N_, say
from web.records import readable
from web.routes import page
from web.row_ids import row_id
from web.station import station

audit = Blueprint("audit", __name__)
PAGE = 50
#: Sentences name amounts in fen, as they are written; people read yuan.
_AMOUNT = re.compile(r"(-?￥[\d.]+) ?(分|fen)")
#: The first word of an action, as people name the room; a room without a name here is shown under its own word.
ROOMS = {
    "parcel": N_("快件"),
    "batch": N_("入库批次"),
    "parcel_list": N_("导入清单"),
    "consent": N_("收件人同意"),
    "problem": N_("问题件"),
    "photo_pairing": N_("拍照"),
    "notice": N_("通知"),
    "ticket": N_("收款单"),
    "entry": N_("账目"),
    "drawer": N_("点钞"),
    "cash": N_("现金进出"),
    "wallet": N_("钱包核对"),
    "debtor": N_("赊账"),
    "compensation": N_("赔付"),
    "purchase": N_("代购"),
    "consignment": N_("代销"),
    "supplier": N_("供货人"),
    "sale_request": N_("村民求售"),
    "product": N_("商品"),
    "listing": N_("网店上架"),
    "lot": N_("货品批次"),
    "stock": N_("库存"),
    "stocktake": N_("代销货品盘点"),
    "buy_up": N_("收购"),
    "settlement": N_("代销结算"),
    "bill": N_("缴费"),
    "attachment": N_("凭证照片"),
    "convenience": N_("便民服务"),
    "outbound": N_("寄件"),
    "manifest": N_("交接清单"),
    "fees": N_("价目"),
    "day": N_("营业日"),
    "clock": N_("时钟"),
    "closing": N_("停业登记"),
    "report": N_("报表"),
    "ledger": N_("台账"),
    "message": N_("上报"),
    "enrolment": N_("登记到县中心"),
    "key": N_("本站密钥"),
    "county_message": N_("县里来信"),
    "county_key": N_("县中心的公钥"),
    "printer": N_("打印机"),
    "print_job": N_("打印"),
    "slip": N_("单子"),
    "staff": N_("人员"),
    "token": N_("接口令牌"),
    "person": N_("个人信息"),
    "retention": N_("个人信息保存期限"),
    "proxy": N_("代取人"),
    "shelf": N_("货架-层"),
    "shelf_count": N_("快件盘点"),
    "guide": N_("开站引导"),
    "register": N_("登记簿"),
}


@page(audit, "/audit", N_("操作记录"), place="more", hint=N_("谁在什么时候做了什么，按时间倒着看"))
def records() -> ResponseReturnValue:
    room, who = request.args.get("room", ""), request.args.get("who", "")
    before = row_id(request.args.get("before", "")) or 2**62
    kind, _, number = who.partition("-")
    with station().store.reading() as db:
        found = book.records(
            db,
            before_seq=before,
            action=room if room.replace("_", "").isalpha() else "",
            actor_kind=kind if kind in ("staff", "token", "system") else "",
            actor_id=row_id(number) if number else None,
            limit=PAGE + 1,
        )
        names = {
            (record.actor_kind, record.actor_id): staff.name_of(db, record.actor_kind, record.actor_id)
            for record in found
        }
        sentences = {record.seq: _AMOUNT.sub(r"\1", say(record.sentence, **readable(db, record))) for record in found}
        people = staff.staff_list(db, with_left=True)
        checked = next((run for run in chores.last_runs(db) if run.name == "check"), None)
    rooms = {action.split(".")[0] for action in book.actions()}
    return render_template(
        "audit/records.html",
        records=found[:PAGE],
        names=names,
        sentences=sentences,
        people=people,
        rooms={name: ROOMS.get(name, name) for name in sorted(rooms, key=lambda name: [*ROOMS, name].index(name))},
        room=room,
        who=who,
        next_before=found[PAGE - 1].seq if len(found) > PAGE else None,
        checked=checked,
    )
