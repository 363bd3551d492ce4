"""The fee list, its writing, and what hangs on the wall."""

from __future__ import annotations

from datetime import timedelta

from kiosk import clock, fees
from kiosk.fees.document import to_document
from kiosk.storage import Actor, Store
from tests.web.shots import Shot

_COPY = {
    "code": "convenience.copy", "name_zh": "复印（双面，䶮𠮷等字）", "service": "convenience", "unit": "页",
    "rule": "fixed_per_unit", "amount": "0.50", "free_allowance": 2, "max": "20.00", "basis": "承办企业批准",
}  # fmt: skip
_WEIGHT = {
    "code": "outbound.pack", "name_zh": "代打包", "service": "outbound", "unit": "件", "rule": "tier_by_weight",
    "tiers": [{"up_to": 1000, "fee": "1.00"}, {"up_to": 5000, "fee": "3.00"}, {"fee": "6.00"}],
}  # fmt: skip


def _draft(store: Store, actor: Actor, **changed: str) -> None:
    with store.transaction(actor) as tx:
        draft = fees.begin_draft(tx)
        in_force = fees.current(tx, clock.local_date().isoformat())
        assert in_force is not None
        items = to_document(in_force)["items"]
        items = [item | {"percent": "4%"} if item["code"] == "purchase" else item for item in items]
        head = {
            "effective_on": (clock.local_date() + timedelta(days=7)).isoformat(), "basis": "村民约定",
            "approver": "枫林村村民委员会",
        }  # fmt: skip
        fees.save_draft(tx, draft.revision, head | {"items": [*items[1:], _COPY, _WEIGHT | changed]})


def _wrong(store: Store, actor: Actor) -> None:
    _draft(store, actor, unit="", code="代打包")


def _right(store: Store, actor: Actor) -> None:
    _draft(store, actor)


def _last(store: Store, actor: Actor) -> None:
    """The item by weight stands first, so that its page has a number."""
    _draft(store, actor)
    with store.transaction(actor) as tx:
        draft = fees.begin_draft(tx)
        fees.save_draft(tx, draft.revision, {**draft.content, "items": list(reversed(draft.content["items"]))})


SHOTS = {
    "fees.current": (Shot("/fees", "fees"),),
    "fees.one": (Shot("/fees/1", "fees-version"),),
    "fees.draft": (Shot("/fees/draft", "fees-draft", before=_wrong),),
    "fees.new_item": (Shot("/fees/draft/items/new", "fees-item-new", before=_right),),
    "fees.item": (
        Shot("/fees/draft/items/1", "fees-item", before=_last),
        Shot("/fees/draft/items/2", "fees-item-limits", before=_last),
    ),
    "fees.check": (
        Shot("/fees/draft/check", "fees-check", before=_right),
        Shot("/fees/draft/check", "fees-check-wrong", before=_wrong),
    ),
    "posters.fees": (Shot("/posters/fees", "poster-fees"),),
    "posters.services": (Shot("/posters/services", "poster-services"),),
}
