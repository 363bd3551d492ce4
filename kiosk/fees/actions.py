"""Publishes a fee list: reads the document strictly, freezes it as the next version. And keeps the one draft that is
being written, whole: whoever saves or publishes names the revision that he has read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from kiosk import audit, clock
from kiosk.errors import Refused
from kiosk.fees.document import MOST_ITEMS, read, refusal, to_document
from kiosk.fees.model import Draft
from kiosk.fees.store import current, open_draft, version
from kiosk.storage import Tx
from kiosk.storage.numbers import next_number
from kiosk.words import N_

LONGEST_DRAFT = 100_000


def publish(tx: Tx, document: Mapping[str, Any]) -> int:
    """Publishes a fee document (``effective_on``, ``basis``, ``approver``, ``[[items]]``) as the next version.

    Returns the version's number. An installer may bring a list that has been valid since an earlier date; drafts may
    not (``publish_draft``). Raises ``Refused('fees.unreadable')`` naming the place; nothing is published then.
    """
    found, mistakes = read(document)
    if found is None:
        raise refusal(mistakes)
    written = json.dumps(
        [item.written() for item in found.items], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    number = next_number(tx, "fee_version")
    digest = version_hash(number, found.effective_on, found.basis, found.approver, written)
    tx.insert(
        "fee_versions", number=number, effective_on=found.effective_on, basis=found.basis, approver=found.approver,
        published_at=tx.now, published_by=tx.actor.id, published_by_kind=tx.actor.kind, items=written, hash=digest,
    )  # fmt: skip
    audit.record(tx, "fees.published", number=number, effective_on=found.effective_on, hash=digest)
    return number


def version_hash(number: int, effective_on: str, basis: str, approver: str, items: str) -> str:
    """SHA-256 over everything that people were shown."""
    return hashlib.sha256("\x1f".join((str(number), effective_on, basis, approver, items)).encode("utf-8")).hexdigest()


def begin_draft(tx: Tx, from_version_id: int | None = None) -> Draft:
    """The open draft; where there is none, a new one with the items of a version (today's when none is named)."""
    standing = open_draft(tx)
    if standing is not None:
        return standing
    today = clock.local_date(tx.settings.station.zone, clock.read(tx.now)).isoformat()
    start = version(tx, from_version_id) if from_version_id is not None else current(tx, today)
    content = to_document(start) if start is not None else {"basis": "", "approver": "", "items": []}
    return save_draft(tx, None, content | {"effective_on": ""})


def save_draft(tx: Tx, revision: int | None, content: Mapping[str, Any]) -> Draft:
    """Keeps the draft as it was typed, readable or not, and returns it with its next revision.

    ``revision`` is the one that was read; None for the first. Raises ``Refused`` with ``fees.draft_changed`` when
    somebody saved or ended it meanwhile, and ``fees.draft_too_large``.
    """
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    items = content.get("items")
    count = len(items) if isinstance(items, list) else 0
    if len(written) > LONGEST_DRAFT or count > MOST_ITEMS:
        raise Refused(
            "fees.draft_too_large", N_("价目表最多 {most} 项，这一次没有保存；请删去不用的再加"), most=MOST_ITEMS
        )
    standing = open_draft(tx)
    if (standing.revision if standing is not None else None) != revision:
        raise _changed()
    who = {"changed_at": tx.now, "changed_by_kind": tx.actor.kind, "changed_by_id": tx.actor.id}
    if standing is None:
        draft_id = tx.insert("fee_drafts", revision=1, content=written, begun_at=tx.now, **who)
    else:
        draft_id = standing.id
        tx.change("fee_drafts", draft_id, revision=standing.revision + 1, content=written, **who)
    kept = open_draft(tx)
    assert kept is not None  # noqa: S101 - it has just been written
    audit.record(tx, "fees.draft_saved", draft_id=draft_id, revision=kept.revision, items=count)
    return kept


def publish_draft(tx: Tx, revision: int) -> int:
    """Publishes the open draft and ends it; returns the version's number.

    Raises ``Refused`` with ``fees.draft_changed``, ``fees.unreadable`` and ``fees.backdated`` for a date that has passed:
    what people were charged by cannot be said differently later. The draft stays as it is then.
    """
    draft = _standing(tx, revision)
    found, mistakes = read(draft.content)
    if found is None:
        raise refusal(mistakes)
    today = clock.local_date(tx.settings.station.zone, clock.read(tx.now)).isoformat()
    if found.effective_on < today:
        raise Refused(
            "fees.backdated",
            N_("执行日期 {effective_on} 已经过去，没有公示；请把执行日期改成 {today} 或以后，草稿还在"),
            effective_on=found.effective_on,
            today=today,
        )
    number = publish(tx, draft.content)
    version_id = tx.value("SELECT id FROM fee_versions WHERE number = ?", number)
    tx.change("fee_drafts", draft.id, state="published", version_id=version_id)
    return number


def discard_draft(tx: Tx, revision: int) -> None:
    """Ends the open draft unpublished; what is published stays in force. Raises ``fees.draft_changed``."""
    draft = _standing(tx, revision)
    tx.change("fee_drafts", draft.id, state="discarded")
    audit.record(tx, "fees.draft_discarded", draft_id=draft.id)


def _standing(tx: Tx, revision: int) -> Draft:
    draft = open_draft(tx)
    if draft is None or draft.revision != revision:
        raise _changed()
    return draft


def _changed() -> Refused:
    return Refused(
        "fees.draft_changed",
        N_("草稿刚被别的窗口改过、公示或丢弃了，这一次没有保存；填的内容还在下面，请对照最新的草稿再试"),
    )
