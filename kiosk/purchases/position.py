"""Whose money lies where for one purchase: what the customer has paid less what the shop got is held for them, or
advanced by the station. Pure, so that the ledger and the rows cannot be worked out in two ways."""

from __future__ import annotations

from kiosk.ledger import Account, Posting
from kiosk.purchases.model import SERVICE, Purchase


def party(purchase_id: int) -> str:
    """How postings name a purchase."""
    return f"purchase:{purchase_id}"


def shift(purchase: Purchase, *, received_fen: int = 0, spent_fen: int = 0) -> tuple[Posting, ...]:
    """The postings on held and advanced money when so much more was received and spent; they sum to
    ``spent_fen - received_fen``."""
    before = purchase.received_fen - purchase.spent_fen
    after = before + received_fen - spent_fen
    held = max(0, after) - max(0, before)
    advanced = max(0, -after) - max(0, -before)
    moved = (
        Posting(Account.HELD_FOR_PURCHASES, -held, SERVICE, party(purchase.id)),
        Posting(Account.PURCHASES_ADVANCED, advanced, SERVICE, party(purchase.id)),
    )
    return tuple(posting for posting in moved if posting.amount_fen)


def of_line(purchase: Purchase, principal_fen: int) -> tuple[Account, tuple[Posting, ...]]:
    """The account that a line's principal goes to, and what is moved on from there when one account is not enough
    (an advance is paid back and the rest is held)."""
    moved = shift(purchase, received_fen=principal_fen)
    if len(moved) == 1:
        return moved[0].account, ()
    if not moved:
        return Account.HELD_FOR_PURCHASES, ()
    beside = Posting(Account.HELD_FOR_PURCHASES, principal_fen, SERVICE, party(purchase.id))
    held = next(posting for posting in moved if posting.account is Account.HELD_FOR_PURCHASES)
    rest = Posting(Account.HELD_FOR_PURCHASES, beside.amount_fen + held.amount_fen, SERVICE, party(purchase.id))
    return Account.HELD_FOR_PURCHASES, (
        rest,
        *(posting for posting in moved if posting.account is not Account.HELD_FOR_PURCHASES),
    )
