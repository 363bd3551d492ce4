"""A list of fees that the county proposes: held against what is published, and made into a draft that a person checks, approves
and publishes as any other. Nothing is charged by a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk import clock, fees, shifts
from kiosk.errors import Refused
from kiosk.fees import document, preview
from kiosk.fees.model import Draft, FeeVersion
from kiosk.inbox import actions, store, topics
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: The proposed list alone, or the published one with the proposed items in the place of theirs.
WHOLE, MERGED = "whole", "merged"


@dataclass(frozen=True, slots=True)
class Compared:
    """A proposal against the version in force (None: nothing is published yet)."""

    proposed: topics.FeesProposed
    in_force: FeeVersion | None
    changes: tuple[preview.Change, ...]


def compare(db: Reader, proposed: topics.FeesProposed) -> Compared:
    """What the proposal would change if it were published whole."""
    in_force = _in_force(db)
    return Compared(proposed, in_force, tuple(preview.compare(in_force, proposed.fee_list.items)))


def draft_of_proposal(tx: Tx, message_id: int, how: str = WHOLE) -> Draft:
    """Begins a draft with what a message proposes; who approves it and why is left to write. The manager's act.

    Raises ``Refused`` with ``staff.not_allowed``, ``message.unknown``, ``message.no_proposal`` and ``fees.draft_open`` (the
    draft that is being written is ended first).
    """
    require(tx.actor, Right.MANAGE)
    found = store.message(tx, message_id)
    if not isinstance(found.content, topics.FeesProposed) or found.state != "applied" or how not in (WHOLE, MERGED):
        raise Refused("message.no_proposal", N_("这条消息不是可用的价目建议；没有建草稿"))
    if fees.open_draft(tx) is not None:
        raise Refused(
            "fees.draft_open", N_("已有一份价目草稿没有写完；没有另建。请先公示或丢弃那一份，再用县里的建议")
        )  # fmt: skip
    today = clock.local_date(tx.settings.station.zone, clock.read(tx.now)).isoformat()
    items = [dict(item) for item in found.content.items]
    if how == MERGED:
        items = _merged(_in_force(tx), items)
    draft = fees.save_draft(
        tx, None,
        {
            "effective_on": max(found.content.effective_from, today), "basis": _basis(found.content.note), "approver": "",
            "items": items,
        },
    )  # fmt: skip
    actions.note_draft(tx, message_id, draft.id)
    return draft


def _merged(in_force: FeeVersion | None, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    proposed = {str(item.get("code")): item for item in items}
    published: list[Mapping[str, Any]] = [] if in_force is None else document.to_document(in_force)["items"]
    kept = [dict(proposed.pop(str(item["code"]), item)) for item in published]
    return kept + list(proposed.values())


def _basis(note: str) -> str:
    """The county's note where it can stand as the basis: one line of sixty characters."""
    return note if 0 < len(note) <= document.LONGEST_TEXT and note.isprintable() else ""


def _in_force(db: Reader) -> FeeVersion | None:
    day = shifts.open_day(db)
    today = day.business_on if day else clock.local_date(db.settings.station.zone).isoformat()
    return fees.current(db, today)
