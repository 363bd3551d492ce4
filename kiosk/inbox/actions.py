"""What becomes of a message: kept, settled, parked, read, shown to villagers; and of what was turned away. One function each,
``tx`` first. What a message brings about elsewhere is ``counter.apply_message``'s."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kiosk import audit, clock
from kiosk.errors import Refused
from kiosk.inbox import store, topics
from kiosk.inbox.message import Incoming
from kiosk.inbox.topics import Announcement
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.words import N_

#: So many things turned away that nobody has seen; what comes beyond is counted with what was unreadable.
MOST_TURNED_AWAY = 50
#: So many announcements at once on the villagers' screen.
MOST_ON_DISPLAY = 3
TURNED_AWAY_WORDS: Mapping[str, str] = {
    "unreadable": N_("不是县中心消息的格式"),
    "signature": N_("签名不是县中心的，可能有人冒充"),
    "foreign": N_("是发给别的站点的"),
    "rewritten": N_("和以前同一序号的消息内容不一样"),
    "gap": N_("前面缺了消息，等缺的到了再收"),
}
#: What each refusal of ``message.verify`` is, turned away.
REASONS: Mapping[str, str] = {
    "message.unreadable": "unreadable",
    "message.signature_wrong": "signature",
    "message.foreign": "foreign",
}

_M = {"message_id": audit.ID}
audit.register(
    "county_message.applied", N_("县里的消息 {sequence}（{topic}）已照办"), **_M, sequence=audit.NUMBER, topic=audit.ENUM,
    key_id=audit.ID, hash=audit.HASH,
)  # fmt: skip
audit.register(
    "county_message.parked", N_("县里的消息 {sequence}（{topic}）没有照办：{reason}"), **_M, sequence=audit.NUMBER,
    topic=audit.ENUM, key_id=audit.ID, hash=audit.HASH, reason=audit.ENUM,
)  # fmt: skip
audit.register("county_message.applied_later", N_("县里的消息 {message_id} 再试后已照办"), **_M)
audit.register("county_message.shown", N_("县里的通知 {message_id} 显示在顾客屏上"), **_M)
audit.register("county_message.hidden", N_("县里的通知 {message_id} 不再显示在顾客屏上"), **_M)
audit.register(
    "county_message.drafted", N_("照县里的价目建议 {message_id} 建了草稿 {draft_id}"), **_M, draft_id=audit.ID
)
audit.register(
    "county_message.turned_away", N_("一条自称县里的消息（序号 {sequence}）没有收下：{reason}"), sequence=audit.NUMBER,
    reason=audit.ENUM,
)  # fmt: skip
audit.register(
    "county_message.turned_away_seen", N_("看过了没有收下的消息（序号 {sequence}，{reason}，{times} 次）"), sequence=audit.NUMBER,
    reason=audit.ENUM, times=audit.NUMBER,
)  # fmt: skip


def standing(db: Reader, incoming: Incoming) -> str:
    """How a verified message stands to what is here: ``next``, ``known`` (it came before), ``rewritten`` (its number came
    with other content) or ``gap`` (one before it is missing). Where nothing of a message was kept its number alone tells."""
    last = store.last_sequence(db)
    if incoming.sequence == last + 1:
        return "next"
    if incoming.sequence > last:
        return "gap"
    kept = store.kept_hash(db, incoming.sequence)
    return "known" if kept in (None, incoming.hash) else "rewritten"


def keep(tx: Tx, incoming: Incoming) -> int:
    """Writes down the next message as received; the database refuses any other. Returns its id."""
    parts: dict[str, str | None] = dict.fromkeys(("header", "payload", "signature", "hash"))
    if incoming.topic in topics.KEPT:
        parts = {
            "header": incoming.header, "payload": incoming.payload, "signature": incoming.signature, "hash": incoming.hash,
        }  # fmt: skip
    message_id = tx.insert(
        "county_messages", sequence=incoming.sequence, topic=incoming.topic, made_at=incoming.made_at,
        key_id=incoming.key_id, received_at=tx.now, **parts,
    )  # fmt: skip
    tx.execute(
        "UPDATE county_turned_away SET ended = 'taken', ended_at = ? WHERE sequence = ? AND ended IS NULL"
        " AND reason = 'gap'",
        tx.now,
        incoming.sequence,
    )
    return message_id


def settle(tx: Tx, message_id: int, outcome: Mapping[str, Any]) -> None:
    """The message is applied, and this came of it: ids, codes and counts, nobody's name or number."""
    row = tx.one("SELECT * FROM county_messages WHERE id = ?", message_id)
    assert row is not None  # noqa: S101 - the caller has it
    was_parked = row["state"] == "parked"
    tx.change("county_messages", message_id, state="applied", settled_at=tx.now, reason=None, outcome=_written(outcome))
    if was_parked:
        audit.record(tx, "county_message.applied_later", message_id=message_id)
    else:
        audit.record(tx, "county_message.applied", **_facts(row))


def park(tx: Tx, incoming: Incoming, refused: Refused) -> int:
    """The message can't be applied: kept with its reason, for a person and for the county. Returns its id."""
    message_id = keep(tx, incoming)
    tx.change(
        "county_messages", message_id, state="parked", settled_at=tx.now, reason=refused.code,
        outcome=_written({"place": str(refused.facts["place"])[:60]} if "place" in refused.facts else {}),
    )  # fmt: skip
    row = tx.one("SELECT * FROM county_messages WHERE id = ?", message_id)
    assert row is not None  # noqa: S101 - inserted above
    audit.record(tx, "county_message.parked", reason=refused.code, **_facts(row))
    return message_id


def turn_away(tx: Tx, reason: str, sequence: int) -> None:
    """Counts something that was not taken, and shows it until a person has seen it."""
    if store.count_turned_away(tx) >= MOST_TURNED_AWAY:
        reason, sequence = "unreadable", 0
    row = tx.one(
        "SELECT id, times FROM county_turned_away WHERE reason = ? AND sequence = ? AND ended IS NULL", reason, sequence
    )
    if row is not None:
        tx.change("county_turned_away", row["id"], last_at=tx.now, times=row["times"] + 1)
        return
    tx.insert("county_turned_away", reason=reason, sequence=sequence, first_at=tx.now, last_at=tx.now)
    audit.record(tx, "county_message.turned_away", sequence=sequence, reason=reason)


def see_turned_away(tx: Tx, turned_away_id: int) -> None:
    """The manager has seen what was turned away, and asked the county about it. Does nothing the second time.

    Raises ``Refused`` with ``staff.not_allowed`` and ``message.unknown``.
    """
    require(tx.actor, Right.MANAGE)
    row = tx.one("SELECT * FROM county_turned_away WHERE id = ?", turned_away_id)
    if row is None:
        raise Refused("message.unknown", N_("没有编号为 {message_id} 的县里消息"), message_id=turned_away_id)
    if row["ended"] is not None:
        return
    tx.change(
        "county_turned_away", turned_away_id, ended="seen", ended_at=tx.now, ended_by_kind=tx.actor.kind,
        ended_by_id=tx.actor.id,
    )  # fmt: skip
    audit.record(
        tx, "county_message.turned_away_seen", sequence=row["sequence"], reason=row["reason"], times=row["times"]
    )


def mark_read(tx: Tx, message_id: int) -> bool:
    """Whoever acts has read a message; False when it was marked before. Refused ``message.unknown``, ``staff.not_allowed``
    for a program: it has no eyes."""
    store.message(tx, message_id)
    if tx.actor.kind != "staff":
        raise Refused(
            "staff.not_allowed", N_("只有登录的人能标为已读；没有改动"), right=Right.READ.value, role=tx.actor.role
        )
    if tx.value("SELECT 1 FROM county_reads WHERE message_id = ? AND staff_id = ?", message_id, tx.actor.id):
        return False
    tx.insert("county_reads", message_id=message_id, staff_id=tx.actor.id, read_at=tx.now)
    return True


def show_to_villagers(tx: Tx, message_id: int) -> None:
    """The manager has an announcement shown on the villagers' screen until it ends. Does nothing when it is shown.

    Raises ``Refused`` with ``staff.not_allowed``, ``message.unknown``, ``message.not_for_display``, ``message.expired`` and
    ``message.display_full``.
    """
    require(tx.actor, Right.MANAGE)
    found = store.message(tx, message_id)
    if not isinstance(found.content, Announcement) or found.state != "applied":
        raise Refused("message.not_for_display", N_("只有县里的通知和政策能放上顾客屏；没有改动"))
    if found.on_display_at is not None:
        return
    today = clock.local_date(tx.settings.station.zone, clock.read(tx.now)).isoformat()
    if found.content.valid_until and found.content.valid_until < today:
        raise Refused(
            "message.expired", N_("这条通知 {day} 已经到期，没有放上顾客屏"), day=found.content.valid_until
        )  # fmt: skip
    if len(store.on_display(tx, today)) >= MOST_ON_DISPLAY:
        raise Refused(
            "message.display_full", N_("顾客屏上已有 {most} 条通知，没有再放；请先撤下一条"), most=MOST_ON_DISPLAY
        )  # fmt: skip
    tx.change("county_messages", message_id, on_display_at=tx.now)
    audit.record(tx, "county_message.shown", message_id=message_id)


def hide_from_villagers(tx: Tx, message_id: int) -> None:
    """The manager takes an announcement off the villagers' screen. Does nothing when it is not shown."""
    require(tx.actor, Right.MANAGE)
    if store.message(tx, message_id).on_display_at is None:
        return
    tx.change("county_messages", message_id, on_display_at=None)
    audit.record(tx, "county_message.hidden", message_id=message_id)


def note_draft(tx: Tx, message_id: int, draft_id: int) -> None:
    """A draft of fees was begun with what a message proposes."""
    tx.change("county_messages", message_id, draft_id=draft_id)
    audit.record(tx, "county_message.drafted", message_id=message_id, draft_id=draft_id)


def _facts(row: Any) -> dict[str, Any]:
    return {
        "message_id": row["id"], "sequence": row["sequence"], "topic": row["topic"], "key_id": row["key_id"],
        "hash": row["hash"] or "",
    }  # fmt: skip


def _written(outcome: Mapping[str, Any]) -> str:
    return json.dumps(dict(outcome), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
