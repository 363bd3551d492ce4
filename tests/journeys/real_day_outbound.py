"""Sending and cash on delivery in the real day: one parcel given to its courier, one that waits, one refused, one that was
paid at its hand-over, so that their tables hold rows at the end of the day."""

from __future__ import annotations

from kiosk.counter.add_line import add_line
from kiosk.counter.hand_over import hand_over_one
from kiosk.counter.note_cod import note_cod
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.outbound_manifest import give_manifest, give_waybill, open_manifest, put_on
from kiosk.counter.outbound_refusal import note_refusal
from kiosk.counter.settle import settle
from kiosk.storage import Actor, Store
from kiosk.till.view import ticket_view

SENDING = {
    "carrier": "YTO", "sender_name": "村民戊", "sender_phone": "13500135000", "recipient_name": "村民己",
    "recipient_phone": "13500135001", "recipient_address": "外省某村", "item": "干香菇", "item_kind": "produce",
    "weight_grams": 1500, "id_document": "resident_id", "content_inspected": True, "freight_fen": 10_00,
}  # fmt: skip


def parcels_are_sent(store: Store, operator: Actor, cod_parcel: int) -> None:
    """Two parcels are accepted, one of them given; ``cod_parcel`` is paid and leaves; something is refused."""
    sent = [_sent(store, operator), _sent(store, operator)]
    with store.transaction(operator) as tx:
        listed = open_manifest(tx, "YTO")
        put_on(tx, listed.id, sent[0])
        give_waybill(tx, sent[0], "YT7460266600081")
        give_manifest(tx, listed.id, "快递员乙")
    with store.transaction(operator) as tx:
        note_refusal(tx, "prohibited", "returned", item="鞭炮", category="explosives")
    with store.transaction(operator) as tx:
        note_cod(tx, cod_parcel, cod_fen=88_00)
    with store.transaction(operator) as tx:
        assert not hand_over_one(tx, cod_parcel, "code").is_done
    _pay(store, operator)


def _sent(store: Store, operator: Actor) -> int:
    with store.transaction(operator) as tx:
        line = add_line(tx, open_ticket(tx), "outbound", **SENDING)
    _pay(store, operator)
    return line.case_id


def _pay(store: Store, operator: Actor) -> None:
    with store.transaction(operator) as tx:
        ticket_id = open_ticket(tx)
        settle(tx, ticket_id, ticket_view(tx, ticket_id)["total_fen"])
