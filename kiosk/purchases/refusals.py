"""What may not be done with a purchase now, in words: shared by the files of its acts."""

from __future__ import annotations

from collections.abc import Collection

from kiosk import money
from kiosk.errors import Refused
from kiosk.people.rights import Right, require
from kiosk.purchases.model import Purchase
from kiosk.purchases.store import has_pending_line, purchase
from kiosk.storage import Tx
from kiosk.words import N_, say


def in_state(found: Purchase, states: Collection[str], *, even_ending: bool = False) -> Purchase:
    """The purchase if it stands in one of these states; Refused ``purchase.too_far``, or ``purchase.is_ending`` when it
    is being called off or sent back."""
    if found.state not in states:
        raise Refused(
            "purchase.too_far",
            N_("代购 {purchase_id} 现在是「{state}」，这一步不能办；没有改动任何内容，请在代购页看它走到哪里了"),
            purchase_id=found.id,
            state=say(found.state_words),
            now=found.state,
        )
    if found.ends_as and not even_ending:
        raise Refused(
            "purchase.is_ending",
            N_("代购 {purchase_id} 正在取消或退换，这一步不能办；没有改动任何内容"),
            purchase_id=found.id,
            ends_as=found.ends_as,
        )
    return found


def movable(tx: Tx, purchase_id: int, states: Collection[str], *, even_ending: bool = False) -> Purchase:
    """``in_state``, and no line about it waits on an unsettled ticket (Refused ``purchase.line_pending``): what was told
    to the customer must not change while they look for their money. Refused ``staff.not_allowed`` before anything."""
    require(tx.actor, Right.SERVE)
    found = in_state(purchase(tx, purchase_id), states, even_ending=even_ending)
    not_pending(tx, found)
    return found


def not_pending(tx: Tx, found: Purchase) -> None:
    """Refused ``purchase.line_pending`` while a line about it stands on an unsettled ticket."""
    if has_pending_line(tx, found.id):
        raise Refused(
            "purchase.line_pending",
            N_("代购 {purchase_id} 有一项在还没收款的单上；没有改动，请先收款，或把那一项去掉"),
            purchase_id=found.id,
        )


def balance_owed(found: Purchase) -> Refused:
    """The goods stay until they are paid."""
    return Refused(
        "purchase.balance_owed",
        N_("这是代购 {request_no} 的货，村民还应付 {owed}；没有交付，请先在代购页收货款"),
        purchase_id=found.id,
        request_no=found.request_no,
        owed=money.yuan(found.owed_fen),
        owed_fen=found.owed_fen,
    )
