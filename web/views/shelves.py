"""The map of the shelves with its fill, one place with what lies there, and 移库 by scanning."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from kiosk.codes import ShelfPlace, parse_shelf, recognise, shelf_place
from kiosk.counter import label_paper, next_traits, relocate_here
from kiosk.counter import shelves as room
from kiosk.errors import Refused
from kiosk.parcels import shelf_map, view
from kiosk.parcels.shelf_map import CLASS_WORDS, SIZE_WORDS, PlacePlan
from kiosk.people import desks
from kiosk.people.rights import Right
from kiosk.storage import Tx
from kiosk.words import N_
from web import acts
from web.acts import Done
from web.desk import desk_id_here, settle_mode, under_way
from web.routes import act, page
from web.row_ids import row_id
from web.station import session, station

shelves = Blueprint("shelves", __name__)
#: Said of a place's fill beside its bar: a state is never a colour alone.
FILL_WORDS = {
    "empty": N_("空"), "some": N_("有空位"), "nearly_full": N_("快满了"), "full": N_("放满"), "over": N_("超出"),
}  # fmt: skip


@page(
    shelves, "/shelves", N_("货架图"), place="more", is_counter=True, hint=N_("放了多少、还能放多少，加货架、打货架标签"),
)  # fmt: skip
def the_shelves() -> ResponseReturnValue:
    settle_mode("home")
    with station().store.reading() as db:
        mapped = shelf_map.the_map(db)
    by_shelf: dict[str, list[shelf_map.MappedPlace]] = {}
    for one in sorted(mapped, key=lambda one: one.place.layer):
        by_shelf.setdefault(one.place.shelf, []).append(one)
    return render_template(
        "shelves/map.html", by_shelf=dict(sorted(by_shelf.items(), key=lambda found: (len(found[0]), found[0]))), fill_words=FILL_WORDS, class_words=CLASS_WORDS, size_words=SIZE_WORDS,
        in_stock=sum(one.in_stock for one in mapped), free=sum(one.free for one in mapped if not one.plan.is_resting),
        usual=station().settings.parcels.slots_per_layer,
    )  # fmt: skip


@page(shelves, "/shelves/<shelf>/<int:layer>", N_("一个货架"), is_counter=True)
def one_place(shelf: str, layer: int) -> ResponseReturnValue:
    settle_mode("home")
    place = _place(shelf, layer)
    with station().store.reading() as db:
        mapped = shelf_map.mapped_place(db, place)
        lying = [view.show(db, row) for row in shelf_map.lying_at(db, place)]
    return render_template(
        "shelves/place.html", mapped=mapped, lying=lying, fill_words=FILL_WORDS, class_words=CLASS_WORDS,
        size_words=SIZE_WORDS, ticked=request.form.getlist("parcel_id"), usual=station().settings.parcels.slots_per_layer,
    )  # fmt: skip


@act(shelves, "/shelves/add", right=Right.MANAGE)
def add() -> ResponseReturnValue:
    def do(tx: Tx) -> Done:
        first, last = _layer("first"), _layer("last", _layer("first"))
        added = room.add_layers(tx, request.form.get("shelf", ""), first, last, _plan())
        if not added:
            return Done(url_for("shelves.the_shelves"), N_("这些货架原来就有，没有改动"), {}, "already")
        return Done(url_for("shelves.the_shelves"), N_("添加了 {count} 层"), {"count": len(added)})

    return acts.run(do, again=the_shelves)


@act(shelves, "/shelves/<shelf>/<int:layer>/plan", right=Right.MANAGE)
def change(shelf: str, layer: int) -> ResponseReturnValue:
    place = _place(shelf, layer)

    def do(tx: Tx) -> Done:
        room.plan_shelf(tx, place, _plan())
        return Done(url_for("shelves.one_place", shelf=shelf, layer=layer), N_("已保存"))

    return acts.run(do, again=lambda: one_place(shelf, layer))


@act(shelves, "/shelves/labels")
def print_labels() -> ResponseReturnValue:
    """The labels of every layer of one shelf, or of one place."""
    back = request.form.get("place", "")

    def do(tx: Tx) -> Done:
        wanted = [one.place for one in shelf_map.the_map(tx) if back in (str(one.place), one.place.shelf)]
        jobs = label_paper.print_shelf_labels(tx, wanted, desk_id=session().desk_id)
        return Done(url_for("shelves.the_shelves"), N_("{count} 张货架标签已送去打印"), {"count": len(jobs)})

    return acts.run(do, again=the_shelves)


@act(shelves, "/shelves/<shelf>/<int:layer>/move", right=Right.BATCH)
def move(shelf: str, layer: int) -> ResponseReturnValue:
    """Moves the ticked parcels of this place to another."""
    place = _place(shelf, layer)

    def do(tx: Tx) -> Done:
        ticked = [found for found in map(row_id, request.form.getlist("parcel_id")) if found]
        done = relocate_here.relocate_many(
            tx, ticked, request.form.get("to", ""), desk_id=session().desk_id, under_way=under_way
        )
        moved = sum(one.is_moved for one in done)
        facts = {"moved": moved, "left": len(done) - moved, "to": str(parse_shelf(request.form.get("to", "")))}
        here = url_for("shelves.one_place", shelf=place.shelf, layer=place.layer)
        if moved == len(done):
            return Done(here, N_("{moved} 件移到 {to}，标签已送去打印，取件码不变"), facts)
        return Done(here, N_("{moved} 件移到 {to}，{left} 件没有移：已不在库，或原来就在那里"), facts, "attention")

    return acts.run(do, again=lambda: one_place(shelf, layer))


@page(
    shelves, "/relocate", N_("移库"), right=Right.BATCH, place="more", is_counter=True,
    hint=N_("先扫货架标签，再扫要放过去的快件"),
)  # fmt: skip
def relocating() -> ResponseReturnValue:
    settle_mode("relocate")
    with station().store.reading() as db:
        desk = desks.desk(db, session().desk_id) if session().desk_id is not None else None
        place = desk.at_place if desk is not None else ""
        mapped = None
        lying = []
        if place:
            mapped = shelf_map.mapped_place(db, parse_shelf(place))
            lying = [view.show(db, row) for row in shelf_map.lying_at(db, mapped.place)][-6:]
    return render_template("shelves/relocate.html", place=place, mapped=mapped, lying=lying, fill_words=FILL_WORDS)


@act(shelves, "/relocate/typed", right=Right.BATCH)
def typed() -> ResponseReturnValue:
    """A place or a parcel whose code no scanner reads."""

    def do(tx: Tx) -> Done:
        here = url_for("shelves.relocating")
        desk_id = desk_id_here()
        shelf, code = request.form.get("shelf", "").strip(), request.form.get("code", "").strip()
        if shelf:
            done = relocate_here.move_place(tx, shelf, desk_id=desk_id)
            if not code:
                return Done(here, done.message, done.facts)
        if not code:
            raise Refused("relocate.nothing_typed", N_("请填要放到的货架，或快件的取件码、运单号；没有移动"))
        done = relocate_here.move_scan(tx, recognise(code), desk_id=desk_id, under_way=under_way)
        return Done(here, done.message, done.facts, "done" if done.is_moved else "already")

    return acts.run(do, again=relocating)


@act(shelves, "/relocate/undo", right=Right.BATCH)
def carry_back() -> ResponseReturnValue:
    """Carries the last moved parcel back."""

    def do(tx: Tx) -> Done:
        back = relocate_here.undo_move(tx, desk_id=desk_id_here(), under_way=under_way)
        return Done(url_for("shelves.relocating"), back.message, back.facts, "attention")

    return acts.run(do, again=relocating)


@act(shelves, "/parcels/<int:parcel_id>/label", right=Right.BATCH)
def print_label(parcel_id: int) -> ResponseReturnValue:
    """The parcel's sticker, from its page."""

    def do(tx: Tx) -> Done:
        label_paper.print_label(tx, parcel_id, desk_id=session().desk_id)
        return Done(url_for("parcels.one_parcel", parcel_id=parcel_id), N_("标签已送去打印"))

    return acts.run(do)


@act(shelves, "/parcels/<int:parcel_id>/traits", right=Right.BATCH)
def note_traits(parcel_id: int) -> ResponseReturnValue:
    """What is special about a parcel, from its page."""

    def do(tx: Tx) -> Done:
        fits = next_traits.note_traits(tx, parcel_id, request.form.getlist("trait"))
        here = url_for("parcels.one_parcel", parcel_id=parcel_id)
        if fits:
            return Done(here, N_("特点已记下"))
        return Done(here, N_("特点已记下；现在放的货架不是放这类快件的，请移库"), {}, "attention")

    return acts.run(do)


@act(shelves, "/intake/next-trait", right=Right.BATCH)
def toggle_next() -> ResponseReturnValue:
    """Says what is special about the parcel that is scanned next."""

    def do(tx: Tx) -> Done:
        next_traits.toggle_next(tx, desk_id_here(), request.form.get("trait", ""))
        return Done(url_for("intake.intake"))

    return acts.run(do)


def _place(shelf: str, layer: int) -> ShelfPlace:
    try:
        return shelf_place(shelf, layer)
    except Refused as refused:
        raise NotFound from refused


def _plan() -> PlacePlan:
    capacity = request.form.get("capacity", "").strip()
    if capacity and not (capacity.isascii() and capacity.isdigit() and len(capacity) <= 5):
        capacity = "0"  # refused in words by the act
    return PlacePlan(
        int(capacity) if capacity else None, request.form.get("shelf_class", "general"),
        request.form.get("size_class", "any"), request.form.get("is_resting") == "1", request.form.get("note", ""),
    )  # fmt: skip


def _layer(name: str, usual: int = 1) -> int:
    text = request.form.get(name, "").strip()
    if not text:
        return usual
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else -1
