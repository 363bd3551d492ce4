"""Invented parcels that villagers of the sample station send: given to a courier yesterday, waiting today, one gone back,
one refused; and one parcel on the shelf that must be paid for. Amounts are whole yuan, as the sample days are counted in
coins."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from kiosk.counter.add_line import add_line
from kiosk.counter.note_cod import note_cod
from kiosk.counter.open_ticket import open_ticket
from kiosk.counter.outbound_manifest import give_manifest, give_waybill, open_manifest, put_on
from kiosk.counter.outbound_refusal import note_refusal
from kiosk.counter.outbound_return import return_outbound
from kiosk.counter.settle import settle
from kiosk.storage import Tx

Moment = Callable[[], AbstractContextManager[Tx]]
_CHECKED = {"id_document": "resident_id", "content_inspected": True}
DAUGHTER = {
    "sender_name": "李秀英", "sender_phone": "19900006688", "recipient_name": "李小妹", "recipient_phone": "19900020011",
    "recipient_address": "长沙市幸福路 18 号（演示）", "item": "土鸡蛋和腊肉", "item_kind": "produce", "weight_grams": 4300,
}  # fmt: skip
SHOP = {
    "sender_name": "陈小䶮", "sender_phone": "19900003141", "recipient_name": "某网店退货组", "recipient_phone": "19900020022",
    "recipient_address": "杭州市退货仓（演示）", "item": "不合脚的鞋", "item_kind": "returned_goods", "weight_grams": 900,
}  # fmt: skip


class Dispatch:
    """What is sent on the sample days; ``on_day`` does what happened so many days ago."""

    def __init__(self, moment: Moment) -> None:
        self._tx = moment

    def on_day(self, days_ago: int) -> None:
        """Does the day's steps, each in its own transaction."""
        match days_ago:
            case 2:
                self._back(self._send(SHOP | {"carrier": "ZTO", "freight_fen": 12_00}))
            case 1:
                sent = [
                    self._send(DAUGHTER | {"carrier": "YTO", "freight_zone": "province"}),
                    self._send(SHOP | {"carrier": "YTO", "freight_zone": "country"}),
                ]
                self._give("YTO", dict(zip(sent, ("YT7460266600081", "YT7460266600082"), strict=True)), "周师傅")
            case 0:
                self._send(DAUGHTER | {"carrier": "YTO", "freight_zone": "province", "item": "新米"})
                self._send(SHOP | {"carrier": "YTO", "paid_by": "recipient"})
                self._send(
                    DAUGHTER
                    | {"carrier": "YZPY", "freight_zone": "country", "insured_value_fen": 800_00, "premium_fen": 4_00}
                )
                with self._tx() as tx:
                    note_refusal(tx, "prohibited", "returned", item="两挂鞭炮", category="explosives")
                self._must_be_paid()

    def _send(self, facts: dict[str, Any]) -> int:
        with self._tx() as tx:
            line = add_line(tx, open_ticket(tx), "outbound", **_CHECKED | facts)
            settle(tx, line.ticket_id, line.owed_fen)
        return line.case_id

    def _give(self, carrier: str, waybills: dict[int, str], courier: str) -> None:
        with self._tx() as tx:
            listed = open_manifest(tx, carrier)
            for outbound_id, waybill_no in waybills.items():
                put_on(tx, listed.id, outbound_id)
                give_waybill(tx, outbound_id, waybill_no)
            give_manifest(tx, listed.id, courier)

    def _back(self, outbound_id: int) -> None:
        with self._tx() as tx:
            line = return_outbound(tx, outbound_id)
            if line is not None:
                settle(tx, line.ticket_id, 0)

    def _must_be_paid(self) -> None:
        with self._tx() as tx:
            parcel_id = tx.value("SELECT MAX(id) FROM parcels WHERE state = 'on_shelf' AND carrier = 'STO'")
            if parcel_id is not None:
                note_cod(tx, parcel_id, cod_fen=68_00)
