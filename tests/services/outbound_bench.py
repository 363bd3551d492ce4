"""A counter that sends parcels: one whole request as a clerk would fill it in, and the road to the courier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.counter.outbound_manifest import give_manifest, give_waybill, open_manifest, put_on
from kiosk.ledger import check as ledger
from kiosk.outbound import check as outbound
from kiosk.outbound import store
from kiosk.outbound.model import Manifest, Outbound
from kiosk.parcels import check as parcels
from kiosk.till import check as till
from tests.services.counter_bench import Bench

#: Fictitious people.
SENDING: dict[str, Any] = {
    "carrier": "YTO", "sender_name": "赵大嫂", "sender_phone": "19900001234", "recipient_name": "赵小妹",
    "recipient_phone": "19900005678", "recipient_address": "省城幸福路 1 号", "item": "腊肉", "item_kind": "food",
    "weight_grams": 2300, "id_document": "resident_id", "content_inspected": True, "freight_fen": 12_00,
}  # fmt: skip
WAYBILLS = tuple(f"YT89626467853{n:02d}" for n in range(89, 99))
ZTO = "73610555582883"


class OutboundBench(Bench):
    """Each method is an act, or the acts of one visit."""

    def send(self, **facts: Any) -> Outbound:
        """A parcel that was paid for and waits for its courier."""
        ticket_id = self.ticket(("outbound", SENDING | facts))
        self.settle(ticket_id, self.view(ticket_id)["total_fen"])
        return self.parcel(self.value("SELECT MAX(id) FROM outbound_parcels"))

    def parcel(self, outbound_id: int) -> Outbound:
        with self.store.reading() as db:
            return store.outbound(db, outbound_id)

    def give(self, *sent: Outbound, courier: str = "周师傅") -> Manifest:
        """The courier takes these, each with a waybill of its own."""
        listed = self.act(open_manifest, sent[0].carrier)
        for parcel in sent:
            self.act(put_on, listed.id, parcel.id)
            if not parcel.waybill_no:
                used = self.value("SELECT COUNT(*) FROM outbound_parcels WHERE waybill_no IS NOT NULL")
                self.act(give_waybill, parcel.id, WAYBILLS[used])
        return self.act(give_manifest, listed.id, courier)

    def owed(self, carrier: str = "YTO") -> int:
        """What the ledger owes a carrier."""
        return -(
            self.value(
                "SELECT SUM(amount_fen) FROM postings WHERE account = 'owed_to_carriers' AND party = ?",
                f"carrier:{carrier}",
            )
            or 0
        )

    def broken(self) -> list[Any]:
        """Every broken invariant of sending, tickets, ledger and parcels; ``kiosk.check`` walks the whole file beside."""
        with self.store.reading(snapshot=True) as db:
            return [found for proof in (outbound, till, ledger, parcels) for found in proof.problems(db)]


def make(folder: Path, **facts: Any) -> OutboundBench:
    return OutboundBench(folder / "station", **facts)
