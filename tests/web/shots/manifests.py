"""Lists of what changes hands: the book of them, one being counted, one to be signed with a difference, a round that is out,
one that was signed and one by who may only read."""

from __future__ import annotations

from playwright.sync_api import Page

from kiosk.counter.check_in import check_in
from kiosk.counter.close_batch import close_batch
from kiosk.counter.door_manifest import deliver
from kiosk.counter.list_manifest import add_to_list, close_list, open_list
from kiosk.counter.open_batch import open_batch
from kiosk.counter.set_aside import mark_to_return
from kiosk.counter.sign_manifest import sign_list
from kiosk.manifests.signing import read_signature
from kiosk.people import desks
from kiosk.storage import Actor, Store
from tests.services.manifest_bench import drawn
from tests.web.shots import Shot, row

_RARE = "欧阳䶮𠮷等二十个字的长名字快递员甲乙丙"


def _lists(store: Store, actor: Actor) -> None:
    """An arrivals list with a difference, a door round that is out, a signed transfer; made once. No list is open."""
    with store.transaction(actor) as tx:
        desks.set_desk(
            tx, actor.desk_id or 1, mode="home", open_parcel_id=None, open_list_id=None, open_manifest_id=None
        )
        if tx.value("SELECT COUNT(*) FROM manifests WHERE kind = 'door'"):
            return
        batch = open_batch(tx, carrier="YTO", courier=_RARE, declared=9, print_mode="never", desk_id=None)
        parcels = [
            check_in(
                tx, waybill=f"YT746026661{number:04d}", batch_id=batch.id, phone=f"123{number}", name_hint="欧阳䶮𠮷",
                desk_id=None,
            ).parcel_id
            for number in range(7)
        ]  # fmt: skip
        close_batch(tx, batch.id)
        for parcel_id in parcels[:3]:
            mark_to_return(tx, parcel_id, "overdue")
    for kind, whose, pieces, signature in (
        ("door", "赵送货", parcels[3:5], ""),
        ("transfer", "河东村电商服务站", parcels[5:6], drawn()),
    ):
        with store.transaction(actor) as tx:
            found = open_list(tx, kind, receiver=whose)
            for parcel_id in pieces:
                add_to_list(tx, found.id, parcel_id)
            close_list(tx, found.id)
            sign_list(tx, found.id, read_signature(signature))
            if kind == "door":
                deliver(tx, found.id, pieces[0])
    with store.transaction(actor) as tx:
        desks.set_desk(tx, actor.desk_id or 1, mode="home", open_list_id=None)


def _making(store: Store, actor: Actor) -> None:
    _lists(store, actor)
    with store.transaction(actor) as tx:
        found = open_list(tx, "return", carrier="YTO", receiver="周师傅")
        first = tx.value("SELECT MIN(id) FROM parcels WHERE state = 'to_return' AND carrier = 'YTO'")
        add_to_list(tx, found.id, first, "damaged")


def _loading(store: Store, actor: Actor) -> None:
    """A door round being loaded, with everything in stock to tick beside it."""
    _lists(store, actor)
    with store.transaction(actor) as tx:
        open_list(tx, "door", receiver="欧阳䶮")


def _signed_on(page: Page) -> None:
    board = page.locator("canvas[data-signature]")
    board.scroll_into_view_if_needed()
    frame = board.bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 60, frame["y"] + 90)
    page.mouse.down()
    for across in range(60, 320, 20):
        page.mouse.move(frame["x"] + across, frame["y"] + 40 + (across * 7) % 80)
    page.mouse.up()


def _looked_at_stock(page: Page) -> None:
    page.locator("form[id^=choose-form] [name=parcel_id]").nth(1).check()
    page.locator("form[id^=choose-form] tr").nth(4).scroll_into_view_if_needed()


#: The courier stands at the counter: board and buttons are in sight at once.
_SIGNS = (".board", "button[value=screen]", "button[value=paper]", "[name=accepts_difference]")


def _of(kind: str) -> str:
    return f"SELECT MAX(id) FROM manifests WHERE kind = '{kind}' AND state <> 'open'"


SHOTS: dict[str, tuple[Shot, ...]] = {
    "manifest_book.all_lists": (Shot("/manifests", "lists", before=_lists),),
    "manifest_book.making": (
        Shot("/manifests/making", "list-making", before=_making),
        Shot("/manifests/making", "list-choosing", before=_loading, then=_looked_at_stock),
    ),
    "manifest_book.one_list": (
        Shot(row("/manifests/{}", _of("intake")), "list-to-sign", before=_lists, then=_signed_on, sees=_SIGNS),
        Shot(row("/manifests/{}", _of("door")), "list-round", before=_lists),
        Shot(row("/manifests/{}", _of("transfer")), "list-signed", before=_lists),
    ),
}  # fmt: skip
