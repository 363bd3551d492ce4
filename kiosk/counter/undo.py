"""撤销上一件: takes back the last act of a desk, or one parcel's last act by its id, as a new event; nothing is
deleted. Several parcels handed over at once come back at once. How acts are taken back that are neither a check-in nor a
hand-over is in ``undo_other``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kiosk import shifts
from kiosk.counter import join_purchase, last_acts, undo_other
from kiosk.counter.collect_cod import pending_line, refuse_free_undo
from kiosk.counter.remove_line import remove_line
from kiosk.counter.sign_manifest import take_piece_back
from kiosk.counter.undo_other import AGREED, LISTED, MOVED
from kiosk.counter.visit import UNDO, stand_on_ticket
from kiosk.errors import Refused
from kiosk.notices import actions as notices
from kiosk.notices.model import UNDONE
from kiosk.parcels import actions, expected, leaving, mistakes, store
from kiosk.parcels.model import CASE, IN_STOCK, EventKind, ParcelState
from kiosk.people import desks
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: What is said when an act on one parcel was a mistake; the page of the parcel shows where it stands now.
_MISTAKES: Mapping[str, str] = {
    EventKind.EXPECTED_NOTED: N_("已取消待到件"),
    EventKind.PASSED_ON: N_("已撤销转交：{pickup_codes} 又在原来的货架"),
    EventKind.DOOR_DELIVERED: N_("已撤销「已送到」：{pickup_codes}"),
    EventKind.RETURNED: N_("已撤销退回：{pickup_codes} 仍是待退"),
    EventKind.MARKED_PROBLEM: N_("已撤销问题件登记：{pickup_codes}"),
    EventKind.MARKED_TO_RETURN: N_("已撤销待退登记：{pickup_codes}"),
    EventKind.PUT_BACK: N_("已撤销「恢复在库」：{pickup_codes}"),
    EventKind.LOST: N_("已撤销丢失登记：{pickup_codes}"),
    EventKind.FOUND_AGAIN: N_("已撤销「找到了」：{pickup_codes} 仍是丢失"),
    EventKind.WRONG_PERSON_NOTED: N_("已撤销错给登记：{pickup_codes}"),
    EventKind.RECOVERED: N_("已撤销「已追回」：{pickup_codes}"),
    MOVED: N_("已放回原来的货架：{pickup_codes}，取件码不变"),
    AGREED: N_("已撤销刚才记下的「同意放站点」"),
    LISTED: N_("已从清单拿掉：{pickup_codes}"),
}


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: ``act`` is 'check_in', 'hand_over', 'pay_first' (taken off the ticket again), 'relocated', 'agreed',
    'listed', or the kind of the parcel's event that was undone."""

    act: str
    parcel_ids: tuple[int, ...]
    pickup_codes: tuple[str, ...]

    @property
    def message(self) -> str:
        """What to say of it, marked."""
        if self.act == last_acts.CHECK_IN:
            return N_("已撤销入库：{pickup_codes}")
        if self.act == last_acts.COLLECT:
            return N_("已从本单去掉代收款：{pickup_codes}，快件还在货架上")
        if self.act != last_acts.HAND_OVER:
            return _MISTAKES[self.act]
        return N_("已撤销出库：{pickup_codes}")

    @property
    def facts(self) -> dict[str, str]:
        """What fills the message."""
        return {"pickup_codes": "、".join(self.pickup_codes)}


def undo_last(tx: Tx, desk_id: int, *, under_way: notices.UnderWay | None = None) -> Undone:
    """Takes back the desk's last act on parcels; called again, the one before it.

    A check-in that is undone cancels its notice and the print job that still waits, and its code rests; a hand-over, and
    what set a parcel aside or brought it back, can be undone on its business day while nothing followed; what was moved is
    carried back, a consent just noted is withdrawn as a mistake, what was put on an open list comes off it. Refused
    ``undo.nothing``, ``undo.other_day``, ``undo.something_followed``, ``undo.paid_for`` (naming the receipt to void),
    ``staff.not_allowed``.
    """
    desk = desks.desk(tx, desk_id)
    act = last_acts.last(desk)
    while act is not None and _has_no_effect(tx, act):
        desk = last_acts.drop_last(tx, desk)  # taken back on the parcel's own page
        act = last_acts.last(desk)
    if act is None:
        raise Refused("undo.nothing", N_("这个柜台没有可以撤销的上一步；要更正请打开快件页面"))
    if act.act in undo_other.ACTS:
        done = _take_back_other(tx, act, desk_id, under_way)
        last_acts.drop_last(tx, desks.desk(tx, desk_id))
        return done
    # Of several handed over at once some may have come back on their own pages; the others still can.
    left = tuple(parcel_id for parcel_id in act.parcel_ids if not _is_undone(tx, act.act, (parcel_id,)))
    undone = _take_back(tx, act.act, left, under_way)
    if act.act == last_acts.HAND_OVER:
        stand_on_ticket(tx, desk, UNDO, left, undoes=act.parcel_ids[0])
    last_acts.drop_last(tx, desk)
    return undone


def undo_parcel(tx: Tx, parcel_id: int, *, under_way: notices.UnderWay | None = None) -> Undone:
    """Takes back the last act on a parcel: what set it aside or brought it back, how it left, or its check-in; refusals as
    ``undo_last``, and ``parcel.code_given_on``.

    The desks' piles are left alone: what was undone here is passed over there.
    """
    mistaken = _undo_mistake(tx, parcel_id)
    if mistaken is not None:
        return mistaken
    act = last_acts.HAND_OVER if store.parcel(tx, parcel_id)["state"] == ParcelState.HANDED_OVER else last_acts.CHECK_IN
    return _take_back(tx, act, (parcel_id,), under_way)


#: What a desk's next undo would take back, as its button names it.
_NEXT: Mapping[str, str] = {
    last_acts.CHECK_IN: N_("撤销入库 {pickup_codes}"),
    last_acts.HAND_OVER: N_("撤销出库 {pickup_codes}"),
    last_acts.COLLECT: N_("撤销收代收款 {pickup_codes}"),
    last_acts.MARK: N_("撤销登记 {pickup_codes}"),
    last_acts.MOVE: N_("撤销移库 {pickup_codes}"),
    last_acts.CONSENT: N_("撤销记下的同意 {pickup_codes}"),
    last_acts.LISTED: N_("从清单拿掉 {pickup_codes}"),
}


def next_up(db: Reader, desk_id: int) -> tuple[str, dict[str, str]] | None:
    """What ``undo_last`` would take back at a desk: words for its button (marked) and what fills them; None for nothing.
    Whether its day has ended is asked when it is done."""
    for act in last_acts.latest_first(desks.desk(db, desk_id)):
        if not _has_no_effect(db, act):
            codes = [store.parcel(db, parcel_id)["pickup_code"] or "—" for parcel_id in act.parcel_ids[:3]]
            shown = "、".join(codes) + ("…" if len(act.parcel_ids) > 3 else "")
            return _NEXT[act.act], {"pickup_codes": shown}
    return None


def last_act(db: Reader, parcel_id: int) -> str:
    """What ``undo_parcel`` would take back: 'check_in', 'hand_over', or the kind of the parcel's last event; ``''`` when
    nothing can be. Whether its day has ended is asked when it is done."""
    row = store.parcel(db, parcel_id)
    last = actions.last_event(db, row)["kind"]
    if last in _MISTAKES:
        return str(last)
    state = ParcelState(row["state"])
    return {ParcelState.HANDED_OVER: last_acts.HAND_OVER, ParcelState.ON_SHELF: last_acts.CHECK_IN}.get(state, "")


def _undo_mistake(tx: Tx, parcel_id: int) -> Undone | None:
    """Takes back what is neither a check-in nor a hand-over; None when the last act is one of these."""
    row = store.parcel(tx, parcel_id)
    last = actions.last_event(tx, row)["kind"]
    if last not in _MISTAKES:
        return None
    require(tx.actor, Right.SERVE)
    if last in (EventKind.PASSED_ON, EventKind.RETURNED, EventKind.DOOR_DELIVERED):
        take_piece_back(tx, parcel_id)
        if last == EventKind.DOOR_DELIVERED:
            join_purchase.came_back(tx, parcel_id)
    elif last == EventKind.EXPECTED_NOTED:
        expected.drop_expected(tx, shifts.ensure_open(tx).business_on, row)
    else:
        was_away = last == EventKind.RECOVERED or (
            last == EventKind.FOUND_AGAIN and leaving.was_lost_elsewhere(tx, row)
        )
        ordered = join_purchase.may_leave(tx, row) if was_away else []
        mistakes.undo_mistake(tx, shifts.ensure_open(tx).business_on, row)
        if ordered:
            join_purchase.has_left(tx, ordered)
    return Undone(last, (parcel_id,), (row["pickup_code"] or "—",))


def _take_back_other(tx: Tx, act: last_acts.Act, desk_id: int, under_way: notices.UnderWay | None) -> Undone:
    if act.act != last_acts.MARK:
        what, parcel_ids = undo_other.take_back(tx, act, desk_id, under_way)
    else:
        marked = undo_other.still_marked(tx, act)
        (what,) = {_undo_marked(tx, parcel_id, step) for parcel_id, step in marked.items()}
        parcel_ids = tuple(marked)
    codes = tuple(store.parcel(tx, parcel_id)["pickup_code"] or "—" for parcel_id in parcel_ids)
    return Undone(what, parcel_ids, codes)


def _undo_marked(tx: Tx, parcel_id: int, step: int) -> str:
    if actions.last_event(tx, store.parcel(tx, parcel_id))["step"] != step:
        raise actions.something_followed()
    undone = _undo_mistake(tx, parcel_id)
    if undone is None:
        raise actions.something_followed()
    return undone.act


def _has_no_effect(db: Reader, act: last_acts.Act) -> bool:
    """Whether an act of the pile was taken back already, on a page of its own."""
    if act.act in undo_other.ACTS:
        return undo_other.is_undone(db, act)
    return _is_undone(db, act.act, act.parcel_ids)


def _is_undone(db: Reader, act: str, parcel_ids: Iterable[int]) -> bool:
    if act == last_acts.COLLECT:
        # Settled, it is a hand-over that was paid, which only its ticket takes back.
        return all(pending_line(db, i) is None and store.parcel(db, i)["state"] in IN_STOCK for i in parcel_ids)
    states = {store.parcel(db, parcel_id)["state"] for parcel_id in parcel_ids}
    return states == {ParcelState.UNDONE} if act == last_acts.CHECK_IN else states <= IN_STOCK


def _take_back(tx: Tx, act: str, parcel_ids: Iterable[int], under_way: notices.UnderWay | None) -> Undone:
    require(tx.actor, Right.BATCH if act == last_acts.CHECK_IN else Right.SERVE)
    business_on = shifts.ensure_open(tx).business_on
    rows = [store.parcel(tx, parcel_id) for parcel_id in parcel_ids]
    for row in rows:
        if act == last_acts.CHECK_IN:
            actions.undo_check_in(tx, business_on, row)
            notices.cancel(tx, CASE, row["id"], UNDONE, under_way)
            join_purchase.was_not_here(tx, row["id"])
        elif act == last_acts.COLLECT and (line_id := pending_line(tx, row["id"])) is not None:
            remove_line(tx, line_id)
        else:
            refuse_free_undo(tx, row)
            actions.undo_hand_over(tx, business_on, row)
            join_purchase.came_back(tx, row["id"])
    return Undone(act, tuple(row["id"] for row in rows), tuple(row["pickup_code"] for row in rows))
