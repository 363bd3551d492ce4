"""The log of what was not taken (拒收登记). It stays whatever becomes of the ticket: the act that was refused left nothing,
so this is written in a transaction of its own."""

from __future__ import annotations

from kiosk import audit, shifts, vault
from kiosk.codes import carriers, own_words
from kiosk.errors import Refused
from kiosk.outbound import lists
from kiosk.outbound.model import REFUSAL_CASE, RETENTION, RefusalAction, RefusalReason
from kiosk.storage import Tx
from kiosk.words import N_

#: The refusal of an act that is to be noted.
PROHIBITED = "outbound.prohibited"


def note(
    tx: Tx,
    reason: str,
    action: str = RefusalAction.RETURNED,
    *,
    item: str = "",
    category: str = "",
    word: str = "",
    carrier: str = "",
) -> int:
    """Notes that something was not taken, why, and what was done with it; returns the row's id.

    ``category`` is one of the list of what may not be sent. Refused ``refusal.reason_unknown``,
    ``refusal.action_unknown``, ``refusal.category_unknown``, ``text.holds_id_number``.
    """
    if reason not in set(RefusalReason):
        raise Refused("refusal.reason_unknown", N_("请选择拒收的原因；没有登记"))
    if action not in set(RefusalAction):
        raise Refused("refusal.action_unknown", N_("请选择怎么处理的；没有登记"))
    if category and category not in lists.categories(tx):
        raise Refused("refusal.category_unknown", N_("禁寄物品目录里没有这一类；没有登记，请重新选择"))
    words = own_words(item, 60)
    code = carriers.find_by_any_code(carrier).code if carrier else ""
    refusal_id = tx.insert(
        "outbound_refusals", reason=reason, category=category, word=word, action=action, carrier=code,
        refused_on=shifts.ensure_open(tx).business_on, refused_at=tx.now, refused_by_kind=tx.actor.kind,
        refused_by_id=tx.actor.id,
    )  # fmt: skip
    if words:
        vault.put(tx, REFUSAL_CASE, refusal_id, "item", words, RETENTION)
    audit.record(tx, "outbound.refused", refusal_id=refusal_id, reason=reason, category=category, measure=action)
    return refusal_id


def forget(tx: Tx, refusal_id: int, rule: str) -> int:
    """Erases what was said of the item; inside an erasing transaction. That it was refused stays."""
    return vault.erase(tx, REFUSAL_CASE, refusal_id, rule)
