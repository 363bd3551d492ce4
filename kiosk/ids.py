"""Random identifiers that a database does not number: secrets, idempotency keys, scan ids. Row ids come from SQLite
(AUTOINCREMENT, never reused), document numbers from ``kiosk.storage.numbers`` (gapless)."""

from __future__ import annotations

import secrets
import time


def token(length_bytes: int = 32) -> str:
    """A secret, URL-safe."""
    return secrets.token_urlsafe(length_bytes)


def new_key() -> str:
    """An idempotency key, minted when a form is rendered."""
    return secrets.token_urlsafe(18)


def ordered_id() -> str:
    """A unique id whose text order is roughly the order of making: 12 hex of milliseconds, 16 random hex."""
    return f"{int(time.time() * 1000):012x}{secrets.token_hex(8)}"


def digits(count: int) -> str:
    """A random decimal number of ``count`` digits, as text (PINs, recovery codes)."""
    return "".join(secrets.choice("0123456789") for _ in range(count))
