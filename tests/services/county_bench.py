"""A county's hand: its key, and messages signed as its centre signs them; and the ear of a station without a network."""

from __future__ import annotations

import json
from typing import Any

from kiosk.inbox import keys, message, store
from kiosk.inbox.store import Message
from kiosk.reports import signing
from kiosk.storage import Store
from sync.downlink import take

MADE_AT = "2026-11-22T08:00:00.000000Z"
NOTICE = {"title": "冬季防火通知", "body": "天干物燥，\n请检查电线。", "kind": "notice", "valid_until": "2099-12-31"}
PHONE = "13987654321"
PARCELS = {
    "items": [
        {"waybill": "73610555582883", "phone": PHONE, "name": "钱多多", "carrier": "ZTO", "from": "县仓"},
        {"waybill": "YT8962646785389", "carrier": "YTO"},
    ]
}
FEE = {
    "code": "purchase", "name_zh": "代购服务", "service": "purchase", "unit": "单", "rule": "fixed_per_unit", "amount": "4.00",
}  # fmt: skip
FEES = {"items": [FEE], "effective_from": "2026-12-01", "note": "县物价部门指导价"}
RANKING = {"month": "2026-10", "place": 3, "of": 40, "turnover_fen": 123_45, "last_place_months": 0}


class County:
    """One centre towards one station; counts its messages."""

    def __init__(self, place: Store, seed: bytes = b"c" * 32, *, pinned: bool = True) -> None:
        self.place, self.seed, self.sequence = place, seed, 0
        self.station = place.settings.station.code
        if pinned:
            with place.transaction() as tx:
                keys.pin(tx, self.public_key)

    @property
    def public_key(self) -> str:
        return signing.public_key_of(self.seed)

    @property
    def thumbprint(self) -> str:
        return signing.thumbprint(self.public_key)

    def envelope(self, topic: str = "announcement", content: Any = NOTICE, **other: Any) -> str:
        """The next message, or (``sequence``) another; ``seed`` signs with another key."""
        if "sequence" not in other:
            self.sequence += 1
        facts = {"station": self.station, "sequence": self.sequence, "made_at": MADE_AT} | other
        seed = facts.pop("seed", self.seed)
        return message.sign(seed, topic=topic, content=content, **facts).envelope

    def say(self, topic: str = "announcement", content: Any = NOTICE, **other: Any) -> str:
        """Sends the next message; what became of it."""
        return take(self.place, self.envelope(topic, content, **other))

    def said(self, topic: str = "announcement", content: Any = NOTICE, **other: Any) -> Message:
        """Sends the next message and returns it as it is kept."""
        assert self.say(topic, content, **other) in ("applied", "parked")
        return self.last()

    def last(self) -> Message:
        with self.place.reading() as db:
            return store.messages(db, limit=1)[0]

    def rotated(self, seed: bytes) -> Any:
        public_key = signing.public_key_of(seed)
        return {"key": {"jwk": json.loads(public_key)}, "thumbprint": signing.thumbprint(public_key)}
