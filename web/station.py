"""What every view works with: the open store, runtime.db, the hub of live events, and things shown once."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g

from kiosk.devices import Runtime
from kiosk.people.sessions import Session
from kiosk.settings import Settings
from kiosk.storage import Actor, Store
from web.hub import Hub

EXTENSION = "kiosk"


class ShownOnce:
    """Secrets on their way to one page (a new PIN, the recovery code): in memory for ten minutes, never in a cookie, a
    URL or the database. A repeated POST finds the same one, so a lost reply loses nothing."""

    KEPT_SECONDS = 600

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, str, Any]] = {}

    def put(self, owner: str, value: Any) -> str:
        """Keeps ``value`` for one session (or ``''`` before any log-in); returns the ticket that goes into the URL."""
        ticket = secrets.token_urlsafe(12)
        with self._lock:
            self._sweep()
            self._kept[ticket] = (time.monotonic() + self.KEPT_SECONDS, owner, value)
        return ticket

    def get(self, owner: str, ticket: str) -> Any | None:
        """The value, or None when it is gone or somebody else's."""
        with self._lock:
            self._sweep()
            kept = self._kept.get(ticket)
            return kept[2] if kept is not None and kept[1] == owner else None

    def forget(self, ticket: str) -> None:
        """The person has noted it."""
        with self._lock:
            self._kept.pop(ticket, None)

    def _sweep(self) -> None:
        now = time.monotonic()
        for ticket in [ticket for ticket, kept in self._kept.items() if kept[0] < now]:
            del self._kept[ticket]


@dataclass(slots=True)
class Station:
    """The station as one web process sees it."""

    store: Store
    runtime: Runtime
    hub: Hub = field(default_factory=Hub)
    shown_once: ShownOnce = field(default_factory=ShownOnce)
    #: Where phones find their pages now (``http://…``, ``''`` nowhere); None where ``photos.listen`` is off.
    phones_at: Callable[[], str] | None = None

    @property
    def settings(self) -> Settings:
        """The station's settings."""
        return self.store.settings


def station() -> Station:
    """The station of the current request."""
    found: Station = current_app.extensions[EXTENSION]
    return found


def session() -> Session:
    """The running session of the current request; only in views that need a log-in."""
    found: Session = g.session
    return found


def actor() -> Actor:
    """Who acts in the current request."""
    return session().actor
