"""Who may owe the station (赊账): let in by the manager, up to a limit. Name and phone lie in the vault; what is owed is
the ledger's, told apart by party. Nobody who still owes is erased."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from kiosk import audit, ledger, money, vault
from kiosk.codes.plain import mask_name
from kiosk.errors import Refused
from kiosk.ledger import Account
from kiosk.people.rights import Right, require
from kiosk.storage import Reader, Tx
from kiosk.till.customer import keep_person, read_person, search_columns
from kiosk.words import N_

CASE = "debtor"
NAME = "customer_name"

audit.register(
    "debtor.allowed", N_("准许 {debtor_id} 赊账，上限 {limit_fen} 分"), debtor_id=audit.ID, limit_fen=audit.NUMBER
)
audit.register(
    "debtor.limit_changed", N_("{debtor_id} 的赊账上限改为 {limit_fen} 分"), debtor_id=audit.ID, limit_fen=audit.NUMBER
)
audit.register("debtor.stopped", N_("停止 {debtor_id} 赊账"), debtor_id=audit.ID)


@dataclass(frozen=True, slots=True)
class Debtor:
    """Somebody who may owe or has owed. ``name`` '' when it was erased; amounts in fen."""

    id: int
    limit_fen: int
    is_active: bool
    name: str
    phone_tail: str
    allowed_at: str
    owed_fen: int

    @property
    def masked(self) -> str:
        """The name as others at the counter may see it."""
        return mask_name(self.name)

    @property
    def room_fen(self) -> int:
        """How much more may be put on the account."""
        return max(0, self.limit_fen - self.owed_fen) if self.is_active else 0


def party(debtor_id: int) -> str:
    """The party of a debtor in the ledger."""
    return f"customer:{debtor_id}"


def owed_fen(db: Reader, debtor_id: int) -> int:
    """What the debtor owes now."""
    return ledger.balance(db, Account.DEBTS, party(debtor_id))


def debtor(db: Reader, debtor_id: int) -> Debtor:
    """The debtor of this id; raises ``Refused('debtor.unknown')``."""
    row = db.one("SELECT * FROM debtors WHERE id = ?", debtor_id)
    if row is None:
        raise Refused("debtor.unknown", N_("没有编号为 {debtor_id} 的赊账村民，请从列表中选择"), debtor_id=debtor_id)
    return _of(db, row)


def debtors(db: Reader) -> list[Debtor]:
    """Everybody who may owe or still owes, whoever owes most first."""
    found = [_of(db, row) for row in db.all("SELECT * FROM debtors ORDER BY id")]
    return sorted((one for one in found if one.is_active or one.owed_fen), key=lambda one: (-one.owed_fen, one.id))


def search(db: Reader, text: str) -> list[Debtor]:
    """Those whose name holds ``text`` or whose phone ends in it; everybody for ''."""
    wanted = text.strip()
    return [
        one for one in debtors(db)
        if not wanted or wanted in one.name or (len(wanted) >= 4 and one.phone_tail == wanted[-4:])
    ]  # fmt: skip


def allow(tx: Tx, name: str, phone: str, limit_fen: int) -> int:
    """Lets a customer owe up to ``limit_fen``; returns the debtor's id. The manager's act.

    Raises ``Refused`` with ``staff.not_allowed``, ``debtor.name_missing``, ``debtor.phone_missing``,
    ``debtor.limit_wrong``, ``debtor.already_allowed`` (naming the debtor) and those of the phone.
    """
    require(tx.actor, Right.MANAGE)
    person = read_person(name, phone)
    if not person.name:
        raise Refused("debtor.name_missing", N_("请填写赊账村民的姓名；没有保存"))
    if not person.tail:
        raise Refused("debtor.phone_missing", N_("请填写赊账村民的手机号或尾号四位，同名的人靠它分清；没有保存"))
    _check_limit(limit_fen)
    for one in debtors(tx):
        if one.name == person.name and one.phone_tail == person.tail:
            raise Refused(
                "debtor.already_allowed",
                N_("尾号 {tail} 的这位村民已在赊账名单上，没有重复添加；要改上限请在名单里改"),
                debtor_id=one.id,
                tail=person.tail,
            )
    debtor_id = tx.insert(
        "debtors", limit_fen=limit_fen, allowed_at=tx.now, allowed_by_kind=tx.actor.kind, allowed_by_id=tx.actor.id,
        **search_columns(tx, person),
    )  # fmt: skip
    keep_person(tx, CASE, debtor_id, NAME, person)
    audit.record(tx, "debtor.allowed", debtor_id=debtor_id, limit_fen=limit_fen)
    return debtor_id


def change_limit(tx: Tx, debtor_id: int, limit_fen: int) -> None:
    """Sets another limit, and lets somebody owe again who was stopped. A limit below what is owed is kept: nothing more
    goes on the account until enough was repaid. Raises ``Refused`` with ``staff.not_allowed``, ``debtor.unknown``,
    ``debtor.limit_wrong``, ``debtor.erased``."""
    require(tx.actor, Right.MANAGE)
    found = debtor(tx, debtor_id)
    _check_limit(limit_fen)
    if not found.name:
        raise Refused("debtor.erased", N_("这位村民的信息已按规定删除，不能再赊账；请重新登记"))
    tx.change("debtors", debtor_id, limit_fen=limit_fen, is_active=1)
    audit.record(tx, "debtor.limit_changed", debtor_id=debtor_id, limit_fen=limit_fen)


def stop(tx: Tx, debtor_id: int) -> None:
    """Lets nothing more go on the account; what is owed stays owed. Raises ``Refused`` with ``staff.not_allowed``,
    ``debtor.unknown``, ``debtor.already_stopped``."""
    require(tx.actor, Right.MANAGE)
    if not debtor(tx, debtor_id).is_active:
        raise Refused("debtor.already_stopped", N_("这位村民已经停止赊账，没有改动"))
    tx.change("debtors", debtor_id, is_active=0)
    audit.record(tx, "debtor.stopped", debtor_id=debtor_id)


def forget(tx: Tx, debtor_id: int, rule: str) -> int:
    """Erases name and phone of somebody who owes nothing; inside an erasing transaction. Returns how many values.

    Raises ``Refused('debtor.still_owes')``: whom the station has a claim on it may and must still know.
    """
    found = debtor(tx, debtor_id)
    if found.owed_fen:
        raise Refused(
            "debtor.still_owes",
            N_("这位村民还欠 {owed}，姓名和电话不能删除；请先还清"),
            debtor_id=debtor_id,
            owed=money.yuan(found.owed_fen),
        )
    if found.is_active:
        tx.change("debtors", debtor_id, is_active=0)
        audit.record(tx, "debtor.stopped", debtor_id=debtor_id)
    tx.change("debtors", debtor_id, phone_hash=None, phone_tail=None)
    return vault.erase(tx, CASE, debtor_id, rule)


def _check_limit(limit_fen: int) -> None:
    if not 0 < limit_fen <= money.LIMIT_FEN:
        raise Refused("debtor.limit_wrong", N_("赊账上限应大于 0，例如 200；没有保存"))


def _of(db: Reader, row: sqlite3.Row) -> Debtor:
    return Debtor(
        row["id"], row["limit_fen"], bool(row["is_active"]), vault.get(db, CASE, row["id"], NAME) or "",
        row["phone_tail"] or "", row["allowed_at"], owed_fen(db, row["id"]),
    )  # fmt: skip
