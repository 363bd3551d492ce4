"""The county's keys: pinned by enrolment, typed by the manager, or named by a message that the key before it signed. A key is
never changed or dropped: each verifies from its own sequence number on, until a later one does."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk import audit
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.reports import signing
from kiosk.storage import Reader, Tx
from kiosk.words import N_

HOW_WORDS = {
    "enrolment": N_("登记时由县中心给出"),
    "typed": N_("站长手工登记"),
    "rotated": N_("县中心用原来的密钥换的"),
}
LONGEST_KEY_TEXT = 400

audit.register(
    "county_key.pinned", N_("登记了县中心的公钥（{key_id}，{how}），从第 {from_sequence} 条消息起用它验证"),
    key_id=audit.ID, how=audit.ENUM, from_sequence=audit.NUMBER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CountyKey:
    """One key: the JWK, its thumbprint, and from which message on it counts."""

    id: int
    public_key: str
    thumbprint: str
    how: str
    from_sequence: int
    pinned_at: str
    pinned_by_kind: str
    pinned_by_id: int


def pinned(db: Reader) -> list[CountyKey]:
    """Every key that was ever pinned, newest first."""
    return [_key(row) for row in db.all("SELECT * FROM county_keys ORDER BY id DESC")]


def current(db: Reader) -> CountyKey | None:
    """The key that counts for what comes now; None while none is pinned."""
    row = db.one("SELECT * FROM county_keys ORDER BY id DESC LIMIT 1")
    return None if row is None else _key(row)


def for_sequence(db: Reader, sequence: int) -> CountyKey | None:
    """The key by which a message of this number is verified."""
    row = db.one("SELECT * FROM county_keys WHERE from_sequence <= ? ORDER BY id DESC LIMIT 1", sequence)
    return None if row is None else _key(row)


def pin(tx: Tx, public_key: object, how: str = "enrolment") -> CountyKey:
    """Believes this key (a JWK or its text) from the next message on. Does nothing when it is the current one.

    Raises ``Refused('envelope.key_unreadable')``.
    """
    text = signing.jwk_text(public_key)
    standing = current(tx)
    if standing is not None and standing.public_key == text:
        return standing
    next_sequence = 1 + int(tx.value("SELECT COALESCE(MAX(sequence), 0) FROM county_messages"))
    return _insert(tx, text, how, next_sequence)


def pin_typed(tx: Tx, text: str, thumbprint: str) -> CountyKey:
    """The manager believes a key that he was told, having compared its thumbprint with the county on the phone.

    Raises ``Refused`` with ``staff.not_allowed``, ``envelope.key_unreadable`` and ``county_key.thumbprint_differs``.
    """
    require(tx.actor, Right.MANAGE)
    if thumbprint_of(text) != thumbprint.strip():
        raise Refused(
            "county_key.thumbprint_differs", N_("公钥的指纹和核对的不一样，没有登记；请重新复制公钥，再和县里在电话里核对")
        )  # fmt: skip
    return pin(tx, text.strip(), "typed")


def thumbprint_of(text: str) -> str:
    """The thumbprint of a key as it was typed. Raises ``Refused('envelope.key_unreadable')``."""
    return signing.thumbprint(signing.jwk_text(text.strip()[:LONGEST_KEY_TEXT]))


def rotate(tx: Tx, public_key: str, from_sequence: int) -> CountyKey:
    """The key that a message named, from the message after it on. Does nothing when it is the current one: what a centre
    signs again for a station that was just enrolled names the key by which it was enrolled. Nor when a later key counts by now:
    a message that was parked and is tried again brings back no key that the county has given up."""
    standing = current(tx)
    if standing is not None and (standing.public_key == public_key or standing.from_sequence >= from_sequence):
        return standing
    return _insert(tx, public_key, "rotated", from_sequence)


def _insert(tx: Tx, public_key: str, how: str, from_sequence: int) -> CountyKey:
    key_id = tx.insert(
        "county_keys", public_key=public_key, thumbprint=signing.thumbprint(public_key), how=how,
        from_sequence=from_sequence, pinned_at=tx.now, pinned_by_kind=tx.actor.kind, pinned_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(tx, "county_key.pinned", key_id=key_id, how=how, from_sequence=from_sequence)
    found = current(tx)
    assert found is not None  # noqa: S101 - inserted above
    return found


def _key(row: sqlite3.Row) -> CountyKey:
    return CountyKey(*tuple(row))
