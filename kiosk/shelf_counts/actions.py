"""A shelf count from its beginning to its frozen report. What is done about a find (moved, taken in, lost) belongs to the
parcel and is joined to it by ``kiosk.counter``."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk import audit
from kiosk.codes import ShelfPlace, shelf_place
from kiosk.errors import Refused
from kiosk.parcels import store as parcels
from kiosk.parcels.model import IN_STOCK, ParcelState
from kiosk.shelf_counts import store
from kiosk.shelf_counts.model import LETTER, Answer, CountState, Figures, Find, FindKind, ShelfCount
from kiosk.storage import Tx
from kiosk.storage.numbers import document_no
from kiosk.words import N_

#: More missing than this is no loss but a count that was not finished; each becomes a row in the transaction that closes.
MOST_MISSING = 500
#: Parcels that were never here: announced, or taken back. What lies there is to be taken in.
_NEVER_CAME = frozenset({ParcelState.EXPECTED, ParcelState.UNDONE})


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scan came to; ``again``: it had been scanned at this place before."""

    find: Find
    again: bool


def begin(tx: Tx, business_on: str, scope: str = "") -> ShelfCount:
    """Begins a count, or finds the one that goes on. ``scope`` is one shelf, '' for the whole station.

    Refused ``shelf_count.other_scope`` while another one goes on, ``shelf.unknown``, ``shelf.unreadable``."""
    name = shelf_place(scope, 0).shelf if scope else ""
    standing = store.under_way(tx)
    if standing is not None:
        if standing.scope == name:
            return standing
        raise Refused(
            "shelf_count.other_scope",
            N_("另一次盘点还没结束，没有开始新的；请先盘完或放弃那一次"),
            count_id=standing.id,
        )
    if name and tx.value("SELECT 1 FROM shelves WHERE shelf = ? LIMIT 1", name) is None:
        raise Refused("shelf.unknown", N_("本站没有货架 {place}；请核对标签，或在「货架」页添加"), place=name)
    count_id = tx.insert(
        "shelf_counts", scope=name, begun_seq=tx.value("SELECT COALESCE(MAX(seq), 0) FROM audit"), begun_at=tx.now, begun_on=business_on, begun_by_kind=tx.actor.kind,
        begun_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(tx, "shelf_count.begun", count_id=count_id, scope=name)
    return store.count(tx, count_id)


def see(tx: Tx, standing: ShelfCount, row: sqlite3.Row, place: ShelfPlace | None, desk_id: int | None) -> Seen:
    """A parcel that the book knows was scanned. Seen twice, the last sight counts."""
    _require_open(standing)
    if row["state"] in _NEVER_CAME:
        counted = store.of_parcel(tx, standing.id, row["id"])
        if counted is not None and not counted.answer and counted.kind is not FindKind.UNKNOWN:
            # Its check-in was taken back since it was scanned: the box is the same, what it is has changed.
            tx.change("shelf_count_finds", counted.id, kind=FindKind.UNKNOWN.value, waybill_no=row["waybill_no"], piece_index=row["piece_index"], **_sight(tx, place, desk_id))  # fmt: skip
            return Seen(store.find(tx, counted.id), again=False)
        return see_unknown(tx, standing, row["waybill_no"], row["piece_index"], place, desk_id)
    if row["state"] in IN_STOCK:
        is_elsewhere = place is not None and (place.shelf, place.layer) != (row["shelf"], row["layer"])
        kind = FindKind.WRONG_SLOT if is_elsewhere else FindKind.FOUND
    else:
        kind = FindKind.GONE
    columns = _sight(tx, place, desk_id) | {
        "kind": kind.value, "book_shelf": row["shelf"], "book_layer": row["layer"],
    }  # fmt: skip
    before = store.of_parcel(tx, standing.id, row["id"])
    if before is None:
        find_id = tx.insert("shelf_count_finds", count_id=standing.id, parcel_id=row["id"], **columns)
        return Seen(store.find(tx, find_id), again=False)
    if before.answer:  # something was done about it already: it lies where that put it
        return Seen(before, again=True)
    is_same = before.kind is kind and before.place == (str(place) if place else before.place)
    if is_same:
        return Seen(before, again=True)
    tx.change("shelf_count_finds", before.id, **columns)
    return Seen(store.find(tx, before.id), again=False)


def see_unknown(
    tx: Tx, standing: ShelfCount, waybill_no: str, piece_index: int, place: ShelfPlace | None, desk_id: int | None
) -> Seen:
    """A number that the book doesn't know lies here. It is taken in with one press."""
    _require_open(standing)
    before = store.of_waybill(tx, standing.id, waybill_no, piece_index)
    if before is not None:
        if place is not None and before.place != str(place) and not before.answer:
            tx.change("shelf_count_finds", before.id, **_sight(tx, place, desk_id))
            return Seen(store.find(tx, before.id), again=False)
        return Seen(before, again=True)
    find_id = tx.insert(
        "shelf_count_finds", count_id=standing.id, kind=FindKind.UNKNOWN.value, waybill_no=waybill_no,
        piece_index=piece_index, **_sight(tx, place, desk_id),
    )  # fmt: skip
    return Seen(store.find(tx, find_id), again=False)


def answer(tx: Tx, found: Find, what: Answer, parcel_id: int | None = None) -> None:
    """Keeps what was done about a find. Refused ``shelf_count.already_answered``."""
    if found.answer:
        raise Refused(
            "shelf_count.already_answered", N_("这一条已经处理过了，没有重复处理；请刷新页面再看"), find_id=found.id
        )
    tx.change(
        "shelf_count_finds", found.id, answer=what.value, answered_at=tx.now, answered_by_kind=tx.actor.kind,
        answered_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "shelf_count.answered", count_id=found.count_id, parcel_id=parcel_id or found.parcel_id, answer=what.value
    )


def close(tx: Tx, business_on: str, count_id: int, freeze: Callable[[Tx, ShelfCount, Figures], int]) -> ShelfCount:
    """Ends the count: what was not seen is missing, the figures are frozen, ``freeze`` issues the report's slip.

    Does nothing when it has ended. Refused ``shelf_count.cancelled``, ``shelf_count.not_done`` with more missing than a
    count that was finished can have, ``shelf_count.nothing_seen``."""
    standing = store.count(tx, count_id)
    if standing.state is CountState.CLOSED:
        return standing
    _require_open(standing)
    _came_in_meanwhile(tx, standing)
    missing = store.not_seen(tx, standing, MOST_MISSING + 1)
    if not store.by_kind(tx, standing.id) and missing:
        raise Refused("shelf_count.nothing_seen", N_("一件都还没扫，没有结束；请扫快件，或者放弃这次盘点"))
    if len(missing) > MOST_MISSING:
        raise Refused(
            "shelf_count.not_done",
            N_("还有超过 {most} 件没有扫，这次盘点没有结束，扫过的都保留着；请接着扫，或只盘一个货架"),
            most=MOST_MISSING,
        )
    for row in missing:
        tx.insert(
            "shelf_count_finds", count_id=standing.id, kind=FindKind.MISSING.value, parcel_id=row["id"],
            book_shelf=row["shelf"], book_layer=row["layer"], at=tx.now, by_kind=tx.actor.kind, by_id=tx.actor.id,
        )  # fmt: skip
    _still, moved = store.count_not_seen(tx, standing)
    kinds = store.by_kind(tx, standing.id)
    told = Figures(**{kind.value: kinds.get(kind.value, 0) for kind in FindKind}, moved_meanwhile=moved)
    number = document_no(tx, LETTER, business_on)
    slip_id = freeze(tx, replace(standing, document_no=number), told)
    tx.change(
        "shelf_counts", standing.id, state=CountState.CLOSED.value, document_no=number, slip_id=slip_id,
        **{name: getattr(told, name) for name in Figures.__slots__}, ended_at=tx.now, ended_on=business_on,
        ended_by_kind=tx.actor.kind, ended_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "shelf_count.closed", count_id=standing.id, number=number, found=told.found, wrong_slot=told.wrong_slot,
        missing=told.missing, surplus=told.surplus,
    )  # fmt: skip
    return store.count(tx, standing.id)


def give_up(tx: Tx, business_on: str, count_id: int) -> ShelfCount:
    """Drops the count: nothing is missing by it. What was done about its finds stands. Does nothing when that was done;
    Refused ``shelf_count.closed``."""
    standing = store.count(tx, count_id)
    if standing.state is CountState.CANCELLED:
        return standing
    _require_open(standing)
    tx.change(
        "shelf_counts", standing.id, state=CountState.CANCELLED.value, ended_at=tx.now, ended_on=business_on,
        ended_by_kind=tx.actor.kind, ended_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(tx, "shelf_count.cancelled", count_id=standing.id)
    return store.count(tx, standing.id)


def _came_in_meanwhile(tx: Tx, standing: ShelfCount) -> None:
    """Numbers that were unknown when they were scanned and have been taken in since lie where they should."""
    for found in store.finds(tx, standing.id, FindKind.UNKNOWN, limit=10_000):
        here = next(
            (row for row in parcels.by_waybill(tx, found.waybill_no, found.piece_index) if row["state"] in IN_STOCK), None
        )  # fmt: skip
        if here is not None and not found.answer and store.of_parcel(tx, standing.id, here["id"]) is None:
            answer(tx, found, Answer.CHECKED_IN, here["id"])
            tx.change("shelf_count_finds", found.id, parcel_id=here["id"])


def _sight(tx: Tx, place: ShelfPlace | None, desk_id: int | None) -> dict[str, object]:
    return {
        "shelf": place.shelf if place else None, "layer": place.layer if place else None, "at": tx.now,
        "desk_id": desk_id, "by_kind": tx.actor.kind, "by_id": tx.actor.id,
    }  # fmt: skip


def _require_open(standing: ShelfCount) -> None:
    if standing.is_open:
        return
    if standing.state is CountState.CLOSED:
        raise Refused(
            "shelf_count.closed", N_("这次盘点已经盘完，没有改动；要再盘请开始新的一次"), count_id=standing.id
        )
    raise Refused("shelf_count.cancelled", N_("这次盘点已经放弃，没有改动；要再盘请开始新的一次"), count_id=standing.id)
