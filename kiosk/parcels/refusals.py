"""The words in which an act on a parcel is refused: what happened, when and by whom, that nothing was changed, what
to do next. Facts carry the instant and state for programs beside the same in words for people."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from kiosk import clock
from kiosk.errors import Refused
from kiosk.parcels.model import (
    METHOD_WORDS,
    RELATION_WORDS,
    HandOverMethod,
    ParcelState,
    Relation,
)
from kiosk.parcels.problem_cases import KIND_WORDS, open_case
from kiosk.people.staff import name_of
from kiosk.storage import Reader
from kiosk.words import N_, say

Parcel = sqlite3.Row | Mapping[str, Any]

_GONE: Mapping[ParcelState, tuple[str, str]] = {
    ParcelState.HANDED_OVER: (
        "parcel.already_handed_over",
        N_("这件已被取走：{when} 由 {handed_over_by} 出库（{how}）。没有再出一次；请当面核对来的是谁、谁取走的"),
    ),
    ParcelState.UNDONE: (
        "parcel.undone",
        N_("这件的入库已在 {when} 由 {by} 撤销，没有改动任何内容；包裹在手上的话请重新扫码入库"),
    ),
    ParcelState.RETURNED: ("parcel.returned", N_("这件已在 {when} 由 {by} 退回快递公司，没有改动任何内容")),
    ParcelState.DOOR_DELIVERED: ("parcel.door_delivered", N_("这件已在 {when} 由 {by} 送货上门，没有改动任何内容")),
    ParcelState.PASSED_ON: ("parcel.passed_on", N_("这件已在 {when} 由 {by} 转交，没有改动任何内容")),
    ParcelState.LOST: ("parcel.lost", N_("这件已在 {when} 由 {by} 登记为丢失，没有改动任何内容；找到了请告诉站长")),
}


def when(db: Reader, at: str) -> str:
    """An instant as people at the counter say it: the time if today, date and time otherwise."""
    zone = db.settings.station.zone
    moment = clock.local(at, zone)
    return f"{moment:%H:%M}" if moment.date() == clock.local_date(zone) else f"{moment:%Y-%m-%d %H:%M}"


def who(db: Reader, actor_kind: str, actor_id: int) -> str:
    """The one who acted, by the name that staff use; the station itself has none."""
    return name_of(db, actor_kind, actor_id) or say(N_("本站系统"))


def how(method: str, relation: str = "") -> str:
    """A way of collecting in words: 凭取件码, or 代取（邻居）."""
    words = say(METHOD_WORDS[HandOverMethod(method)])
    return f"{words}·{say(RELATION_WORDS[Relation(relation)])}" if relation else words


def last_move(db: Reader, parcel_id: int) -> sqlite3.Row | None:
    """The event that brought the parcel into its present state."""
    return db.one(
        "SELECT * FROM parcel_events WHERE parcel_id = ? AND from_state IS NOT to_state ORDER BY step DESC LIMIT 1",
        parcel_id,
    )


def _handed_over(db: Reader, parcel_id: int) -> sqlite3.Row | None:
    """The hand-over by which it is gone, also where something on the way was taken back since."""
    return db.one(
        "SELECT * FROM parcel_events WHERE parcel_id = ? AND kind = 'handed_over' ORDER BY step DESC LIMIT 1", parcel_id
    )


def gone(db: Reader, parcel: Parcel) -> Refused:
    """The refusal of any act on a parcel that has left: when, by whom, how."""
    state = ParcelState(parcel["state"])
    code, message = _GONE[state]
    move = (_handed_over if state is ParcelState.HANDED_OVER else last_move)(db, parcel["id"])
    at = move["at"] if move else parcel["out_at"]
    by = who(db, move["actor_kind"], move["actor_id"]) if move else ""
    facts: dict[str, Any] = {"parcel_id": parcel["id"], "at": at, "when": when(db, at), "by": by}
    if state is ParcelState.HANDED_OVER and move:
        facts |= {
            "handed_over_at": at,
            "handed_over_by": by,
            "method": move["method"],
            "relation": move["relation"],
            "how": how(move["method"], move["relation"]),
        }
    return Refused(code, message, **facts)


def set_aside(db: Reader, parcel: Parcel) -> Refused:
    """The refusal of handing over a parcel that is set aside unless the operator says that he knows."""
    move = last_move(db, parcel["id"])
    case = open_case(db, parcel["id"])
    reason = json.loads(move["detail"]).get("reason", "other") if move else "other"
    reason = case.kind if case is not None else reason
    facts = {
        "parcel_id": parcel["id"],
        "state": parcel["state"],
        "reason": reason,
        "why": say(KIND_WORDS[reason]),
    }
    if parcel["state"] == ParcelState.PROBLEM:
        return Refused(
            "parcel.is_problem", N_("这件是问题件（{why}），没有出库；先处理问题，或确认仍要交给收件人"), **facts
        )
    return Refused(
        "parcel.is_to_return",
        N_("这件已列入待退（{why}），没有出库；确认仍要交给收件人，请勾选「问题件、待退件也交给他」"),
        **facts,
    )


def already_in_stock(db: Reader, parcel: Parcel) -> Refused:
    """The refusal of a second check-in: when and by whom the first was, and where the parcel lies."""
    first = db.one("SELECT * FROM parcel_events WHERE parcel_id = ? AND kind = 'checked_in'", parcel["id"])
    by = who(db, first["actor_kind"], first["actor_id"]) if first else ""
    return Refused(
        "parcel.already_in_stock",
        N_("这件已在库：{when} 由 {by} 入库，取件码 {pickup_code}。没有重复入库；请核对是不是同一件"),
        parcel_id=parcel["id"],
        at=parcel["checked_in_at"],
        when=when(db, parcel["checked_in_at"]),
        by=by,
        pickup_code=parcel["pickup_code"],
        shelf=f"{parcel['shelf']}-{parcel['layer']}",
    )


def unknown(parcel_id: int) -> Refused:
    """There is no such parcel."""
    return Refused("parcel.unknown", N_("没有编号为 {parcel_id} 的快件；没有改动任何内容"), parcel_id=parcel_id)


def refuse_erased(row: Parcel) -> None:
    """Refused ``parcel.person_erased``: whose person was erased, by age or because they asked, lies here for nobody."""
    if row["erased_at"] is not None:
        raise Refused(
            "parcel.person_erased",
            N_("这件的收件人信息已按规定删除，不能再按原来的件放回；没有改动，请把它重新扫码入库"),
            parcel_id=row["id"],
        )
