"""Notes what was not taken: by hand on its page, and by the entry point after an act was refused for what the parcel
holds. That act has left nothing; this is a transaction of its own (architecture.md §6)."""

from __future__ import annotations

from kiosk.errors import Refused
from kiosk.outbound import refused as log
from kiosk.outbound.model import RefusalAction, RefusalReason
from kiosk.people.rights import Right, require
from kiosk.storage import Tx


def note_refusal(tx: Tx, reason: str, action: str, *, item: str = "", category: str = "", carrier: str = "") -> int:
    """Notes a refusal that a clerk tells of; returns its id. Refused as ``outbound.refused.note``."""
    require(tx.actor, Right.SERVE)
    return log.note(tx, reason, action, item=item, category=category, carrier=carrier)


def is_prohibited(refused: Refused) -> bool:
    """Whether this refusal is to be noted with ``remember_prohibited``."""
    return refused.code == log.PROHIBITED


def remember_prohibited(tx: Tx, refused: Refused, item: str = "") -> int:
    """Notes that something that may not be sent was refused; returns the row's id."""
    facts = refused.facts
    return log.note(
        tx, RefusalReason.PROHIBITED, RefusalAction.RETURNED, item=item, category=str(facts["category"]),
        word=str(facts["word"]),
    )  # fmt: skip
