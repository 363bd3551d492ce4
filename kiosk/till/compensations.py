"""Money that the station pays a villager for damage or a mistake (赔付): the manager's decision, paid as a line of a
ticket, with a numbered slip that the villager signs. What was decided is never changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk import audit, money, shifts, vault
from kiosk.codes import own_words
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.storage.numbers import document_no
from kiosk.till import slips
from kiosk.till.actions import print_at_desk
from kiosk.till.model import NewLine
from kiosk.words import N_

CASE = "compensation"
LETTER = "C"
SERVICE, PAY = "compensation", "pay"
LONGEST_NOTE = 60


class CompensationState(StrEnum):
    RECORDED = "recorded"  # stands on a ticket
    PAID = "paid"
    TAKEN_BACK = "taken_back"  # the ticket was voided, or the villager gave it back
    CANCELLED = "cancelled"


class CompensationReason(StrEnum):
    DAMAGED = "damaged"
    LOST = "lost"
    SHORT = "short"
    LATE = "late"
    OUR_FAULT = "our_fault"
    OTHER = "other"


REASON_WORDS: Mapping[str, str] = {
    CompensationReason.DAMAGED: N_("物品破损"),
    CompensationReason.LOST: N_("物品丢失"),
    CompensationReason.SHORT: N_("短少、少货"),
    CompensationReason.LATE: N_("耽误了时间"),
    CompensationReason.OUR_FAULT: N_("本站差错"),
    CompensationReason.OTHER: N_("其他原因"),
}
#: What it may be about; '' is nothing that the station has a record of.
ABOUT_WORDS: Mapping[str, str] = {"": N_("其他"), "parcel": N_("快件"), "purchase": N_("代购单")}

audit.register(
    "compensation.recorded",
    N_("赔付 {compensation_id}：{amount_fen} 分（{reason}），关于 {about_kind} {about_id}"),
    compensation_id=audit.ID,
    amount_fen=audit.NUMBER,
    reason=audit.ENUM,
    about_kind=audit.ENUM,
    about_id=audit.ID,
)
audit.register(
    "compensation.paid",
    N_("赔付 {compensation_id} 已付，凭条 {compensation_no}"),
    compensation_id=audit.ID,
    compensation_no=audit.CODE,
    business_on=audit.TIME,
)
audit.register("compensation.cancelled", N_("赔付 {compensation_id} 不付了"), compensation_id=audit.ID)
audit.register("compensation.taken_back", N_("赔付 {compensation_id} 已收回"), compensation_id=audit.ID)


@dataclass(frozen=True, slots=True)
class Compensation:
    """One compensation; amounts in fen."""

    id: int
    state: str
    reason: str
    about_kind: str
    about_id: int | None
    amount_fen: int
    recorded_on: str
    paid_on: str | None
    compensation_no: str | None
    slip_id: int | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Compensation:
        return cls(**{name: row[name] for name in cls.__slots__})


def compensation(db: Reader, compensation_id: int) -> Compensation:
    """The compensation of this id; raises ``Refused('compensation.unknown')``."""
    row = db.one("SELECT * FROM compensations WHERE id = ?", compensation_id)
    if row is None:
        raise Refused("compensation.unknown", N_("没有编号为 {number} 的赔付，请核对"), number=compensation_id)
    return Compensation.of(row)


def of_case(db: Reader, about_kind: str, about_id: int) -> list[Compensation]:
    """Every compensation about a parcel or a purchase, oldest first."""
    rows = db.all("SELECT * FROM compensations WHERE about_kind = ? AND about_id = ? ORDER BY id", about_kind, about_id)
    return [Compensation.of(row) for row in rows]


def record(
    tx: Tx, amount_fen: int, reason: str, *, about_kind: str = "", about_id: int | None = None, note: str = ""
) -> Compensation:
    """Decides a compensation; it is paid as its ticket is settled. The case that it is about was looked up by the caller.

    Raises ``Refused`` with ``staff.not_allowed`` (the manager decides), ``compensation.reason_unknown``,
    ``compensation.amount_wrong``, ``compensation.note_missing``, ``text.holds_id_number``.
    """
    require(tx.actor, Right.MANAGE)
    if reason not in set(CompensationReason):
        raise Refused("compensation.reason_unknown", N_("请从列表中选择赔付的原因；没有保存"))
    if not 0 < amount_fen <= money.LIMIT_FEN:
        raise Refused("compensation.amount_wrong", N_("赔付金额应大于 0；没有保存，请重新填写"))
    words = own_words(note, LONGEST_NOTE)
    if not words and (reason == CompensationReason.OTHER or not about_kind):
        raise Refused("compensation.note_missing", N_("请写明为什么赔付、赔的是什么；没有保存"))
    today = shifts.ensure_open(tx)
    compensation_id = tx.insert(
        "compensations", state=CompensationState.RECORDED, reason=reason, about_kind=about_kind,
        about_id=about_id if about_kind else None, amount_fen=amount_fen, recorded_on=today.business_on,
        recorded_at=tx.now, recorded_by_kind=tx.actor.kind, recorded_by_id=tx.actor.id,
    )  # fmt: skip
    if words:
        vault.put(tx, CASE, compensation_id, "note", words, "money")
    found = compensation(tx, compensation_id)
    audit.record(
        tx, "compensation.recorded", compensation_id=compensation_id, amount_fen=amount_fen, reason=reason,
        about_kind=about_kind, about_id=found.about_id,
    )  # fmt: skip
    return found


def line(found: Compensation) -> NewLine:
    """The line by which it is paid out."""
    return NewLine(
        service=SERVICE, act=PAY, case_kind=CASE, case_id=found.id, label=N_("赔付（{reason}）"),
        facts={"reason": REASON_WORDS[found.reason]}, txn_count=0, principal_fen=-found.amount_fen,
        principal_account=Account.COMPENSATION,
    )  # fmt: skip


def pay(tx: Tx, compensation_id: int) -> None:
    """The money goes out: the compensation gets its number and the slip that the villager signs."""
    found = compensation(tx, compensation_id)
    business_on = shifts.ensure_open(tx).business_on
    number = document_no(tx, LETTER, business_on)
    has_note = vault.get(tx, CASE, compensation_id, "note") is not None
    slip_id = slips.freeze_compensation(
        tx, found.id, number, REASON_WORDS[found.reason], ABOUT_WORDS[found.about_kind], found.about_id,
        found.amount_fen, has_note,
    )  # fmt: skip
    tx.change(
        "compensations", compensation_id, state=CompensationState.PAID, paid_on=business_on, compensation_no=number,
        slip_id=slip_id,
    )  # fmt: skip
    audit.record(
        tx, "compensation.paid", compensation_id=compensation_id, compensation_no=number, business_on=business_on
    )
    print_at_desk(tx, slip_id, None)


def cancel(tx: Tx, compensation_id: int) -> None:
    """Taken off its ticket before it was paid."""
    tx.change("compensations", compensation_id, state=CompensationState.CANCELLED)
    audit.record(tx, "compensation.cancelled", compensation_id=compensation_id)


def take_back(tx: Tx, compensation_id: int) -> None:
    """The villager has given it back, or its ticket was voided."""
    tx.change("compensations", compensation_id, state=CompensationState.TAKEN_BACK)
    audit.record(tx, "compensation.taken_back", compensation_id=compensation_id)


def forget(tx: Tx, compensation_id: int, rule: str) -> int:
    """Erases the words written with a compensation; inside an erasing transaction."""
    return vault.erase(tx, CASE, compensation_id, rule)
