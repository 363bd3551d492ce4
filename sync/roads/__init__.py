"""The roads to the county behind one small protocol: ``https`` answers at once, ``folder`` and ``mail`` take a message now
and answer later, by phone a person carries it. Which one it is, the settings say; outbox and states are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.outbox import Message
from kiosk.storage import Store


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The county has it under this number."""

    number: str


@dataclass(frozen=True, slots=True)
class Turned:
    """The county refused it for good, in these words and with this code."""

    reason: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """It left as a file or mail of this name; after so many days without an answer it goes again."""

    name: str
    days: int


class Road(Protocol):
    """One way to the county. Used by one thread; ``hang_up`` alone may be called from another."""

    name: str
    #: A delivery takes no longer; the lease is made by it.
    timeout_seconds: float
    #: How often ``answer`` is asked about what left and has none; 0: this road brings no answers home.
    answers_every_seconds: float

    def deliver(self, message: Message, payload: str) -> Acknowledged | HandedOver:
        """Sends one signed message. Raises ``SyncTransient``, ``SyncPermanent`` or ``SyncMisconfigured``, each with
        ``reason`` (a key of ``kiosk.devices.REASONS``) and ``status``."""
        ...

    def answer(self, message: Message) -> Acknowledged | Turned | None:
        """What came back for a message that had been handed over; None while nothing has. Raises ``SyncTransient``."""
        ...

    @property
    def clock_seconds(self) -> float | None:
        """How far the county's clock is ahead of this one, as its last answer said; None when none did."""
        ...

    def hang_up(self) -> None:
        """Ends the delivery that is under way."""
        ...

    def close(self) -> None:
        """Lets go of what it holds."""
        ...


def open_road(store: Store) -> Road:
    """The road that the settings choose. Raises ``SyncMisconfigured``; ValueError for one that a person walks."""
    county = store.settings.county
    if county.road == "https":
        from sync.roads.https import Https

        return Https(county)
    if county.road == "folder":
        from sync.roads.folder import Folder

        return Folder(store)
    if county.road == "mail":
        from sync.roads.mail import Mail

        return Mail(store)
    raise ValueError(f"nobody but a person walks the road {county.road}")
