"""盘点: a mode of the desk that survives a restart. Every scan says what lies where; several desks count the same count.
What a find asks for (move it, take it in, look for it, give it up) is one press each, here joined to the parcel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from kiosk import shifts
from kiosk.codes import PARCEL, Recognised, ShelfPlace, parse_shelf, recognise
from kiosk.counter import parcel_problems
from kiosk.counter.check_in import check_in
from kiosk.counter.correct import relocate
from kiosk.counter.desk_scans import ALREADY, ATTENTION, DONE
from kiosk.counter.last_acts import desk_id_of
from kiosk.counter.paper import printer_at
from kiosk.counter.scanned_parcel import scanned_parcel
from kiosk.counter.undo import undo_parcel
from kiosk.errors import Refused
from kiosk.notices import actions as notices
from kiosk.parcels import actions as parcel_acts
from kiosk.parcels import leaving, shelf_map
from kiosk.parcels import store as parcels
from kiosk.parcels.model import IN_STOCK, ParcelState, ProblemReason
from kiosk.people import desks
from kiosk.people.model import Desk
from kiosk.people.rights import Right, require
from kiosk.printing import jobs
from kiosk.shelf_counts import actions as room
from kiosk.shelf_counts import store
from kiosk.shelf_counts.model import Answer, Find, FindKind, ShelfCount
from kiosk.shelf_counts.slips import freeze_report
from kiosk.storage import Tx
from kiosk.words import N_, say

MODE = "shelf_count"
#: Moves of one press: a transaction stays short, and the next press takes the rest.
MOST_MOVES = 50


@dataclass(frozen=True, slots=True)
class Counted:
    """What a scan in 盘点 came to, as its outcome is built from it."""

    code: str
    message: str
    tone: str
    facts: dict[str, Any]
    parcel_id: int | None = None

    @property
    def sentence(self) -> str:
        """What to say of it, in the current language."""
        return say(self.message, **self.facts)


def begin_count(tx: Tx, scope: str = "", *, desk_id: int | None = None) -> ShelfCount:
    """Begins a count or joins the one that goes on; scans of the desk go to it from now on.

    Refused as ``shelf_counts.actions.begin``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    found = room.begin(tx, shifts.ensure_open(tx).business_on, scope)
    at = desk_id_of(tx, desk_id)
    if at is not None:
        desks.set_desk(tx, at, mode=MODE, open_parcel_id=None, at_place="")
    return found


def join_count(tx: Tx, *, desk_id: int) -> ShelfCount:
    """Another desk counts too. Refused ``shelf_count.none``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    standing = _standing(tx)
    desks.set_desk(tx, desk_id, mode=MODE, open_parcel_id=None, at_place="")
    return standing


def leave_count(tx: Tx, *, desk_id: int) -> None:
    """The desk serves again; the count goes on and what was scanned stays."""
    require(tx.actor, Right.SERVE)
    if desks.desk(tx, desk_id).mode == MODE:
        desks.set_desk(tx, desk_id, mode="home", at_place="")


def count_place(tx: Tx, shelf: str, *, desk_id: int) -> Counted:
    """The desk counts what lies at this place now. Refused ``shelf.unreadable``, ``shelf.unknown``,
    ``shelf_count.place_not_counted``, ``shelf_count.none``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    standing = _standing(tx)
    mapped = shelf_map.mapped_place(tx, parse_shelf(shelf))
    if standing.scope not in ("", mapped.place.shelf):
        raise Refused(
            "shelf_count.place_not_counted",
            N_("这次只盘货架 {scope}，没有换位置；请扫 {scope} 的货架标签"),
            scope=standing.scope,
        )
    desks.set_desk(tx, desk_id, at_place=str(mapped.place))
    found, others = store.seen_at(tx, standing.id, mapped.place)
    facts = {"place": str(mapped.place), "in_stock": mapped.in_stock, "seen": found, "others": others}
    words = N_("正在盘 {place}：账上 {in_stock} 件，扫到 {seen} 件")
    if others:
        words = N_("正在盘 {place}：账上 {in_stock} 件，扫到 {seen} 件，另有 {others} 件不该在这里")
    return Counted("shelf_count.place_set", words, DONE, facts)


def count_scan(tx: Tx, recognised: Recognised, place: ShelfPlace | None, *, desk_id: int | None = None) -> Counted:
    """One box was scanned, at this place (None: nobody said where).

    Refused ``shelf_count.none``, ``pickup_code.unknown``, ``scan.which_piece``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    standing = _standing(tx)
    at = desk_id_of(tx, desk_id)
    row = scanned_parcel(tx, recognised)
    if row is None:
        if recognised.kind not in PARCEL:
            raise Refused(
                "pickup_code.unknown",
                N_("没有取件码为 {pickup_code} 的快件；请核对是不是本站的码，或用尾号、姓名找"),
                pickup_code=recognised.text,
            )
        seen = room.see_unknown(tx, standing, recognised.waybill_no, recognised.piece_index, place, at)
    else:
        seen = room.see(tx, standing, row, place, at)
    return _told(seen, row["pickup_code"] or "" if row is not None else "")


def close_count(tx: Tx, count_id: int, *, desk_id: int | None = None) -> ShelfCount:
    """Ends the count and prints its report. Refused as ``shelf_counts.actions.close``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    was_open = store.count(tx, count_id).is_open
    closed = room.close(tx, shifts.ensure_open(tx).business_on, count_id, freeze_report)
    if was_open:
        _leave_desks(tx)
        printer = printer_at(tx, desk_id_of(tx, desk_id))
        if printer and closed.slip_id is not None:
            jobs.queue(tx, closed.slip_id, printer)
    return closed


def print_report(tx: Tx, count_id: int, *, desk_id: int | None = None) -> int:
    """Queues the report of a count that was closed, a further paper after the first; the job's id.

    Refused ``shelf_count.not_closed``, ``printer.none``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    found = store.count(tx, count_id)
    if found.slip_id is None:
        raise Refused("shelf_count.not_closed", N_("这次盘点还没有盘完，没有打印；盘完再打"), count_id=count_id)
    printer = printer_at(tx, desk_id_of(tx, desk_id))
    if not printer:
        raise Refused("printer.none", N_("没有配置打印机，单据已保存，随时可以补打"))
    return (
        jobs.reprint(tx, found.slip_id, printer)
        if jobs.of_slip(tx, found.slip_id)
        else jobs.queue(tx, found.slip_id, printer)
    )


def give_up_count(tx: Tx, count_id: int) -> ShelfCount:
    """Drops the count. Refused ``shelf_count.closed``, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    done = room.give_up(tx, shifts.ensure_open(tx).business_on, count_id)
    _leave_desks(tx)
    return done


def move_find(tx: Tx, find_id: int, *, desk_id: int | None = None, under_way: notices.UnderWay | None = None) -> Find:
    """A parcel in the wrong place now belongs where it was seen; its label is printed anew, its code stays.

    Refused ``shelf_count.not_that_kind``, ``shelf_count.already_answered``, and as ``correct.relocate``."""
    require(tx.actor, Right.SERVE)
    found = _expect(tx, find_id, FindKind.WRONG_SLOT)
    relocate(tx, _parcel(found), found.place, desk_id=desk_id, under_way=under_way)
    room.answer(tx, found, Answer.RELOCATED)
    return store.find(tx, find_id)


def move_all(
    tx: Tx, count_id: int, *, desk_id: int | None = None, under_way: notices.UnderWay | None = None
) -> tuple[int, int]:
    """Moves every parcel in the wrong place, at most fifty: how many were moved and how many are left. One that left
    meanwhile stays as it is."""
    require(tx.actor, Right.SERVE)
    waiting = [f for f in store.finds(tx, count_id, FindKind.WRONG_SLOT, limit=10_000) if not f.answer]
    here = [f for f in waiting if parcels.parcel(tx, _parcel(f))["state"] in IN_STOCK]
    for found in here[:MOST_MOVES]:
        move_find(tx, found.id, desk_id=desk_id, under_way=under_way)
    return min(len(here), MOST_MOVES), max(0, len(here) - MOST_MOVES)


def take_in_find(tx: Tx, find_id: int, *, desk_id: int | None = None) -> int:
    """A parcel that the book doesn't know is taken in where it lies; returns its id. Refused as ``check_in``, and
    ``shelf_count.waybill_erased``."""
    require(tx.actor, Right.SERVE)
    found = _expect(tx, find_id, FindKind.UNKNOWN, FindKind.GONE)
    waybill = found.waybill_no
    piece = found.piece_index
    if found.kind is FindKind.GONE:
        row = parcels.parcel(tx, _parcel(found))
        waybill, piece = row["waybill_no"] or "", row["piece_index"]
    if not waybill:
        raise Refused(
            "shelf_count.waybill_erased",
            N_("这件的运单号已按规定删除，没有入库；请扫它的面单重新入库"),
            find_id=find_id,
        )
    number = replace(recognise(waybill), piece_index=piece)
    done = check_in(tx, waybill=number, shelf=found.place or None, desk_id=desk_id, confirmed=True)
    if found.kind is FindKind.UNKNOWN:
        tx.change("shelf_count_finds", found.id, parcel_id=done.parcel_id)
    room.answer(tx, found, Answer.CHECKED_IN, done.parcel_id)
    return done.parcel_id


def bring_back_find(tx: Tx, find_id: int, *, under_way: notices.UnderWay | None = None) -> None:
    """A parcel that left by the book and lies here: its hand-over, transfer or return is undone, a lost one is found, one
    that the wrong person had was brought back.

    Refused ``undo.*`` on a later day (then it is taken in anew), ``shelf_count.not_that_kind``."""
    require(tx.actor, Right.SERVE)
    found = _expect(tx, find_id, FindKind.GONE)
    parcel_id = _parcel(found)
    row = parcels.parcel(tx, parcel_id)
    if leaving.is_with_wrong_person(tx, row):
        parcel_problems.recover(tx, parcel_id)
    elif row["state"] == ParcelState.LOST:
        parcel_problems.find_again(tx, parcel_id)
    elif row["state"] not in IN_STOCK:
        undo_parcel(tx, parcel_id, under_way=under_way)
    room.answer(tx, found, Answer.BACK_IN_STOCK)


def settle_missing(tx: Tx, find_id: int, answer: Answer | str, *, under_way: notices.UnderWay | None = None) -> Find:
    """What becomes of a missing parcel: ``seen`` (it was found after all), ``problem`` (it is looked for) or ``lost``.

    Refused ``shelf_count.answer_unknown``, ``shelf_count.not_that_kind``, ``shelf_count.already_answered``,
    ``parcel.*`` when it left meanwhile, ``staff.not_allowed``."""
    require(tx.actor, Right.SERVE)
    found = _expect(tx, find_id, FindKind.MISSING)
    if answer not in (Answer.SEEN, Answer.PROBLEM, Answer.LOST):
        raise Refused("shelf_count.answer_unknown", N_("请从列表中选择怎么处理这件；没有改动"))
    row = parcels.parcel(tx, _parcel(found))
    business_on = shifts.ensure_open(tx).business_on
    if answer == Answer.PROBLEM and row["state"] != ParcelState.PROBLEM:
        parcel_acts.mark_problem(tx, business_on, row, ProblemReason.OTHER)
    elif answer == Answer.LOST:
        leaving.lose(tx, business_on, row, ProblemReason.OTHER)
        notices.cancel(tx, "parcel", row["id"], "lost", under_way)
    room.answer(tx, found, Answer(answer))
    return store.find(tx, find_id)


def _told(seen: room.Seen, pickup_code: str) -> Counted:
    found = seen.find
    facts = {
        "pickup_code": pickup_code, "place": found.place, "book_place": found.book_place, "find_id": found.id,
        "kind": found.kind.value,
    }  # fmt: skip
    if seen.again:
        return Counted("shelf_count.seen_again", N_("这件已经扫过了"), ALREADY, facts, found.parcel_id)
    match found.kind:
        case FindKind.WRONG_SLOT:
            words, tone = N_("放错了：{pickup_code} 应在 {book_place}，现在在 {place}"), ATTENTION
        case FindKind.GONE:
            words, tone = N_("多出一件：{pickup_code} 账上已经离开，却还在这里"), ATTENTION
        case FindKind.UNKNOWN:
            words, tone = N_("多出一件：这个运单没有入过库"), ATTENTION
        case _:
            words, tone = N_("盘到 {pickup_code}"), DONE
    return Counted(f"shelf_count.{found.kind.value}", words, tone, facts, found.parcel_id)


def _standing(tx: Tx) -> ShelfCount:
    found = store.under_way(tx)
    if found is None:
        raise Refused("shelf_count.none", N_("现在没有在盘点，没有记下；请先在「盘点」页开始"))
    return found


def _expect(tx: Tx, find_id: int, *kinds: FindKind) -> Find:
    found = store.find(tx, find_id)
    if found.kind not in kinds:
        raise Refused(
            "shelf_count.not_that_kind", N_("这一条不是这样处理的，没有改动；请刷新页面再看"), find_id=find_id
        )
    if found.answer:
        raise Refused(
            "shelf_count.already_answered", N_("这一条已经处理过了，没有重复处理；请刷新页面再看"), find_id=found.id
        )
    return found


def _parcel(found: Find) -> int:
    if found.parcel_id is None:
        raise ValueError(f"find {found.id} names no parcel")
    return found.parcel_id


def _leave_desks(tx: Tx) -> None:
    """No desk counts any more."""
    tx.execute("UPDATE desks SET mode = 'home', at_place = '' WHERE mode = ?", MODE)


def desk_place(desk: Desk) -> ShelfPlace | None:
    """The place whose label the desk scanned last in this mode."""
    return parse_shelf(desk.at_place) if desk.at_place else None
