"""What the county has for this station: asked for now and then, on a line of its own, so that no report ever waits for an
answer and no answer for a report. Each message is verified, taken and applied in one transaction; nothing that comes holds
the counter up or is believed before its signature.

It asks only where a key of the county's is pinned and reports go by the network; failures pause it alone.
"""

from __future__ import annotations

import logging
import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk import clock
from kiosk.counter.apply_message import apply_message
from kiosk.errors import Refused, SyncError, SyncMisconfigured, SyncTransient
from kiosk.inbox import actions, keys, store
from kiosk.inbox import message as messages
from kiosk.inbox.message import Incoming
from kiosk.parcels.names import read_dictionary
from kiosk.reports.sending import known_secret
from kiosk.storage import Reader, Store
from kiosk.words import N_
from sync.backoff import pause_seconds
from sync.transport import Transport

log = logging.getLogger("sync")

ENDPOINT = "/api/v1/messages"
#: Twenty of the largest messages.
LARGEST_ANSWER_BYTES = 4 * 1024 * 1024
MOST_MESSAGES = 20
#: Between two answers of a backlog: the counter's transactions come first.
BREATH_SECONDS = 0.05
#: How often is looked whether a key has been pinned meanwhile.
LOOK_AGAIN_SECONDS = 5.0
#: One that fails without a reason of its own is parked with this.
FAILED = "message.failed"


@dataclass(frozen=True, slots=True)
class Asked:
    """How the last question went: when, ``reason`` as a lamp's ('' when it was answered), and how many messages came."""

    at: str
    reason: str
    taken: int


class Downlink:
    """One station's ear. Used by one thread; ``hang_up`` may be called from another."""

    def __init__(
        self, place: Store, show: Callable[[Asked], None] | None = None, chance: random.Random | None = None
    ) -> None:
        self.store = place
        self.county = place.settings.county
        self._show = show or (lambda asked: None)
        self._chance = chance or random.SystemRandom()
        self._transport: Transport | None = None
        self._failures = 0
        self._paused_until = 0.0
        self._longest = max(self.county.messages_every_seconds, self.county.longest_pause_seconds)

    def turn(self) -> float:
        """Asks once, when it is time; returns how many seconds may pass before the next turn."""
        if not self.county.address or self.county.road != "https":
            return self._longest
        remaining = self._paused_until - time.monotonic()
        if remaining > 0:
            return remaining
        with self.store.reading() as db:
            if keys.current(db) is None:
                return LOOK_AGAIN_SECONDS
            question = _question(db)
        try:
            answer = self._road().ask(ENDPOINT, question, LARGEST_ANSWER_BYTES)
            came, has_more = _read(answer)
        except SyncError as error:
            return self._pause(self._failed(error))
        if self._failures:
            log.info("the county centre answers questions for messages again")
        self._failures = 0
        taken = self._take_all(came)
        self._show(Asked(clock.stamp(), "", taken))
        return self._pause(BREATH_SECONDS if has_more and taken else self.county.messages_every_seconds)

    def ask_again(self) -> None:
        """Ends the pause: a person asks for it."""
        self._paused_until = 0.0

    def hang_up(self) -> None:
        """Ends the question that is under way."""
        if self._transport is not None:
            self._transport.hang_up()

    def close(self) -> None:
        """Lets the connection go."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    # -----------------------------------------------------------------------------------------------------------------

    def _take_all(self, came: list[Any]) -> int:
        taken = 0
        for one in came:
            text = one if isinstance(one, str) and one.isascii() else ""
            try:
                taken += take(self.store, text) in ("applied", "parked")
            except Exception as error:  # noqa: BLE001 - a fault of ours in one message must not keep all others from coming
                if _is_of_the_disk(error):
                    raise
                log.exception("message %d of the county failed and is parked", messages.claimed_sequence(text))
                taken += _park_failed(self.store, text)
        return taken

    def _road(self) -> Transport:
        if self._transport is None:
            self._transport = Transport(self.county)
        return self._transport

    def _failed(self, error: SyncError) -> float:
        self._failures += 1
        if self._failures == 1:  # the first failure is said, repeats are silent
            log.warning("the county's messages could not be asked for: %s %s", error, error.facts)
        self._show(Asked(clock.stamp(), str(error.facts.get("reason", "")), 0))
        if isinstance(error, SyncMisconfigured):
            self.close()
            return self._longest
        asked = float(error.facts.get("asked_seconds", 0.0))  # type: ignore[arg-type]
        return pause_seconds(self._failures, self.county.pause_seconds, self._longest, self._chance, asked)

    def _pause(self, seconds: float) -> float:
        self._paused_until = time.monotonic() + seconds
        return seconds


def take(place: Store, text: str) -> str:
    """Takes one envelope as it came: ``applied``, ``parked``, ``known`` (it came before), ``turned_away`` or ``no_key``.

    What is done for it is durable when this returns. Raises nothing that the sender could bring about.
    """
    try:
        with place.reading() as db:
            incoming = messages.verify(db, text)
            standing = actions.standing(db, incoming)
    except Refused as refused:
        reason = actions.REASONS.get(refused.code)
        if reason is None:
            return "no_key"
        return _turn_away(place, reason, messages.claimed_sequence(text))
    if standing != "next":
        return "known" if standing == "known" else _turn_away(place, standing, incoming.sequence)
    if incoming.topic == "parcels.expected":
        read_dictionary(incoming.payload)  # outside the transaction: its first reading takes a while
    try:
        with place.transaction() as tx:
            apply_message(tx, incoming)
    except Refused as refused:
        return _park(place, incoming, refused)
    return "applied"


def _park(place: Store, incoming: Incoming, refused: Refused) -> str:
    with place.transaction() as tx:
        actions.park(tx, incoming, refused)
    log.warning("message %d of the county is parked: %s", incoming.sequence, refused.code)
    return "parked"


def _is_of_the_disk(error: Exception) -> bool:
    """Whether there was no room, or the disk did not answer: that is no fault of the message, which the county still has.
    Put aside it might be lost, since what may name people is not kept."""
    names = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_NOMEM")
    return isinstance(error, sqlite3.Error) and (getattr(error, "sqlite_errorname", None) or "").startswith(names)


def _park_failed(place: Store, text: str) -> bool:
    with place.reading() as db:
        incoming = messages.verify(db, text)
        is_next = actions.standing(db, incoming) == "next"
    if is_next:
        _park(place, incoming, Refused(FAILED, ""))
    return is_next


def _turn_away(place: Store, reason: str, sequence: int) -> str:
    with place.transaction() as tx:
        actions.turn_away(tx, reason, sequence)
    log.warning("a message that claims to be the county's number %d was turned away: %s", sequence, reason)
    return "turned_away"


def _question(db: Reader) -> str:
    parked = [{"sequence": sequence, "code": code} for sequence, code in store.parked(db)]
    signed = messages.poll(
        db.secrets.key_cached(known_secret(db)), station=db.settings.station.code, made_at=clock.stamp(),
        after=store.last_sequence(db), parked=parked,
    )  # fmt: skip
    return signed.envelope


def _read(answer: dict[str, Any]) -> tuple[list[Any], bool]:
    came, more = answer.get("messages"), answer.get("more")
    if not isinstance(came, list) or len(came) > MOST_MESSAGES or not isinstance(more, bool):
        raise SyncTransient(
            N_("县中心的答复无法识别，没有当作回执；稍后自动重试"), reason="county_unreadable", status=200
        )
    return came, more
