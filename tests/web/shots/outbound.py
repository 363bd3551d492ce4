"""Sending: the form, what waits, one parcel, the courier's list before and after, the log of what was refused."""

from __future__ import annotations

from playwright.sync_api import Page

from kiosk.counter.add_line import add_line
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.outbound_manifest import give_manifest, give_waybill, open_manifest, put_on
from kiosk.counter.outbound_refusal import note_refusal
from kiosk.counter.settle import settle
from kiosk.people import desks
from kiosk.storage import Actor, Store
from kiosk.till.view import ticket_view
from tests.web.shots import Shot, row

_SENDING = {
    "carrier": "YTO", "sender_name": "赵大嫂", "sender_phone": "19900001234", "recipient_name": "欧阳䶮𠮷等二十个字的长名字收件人甲乙丙",
    "recipient_phone": "19900005678", "recipient_address": "省城幸福路 1 号", "item": "腊肉和干香菇", "item_kind": "food",
    "weight_grams": 2300, "id_document": "resident_id", "content_inspected": True, "freight_fen": None,
    "freight_zone": "province",
}  # fmt: skip


def _sent(store: Store, actor: Actor) -> None:
    """Three parcels wait, one of them with its waybill; made once."""
    with store.transaction(actor) as tx:
        desks.set_desk(
            tx, actor.desk_id or 1, mode="home", open_parcel_id=None, open_batch_id=None, open_manifest_id=None
        )
        if tx.value("SELECT COUNT(*) FROM outbound_parcels"):
            return
    for more in ({}, {"paid_by": "recipient", "item": "春联"}, {"insured_value_fen": 500_00, "premium_fen": 2_00}):
        with store.transaction(actor) as tx:
            ticket_id = open_ticket(tx)
            add_line(tx, ticket_id, "outbound", **_SENDING | more)
        with store.transaction(actor) as tx:
            settle(tx, ticket_id, ticket_view(tx, ticket_id)["total_fen"])
    with store.transaction(actor) as tx:
        note_refusal(tx, "inspection_refused", "returned", item="一只封好的纸箱")
        note_refusal(tx, "prohibited", "police_told", item="鞭炮", category="explosives")


def _making(store: Store, actor: Actor) -> None:
    _sent(store, actor)
    with store.transaction(actor) as tx:
        listed = open_manifest(tx, "YTO", desk_id=actor.desk_id)
        waiting = [found[0] for found in tx.all("SELECT id FROM outbound_parcels WHERE state = 'accepted' ORDER BY id")]
        for outbound_id in waiting[:2]:
            put_on(tx, listed.id, outbound_id)


def _given(store: Store, actor: Actor) -> None:
    _sent(store, actor)
    with store.transaction(actor) as tx:
        if tx.value("SELECT COUNT(*) FROM outbound_manifests WHERE state = 'given'"):
            return
        listed = open_manifest(tx, "YTO", desk_id=actor.desk_id)
        for number, found in enumerate(
            tx.all("SELECT id FROM outbound_parcels WHERE state = 'accepted' ORDER BY id")[:2]
        ):
            put_on(tx, listed.id, found[0])
            give_waybill(tx, found[0], f"YT74602666000{number + 20}")
        give_manifest(tx, listed.id, "周师傅")


def _prohibited(page: Page) -> None:
    for name, value in (
        ("item", "烟花一箱"), ("weight", "2300"), ("sender_name", "赵大嫂"), ("sender_phone", "19900001234"),
        ("recipient_name", "赵小妹"), ("recipient_phone", "19900005678"), ("recipient_address", "省城幸福路 1 号"),
    ):  # fmt: skip
        page.fill(f"main [name={name}]", value)
    page.check("main [name=id_document][value=resident_id]")
    page.check("main [name=content_inspected]")
    page.select_option("main [name=service]", "YTO/province")
    page.click("main button.main.big")


SHOTS: dict[str, tuple[Shot, ...]] = {
    "outbound.new_parcel": (
        Shot("/outbound/new", "outbound", before=_sent),
        Shot("/outbound/new", "outbound-refused", before=_sent, then=_prohibited),
    ),
    "outbound.all_parcels": (Shot("/outbound", "outbound-list", before=_sent),),
    "outbound.one_parcel": (Shot(row("/outbound/{}", "SELECT MAX(id) FROM outbound_parcels WHERE state = 'accepted'"), "outbound-parcel", before=_sent),),
    "outbound.refusals": (Shot("/outbound/refusals", "outbound-refusals", before=_sent),),
    "manifests.making": (
        Shot("/outbound/manifest", "manifest-begin", before=_sent),
        Shot("/outbound/manifest", "manifest-making", before=_making),
    ),
    "manifests.all_lists": (Shot("/outbound/manifests", "manifests", before=_given),),
    "manifests.one_list": (Shot(row("/outbound/manifests/{}", "SELECT MIN(id) FROM outbound_manifests"), "manifest", before=_given),),
}  # fmt: skip
