"""The shelves with their fill, one place, 移库 before and after the first label, 盘点 under way and done."""

from __future__ import annotations

from kiosk.codes import parse_shelf, recognise
from kiosk.counter import count_shelves, relocate_here
from kiosk.counter.shelves import add_layers
from kiosk.parcels import shelf_map
from kiosk.parcels.shelf_map import PlacePlan
from kiosk.people import desks
from kiosk.shelf_counts import store as counting
from kiosk.storage import Actor, Store
from tests.web.shots import Shot, row


def _planned(store: Store, actor: Actor) -> None:
    """Racks of every class beside the one that intake has filled; made once."""
    with store.transaction(actor) as tx:
        desks.set_desk(tx, actor.desk_id or 1, mode="home", open_parcel_id=None, open_batch_id=None, at_place="")
        add_layers(tx, "8", 1, 3, PlacePlan(capacity=40, shelf_class="fresh", note="冷藏柜"))
        add_layers(tx, "9", 1, 2, PlacePlan(capacity=24, shelf_class="valuable"))
        add_layers(tx, "9", 3, 4, PlacePlan(size_class="large", is_resting=True, note="门口地上"))
        fullest = max(shelf_map.the_map(tx), key=lambda one: one.in_stock)
        shelf_map.plan(tx, fullest.place, PlacePlan(capacity=max(1, fullest.in_stock - 1), note="进门左手第一排架子"))


def _relocating(store: Store, actor: Actor) -> None:
    _planned(store, actor)
    with store.transaction(actor) as tx:
        relocate_here.begin(tx, desk_id=actor.desk_id or 1)
        relocate_here.move_place(tx, "8-2", desk_id=actor.desk_id or 1)
        for found in tx.all("SELECT waybill_no FROM parcels WHERE state = 'on_shelf' ORDER BY id DESC LIMIT 3"):
            relocate_here.move_scan(tx, recognise(found[0]), desk_id=actor.desk_id or 1)


def _counting(store: Store, actor: Actor) -> None:
    """A count in which everything happens that can: found, missing, surplus, wrong slot."""
    _planned(store, actor)
    with store.transaction(actor) as tx:
        count_shelves.begin_count(tx, desk_id=actor.desk_id)
        here = tx.all(
            "SELECT waybill_no, piece_index, shelf, layer FROM parcels WHERE state = 'on_shelf' AND piece_index = 0 LIMIT 12"
        )
        place = parse_shelf(f"{here[0]['shelf']}-{here[0]['layer']}")
        count_shelves.count_place(tx, str(place), desk_id=actor.desk_id or 1)
        for number, found in enumerate(here):
            at = place if number < 10 else parse_shelf("8-1")
            count_shelves.count_scan(tx, recognise(found["waybill_no"]), at)
        count_shelves.count_scan(tx, recognise("JT9900112233445"), place)


def _counted(store: Store, actor: Actor) -> None:
    with store.reading() as db:
        if any(one.figures is not None for one in counting.counts(db)):
            return
    _counting(store, actor)
    with store.transaction(actor) as tx:
        standing = counting.under_way(tx)
        if standing is not None:
            count_shelves.close_count(tx, standing.id)


SHOTS: dict[str, tuple[Shot, ...]] = {
    "shelves.the_shelves": (Shot("/shelves", "shelves", before=_planned),),
    "shelves.one_place": (
        Shot(
            row(
                "/shelves/{0}",
                "SELECT shelf || '/' || layer FROM parcels WHERE state = 'on_shelf' GROUP BY shelf, layer ORDER BY COUNT(*) DESC LIMIT 1",
            ),
            "shelf-place",
            before=_planned,
        ),
    ),  # fmt: skip
    "shelves.relocating": (Shot("/relocate", "relocate", before=_relocating),),
    "shelf_counts.every_count": (Shot("/shelf-counts", "shelf-counts", before=_counted),),
    "shelf_counts.one_count": (
        Shot(
            row("/shelf-counts/{0}", "SELECT id FROM shelf_counts WHERE state = 'closed' ORDER BY id DESC LIMIT 1"),
            "shelf-count",
            before=_counted,
        ),
    ),  # fmt: skip
    "shelf_counts.counting": (Shot("/shelf-counts/now", "shelf-count-now", before=_counting),),
}
