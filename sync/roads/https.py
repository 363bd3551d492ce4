"""The road with an answer: one POST a message, its acknowledgement number in the reply."""

from __future__ import annotations

from kiosk.outbox import Message
from kiosk.settings import County
from sync.roads import Acknowledged, HandedOver, Turned
from sync.transport import Transport


class Https:
    """``transport`` as a road."""

    name = "https"
    answers_every_seconds = 0.0

    def __init__(self, county: County) -> None:
        """Raises ``SyncMisconfigured`` when address or certificate cannot be used."""
        self._transport = Transport(county)
        self.timeout_seconds = county.timeout_seconds

    def deliver(self, message: Message, payload: str) -> Acknowledged | HandedOver:
        """As ``Road``."""
        return Acknowledged(self._transport.deliver(message.envelope, message.hash))

    def answer(self, message: Message) -> Acknowledged | Turned | None:
        """Never asked: the reply was the answer."""
        return None

    @property
    def clock_seconds(self) -> float | None:
        """As ``Road``."""
        return self._transport.clock_seconds

    def hang_up(self) -> None:
        """As ``Road``."""
        self._transport.hang_up()

    def close(self) -> None:
        """As ``Road``."""
        self._transport.close()
