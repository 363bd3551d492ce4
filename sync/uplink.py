"""The uploader: one turn after the other through the waiting messages, oldest first, one under way at a time.

The lease is taken and the outcome written each in a transaction of its own; the network lies between them and holds
neither. A message that the centre refuses is parked and one that it cannot take now is postponed: the others go on.
Only when the road itself is out (no answer, or two messages in a row turned away for now) does everything pause.
Whatever happens, no message is deleted, and one sent twice has one number: the centre knows it again.
"""

from __future__ import annotations

import logging
import math
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from kiosk import clock, ids, outbox
from kiosk.devices import LampState
from kiosk.errors import SyncError, SyncMisconfigured, SyncPermanent
from kiosk.outbox import Message
from kiosk.storage import Store
from kiosk.words import say
from sync.backoff import pause_seconds
from sync.transport import Transport

log = logging.getLogger("sync")

#: How long after a lease that somebody else holds, or a clock that was changed, the queue is looked at again.
LOOK_AGAIN_SECONDS = 2.0
#: A message turned away for now may be at fault itself, so the next one is tried before the road is blamed.
TURNED_AWAY_IN_A_ROW = 2
#: Beyond the timeout of a POST: what is written before and after it.
LEASE_MARGIN_SECONDS = 5


@dataclass(frozen=True, slots=True)
class CountyLamp:
    """What the lamp of the county shows."""

    state: LampState
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Uplink:
    """One uploader of one station. Used by one thread; ``hang_up`` may be called from another."""

    def __init__(self, store: Store, show: Callable[[CountyLamp], None], chance: random.Random | None = None) -> None:
        self.store = store
        self.county = store.settings.county
        self.owner = f"sync-{os.getpid()}-{ids.token(6)}"
        self._show = show
        self._chance = chance or random.SystemRandom()
        self._transport: Transport | None = None
        self._paused_until = 0.0
        self._failures = 0
        self._turned_away = 0
        self._longest = max(self.county.pause_seconds, self.county.longest_pause_seconds)
        self._lease_seconds = math.ceil(self.county.timeout_seconds) + LEASE_MARGIN_SECONDS
        if self.has_address:
            show(CountyLamp(LampState.UNKNOWN, "county_not_tried"))
        else:
            show(CountyLamp(LampState.ABSENT, "county_no_address"))
            log.warning("no address of the county centre is set: messages wait")

    @property
    def has_address(self) -> bool:
        """False while no centre is known: everything waits."""
        return bool(self.county.address)

    def turn(self) -> float:
        """Sends at most one message; returns how many seconds may pass before the next turn (0: at once)."""
        if not self.has_address:
            return self._longest
        remaining = self._paused_until - time.monotonic()
        if remaining > 0:
            return remaining
        wait = self._until_due()
        if wait > 0:
            return wait
        message = self._lease()
        if message is None:
            return LOOK_AGAIN_SECONDS
        try:
            number = self._road().deliver(message.envelope, message.hash)
        except SyncError as error:
            self._failed(message, error)
        else:
            self._arrived(message, number)
        return max(0.0, self._paused_until - time.monotonic())

    def try_again(self) -> None:
        """Ends every pause: at the start, when a person asks for it, and when the clock was set back."""
        self._paused_until, self._turned_away = 0.0, 0
        with self.store.transaction() as tx:
            outbox.try_again(tx, later_than=tx.now)

    @property
    def is_pausing(self) -> bool:
        """True while the whole road pauses: new messages change nothing."""
        return not self.has_address or self._paused_until > time.monotonic()

    def hang_up(self) -> None:
        """Ends the POST that is under way."""
        if self._transport is not None:
            self._transport.hang_up()

    def close(self) -> None:
        """Lets the connection go."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    # -----------------------------------------------------------------------------------------------------------------

    def _until_due(self) -> float:
        with self.store.reading() as db:
            due_at = outbox.next_due_at(db)
        if due_at is None:
            return self._longest
        wait = (clock.read(due_at) - clock.now()).total_seconds()
        if wait > max(self._longest, self._lease_seconds) + LOOK_AGAIN_SECONDS:
            log.warning("the clock was set back: waiting messages are tried now")
            self.try_again()
            return 0.0
        return wait

    def _lease(self) -> Message | None:
        with self.store.transaction() as tx:
            return outbox.lease(tx, self.owner, self._lease_seconds)

    def _road(self) -> Transport:
        if self._transport is None:
            self._transport = Transport(self.county)
        return self._transport

    def _arrived(self, message: Message, number: str) -> None:
        with self.store.transaction() as tx:
            outbox.acknowledge(tx, message.id, number)
        if self._failures:
            log.info("the county centre takes messages again")
        log.info("message %d acknowledged as %s", message.sequence, number)
        self._failures = self._turned_away = 0
        self._show(CountyLamp(LampState.OK))

    def _failed(self, message: Message, error: SyncError) -> None:
        if isinstance(error, SyncPermanent):
            said = str(error.facts.get("said", ""))
            reason = said or say(error.message, self.store.settings.station.locale)
            with self.store.transaction() as tx:
                outbox.refuse(tx, message.id, reason)
            log.warning("message %d refused by the centre: %s", message.sequence, reason)
            self._failures = self._turned_away = 0
            self._show(CountyLamp(LampState.OK))
            return
        pause = self._pause_after(message, error)
        with self.store.transaction() as tx:
            next_try_at = clock.stamp(clock.read(tx.now) + timedelta(seconds=pause))
            outbox.postpone(tx, message.id, self.owner, error.message, next_try_at)
        self._failures += 1
        if self._failures == 1:  # the first failure is said, repeats are silent
            log.warning("message %d not delivered: %s %s", message.sequence, error, error.facts)
        facts = {name: value for name, value in error.facts.items() if name in ("status", "verify_code")}
        self._show(CountyLamp(LampState.PROBLEM, str(error.facts["reason"]), facts))

    def _pause_after(self, message: Message, error: SyncError) -> float:
        """How long this message rests; the whole road pauses with it when it is the road that is out."""
        if isinstance(error, SyncMisconfigured):
            self.close()  # the certificate's file may be put right meanwhile
            pause = self._longest
        elif error.facts["status"] and self._turned_away + 1 < TURNED_AWAY_IN_A_ROW:
            self._turned_away += 1
            return self._pause(message.attempts, error)
        else:
            pause = self._pause(self._failures + 1, error)
        self._paused_until = time.monotonic() + pause
        self._turned_away = 0
        return pause

    def _pause(self, failures: int, error: SyncError) -> float:
        asked = float(error.facts.get("asked_seconds", 0.0))  # type: ignore[arg-type]
        return pause_seconds(failures, self.county.pause_seconds, self._longest, self._chance, asked)
