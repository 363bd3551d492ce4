"""盘点: the counting page of a desk, and each count's report with what is done about its finds."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.codes import parse_shelf, recognise
from kiosk.codes.shelf import walk
from kiosk.counter import count_shelves
from kiosk.errors import Refused
from kiosk.parcels import shelf_map, view
from kiosk.parcels.view import ParcelView
from kiosk.people import desks
from kiosk.people.rights import Right, may
from kiosk.shelf_counts import store
from kiosk.shelf_counts.model import ANSWER_WORDS, COUNT_STATE_WORDS, FIND_WORDS, TO_SETTLE, Answer, Find, FindKind
from kiosk.storage import Reader, Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.desk import desk_id_here, settle_mode, under_way
from web.routes import act, page
from web.station import actor, session, station

shelf_counts = Blueprint("shelf_counts", __name__)
LISTED = 200
#: Lines of the page at which people count: it is read between two scans.
SHORTLY = 5


@page(
    shelf_counts, "/shelf-counts", N_("快件盘点"), place="more", is_counter=True,
    hint=N_("把货架上的快件全扫一遍，看少了、多了还是放错了"),
)  # fmt: skip
def every_count() -> ResponseReturnValue:
    settle_mode("home")
    with station().store.reading() as db:
        standing, past = store.under_way(db), store.counts(db)
        shelves = sorted({one.place.shelf for one in shelf_map.the_map(db)}, key=walk)
    return render_template(
        "shelf_counts/all.html", standing=standing, past=past, shelves=shelves, state_words=COUNT_STATE_WORDS
    )


@page(shelf_counts, "/shelf-counts/now", N_("正在盘点"), right=Right.SERVE, is_counter=True)
def counting() -> ResponseReturnValue:
    """What a desk that counts looks at. Opening it lets the desk count again after it served somebody."""
    settle_mode("shelf_count")
    with station().store.reading() as db:
        standing = store.under_way(db)
        if standing is None:
            # What was refused here is said there: a page that only leads on would swallow it.
            return every_count() if g.get("refused") else redirect(url_for("shelf_counts.every_count"), 303)
        desk = desks.desk(db, session().desk_id) if session().desk_id is not None else None
        mapped, seen, others = None, 0, 0
        if desk is not None and desk.at_place:
            mapped = shelf_map.mapped_place(db, parse_shelf(desk.at_place))
            seen, others = store.seen_at(db, standing.id, mapped.place)
        figures = store.figures(db, standing)
        places = store.counted_places(db, standing.id)
        untouched = sorted((
            one for one in shelf_map.the_map(db)
            if one.in_stock and str(one.place) not in places and standing.scope in ("", one.place.shelf)
        ), key=lambda one: (walk(one.place.shelf), one.place.layer))  # fmt: skip
        recent = [(found, _parcel(db, found)) for found in store.recent(db, standing.id, SHORTLY)]
        wrong = _waiting(db, standing.id, SHORTLY)
    return render_template(
        "shelf_counts/now.html", standing=standing, mapped=mapped, seen=seen, others=others, figures=figures,
        recent=recent, wrong=wrong, untouched=untouched, find_words=FIND_WORDS, kinds=FindKind,
    )  # fmt: skip


@page(shelf_counts, "/shelf-counts/<int:count_id>", N_("盘点结果"), is_counter=True)
def one_count(count_id: int) -> ResponseReturnValue:
    settle_mode("home")
    with station().store.reading() as db:
        found = store.count(db, count_id)
        figures = store.figures(db, found)
        listed = {
            kind: [(one, _parcel(db, one)) for one in store.finds(db, count_id, kind, limit=LISTED)] for kind in TO_SETTLE
        }  # fmt: skip
        not_seen = [view.show(db, row) for row in store.not_seen(db, found, LISTED)] if found.is_open else []
    return render_template(
        "shelf_counts/one.html", count=found, figures=figures, listed=listed, not_seen=not_seen, find_words=FIND_WORDS,
        answer_words=ANSWER_WORDS, state_words=COUNT_STATE_WORDS, kinds=FindKind, most=LISTED,
    )  # fmt: skip


@act(shelf_counts, "/shelf-counts/begin")
def begin() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        count_shelves.begin_count(tx, request.form.get("scope", ""), desk_id=session().desk_id)
        return Done(
            url_for("shelf_counts.counting"), N_("盘点开始：先扫货架标签，再把这一格的快件全扫一遍"), {}, "attention"
        )

    return acts.run(do, again=every_count)


@act(shelf_counts, "/shelf-counts/now/typed")
def typed() -> ResponseReturnValue:
    """A place or a parcel whose code no scanner reads."""

    def do(tx: Tx) -> Done:
        here = url_for("shelf_counts.counting")
        shelf, code = request.form.get("shelf", "").strip(), request.form.get("code", "").strip()
        if shelf:
            done = count_shelves.count_place(tx, shelf, desk_id=desk_id_here())
            if not code:
                return Done(here, done.message, done.facts, done.tone)
        if not code:
            raise Refused("shelf_count.nothing_typed", N_("请填货架，或快件的取件码、运单号；没有记下"))
        place = count_shelves.desk_place(desks.desk(tx, desk_id_here()))
        done = count_shelves.count_scan(tx, recognise(code), place, desk_id=desk_id_here())
        return Done(here, done.message, done.facts, done.tone)

    return acts.run(do, again=counting)


@act(shelf_counts, "/shelf-counts/<int:count_id>/close")
def close(count_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        closed = count_shelves.close_count(tx, count_id)
        here = url_for("shelf_counts.one_count", count_id=count_id)
        if closed.figures is None:
            raise ValueError("a count that was closed has its figures")
        if closed.figures.is_clean:
            return Done(here, N_("盘点完成：{found} 件都在，账实相符"), {"found": closed.figures.found})
        facts = {
            "missing": closed.figures.missing, "wrong_slot": closed.figures.wrong_slot, "surplus": closed.figures.surplus
        }  # fmt: skip
        words = N_("盘点完成：没找到 {missing} 件，放错 {wrong_slot} 件，多出 {surplus} 件，请在下面逐件处理")
        return Done(here, words, facts, "attention")

    return acts.run(do, again=lambda: one_count(count_id))


@act(shelf_counts, "/shelf-counts/<int:count_id>/give-up")
def give_up(count_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        count_shelves.give_up_count(tx, count_id)
        return Done(url_for("shelf_counts.every_count"), N_("这次盘点已放弃，快件没有改动"), {}, "attention")

    return acts.run(do, again=lambda: one_count(count_id))


@act(shelf_counts, "/shelf-counts/<int:count_id>/print")
def print_report(count_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        count_shelves.print_report(tx, count_id, desk_id=session().desk_id)
        return Done(url_for("shelf_counts.one_count", count_id=count_id), N_("盘点结果已送去打印"))

    return acts.run(do, again=lambda: one_count(count_id))


@act(shelf_counts, "/shelf-counts/<int:count_id>/move-all")
def move_all(count_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        moved, left = count_shelves.move_all(tx, count_id, desk_id=session().desk_id, under_way=under_way)
        here = _back(count_id)
        if not moved:
            return Done(here, N_("没有要移库的：放错的都处理过了，或已不在库"), {}, "already")
        if left:
            return Done(
                here, N_("{moved} 件已移库，还有 {left} 件，请再按一次"), {"moved": moved, "left": left}, "attention"
            )
        return Done(here, N_("{moved} 件已移库，取件码不变"), {"moved": moved})

    return acts.run(do, again=lambda: one_count(count_id))


@act(shelf_counts, "/shelf-counts/<int:count_id>/finds/<int:find_id>/move")
def move(count_id: int, find_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        found = count_shelves.move_find(tx, find_id, desk_id=session().desk_id, under_way=under_way)
        return Done(_back(found.count_id), N_("已移到 {place}，取件码不变"), {"place": found.place})

    return acts.run(do, again=lambda: one_count(count_id))


@act(shelf_counts, "/shelf-counts/<int:count_id>/finds/<int:find_id>/take-in", right=Right.BATCH)
def take_in(count_id: int, find_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        parcel_id = count_shelves.take_in_find(tx, find_id, desk_id=session().desk_id)
        facts = {"pickup_code": view.parcel(tx, parcel_id).pickup_code}
        return Done(_back(store.find(tx, find_id).count_id), N_("已入库，取件码 {pickup_code}；请补上收件人"), facts)

    return acts.run(do, again=lambda: one_count(count_id))


@act(shelf_counts, "/shelf-counts/<int:count_id>/finds/<int:find_id>/bring-back")
def bring_back(count_id: int, find_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        count_shelves.bring_back_find(tx, find_id, under_way=under_way)
        return Done(_back(store.find(tx, find_id).count_id), N_("已恢复在库，取件码不变"))

    return acts.run(do, again=lambda: one_count(count_id))


@act(shelf_counts, "/shelf-counts/<int:count_id>/finds/<int:find_id>/settle")
def settle(count_id: int, find_id: int) -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        done = count_shelves.settle_missing(tx, find_id, request.form.get("answer", ""), under_way=under_way)
        return Done(_back(done.count_id), ANSWER_WORDS[Answer(done.answer)])

    return acts.run(do, again=lambda: one_count(count_id))


def _waiting(db: Reader, count_id: int, limit: int) -> list[tuple[Find, ParcelView | None]]:
    """What was seen that is wrong and nobody has dealt with, the newest first of each kind."""
    found = []
    for kind in (FindKind.WRONG_SLOT, FindKind.GONE, FindKind.UNKNOWN):
        found += [one for one in store.finds(db, count_id, kind, limit=LISTED) if not one.answer]
    return [(one, _parcel(db, one)) for one in sorted(found, key=lambda one: -one.id)[:limit]]


def _parcel(db: Reader, found: Find) -> ParcelView | None:
    return view.parcel(db, found.parcel_id) if found.parcel_id is not None else None


def _back(count_id: int) -> str:
    """The page that the press came from: the counting desk, or the report."""
    if request.form.get("back") == "now" and may(actor(), Right.SERVE):
        return url_for("shelf_counts.counting")
    return url_for("shelf_counts.one_count", count_id=count_id)
