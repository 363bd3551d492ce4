"""What the county says: a full list, each kind of message, the key."""

from __future__ import annotations

from datetime import timedelta

from kiosk import clock, fees
from kiosk.fees.document import to_document
from kiosk.inbox import actions
from kiosk.inbox import store as inbox
from kiosk.storage import Actor, Store
from sync.downlink import take
from tests.services.county_bench import NOTICE, PARCELS, County
from tests.web.shots import Shot, row

_BODY = (
    "各服务站：\n入冬以来用电用火增多，请各站在本周内检查电线、插座和灭火器，清走门口堆放的纸箱。检查结果写进巡检记录，"
    "县中心下周派人抽查，联系电话 0555-6123456（值班室）。\n䶮𠮷村、河东村两站上次整改的地方请拍照上传。"
)
_COUNTY = b"k" * 32


def _day(ahead: int) -> str:
    return (clock.local_date() + timedelta(days=ahead)).isoformat()


def letters(store: Store, actor: Actor) -> None:
    """What the county has said, once; one of it read."""
    county = County(store, _COUNTY)
    with store.reading() as db:
        if inbox.last_sequence(db):
            return
    with store.reading() as db:
        in_force = fees.current(db, _day(0))
    assert in_force is not None
    items = to_document(in_force)["items"]
    items = [item | {"percent": "4%"} if item["code"] == "purchase" else item for item in items[:-1]]
    items.append(items[-1] | {"code": "outbound.pack", "name_zh": "代打包（䶮𠮷等字）"})
    shown = county.said(content=NOTICE | {"title": "冬季用电用火安全检查，本周五以前完成并拍照上传", "body": _BODY})
    county.said("policy.unheard_of", {})
    county.said(
        "ranking", {"month": _day(-20)[:7], "place": 40, "of": 40, "turnover_fen": 321_50, "last_place_months": 2}
    )
    county.said("parcels.expected", PARCELS | {"items": [*PARCELS["items"], {"waybill": "?"}, {"waybill": "??"}]})
    county.said("day.requested", {"business_on": [_day(0), _day(-1), _day(-30)]})
    county.said(
        "training",
        {"title": "直播带货和打包培训", "kind": "电商基础", "starts_on": _day(9), "place": "县公共服务中心三楼"},
    )
    county.said("campaign", {"title": "年货节", "kind": "网购节促销", "starts_on": _day(20), "data_due_on": _day(30)})
    county.said("fees.proposed", {"items": items, "effective_from": _day(14), "note": "县发改局指导价"})
    county.said("announcement", {"title": "消费帮扶政策", "body": "每单补贴两元。", "kind": "policy"})
    take(store, county.envelope(seed=b"x" * 32, sequence=county.sequence + 1))
    take(store, county.envelope(sequence=county.sequence + 3))
    with store.transaction(actor) as tx:
        actions.mark_read(tx, shown.id)


def _of(topic: str) -> str:
    return f"SELECT MAX(id) FROM county_messages WHERE topic = '{topic}'"


def _shot(topic: str, name: str) -> Shot:
    return Shot(row("/messages/{}", _of(topic)), f"message-{name}", before=letters)


_KEY = '{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'

SHOTS = {
    "messages.all_messages": (
        Shot("/messages", "messages", before=letters),
        Shot("/messages?state=parked", "messages-parked", before=letters),
    ),
    "messages.one": (
        _shot("announcement", "announcement"),
        _shot("fees.proposed", "fees"),
        _shot("day.requested", "days"),
        _shot("ranking", "ranking"),
        _shot("parcels.expected", "parcels"),
        _shot("training", "training"),
        _shot("policy.unheard_of", "parked"),
    ),
    "messages.county_key": (Shot("/messages/key?public_key=" + _KEY, "county-key", before=letters),),
}
