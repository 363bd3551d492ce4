"""The uploader: one turn after the other through the waiting messages, oldest first, one under way at a time.

The lease is taken and the outcome written each in a transaction of its own; the network lies between them and holds
neither. A message that the centre refuses is parked and one that it cannot take now is postponed: the others go on.
Only when the road itself is out (no answer, or two messages in a row turned away for now) does everything pause.
Whatever happens, no message is deleted, and one sent twice has one number: the centre knows it again. Which road it takes
is ``roads``'; one that answers later leaves its messages in flight and is asked now and then.
"""

from __future__ import annotations

import logging
import math
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kiosk import clock, ids, outbox
from kiosk.devices import LampState
from kiosk.errors import SyncError, SyncMisconfigured, SyncPermanent
from kiosk.outbox import Message, enrolment
from kiosk.storage import Store
from kiosk.words import say
from sync.backoff import pause_seconds
from sync.enrolment import enrol
from sync.roads import Acknowledged, HandedOver, Road, Turned, open_road
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
        self._road_now: Road | None = None
        self._paused_until = 0.0
        self._look_at = 0.0
        self._failures = 0
        self._turned_away = 0
        self._enrolment_id, self._enrol_failures, self._enrol_at = 0, 0, 0.0
        self._longest = max(self.county.pause_seconds, self.county.longest_pause_seconds)
        # A mail takes two timeouts: the log-in and what follows.
        timeouts = 2 if self.county.road == "mail" else 1
        self._lease_seconds = math.ceil(timeouts * self.county.timeout_seconds) + LEASE_MARGIN_SECONDS
        if self.has_address:
            show(CountyLamp(LampState.UNKNOWN, "county_not_tried"))
        elif self.county.road == "phone":
            show(CountyLamp(LampState.ABSENT, "county_by_phone"))
        else:
            show(CountyLamp(LampState.ABSENT, "county_no_address"))
            log.warning("no address of the county centre is set: messages wait")

    @property
    def has_address(self) -> bool:
        """False while no centre is known, and where a person carries the reports: everything waits."""
        return self.county.is_reachable

    def turn(self) -> float:
        """Sends at most one message; returns how many seconds may pass before the next turn (0: at once)."""
        if not self.has_address:
            return self._longest
        remaining = self._paused_until - time.monotonic()
        if remaining > 0:
            return remaining
        look_again = min(self._enrol(), self._look_for_answers())
        wait = self._until_due()
        if wait > 0:
            return min(wait, look_again)
        leased = self._lease()
        if leased is None:
            return LOOK_AGAIN_SECONDS
        message, payload = leased
        try:
            outcome = self._road().deliver(message, payload)
        except SyncError as error:
            self._failed(message, error)
        else:
            self._left(message, outcome)
        return max(0.0, self._paused_until - time.monotonic())

    def try_again(self) -> None:
        """Ends every pause: at the start, when a person asks for it, and when the clock was set back.

        What another road took and never answered is sent by this one. A folder is gone through anew: the stick that is
        plugged in now may be another one; what lies on it already is not written twice.
        """
        self._paused_until, self._turned_away, self._look_at, self._enrol_at = 0.0, 0, 0.0, 0.0
        with self.store.transaction() as tx:
            outbox.try_again(tx, later_than=tx.now)
            if self.has_address:
                outbox.take_back(tx, but="" if self.county.road == "folder" else self.county.road)

    @property
    def is_pausing(self) -> bool:
        """True while the whole road pauses: new messages change nothing."""
        return not self.has_address or self._paused_until > time.monotonic()

    def hang_up(self) -> None:
        """Ends the delivery that is under way."""
        if self._road_now is not None:
            self._road_now.hang_up()

    def close(self) -> None:
        """Lets the road go."""
        if self._road_now is not None:
            self._road_now.close()
            self._road_now = None

    # -----------------------------------------------------------------------------------------------------------------

    def _until_due(self) -> float:
        with self.store.reading() as db:
            due_at = outbox.next_due_at(db)
        if due_at is None:
            return self._longest
        wait = -clock.quiet_seconds(due_at)
        if wait > max(self._longest, self._lease_seconds) + LOOK_AGAIN_SECONDS:
            log.warning("the clock was set back: waiting messages are tried now")
            self.try_again()
            return 0.0
        return wait

    def _lease(self) -> tuple[Message, str] | None:
        # Without its own sync: if a power cut takes the lease back, nobody is sending any more, and the message waits.
        with self.store.transaction(lasting=False) as tx:
            message = outbox.lease(tx, self.owner, self._lease_seconds)
            return None if message is None else (message, outbox.payload(tx, message.id))

    def _road(self) -> Road:
        if self._road_now is None:
            self._road_now = open_road(self.store)
        return self._road_now

    def _enrol(self) -> float:
        """Takes a code to the county that a person has typed; returns the seconds until the next try. It goes before any
        report: without it none is taken. While nobody is reached the pauses grow; another code is tried at once."""
        if self.county.road != "https":
            return self._longest
        with self.store.reading() as db:
            asked = enrolment.asked(db)
        if asked is None:
            return self._longest
        if asked.id != self._enrolment_id:
            self._enrolment_id, self._enrol_failures, self._enrol_at = asked.id, 0, 0.0
        remaining = self._enrol_at - time.monotonic()
        if remaining > 0:
            return remaining
        try:
            road = Transport(self.county)
            try:
                enrol(self.store, road)
            finally:
                road.close()
        except SyncError as error:
            self._show(CountyLamp(LampState.PROBLEM, str(error.facts["reason"])))
            self._enrol_failures += 1
            pause = pause_seconds(self._enrol_failures, self.county.pause_seconds, self._longest, self._chance)
            self._enrol_at = time.monotonic() + pause
            return pause
        return self._longest

    def _look_for_answers(self) -> float:
        """Asks a road that answers later about everything that left by it; returns the seconds until the next look."""
        if self.county.road != "folder":
            return self._longest
        remaining = self._look_at - time.monotonic()
        if remaining > 0:
            return remaining
        failure: SyncError | None = None
        try:
            road = self._road()
            with self.store.reading() as db:
                waiting = [*outbox.on_road(db, road.name), *outbox.refused_on_road(db, road.name)]
            for message in waiting:
                try:
                    self._take_answer(message, road.answer(message))
                except SyncError as error:  # this answer alone: those of the others are read all the same
                    failure = error
                    if error.facts["reason"] != "county_unreadable":
                        break
        except SyncError as error:
            failure = error
        if failure is not None:
            log.warning("the county's answers could not be read: %s", failure)
            self._show(CountyLamp(LampState.PROBLEM, str(failure.facts["reason"])))
        every = self._road_now.answers_every_seconds if self._road_now is not None else self._longest
        self._look_at = time.monotonic() + every
        return every

    def _take_answer(self, message: Message, answer: Acknowledged | Turned | None) -> None:
        if isinstance(answer, Acknowledged):
            self._arrived(message, answer.number)
        elif answer is not None and message.state != "refused":  # that answer was read already
            self._turn_away(message, answer.reason, answer.code)

    def _left(self, message: Message, outcome: Acknowledged | HandedOver) -> None:
        if isinstance(outcome, Acknowledged):
            self._arrived(message, outcome.number)
            return
        with self.store.transaction() as tx:
            outbox.hand_over(tx, message.id, self.county.road, outcome.name, outcome.days, owner=self.owner)
        log.info("message %d left as %s", message.sequence, outcome.name)
        self._is_well(CountyLamp(LampState.OK, "county_handed_over"))

    def _arrived(self, message: Message, number: str) -> None:
        with self.store.transaction() as tx:
            outbox.acknowledge(tx, message.id, number)
        log.info("message %d acknowledged as %s", message.sequence, number)
        self._is_well(self._well())

    def _turn_away(self, message: Message, reason: str, code: str = "", highest_sequence: int | None = None) -> None:
        with self.store.transaction() as tx:
            outbox.refuse(tx, message.id, reason, code=code, highest_sequence=highest_sequence)
        log.warning("message %d refused by the centre: %s", message.sequence, reason)
        self._is_well(self._well())

    def _is_well(self, lamp: CountyLamp) -> None:
        if self._failures:
            log.info("the county centre takes messages again")
        self._failures = self._turned_away = 0
        self._show(lamp)

    def _well(self) -> CountyLamp:
        """Green, with the difference of the clocks where the road tells it."""
        ahead = self._road_now.clock_seconds if self._road_now is not None else None
        return CountyLamp(LampState.OK, "", {} if ahead is None else {"clock_seconds": round(ahead)})

    def _failed(self, message: Message, error: SyncError) -> None:
        if isinstance(error, SyncPermanent):
            said = str(error.facts.get("said", ""))
            reason = said or say(error.message, self.store.settings.station.locale)
            code, highest = str(error.facts.get("code", "")), error.facts.get("highest_sequence")
            self._turn_away(message, reason, code, highest if isinstance(highest, int) else None)
            return
        pause = self._pause_after(message, error)
        with self.store.transaction() as tx:
            next_try_at = clock.stamp(clock.read(tx.now) + clock.span(pause))
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
