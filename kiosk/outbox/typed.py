"""Acknowledgement numbers that a person typed, read out on the phone or written into the chat group. The number ends the
message as the centre's own answer would; a wrong one is taken back by a new row, and the message waits again."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from kiosk import audit, outbox
from kiosk.errors import Refused
from kiosk.storage import Reader, Tx
from kiosk.words import N_

audit.register(
    "message.number_typed",
    N_("消息 {sequence} 人工登记回执号 {number}"),
    sequence=audit.NUMBER,
    number=audit.CODE,
)
audit.register(
    "message.number_withdrawn",
    N_("消息 {sequence} 人工登记的回执号 {number} 已撤回"),
    sequence=audit.NUMBER,
    number=audit.CODE,
)


@dataclass(frozen=True, slots=True)
class Typed:
    """One number as it was typed; ``withdrawn_at`` when it was taken back."""

    id: int
    number: str
    noted_at: str
    noted_by_kind: str
    noted_by_id: int
    withdrawn_at: str | None


def read_number(text: str) -> str:
    """The acknowledgement number in what a person typed: full-width letters, spaces and small letters are forgiven.

    Raises ``Refused('acknowledgement.unreadable')``.
    """
    number = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if not outbox.ACKNOWLEDGEMENT.fullmatch(number) or not number[0].isalnum():
        raise Refused(
            "acknowledgement.unreadable", N_("回执号只有字母、数字和横线，最多 40 位；没有登记，请对照县中心给的号重填")
        )
    return number


def note_number(tx: Tx, message_id: int, text: str) -> str:
    """The county told this number by word: the message is acknowledged under it. Returns the number.

    Refused ``message.unknown``, ``acknowledgement.unreadable``, ``acknowledgement.already`` (the message has one),
    ``acknowledgement.taken`` (another message has this one).
    """
    number = read_number(text)
    message = _found(tx, message_id)
    if message.state == "acknowledged":
        raise Refused(
            "acknowledgement.already", N_("消息 {sequence} 已有回执号 {number}；没有改动"),
            sequence=message.sequence, number=message.acknowledgement_no,
        )  # fmt: skip
    other = tx.value("SELECT sequence FROM outbox WHERE acknowledgement_no = ? COLLATE NOCASE", number)
    if other is not None:
        raise Refused(
            "acknowledgement.taken", N_("回执号 {number} 是消息 {sequence} 的；没有登记，请核对"),
            number=number, sequence=other,
        )  # fmt: skip
    tx.insert(
        "typed_acknowledgements", message_id=message_id, number=number, noted_at=tx.now, noted_by_kind=tx.actor.kind,
        noted_by_id=tx.actor.id,
    )  # fmt: skip
    tx.change(
        "outbox", message_id, state="acknowledged", acknowledgement_no=number, acknowledged_at=tx.now, lease_owner=None,
        lease_until_at=None, reason=None,
    )  # fmt: skip
    audit.record(tx, "message.number_typed", sequence=message.sequence, number=number)
    return number


def withdraw_number(tx: Tx, message_id: int) -> str:
    """The typed number was wrong: the message waits again and is sent again. Returns the number that was taken back.

    Refused ``message.unknown`` and ``acknowledgement.not_typed``: what the centre itself answered stands.
    """
    message = _found(tx, message_id)
    standing = standing_number(tx, message_id)
    if standing is None or message.acknowledgement_no != standing.number:
        raise Refused("acknowledgement.not_typed", N_("这条消息没有人工登记的回执号；没有改动"))
    tx.insert(
        "typed_acknowledgements", message_id=message_id, withdraws_id=standing.id, noted_at=tx.now,
        noted_by_kind=tx.actor.kind, noted_by_id=tx.actor.id,
    )  # fmt: skip
    tx.change(
        "outbox", message_id, state="waiting", acknowledgement_no=None, acknowledged_at=None, next_try_at=tx.now
    )  # fmt: skip
    audit.record(tx, "message.number_withdrawn", sequence=message.sequence, number=standing.number)
    return standing.number


def typed_numbers(db: Reader, message_id: int) -> list[Typed]:
    """Every number that was typed for a message, oldest first."""
    rows = db.all(
        "SELECT t.id, t.number, t.noted_at, t.noted_by_kind, t.noted_by_id, w.noted_at FROM typed_acknowledgements t"
        " LEFT JOIN typed_acknowledgements w ON w.withdraws_id = t.id"
        " WHERE t.message_id = ? AND t.number IS NOT NULL ORDER BY t.id",
        message_id,
    )
    return [Typed(*tuple(row)) for row in rows]


def standing_number(db: Reader, message_id: int) -> Typed | None:
    """The number that a person typed and nobody took back."""
    found = typed_numbers(db, message_id)
    return found[-1] if found and found[-1].withdrawn_at is None else None


def _found(db: Reader, message_id: int) -> outbox.Message:
    message = outbox.find(db, message_id)
    if message is None:
        raise Refused("message.unknown", N_("没有这条上报消息"))
    return message
